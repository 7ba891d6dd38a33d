package agent

import (
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/forewarn/forewarn/alert"
)

// What an agent saw and decided live, through a restart at an odd moment, is
// what a replay of its database sees and decides.
func TestLiveRestartedAndReplayedAreTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		w := newWorld(t, func(journey string, at time.Time) (time.Duration, int) {
			median, status := 0.3, 200
			if since := at.Sub(begun); since > 3*time.Hour { // meets 0.8 s after five hours
				median += 0.5 * (since - 3*time.Hour).Hours() / 2
			}
			if noise(journey+" fails", at, 1) > math.Exp(2) { // 2 % of runs
				status = 500
			}
			return time.Duration(median * noise(journey, at, 0.12) * float64(time.Second)), status
		})
		settings := Settings{Watches: []Watch{confirming("leak")}}
		w.run(4*time.Hour+7*time.Minute-time.Second, settings)
		if err := w.db.Close(); err != nil {
			t.Fatal(err)
		}
		w.open()
		if err := w.db.Mark(t.Context(), time.Now(), "deploy"); err != nil {
			t.Fatal(err)
		}
		w.run(2*time.Hour, settings)
		defer w.close()

		var replayed []Observation
		err := Past{DB: w.db, Since: begun, Until: time.Now().Add(time.Minute)}.Replay(t.Context(), settings.Watches[0], func(o Observation) error {
			replayed = append(replayed, o)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		live := w.seen["leak"]
		if len(live) < 360 || !told(live, alert.WentSoon) || !told(live, alert.WentBurning) {
			t.Fatalf("%d runs, soon %v, burning %v: the story did not come about", len(live), told(live, alert.WentSoon), told(live, alert.WentBurning))
		}
		numbers := cmp.Options{
			cmpopts.IgnoreFields(alert.Incident{}, "Number"), cmpopts.IgnoreFields(alert.Event{}, "Number"),
			cmpopts.IgnoreFields(alert.Promise{}, "Number"), cmpopts.EquateNaNs(), cmpopts.EquateEmpty(),
		}
		for i := range max(len(live), len(replayed)) {
			if i >= len(live) || i >= len(replayed) {
				t.Fatalf("%d runs live, %d replayed", len(live), len(replayed))
			}
			if diff := cmp.Diff(live[i].Limits, replayed[i].Limits, numbers); diff != "" {
				t.Fatalf("run %d of %v (-live +replayed):\n%s", i, live[i].Result.Start, diff)
			}
		}
	})
}

func TestAReplayOfAPartKnowsWhatWentBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		w := newWorld(t, func(journey string, at time.Time) (time.Duration, int) {
			return time.Duration(0.3 * noise(journey, at, 0.12) * float64(time.Second)), 200
		})
		settings := Settings{Watches: []Watch{watch("calm")}}
		w.run(3*time.Hour-time.Second, settings)
		defer w.close()
		var first *Observation
		err := Past{DB: w.db, Since: begun.Add(2 * time.Hour), Until: time.Now()}.Replay(t.Context(), settings.Watches[0], func(o Observation) error {
			if first == nil {
				first = &o
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		for _, live := range w.seen["calm"] {
			if live.Result.Start.Truncate(time.Millisecond).Equal(first.Result.Start) {
				if diff := cmp.Diff(live.Limits[1].Forecast, first.Limits[1].Forecast, cmpopts.EquateNaNs()); diff != "" {
					t.Errorf("the first forecast of the part (-live +replayed):\n%s", diff)
				}
				return
			}
		}
		t.Error("the replayed run was never seen live")
	})
}

func told(seen []Observation, kind alert.EventKind) bool {
	for _, o := range seen {
		for _, v := range o.Limits {
			for _, e := range v.Events {
				if e.Kind == kind {
					return true
				}
			}
		}
	}
	return false
}
