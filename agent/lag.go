package agent

import (
	"fmt"
	"time"

	"github.com/forewarn/forewarn/probes"
)

// What a run may be delayed by this machine before its times are no longer
// the product's: a tenth of a second, and a fifth of what the run took.
const (
	lagAlways = 100 * time.Millisecond
	lagShare  = 5
)

// excuse makes a run unknown whose times this machine spoiled. A run that
// failed on what a response said failed all the same.
func excuse(r probes.Result) probes.Result {
	timed := r.Verdict.Good() || r.Verdict == probes.Failed && r.TimedOut
	if !timed || r.Lag < max(lagAlways, r.Duration/lagShare) {
		return r
	}
	r.Verdict, r.TimedOut = probes.Unknown, false
	r.Failure = &probes.Failure{
		Kind:    probes.FailSelf,
		Message: fmt.Sprintf("this machine was too busy to measure: a timer came %v late", r.Lag.Round(time.Millisecond)),
	}
	return r
}
