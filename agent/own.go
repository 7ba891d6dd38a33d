package agent

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/forewarn/forewarn/probes"
)

// Own is what of ours made a run unknown, as the label of a metric.
type Own string

// What may be at fault that is ours. Each makes a run unknown, never failed.
const (
	ownNothing     Own = ""            // the run says something of the product
	ownMachine     Own = "machine"     // the run itself found it: no route, no descriptors, a panic, a stop
	ownBusy        Own = "busy"        // our timers came late
	ownClock       Own = "clock"       // the clock was set meanwhile
	ownDescriptors Own = "descriptors" // hardly any were left
	ownLink        Own = "link"        // nor did a canary answer
)

// surroundings are what this machine went through during a run.
type surroundings struct {
	moved time.Duration // of its wall clock, beyond the time that passed
	files func() descriptors
	link  func() error // why no canary answers; nil if one does or there is none
}

const (
	// maxMoved is by how much the clock may be set during a run, as is usual
	// when it is kept right.
	maxMoved = time.Second

	// What a run may be delayed by this machine before its times are no longer
	// the product's: a tenth of a second, and a fifth of what the run took.
	lagAlways = 100 * time.Millisecond
	lagShare  = 5
)

// excuse makes a run unknown that this machine spoiled. A run that failed on
// what a response said failed all the same.
func (s surroundings) excuse(r probes.Result) (probes.Result, Own) {
	timed := r.Verdict.Good() || r.Verdict == probes.Failed && r.TimedOut
	switch {
	case r.Verdict == probes.Unknown:
		return r, ownMachine
	case s.moved.Abs() > maxMoved:
		return ours(r, fmt.Sprintf("the clock of this machine was set by %v during the run", s.moved.Round(time.Millisecond))), ownClock
	case timed && r.Lag >= max(lagAlways, r.Duration/lagShare):
		return ours(r, fmt.Sprintf("this machine was too busy to measure: a timer came %v late", r.Lag.Round(time.Millisecond))), ownBusy
	case !onTheWay(r):
		return r, ownNothing
	}
	if files := s.files(); files.scarce() {
		return ours(r, fmt.Sprintf("this process had opened %d of at most %d files: raise LimitNOFILE, or ulimit -n", files.open, files.limit)), ownDescriptors
	}
	if err := s.link(); err != nil {
		why := strings.ReplaceAll(err.Error(), "\n", ", ")
		return ours(r, "this machine's own link: the canary does not answer either ("+why+") while: "+r.Failure.Message), ownLink
	}
	return r, ownNothing
}

// onTheWay reports whether a run failed for want of an answer, so that the
// fault may lie anywhere between here and the product.
func onTheWay(r probes.Result) bool {
	if r.Verdict != probes.Failed || r.Failure == nil {
		return false
	}
	return slices.Contains([]probes.FailureKind{
		probes.FailResolve, probes.FailConnect, probes.FailTLS, probes.FailTimeout,
	}, r.Failure.Kind)
}

// ours is r without anything that accuses the product.
func ours(r probes.Result, why string) probes.Result {
	failure := &probes.Failure{Kind: probes.FailSelf, Message: why}
	if r.Failure != nil {
		failure.Phase = r.Failure.Phase
	}
	r.Verdict, r.TimedOut, r.Failure = probes.Unknown, false, failure
	r.Steps = slices.Clone(r.Steps)
	for i := range r.Steps {
		if step := &r.Steps[i]; step.Verdict == probes.Failed {
			step.Verdict, step.TimedOut, step.Failure = probes.Unknown, false, failure
		}
	}
	return r
}

// survey looks at this machine after a run that began at begun.
func (a *Agent) survey(ctx context.Context, begun time.Time) surroundings {
	s := surroundings{moved: jump(begun, time.Now()), files: countDescriptors, link: func() error { return nil }}
	if c := a.canary.Load(); c != nil {
		s.link = func() error { return c.silent(ctx) }
	}
	return s
}
