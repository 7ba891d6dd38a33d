package agent

import (
	"sync"
	"time"
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

// healthBoard collects what the patrols report.
type healthBoard struct {
	mu       sync.Mutex
	expected map[string]expectation
	storing  error
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
	b.expected = map[string]expectation{}
	for name, p := range patrols {
		last := time.Now()
		if known, ok := old[name]; ok {
			last = known.last
		}
		b.expected[name] = expectation{p.grid.every, last}
	}
}

func (b *healthBoard) ran(journey string, at time.Time, missed int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.runs++
	b.missed += int64(missed)
	if e, ok := b.expected[journey]; ok {
		b.expected[journey] = expectation{e.every, at}
	}
}

func (b *healthBoard) stored(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.storing = err
}
