package agent

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/forewarn/forewarn/probes"
)

// Five journeys share an account, and take longer than two minutes together:
// somebody always comes too late, and it is never the product's fault.
func TestJourneysOfOneLockNeverOverlapAndAreNeverBlamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const takes = 25 * time.Second
		var inside, most atomic.Int32
		w := newWorld(t, func(string, time.Time) (time.Duration, int) {
			most.Store(max(most.Load(), inside.Add(1)))
			time.AfterFunc(takes-time.Nanosecond, func() { inside.Add(-1) })
			return takes, 200
		})
		a := w.agent()
		a.Runner.Turns = new(probes.Turns)
		var settings Settings
		for _, name := range []string{"a", "b", "c", "d", "e"} {
			one := watch(name)
			one.Journey.Lock, one.Limits = "account", one.Limits[:1]
			settings.Watches = append(settings.Watches, one)
		}
		w.runAgent(a, 20*time.Minute, settings)
		passed, late := 0, 0
		for name, seen := range w.seen {
			for _, o := range seen[:len(seen)-1] { // the last one may have been stopped
				switch r := o.Result; {
				case r.Verdict == probes.Passed && r.Duration == takes:
					passed++
				case r.Verdict == probes.Unknown && r.Failure.Kind == probes.FailSelf && r.Waited > 0:
					late++
				default:
					t.Errorf("%s: %v in %v, waited %v: %+v", name, r.Verdict, r.Duration, r.Waited, r.Failure)
				}
			}
		}
		if most.Load() != 1 || passed < 30 || late == 0 {
			t.Errorf("at most %d at once, %d passed, %d came too late", most.Load(), passed, late)
		}
		for name, events := range w.events() {
			if len(events) > 0 {
				t.Errorf("%s was told of: %v", name, kinds(events))
			}
		}
		time.Sleep(time.Minute) // lets the server's handlers end
		w.close()
	})
}
