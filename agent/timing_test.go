package agent

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/forewarn/forewarn/probes"
)

// stalls answers in 300 ms, but for whoever asks while it hangs: they wait for
// its end. It hangs for four minutes, from the tenth on.
func stalls(begun time.Time) product {
	return func(_ string, at time.Time) (time.Duration, int) {
		from, to := begun.Add(10*time.Minute), begun.Add(14*time.Minute)
		if at.After(from) && at.Before(to) {
			return to.Sub(at) + 300*time.Millisecond, 200
		}
		return 300 * time.Millisecond, 200
	}
}

// Coordinated omission: a prober that waits for a stalled product and then goes
// on as if nothing had been would show one slow run and forget those it never
// made. Here every slot is a run or is counted as missed, live and replayed,
// and what a run took does not depend on how late it began.
func TestALateStartIsNotAShortLatencyAndNoSlotIsForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		w := newWorld(t, stalls(begun))
		defer w.close()
		patient := watch("checkout")
		patient.Journey.Timeout = 10 * time.Minute
		w.run(20*time.Minute+10*time.Second, Settings{Watches: []Watch{patient}})

		seen := w.seen["checkout"]
		missed, late, stalled := 0, 0, 0
		for i, o := range seen {
			missed += o.Missed
			r := o.Result
			want := 300 * time.Millisecond
			if r.Duration > want {
				stalled++
				want = begun.Add(14 * time.Minute).Add(want).Sub(r.Start)
			}
			if r.Start.After(r.Due) { // the first, which catches up on a slot that began before the agent
				late++
			}
			if took, _, ok := r.Latency(""); !ok || (took-want).Abs() > time.Millisecond || i > 0 && (o.Late-r.Start.Sub(r.Due)).Abs() > time.Millisecond {
				t.Errorf("%v: took %v, want %v; it began %v after its slot", r.Start, took, want, o.Late)
			}
		}
		first, last := seen[0].Result.Due, seen[len(seen)-1].Result.Due
		if slots := int(last.Sub(first)/time.Minute) + 1; len(seen)+missed != slots || missed != 3 || stalled != 1 {
			t.Errorf("%d runs and %d missed of %d slots, %d stalled", len(seen), missed, slots, stalled)
		}
		if late == 0 {
			t.Error("no run began late: nothing is proved")
		}
		replayed := 0
		err := Past{DB: w.db, Since: begun, Until: time.Now()}.Replay(t.Context(), patient, func(o Observation) error {
			replayed += o.Missed
			return nil
		})
		if err != nil || replayed != missed {
			t.Errorf("a replay counts %d missed slots, %v", replayed, err)
		}
	})
}

// How often a product is asked does not depend on how quickly it answers.
func TestASlowProductIsAskedAsOftenAsAQuickOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, func(journey string, _ time.Time) (time.Duration, int) {
			return map[string]time.Duration{"quick": 5 * time.Millisecond, "slow": 5 * time.Second}[journey], 200
		})
		defer w.close()
		var settings Settings
		for _, name := range []string{"quick", "slow"} {
			often := watch(name)
			often.Journey.Every, often.Journey.Timeout = 10*time.Second, 9*time.Second
			settings.Watches = append(settings.Watches, often)
		}
		w.run(30*time.Minute+7*time.Second, settings)
		quick, slow := len(w.seen["quick"]), len(w.seen["slow"])
		if quick < 180 || slow < quick-2 {
			t.Errorf("%d runs of the quick one, %d of the slow one", quick, slow)
		}
		for _, o := range w.seen["slow"][2:] { // the very first, caught up on, reaches over the second slot
			if o.Late != 0 || o.Missed != 0 || o.Result.Duration != 5*time.Second {
				t.Errorf("late %v, missed %d, took %v", o.Late, o.Missed, o.Result.Duration)
			}
		}
	})
}

// A busy machine makes runs unknown, never a product slow: nothing that such a
// run measured is seen by a limit, live or after a restart.
func TestWhatABusyMachineMeasuredIsSeenByNoLimit(t *testing.T) {
	slow := probes.Result{
		Journey: "checkout", Start: time.Now(), Verdict: probes.Passed, Duration: 3 * time.Second, Lag: time.Second,
		Steps: []probes.StepResult{{Name: "open", Verdict: probes.Passed, Status: 200, Start: time.Now(), Duration: 3 * time.Second}},
	}
	quiet := surroundings{files: none, link: answers}
	spoiled, _ := quiet.excuse(slow)
	for _, l := range watch("checkout").Limits {
		if seen := reading(spoiled, l); !seen.Unknown || seen.Passed || seen.Failed {
			t.Errorf("%s sees %+v", l.Limit, seen)
		}
	}
	slow.Lag = 0
	unspoiled, _ := quiet.excuse(slow)
	if seen := reading(unspoiled, watch("checkout").Limits[1]); seen.Unknown || seen.Value != 3 {
		t.Errorf("the same on a quiet machine: %+v", seen)
	}
}

// What an incident tells is the first failure, and the cleanup's beside it.
func TestAnIncidentTellsBothFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, func(path string, _ time.Time) (time.Duration, int) {
			return 10 * time.Millisecond, map[string]int{"pay": 503, "cancel": 500}[path]
		})
		defer w.close()
		shop := watch("checkout")
		shop.Journey.Steps = []probes.Step{{Name: "pay", URL: "/pay"}, {Name: "cancel order", URL: "/cancel", Method: "DELETE", Always: true}}
		w.run(6*time.Minute, Settings{Watches: []Watch{shop}})
		seen := w.seen["checkout"]
		in := seen[len(seen)-1].Limits[0].Incident
		if in.FailedAt != "pay" || !strings.HasPrefix(in.Why, "status 503") || !strings.Contains(in.Why, `; the cleanup "cancel order" failed, too: status 500`) {
			t.Errorf("at %q: %s", in.FailedAt, in.Why)
		}
	})
}
