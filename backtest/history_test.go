package backtest

import (
	"math"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/forewarn/forewarn/agent"
	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/probes"
	"github.com/forewarn/forewarn/store"
)

// past is a database of one journey, "shop", with a run each minute over the
// last days, and what watches it; latency gives each run's median, in seconds.
func past(t *testing.T, days int, latency func(minute int) float64) (History, agent.Watch) {
	t.Helper()
	db, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "forewarn.db"), store.Options{Ephemeral: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	noise := rand.New(rand.NewPCG(7, 7))
	minutes := days * 24 * 60
	until := time.Now().Truncate(time.Minute)
	since := until.Add(-time.Duration(minutes) * time.Minute)
	for i := range minutes {
		at := since.Add(time.Duration(i) * time.Minute)
		took := time.Duration(latency(i) * math.Exp(0.1*noise.NormFloat64()) * float64(time.Second))
		_, err := db.Keep(t.Context(), store.Run{Result: probes.Result{
			Journey: "shop", Start: at, Due: at, Verdict: probes.Passed, Duration: took,
			Steps: []probes.StepResult{{Name: "open", Verdict: probes.Passed, Start: at, Duration: took, Status: 200}},
		}})
		if err != nil {
			t.Fatal(err)
		}
	}
	journey := probes.Journey{Name: "shop", Every: time.Minute}
	return History{DB: db, Since: since.Add(-time.Hour), Until: until, Columns: 72}, agent.Watch{Journey: journey, Limits: []alert.Limit{
		{Key: alert.Key{Journey: "shop", Limit: "availability"}, Signal: alert.Availability, Stat: "ratio", Every: time.Minute},
		{Key: alert.Key{Journey: "shop", Limit: "latency"}, Signal: alert.Latency, Value: 0.8, Stat: "p50",
			Window: 10 * time.Minute, Ahead: 2 * time.Hour, Every: time.Minute},
	}}
}

// leaking is 300 ms, but for a leak from minute 2000 on that meets 800 ms at
// 2200 and is repaired at 2300, and a step to 1 s from 3000 to 3030.
func leaking(minute int) float64 {
	switch {
	case minute >= 2000 && minute < 2300:
		return 0.3 + 0.5*float64(minute-2000)/200
	case minute >= 3000 && minute < 3030:
		return 1
	}
	return 0.3
}

func TestThreeDaysInHindsight(t *testing.T) {
	history, watch := past(t, 3, leaking)
	all, err := history.Judge(t.Context(), []agent.Watch{watch})
	if err != nil || len(all) != 2 {
		t.Fatalf("%d limits, %v", len(all), err)
	}
	t.Run("the leak was foreseen and the step was not", func(t *testing.T) { theLeakWasForeseen(t, all[0], all[1]) })
	t.Run("the course shows the worst of each hour", func(t *testing.T) { theCourseShowsTheWorst(t, all[1]) })
}

func theLeakWasForeseen(t *testing.T, availability, latency Hindsight) {
	if availability.Crossings != 0 || availability.Warnings != 0 || len(availability.Silences) != 0 {
		t.Errorf("availability cannot be foreseen, and never failed: %+v", availability)
	}
	if r := latency.Record; latency.Warnings < 1 || r.Came < 1 || r.DidNotCome != 0 || latency.Crossings != 2 || latency.Foreseen != 1 {
		t.Errorf("%d warnings, %d came, %d did not; %d crossings, %d foreseen; want the leak foreseen, and not the step",
			latency.Warnings, r.Came, r.DidNotCome, latency.Crossings, latency.Foreseen)
	}
	if lead := latency.Record.MedianLead; lead < 30*time.Minute || lead > 150*time.Minute {
		t.Errorf("median lead %v, want 30 min to 2.5 h", lead)
	}
	if latency.Warning <= 0 || latency.Burning < 100*time.Minute || latency.Runs < 4300 || latency.Watched != 3*24*time.Hour-time.Minute {
		t.Errorf("%v of warning, %v burning, %d runs in %v", latency.Warning, latency.Burning, latency.Runs, latency.Watched)
	}
	sum := 0.0
	for _, s := range latency.Silences {
		sum += s.Share
	}
	if len(latency.Silences) == 0 || sum > 1.0001 {
		t.Errorf("silences %v", latency.Silences)
	}
}

func theCourseShowsTheWorst(t *testing.T, latency Hindsight) {
	course := latency.Course // a column is an hour
	if !course.Since.Equal(latency.First) || len(course.Worst) != 72 {
		t.Fatalf("%d columns from %v, want 72 from the first run on, %v", len(course.Worst), course.Since, latency.First)
	}
	peak := course.Column(course.Since.Add(2299 * time.Minute))
	if worst := course.Worst[peak]; peak != 38 || worst < 0.95 || worst > 1.2 {
		t.Errorf("the worst of hour %d is %v s, want about 1.05 s in hour 38", peak, worst)
	}
	if calm := course.Worst[10]; calm < 0.28 || calm > 0.4 {
		t.Errorf("a calm hour has %v s, want about 0.3 s", calm)
	}
	if before, end := course.Column(course.Since.Add(-1)), course.Column(course.Until); before != -1 || end != -1 {
		t.Errorf("what lies outside is in columns %d and %d", before, end)
	}
}

func TestAHistoryWithoutRunsHasNothingToSay(t *testing.T) {
	history, watch := past(t, 0, leaking)
	all, err := history.Judge(t.Context(), []agent.Watch{watch})
	if err != nil || len(all) != 2 {
		t.Fatalf("%d limits, %v", len(all), err)
	}
	for _, h := range all {
		if _, _, known := h.FalsePerWeek(); known || !h.First.IsZero() || h.Runs != 0 || len(h.Told) != 0 {
			t.Errorf("of nothing: %+v", h)
		}
	}
}

func TestAGapIsNotWatched(t *testing.T) {
	j := newJudging(alert.Limit{Signal: alert.Latency, Every: time.Minute}, Course{})
	begun := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	for _, at := range []time.Duration{0, time.Minute, time.Hour} {
		j.add(begun.Add(at), agent.Verdict{Incident: alert.Incident{State: alert.Burning}})
	}
	if h := j.end(); h.Watched != 3*time.Minute || h.Burning != 3*time.Minute {
		t.Errorf("%v watched, %v burning, want a minute and the two of a gap", h.Watched, h.Burning)
	}
}
