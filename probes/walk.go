package probes

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// record is all that is known of one step of a run.
type record struct {
	result StepResult
	hops   []hop
	notes  []note
}

// walk takes the steps in their order and sums them up.
func (r *run) walk(ctx context.Context, from Runner) {
	for i, s := range r.journey.Steps {
		r.records[i].result = StepResult{Name: s.Name, Always: s.Always, Verdict: Skipped,
			Failure: &Failure{Kind: FailMissing, Message: "not reached"}}
	}
	defer r.sumUp()
	defer r.close()
	r.open(from)

	limit := r.result.Start.Add(r.journey.timeout())
	within, cancel := context.WithDeadlineCause(ctx, limit, deadline(
		fmt.Sprintf("the journey's timeout of %v", r.journey.timeout())))
	defer cancel()
	after, cancel := cleanup(ctx, limit, grace(r.journey.timeout()))
	defer cancel()
	for i, s := range r.journey.Steps {
		rec := &r.records[i]
		switch {
		case s.Always:
			r.take(after, s, rec)
		case r.broken == nil:
			r.take(within, s, rec)
			r.timed(within, rec)
		default:
			rec.result.Failure = r.failure(FailMissing, "", fmt.Sprintf("not sent, because step %q did not pass",
				r.broken.result.Name), "")
		}
	}
}

// grace is how much longer than the run itself its Always steps may take.
func grace(timeout time.Duration) time.Duration { return min(5*time.Second, timeout/2) }

// cleanup is the context of Always steps. It lives on by grace after the
// deadline, or after ctx ended.
func cleanup(ctx context.Context, limit time.Time, grace time.Duration) (context.Context, func()) {
	after, cancel := context.WithDeadlineCause(context.WithoutCancel(ctx), limit.Add(grace), deadline(
		fmt.Sprintf("the journey's timeout and %v of grace", grace)))
	after, stop := context.WithCancelCause(after)
	unhook := context.AfterFunc(ctx, func() {
		time.AfterFunc(grace, func() { stop(context.Cause(ctx)) })
	})
	return after, func() {
		unhook()
		stop(nil)
		cancel()
	}
}

// take runs one step. The first that does not pass decides what is said of
// the run.
func (r *run) take(ctx context.Context, s Step, rec *record) {
	if failure := r.guarded(func() { r.step(ctx, s, rec) }); failure != nil {
		rec.result.settle(failure)
	}
	if rec.result.Verdict != Passed && r.broken == nil {
		r.broken = rec
	}
}

// step sends the step's request, unless a value for it is missing, and judges
// what came.
func (r *run) step(ctx context.Context, s Step, rec *record) {
	if s.Look != nil {
		rec.result.settle(r.look(ctx, *s.Look, rec))
		return
	}
	m, err := r.message(s)
	if err != nil {
		rec.result.Failure = r.failure(FailMissing, "", err.Error(), "")
		return
	}
	if s.Timeout > 0 {
		limited, cancel := context.WithTimeoutCause(ctx, s.Timeout, deadline(
			fmt.Sprintf("the step's timeout of %v", s.Timeout)))
		defer cancel()
		ctx = limited
	}
	used, failure := r.admit(ctx, &m, r.authFor(s, m), rec)
	if failure != nil {
		rec.result.settle(failure)
		return
	}
	rec.result.Start = time.Now()
	rec.hops, failure = r.exchange(ctx, s, m)
	rec.result.measured(rec.hops)
	if used != nil && rec.hops[0].Status == http.StatusUnauthorized {
		r.tokens.drop(used.key, used.token)
	}
	if failure == nil {
		failure = r.judge(s, rec)
	}
	rec.result.settle(failure)
}

// settle gives the verdict.
func (s *StepResult) settle(failure *Failure) {
	s.Failure = failure
	switch {
	case failure == nil:
		s.Verdict = Passed
	case failure.Kind == FailMissing:
		s.Verdict = Skipped
	case failure.Kind == FailSelf:
		s.Verdict = Unknown
	default:
		s.Verdict = Failed
		s.TimedOut = failure.Kind == FailTimeout
	}
}

// timed notes that a deadline ended the run at this step: the journey took at
// least that long.
func (r *run) timed(within context.Context, rec *record) {
	r.result.Duration += rec.result.Duration
	if !rec.result.TimedOut {
		return
	}
	r.result.TimedOut = true
	if limit, ok := within.Deadline(); ok && within.Err() != nil {
		r.result.Duration = limit.Sub(r.result.Start)
	}
}

// sumUp fills in the result. A step that could not be sent although all went
// well before it fails the run: the way was not walked to its end.
func (r *run) sumUp() {
	for _, rec := range r.records {
		rec.result.hide(r.redact)
		r.result.Steps = append(r.result.Steps, rec.result)
	}
	if len(r.records) == 0 {
		r.result.Verdict, r.result.Failure = Unknown, r.failure(FailSelf, "", "the journey has no steps", "")
		return
	}
	if r.broken == nil {
		r.result.Verdict = Passed
		return
	}
	r.result.Verdict = Failed
	if r.broken.result.Verdict == Unknown {
		r.result.Verdict = Unknown
	}
	r.result.Step, r.result.Failure = r.broken.result.Name, r.broken.result.Failure
}
