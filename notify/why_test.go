package notify

import (
	"strings"
	"testing"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/notify/slackfake"
	"github.com/forewarn/forewarn/probes"
	"github.com/forewarn/forewarn/store"
)

// walked keeps a run of checkout-1 that began at start and in which pay waited
// for the server so long.
func (w *world) walked(start time.Time, wait time.Duration) {
	w.t.Helper()
	const ms = time.Millisecond
	r := probes.Result{Journey: key(1).Journey, Location: "kyiv", Start: start, Due: start, Verdict: probes.Passed, Steps: []probes.StepResult{
		{Name: "log in", Verdict: probes.Passed, Start: start, Status: 200, Duration: 100 * ms, Phases: probes.Phases{TLS: 20 * ms, Wait: 80 * ms}},
		{Name: "pay", Verdict: probes.Passed, Start: start, Status: 200, Duration: wait + 10*ms, Phases: probes.Phases{Wait: wait, Transfer: 10 * ms}},
	}}
	r.Duration = r.Steps[0].Duration + r.Steps[1].Duration
	if _, err := w.db.Keep(w.t.Context(), store.Run{Result: r}); err != nil {
		w.t.Fatal(err)
	}
}

// walks keeps an hour of runs before now: for 40 min steady, then slowing down
// by 20 ms a run.
func (w *world) walks() (onset time.Time) {
	w.t.Helper()
	begin := time.Now().Add(-time.Hour)
	for i := range 60 {
		w.walked(begin.Add(time.Duration(i)*time.Minute), time.Duration(200+20*max(0, i-40))*time.Millisecond)
	}
	return begin.Add(40 * time.Minute)
}

func (w *world) mark(at time.Time, text string) {
	w.t.Helper()
	if err := w.db.Mark(w.t.Context(), at, text); err != nil {
		w.t.Fatal(err)
	}
}

func TestAMessageSaysWhatCarriesTheChangeAndWhatWasChangedBefore(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		began := w.walks()
		w.mark(began.Add(-10*time.Minute), "deploy payments v812")
		w.mark(began.Add(5*time.Minute), "rollback payments v811")
		w.run()
		w.happens(key(1), func(in *alert.Incident) {
			goesSoon(in)
			in.Promise.Since = began
		}, alert.WentSoon)
		w.pass(time.Second)
		reads := w.wantTop("Soon: ")[0].Reads()
		for _, want := range []string{
			"*Why:* *pay › wait for the server* is +240 ms of +240 ms since ", // the last 15 runs wait 320 to 580 ms, the middle 440
			"last change: deploy payments v812", ", 10 min before it began", "since then: rollback payments v811",
		} {
			if !strings.Contains(reads, want) {
				t.Errorf("nothing of %q in\n%s", want, reads)
			}
		}
	})
}

func TestAMessageThatKnowsNoPastSaysThatItDoesNotKnow(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		w.run()
		w.happens(key(1), goesBurning, alert.WentBurning)
		w.pass(time.Second)
		reads := w.wantTop("Burning: ")[0].Reads()
		if want := "*Why:* unknown, too few whole runs before and since "; !strings.Contains(reads, want) {
			t.Errorf("nothing of %q in\n%s", want, reads)
		}
	})
}

func TestAnOldFailureDoesNotExplainSlowness(t *testing.T) {
	x := tellings()["burning"]
	x.in.Why, x.in.FailedAt = "status is 503", "log in"
	m := x.message(t)
	if body := m.Body[1].String(); strings.Contains(body, "503") || field(m, "Where") != "step 3 of 4: pay · from kyiv" {
		t.Errorf("no run failed since it began: %s; %s", body, field(m, "Where"))
	}
}
