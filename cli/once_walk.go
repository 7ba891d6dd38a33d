package cli

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/forewarn/forewarn/probes"
)

// walk takes the journeys, at most o.jobs at a time, and tells of each as soon
// as all before it are told.
func (o *once) walk(ctx context.Context, location string, journeys []probes.Journey) round {
	r := round{location: location, start: time.Now(), runs: make([]walked, len(journeys))}
	limited, cancel := ctx, context.CancelFunc(func() {})
	if o.timeout > 0 {
		limited, cancel = context.WithTimeout(ctx, o.timeout)
	}
	defer cancel()
	p := newProgress(o.errOut, journeys, o.quiet)
	defer p.stop()
	runner := probes.Runner{
		Location: location, Version: programVersion(), Stepped: p.stepped,
		Tokens: new(probes.Tokens), Turns: new(probes.Turns),
	}

	done := make([]chan struct{}, len(journeys))
	for i := range done {
		done[i] = make(chan struct{})
	}
	go func() {
		var broken atomic.Pointer[string] // the journey that --fail-fast stops at
		var group errgroup.Group
		group.SetLimit(o.jobs)
		for i, j := range journeys {
			group.Go(func() error {
				defer close(done[i])
				r.runs[i] = o.take(limited, runner, j, &broken, p)
				return nil
			})
		}
	}()
	for i := range done {
		<-done[i]
		o.tell(r.runs[i], p, len(journeys) > 1)
	}
	r.took = time.Since(r.start)
	r.code = exitCodeOf(r.runs)
	if ctx.Err() != nil {
		r.code = exitInterrupted
	}
	return r
}

// take walks one journey, unless there is a reason not to begin it.
func (o *once) take(ctx context.Context, runner probes.Runner, j probes.Journey, broken *atomic.Pointer[string], p *progress) walked {
	switch name := broken.Load(); {
	case o.failFast && name != nil:
		return notBegun(j, probes.Skipped, fmt.Sprintf("not begun, because %s did not pass (--fail-fast)", *name))
	case ctx.Err() == context.DeadlineExceeded:
		return notBegun(j, probes.Unknown, fmt.Sprintf("not begun within --timeout %v", o.timeout))
	case ctx.Err() != nil:
		return notBegun(j, probes.Unknown, "not begun, because forewarn was interrupted")
	}
	p.begin(j)
	defer p.end(j)
	w := walked{journey: j}
	w.result, w.transcript = runner.Run(ctx, j, time.Time{})
	if !w.result.Verdict.Good() {
		broken.CompareAndSwap(nil, &j.Name)
	}
	return w
}

// notBegun is the run of a journey that was not walked, and why.
func notBegun(j probes.Journey, v probes.Verdict, why string) walked {
	kind := probes.FailSelf
	if v == probes.Skipped {
		kind = probes.FailMissing
	}
	failure := &probes.Failure{Kind: kind, Message: why}
	r := probes.Result{Journey: j.Name, Verdict: v, Failure: failure}
	for _, s := range j.Steps {
		r.Steps = append(r.Steps, probes.StepResult{Name: s.Name, Always: s.Always, Verdict: probes.Skipped,
			Failure: &probes.Failure{Kind: probes.FailMissing, Message: why}})
	}
	return walked{journey: j, result: r}
}

// exitCodeOf is the worst that runs say: not being able to probe hides more
// than a failed expectation does.
func exitCodeOf(runs []walked) int {
	code := exitOK
	for _, w := range runs {
		switch exitCode(w.result) {
		case exitProbe:
			return exitProbe
		case exitExpect:
			code = exitExpect
		}
	}
	return code
}

// exitCode is what one run says. One that --fail-fast skipped says nothing.
func exitCode(r probes.Result) int {
	switch {
	case r.Verdict.Good(), r.Verdict == probes.Skipped:
		return exitOK
	case r.Verdict == probes.Failed && r.Failure != nil && judged(r.Failure.Kind):
		return exitExpect
	default:
		return exitProbe
	}
}

// judged reports whether a response came and was found wrong.
func judged(k probes.FailureKind) bool {
	return k == probes.FailExpect || k == probes.FailCapture || k == probes.FailMissing || k == probes.FailRedirect
}

// ending is what a step of a run is to a report that knows four words.
type ending int

const (
	well    ending = iota
	skipped        // or optional: nothing that must be
	wrong          // a wrong answer
	unseen         // no answer to be judged, or none that could be had
)

// endingOf sorts a step. One that was never sent is wrong where it broke the
// run: a report must not look better than the exit code.
func endingOf(r probes.Result, s probes.StepResult) ending {
	broke := s.Name == r.Step
	switch {
	case s.Verdict.Good():
		return well
	case s.Optional, s.Verdict == probes.Skipped && !broke:
		return skipped
	case s.Verdict != probes.Unknown && s.Failure != nil && judged(s.Failure.Kind):
		return wrong
	}
	return unseen
}

// attemptsOf says how often a step was sent, "" if once.
func attemptsOf(s probes.StepResult) string {
	switch n := len(s.Attempts) + 1; {
	case n == 1:
		return ""
	case s.Polled:
		return count(n, "poll")
	default:
		return count(n, "attempt")
	}
}
