package agent

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/forewarn/forewarn/notify"
	"github.com/forewarn/forewarn/store"
)

// Health says whether the parts of an agent work. Err texts name what to do.
type Health struct {
	Scheduling error // a journey has not run for three intervals
	Storing    error // the last result could not be kept
	Delivering error // the outbox does not move
	Runs       int64 // since the start
	Missed     int64 // slots that no run took, since the start
}

// OK reports whether nothing is wrong.
func (h Health) OK() bool { return h.Scheduling == nil && h.Storing == nil && h.Delivering == nil }

// Health reports how the agent is. It is safe for concurrent use.
func (a *Agent) Health() Health {
	b := &a.health
	b.mu.Lock()
	h := Health{Runs: b.runs, Missed: b.missed}
	for _, err := range b.storing {
		h.Storing = err
	}
	now := time.Now()
	for name, e := range b.expected {
		if late := now.Sub(e.last); late > 3*e.every {
			h.Scheduling = fmt.Errorf("%s has not run for %v: is the machine overloaded?", name, late.Round(time.Second))
		}
	}
	b.mu.Unlock()
	if err := a.DB.Healthy(); err != nil {
		h.Storing = err
	}
	for _, c := range a.Notifier.Health() {
		if !c.OK() {
			h.Delivering = fmt.Errorf("%s: %s", c.Channel, reasonOf(c))
		}
	}
	return h
}

// reasonOf is why a channel does not deliver, and what to do.
func reasonOf(c notify.Health) string {
	for _, p := range c.Problems {
		if p.Fatal {
			return p.String()
		}
	}
	return c.Failure
}

// healthBoard collects what the patrols report.
type healthBoard struct {
	mu       sync.Mutex
	expected map[string]expectation
	storing  map[string]error // why the last results of a journey are not kept; only of those that are not
	runs     int64
	missed   int64
}

// expectation is when a journey last ran, or was first scheduled.
type expectation struct {
	every time.Duration
	last  time.Time
}

// expect replaces the journeys that are watched over.
func (b *healthBoard) expect(patrols map[string]*patrol) {
	b.mu.Lock()
	defer b.mu.Unlock()
	old := b.expected
	b.expected, b.storing = map[string]expectation{}, map[string]error{} // the next runs will tell
	for name, p := range patrols {
		last := time.Now()
		if known, ok := old[name]; ok {
			last = known.last
		}
		b.expected[name] = expectation{p.grid.every, last}
	}
}

// alive notes that a heartbeat was looked after.
func (b *healthBoard) alive(journey string, at time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.seen(journey, at)
}

func (b *healthBoard) seen(journey string, at time.Time) {
	if e, ok := b.expected[journey]; ok {
		b.expected[journey] = expectation{e.every, at}
	}
}

func (b *healthBoard) ran(journey string, at time.Time, missed int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.runs++
	b.missed += int64(missed)
	b.seen(journey, at)
}

// stored notes whether all results of a journey are kept, and reports whether
// that is news: each run of each journey finds the same disk full.
func (b *healthBoard) stored(journey string, err error) (news bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	was := len(b.storing) > 0
	delete(b.storing, journey)
	if _, watched := b.expected[journey]; err != nil && watched {
		b.storing[journey] = err
	}
	if err == nil {
		return was && len(b.storing) == 0
	}
	return !was || !store.Passing(err)
}

// unkept are the journeys of which results wait to be kept, in order.
func (b *healthBoard) unkept() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Sorted(maps.Keys(b.storing))
}
