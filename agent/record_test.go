package agent

import (
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/predict"
	"github.com/forewarn/forewarn/store"
)

// leak climbs from the third hour on and meets its limit of 0.8 s after two
// more; the journey "late" does so four hours later. While *mended they are as
// quick as ever.
func leak(begun time.Time, mended *bool) product {
	return func(journey string, at time.Time) (time.Duration, int) {
		median, leaks := 0.3, begun.Add(3*time.Hour)
		if journey == "late" {
			leaks = leaks.Add(4 * time.Hour)
		}
		if since := at.Sub(leaks); since > 0 && !*mended {
			median += 0.5 * since.Hours() / 2
		}
		return time.Duration(median * noise(journey, at, 0.12) * float64(time.Second)), 200
	}
}

// story is what happens after a leak was told.
type story struct {
	then    func(w *world, s *Settings, mended *bool)
	outcome alert.Outcome
}

func stories() map[string]story {
	act := func(w *world, do func(alert.Incident) (alert.Incident, []alert.Event, alert.Reason)) {
		if _, _, err := w.db.Decide(w.t.Context(), alert.Key{Journey: "leak", Limit: "latency"}, time.Now(), do); err != nil {
			w.t.Fatal(err)
		}
	}
	mend := func(_ *world, _ *Settings, mended *bool) { *mended = true }
	return map[string]story{
		"nobody does anything": {func(*world, *Settings, *bool) {}, alert.Came},
		"it ends by itself":    {mend, alert.DidNotCome},
		"a deploy ends it": {func(w *world, _ *Settings, mended *bool) {
			*mended = true
			if err := w.db.Mark(w.t.Context(), time.Now(), "deploy 1.2"); err != nil {
				w.t.Fatal(err)
			}
		}, alert.Averted},
		"somebody has it, and it ends": {func(w *world, _ *Settings, mended *bool) {
			*mended = true
			act(w, func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
				return alert.Acknowledge(in, "anna", time.Now())
			})
		}, alert.Averted},
		"the rule is changed": {func(_ *world, s *Settings, mended *bool) {
			*mended = true
			s.Watches = []Watch{watch("leak")}
			s.Watches[0].Limits[1].Value = 0.9
		}, alert.Moot},
		"most runs are missing": {func(_ *world, _ *Settings, mended *bool) {
			*mended = true
			time.Sleep(2 * time.Hour) // of the bubble: nobody watches
		}, alert.Moot},
		"few runs are missing": {func(_ *world, _ *Settings, mended *bool) {
			*mended = true
			time.Sleep(10 * time.Minute)
		}, alert.DidNotCome},
		"it comes after a pause": {func(_ *world, _ *Settings, _ *bool) { time.Sleep(10 * time.Minute) }, alert.Came},
	}
}

// Every story is told by one agent and settled by another: the first is
// stopped, and its database closed, while the forecast waits.
func TestEveryForecastThatIsToldIsSettledAlsoAfterARestart(t *testing.T) {
	for name, s := range stories() {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				mended := false
				w := newWorld(t, leak(time.Now(), &mended))
				defer w.close()
				settings := Settings{Watches: []Watch{watch("leak")}}
				w.run(4*time.Hour+20*time.Minute-time.Second, settings)
				made := w.forecasts()
				if len(made) != 1 || made[0].Outcome != "" {
					t.Fatalf("before the crossing there are the forecasts %+v", made)
				}
				w.reopen()
				s.then(w, &settings, &mended)
				w.run(6*time.Hour, settings)
				w.checkSettled(made[0], s.outcome)
			})
		})
	}
}

func (w *world) forecasts() []store.Forecast {
	w.t.Helper()
	all, err := w.db.Forecasts(w.t.Context(), alert.Key{}, time.Time{})
	if err != nil {
		w.t.Fatal(err)
	}
	return all
}

// checkSettled looks for made among the settled forecasts.
func (w *world) checkSettled(made store.Forecast, want alert.Outcome) {
	w.t.Helper()
	got := w.forecasts()[0]
	if got.Outcome != want || !got.Promise.Made.Equal(made.Promise.Made) || got.Promise.First != made.Promise.First {
		w.t.Errorf("made %+v\nsettled %+v\nwant %s", made, got, want)
	}
	if crossed := !got.Promise.Crossed.IsZero(); crossed != (want == alert.Came) {
		w.t.Errorf("crossed at %v, but %s", got.Promise.Crossed, want)
	}
	ledger, err := w.db.Ledger(w.t.Context())
	if err != nil || len(ledger) == 0 || ledger[0].Outcome != want || got.Settled.IsZero() {
		w.t.Errorf("the ledger is %+v, %v", ledger, err)
	}
}

// settled writes forecasts into the database that were made and settled an
// hour ago: n of them, each off by so many half widths of its interval.
func (w *world) settled(key alert.Key, n int, o alert.Outcome, off float64) {
	w.t.Helper()
	for i := range n {
		made := time.Now().Add(-time.Duration(10*24-i) * time.Hour)
		at := func(h float64) float64 { return float64(made.Unix()) + 3600*h }
		first := predict.Crossing{Earliest: at(0.5), Expected: at(1), Latest: at(2)}
		p := alert.Promise{Made: made, Crossing: first, First: first, Limit: 0.8, Ahead: 2 * time.Hour}
		if o == alert.Came {
			p.Crossed = made.Add(time.Duration(math.Pow(2, off) * float64(time.Hour)))
		}
		settle := func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
			return in, []alert.Event{{Kind: alert.Settled, At: made.Add(3 * time.Hour), Promise: &p, Outcome: o}}, "settled"
		}
		if _, _, err := w.db.Decide(w.t.Context(), key, made, settle); err != nil {
			w.t.Fatal(err)
		}
	}
}

func TestADemotedRuleIsKeptAndSettledAndOnlyItsBurningIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		mended := false
		w := newWorld(t, leak(time.Now(), &mended))
		defer w.close()
		w.settled(alert.Key{Journey: "leak", Limit: "latency"}, 10, alert.DidNotCome, 0)
		a := w.agent()
		if err := w.db.SetRoutes(t.Context(), []store.Route{{Name: "slack"}}); err != nil {
			t.Fatal(err)
		}
		w.runAgent(a, time.Hour, Settings{Watches: []Watch{watch("leak")}})
		w.reopen()
		a = w.agent()
		if err := w.db.SetRoutes(t.Context(), []store.Route{{Name: "slack"}}); err != nil {
			t.Fatal(err)
		}
		w.runAgent(a, 5*time.Hour, Settings{Watches: []Watch{watch("leak")}})

		last := w.forecasts()[10]
		if !last.Promise.Demoted || last.Outcome != alert.Came {
			t.Errorf("the forecast is %+v", last)
		}
		queued, err := w.db.Deliveries(t.Context(), store.Pending, store.Dead) // what waited had no route for a moment
		if err != nil {
			t.Fatal(err)
		}
		if len(queued) < 2 || queued[0].Event.Kind != alert.Demoted || queued[1].Event.Kind != alert.WentBurning {
			t.Errorf("%d deliveries, the first are not that it is demoted, once, and that it burns", len(queued))
		}
		for _, d := range queued[1:] {
			if k := d.Event.Kind; k != alert.WentBurning && k != alert.BurnsAgain {
				t.Errorf("%s is to be told", d.ID)
			}
		}
		if !w.last("leak").Demoted {
			t.Error("who observes is not told that the rule is demoted")
		}
	})
}

// last is the newest verdict on the latency of a journey.
func (w *world) last(journey string) Verdict {
	w.mu.Lock()
	defer w.mu.Unlock()
	seen := w.seen[journey]
	return seen[len(seen)-1].Limits[1]
}

// Nine forecasts are too few to change an interval. That of "leak" is the tenth
// that comes: what is told of "late" from an hour after on has another
// interval, and a replay must know when that began.
func TestTheRecordSaysTheSameLiveRestartedAndReplayed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun, mended := time.Now(), false
		w := newWorld(t, leak(begun, &mended))
		defer w.close()
		w.settled(alert.Key{Journey: "other", Limit: "latency"}, alert.Enough-1, alert.Came, 2)
		settings := Settings{Watches: []Watch{watch("leak"), watch("late")}}
		w.run(4*time.Hour+7*time.Minute-time.Second, settings)
		w.reopen()
		w.run(5*time.Hour, settings)

		widened := map[string]float64{}
		for _, f := range w.forecasts()[alert.Enough-1:] {
			widened[f.Key.Journey] = f.Promise.Widened
		}
		if widened["leak"] != 1 || widened["late"] <= 1 || widened["late"] > 3 {
			t.Errorf("the intervals are stretched by %v", widened)
		}
		for _, watch := range settings.Watches {
			w.replay(watch, begun)
		}
	})
}

func (w *world) replay(watch Watch, begun time.Time) {
	w.t.Helper()
	var replayed []Observation
	err := Past{DB: w.db, Since: begun, Until: time.Now().Add(time.Minute)}.Replay(w.t.Context(), watch, func(o Observation) error {
		replayed = append(replayed, o)
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.compare(watch.Journey.Name, replayed)
}

// compare holds what was seen live against a replay of it.
func (w *world) compare(journey string, replayed []Observation) {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	live := w.seen[journey]
	if len(live) != len(replayed) || len(live) == 0 {
		w.t.Fatalf("%d runs live, %d replayed", len(live), len(replayed))
	}
	numbers := cmp.Options{
		cmpopts.IgnoreFields(alert.Incident{}, "Number"), cmpopts.IgnoreFields(alert.Event{}, "Number"),
		cmpopts.IgnoreFields(alert.Promise{}, "Number"), cmpopts.EquateNaNs(), cmpopts.EquateEmpty(),
	}
	for i := range live {
		if diff := cmp.Diff(live[i].Limits, replayed[i].Limits, numbers); diff != "" {
			w.t.Fatalf("run %d of %v (-live +replayed):\n%s", i, live[i].Result.Start, diff)
		}
	}
}
