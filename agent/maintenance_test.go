package agent

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/store"
)

// The product is down from 23:30 until 01:30 UTC; its maintenance is planned
// from 23:00 until 01:00.
func TestAnOutageInMaintenanceIsToldOnlyOnceThatIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now() // 2000-01-01 00:00 UTC
		down, up := begun.Add(23*time.Hour+30*time.Minute), begun.Add(25*time.Hour+30*time.Minute)
		w := newWorld(t, func(_ string, at time.Time) (time.Duration, int) {
			if at.After(down) && at.Before(up) {
				return 10 * time.Millisecond, http.StatusBadGateway
			}
			return 300 * time.Millisecond, http.StatusOK
		})
		defer w.close()
		checkout := watch("checkout")
		checkout.ConfirmRuns = ConfirmRuns{Times: 2, After: 5 * time.Second}
		checkout.Maintenance = []alert.Window{{Name: "nightly", At: alert.Clock(23 * time.Hour), For: 2 * time.Hour}}
		settings := Settings{Watches: []Watch{checkout}}
		time.Sleep(22 * time.Hour)
		w.run(2*time.Hour+10*time.Minute, settings) // ended in the middle of the window
		w.reopen()
		w.run(2*time.Hour, settings)

		told := w.events()["checkout"]
		if len(told) != 2 || told[0].Kind != alert.WentBurning || told[1].Kind != alert.WentResolved {
			t.Fatalf("told %v, want burning and resolved", kinds(told))
		}
		over := begun.Add(25 * time.Hour)
		if late := told[0].At.Sub(over); late < 0 || late > 3*time.Minute {
			t.Errorf("burning %v after the maintenance, want within three minutes", late)
		}
		marked := 0
		for _, r := range w.runs("checkout") {
			within := !r.Start.Before(over.Add(-2*time.Hour)) && r.Start.Before(over)
			if r.Maintenance != within && !(r.Maintenance && r.Due.Before(over)) {
				t.Errorf("the run at %v is marked %t", r.Start, r.Maintenance)
			}
			if r.Maintenance {
				marked++
			}
			if r.Maintenance && r.Confirm {
				t.Errorf("a run in maintenance was confirmed at %v", r.Start)
			}
		}
		if marked < 118 || marked > 121 {
			t.Errorf("%d runs in maintenance, want about 120", marked)
		}
	})
}

// An outage before the window is over in it: that is told.
func TestMaintenanceMayResolve(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		w := newWorld(t, func(_ string, at time.Time) (time.Duration, int) {
			if since := at.Sub(begun); since > 10*time.Minute && since < 40*time.Minute {
				return 10 * time.Millisecond, http.StatusBadGateway
			}
			return 300 * time.Millisecond, http.StatusOK
		})
		defer w.close()
		checkout := watch("checkout")
		checkout.Maintenance = []alert.Window{{Name: "repair", From: begun.Add(30 * time.Minute), Until: begun.Add(2 * time.Hour)}}
		w.run(time.Hour, Settings{Watches: []Watch{checkout}})
		told := w.events()["checkout"]
		if len(told) != 2 || told[1].Kind != alert.WentResolved || told[1].At.After(begun.Add(47*time.Minute)) {
			t.Errorf("told %v, want burning and then resolved in the window", kinds(told))
		}
	})
}

// The trend of a slow ramp is seen at night. The crossing lies hours after the
// morning in one zone, and before it in another.
func TestAWarningWaitsForTheMorningUnlessItsCrossingComesBefore(t *testing.T) {
	for name, c := range map[string]struct {
		until alert.Clock
		waits bool
	}{
		"crosses before the morning": {alert.Clock(9 * time.Hour), false},
		"crosses after the morning":  {alert.Clock(95 * time.Minute), true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begun := time.Now()
				w := newWorld(t, func(journey string, at time.Time) (time.Duration, int) {
					median := 0.3 + max(0, at.Sub(begun).Minutes()-60)*0.0035 // crosses 0.8 s at 03:23
					return time.Duration(median * noise(journey, at, 0.06) * float64(time.Second)), 200
				})
				defer w.close()
				settings := Settings{Watches: []Watch{watch("checkout")}, Quiet: alert.Hours{From: 0, Until: c.until}}
				a := w.agent()
				if err := w.db.SetRoutes(t.Context(), []store.Route{{Name: "slack"}}); err != nil {
					t.Fatal(err)
				}
				w.runAgent(a, 90*time.Minute, settings)
				told := w.events()["checkout"]
				if len(told) == 0 || told[0].Kind != alert.WentSoon {
					t.Fatalf("told %v, want soon first", kinds(told))
				}
				now := time.Now()
				due, err := w.db.Due(t.Context(), "slack", now)
				if err != nil || (len(due) == 0) != c.waits {
					t.Fatalf("%d deliveries are due at %v, error %v", len(due), now, err)
				}
				if !c.waits {
					return
				}
				w.reopen()
				morning := begun.Add(time.Duration(c.until))
				if due, err = w.db.Due(t.Context(), "slack", morning.Add(-time.Second)); err != nil || len(due) != 0 {
					t.Errorf("%d are due before the morning, error %v", len(due), err)
				}
				if due, err = w.db.Due(t.Context(), "slack", morning); err != nil || len(due) != 1 || due[0].State != store.Pending {
					t.Errorf("%v are due in the morning, error %v", due, err)
				}
			})
		})
	}
}
