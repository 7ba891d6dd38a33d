package agent

import (
	"fmt"
	"time"

	"github.com/forewarn/forewarn/probes"
)

// lagMeter measures, while a run is under way, how late this process's own
// timers come. What delays a timer delays a measurement as well.
type lagMeter struct {
	stop  chan struct{}
	worst chan time.Duration
}

// lagEvery is how often the meter looks.
const lagEvery = 20 * time.Millisecond

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
			m.worst <- worst
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

// What a run may be delayed by this machine before its times are no longer
// the product's: a tenth of a second, and a fifth of what the run took.
const (
	lagAlways = 100 * time.Millisecond
	lagShare  = 5
)

// excuse makes a run unknown whose times this machine spoiled. A run that
// failed on what a response said failed all the same.
func excuse(r probes.Result, lag time.Duration) probes.Result {
	timed := r.Verdict == probes.Passed || r.Verdict == probes.Failed && r.TimedOut
	if !timed || lag < max(lagAlways, r.Duration/lagShare) {
		return r
	}
	r.Verdict, r.TimedOut = probes.Unknown, false
	r.Failure = &probes.Failure{
		Kind:    probes.FailSelf,
		Message: fmt.Sprintf("this machine was too busy to measure: a timer came %v late", lag.Round(time.Millisecond)),
	}
	return r
}
