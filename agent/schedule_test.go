package agent

import (
	"fmt"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-co-op/gocron/v2"
	"github.com/jonboulle/clockwork"
)

// busyClock is the scheduler's clock on a machine that is too busy: each look
// at it takes so long.
type busyClock struct {
	clockwork.Clock
	t     *testing.T
	takes time.Duration
	looks atomic.Int64
}

// Now ends a scheduler that does nothing but look.
func (c *busyClock) Now() time.Time {
	if c.looks.Add(1) > 10_000 {
		c.t.Error("the scheduler does nothing any more but look at its clock")
		runtime.Goexit()
	}
	time.Sleep(c.takes)
	return time.Now()
}

// The scheduler checks the time of a job, and looks at it again later: a time
// that passes in between must neither be lost nor stop all others.
func TestATimeThatPassesBeforeTheSchedulerLooksStopsNothing(t *testing.T) {
	const slots = 3
	for takes := 10 * time.Microsecond; takes < 5*time.Millisecond; takes += takes / 10 { // some end between any two looks
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, steady)
			defer w.close()
			time.Sleep(20 * time.Second) // the fake clock begins at a full minute
			plan := busyPlan(t, w.agent(), takes)
			var s Settings
			for i := range 3 {
				s.Watches = append(s.Watches, watch(fmt.Sprint("journey ", i)))
			}
			if err := plan.apply(t.Context(), s); err != nil {
				t.Errorf("at %v a look: %v", takes, err)
			}
			time.Sleep(slots * time.Minute)
			plan.stop()
			for _, of := range s.Watches {
				name := of.Journey.Name
				ran, first := len(w.seen[name]), time.Hour
				if ran > 0 {
					first = w.seen[name][0].Late
				}
				if ran < slots || first > time.Second {
					t.Errorf("at %v a look: %s ran %d times in %d minutes, the first %v late", takes, name, ran, slots, first)
				}
			}
		})
	}
}

// busyPlan is one whose scheduler looks at a busyClock.
func busyPlan(t *testing.T, a *Agent, takes time.Duration) *plan {
	t.Helper()
	a.prepare()
	plan, err := a.newPlan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := plan.scheduler.Shutdown(); err != nil {
		t.Fatal(err)
	}
	clock := &busyClock{Clock: clockwork.NewRealClock(), t: t, takes: takes}
	if plan.scheduler, err = gocron.NewScheduler(gocron.WithClock(clock), gocron.WithLocation(time.UTC), gocron.WithStopTimeout(time.Second)); err != nil {
		t.Fatal(err)
	}
	plan.scheduler.Start()
	return plan
}

// A service manager starts what needs us on this word.
func TestItHasBegunWhenEveryJourneyIsOnItsGridAndNotBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, steady)
		defer w.close()
		a, scheduled := w.agent(), []int{}
		a.Began = func() {
			a.health.mu.Lock() // the first runs are under way
			defer a.health.mu.Unlock()
			scheduled = append(scheduled, len(a.health.expected))
		}
		w.runAgent(a, 3*time.Minute, Settings{Watches: []Watch{watch("checkout"), watch("search")}})
		if !slices.Equal(scheduled, []int{2}) {
			t.Errorf("it said that it began with %v journeys on their grids, want once, with 2", scheduled)
		}
	})
}

// Slots of a journey that is due often share a job of the scheduler: still
// each has its run, on time, and none has two.
func TestEverySlotHasItsRunHoweverOftenTheJourneyIsDue(t *testing.T) {
	for _, every := range []time.Duration{time.Second, 3 * time.Second, 7 * time.Second, 10 * time.Second, 15 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, steady)
			defer w.close()
			often := watch("checkout")
			often.Journey.Every, often.Journey.Timeout = every, every/2
			w.run(2*time.Minute, Settings{Watches: []Watch{often}})
			runs := w.seen["checkout"]
			if want := int(2*time.Minute/every) - 1; len(runs) < want {
				t.Fatalf("every %v it ran %d times in two minutes", every, len(runs))
			}
			for i, o := range runs[1:] { // the very first catches up
				if before := runs[i].Result.Due; o.Result.Due.Sub(before) != every || !o.Result.Start.Equal(o.Result.Due) || o.Missed != 0 {
					t.Errorf("every %v the run of %v began at %v, behind that of %v, with %d missed", every, o.Result.Due, o.Result.Start, before, o.Missed)
				}
			}
		})
	}
}
