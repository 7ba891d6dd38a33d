package probes

import "time"

// lagMeter measures, while a run is under way, how late this process's own
// timers come. What delays a timer delays a measurement as well.
type lagMeter struct {
	stop  chan struct{}
	worst chan time.Duration
}

// lagEvery is how often the meter looks.
const lagEvery = 20 * time.Millisecond

// worthTelling is the lateness from which on a reader should know of it.
const worthTelling = 10 * time.Millisecond

func startLagMeter() lagMeter {
	m := lagMeter{make(chan struct{}), make(chan time.Duration, 1)}
	go m.measure()
	return m
}

func (m lagMeter) measure() {
	timer := time.NewTimer(lagEvery)
	defer timer.Stop()
	var worst time.Duration
	for due := time.Now().Add(lagEvery); ; due = time.Now().Add(lagEvery) {
		select {
		case <-m.stop:
			m.worst <- max(worst, time.Since(due)) // one that is overdue counts, too
			return
		case <-timer.C:
			worst = max(worst, time.Since(due))
			timer.Reset(lagEvery)
		}
	}
}

// end stops the meter and returns the worst lateness it saw.
func (m lagMeter) end() time.Duration {
	close(m.stop)
	return <-m.worst
}
