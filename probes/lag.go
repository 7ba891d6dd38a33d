package probes

import (
	"sync"
	"time"
)

// lagMeter measures, while a run is under way, how late this process's own
// timers come. What delays a timer delays a measurement as well.
type lagMeter struct {
	mu    sync.Mutex
	timer *time.Timer
	due   time.Time // when the timer should go off; zero: the meter has stopped
	worst time.Duration
}

// lagEvery is how often the meter looks.
const lagEvery = 20 * time.Millisecond

// worthTelling is the lateness from which on a reader should know of it.
const worthTelling = 10 * time.Millisecond

func startLagMeter() *lagMeter {
	m := &lagMeter{due: time.Now().Add(lagEvery)}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.timer = time.AfterFunc(lagEvery, m.look)
	return m
}

func (m *lagMeter) look() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.due.IsZero() {
		return
	}
	now := time.Now()
	m.worst, m.due = max(m.worst, now.Sub(m.due)), now.Add(lagEvery)
	m.timer.Reset(lagEvery)
}

// end stops the meter and returns the worst lateness it saw. A timer that is
// overdue counts, too.
func (m *lagMeter) end() time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	worst := max(m.worst, time.Since(m.due))
	m.due = time.Time{}
	m.timer.Stop()
	return worst
}
