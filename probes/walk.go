package probes

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"
)

// record is all that is known of one step of a run.
type record struct {
	result StepResult
	hops   []hop
	notes  []note
	tries  []try // before them

	uncaptured bool // it was skipped because a value that it needs was never captured
}

// walk takes the steps in their order and sums them up.
func (r *run) walk(ctx context.Context, from *Runner) {
	for i := range r.journey.Steps {
		s := &r.journey.Steps[i]
		r.records[i].result = StepResult{Name: s.Name, Always: s.Always, Optional: s.Optional, Verdict: Skipped,
			Failure: &Failure{Kind: FailMissing, Message: "not reached"}}
	}
	defer r.sumUp()
	unlock, failure := r.lock(ctx)
	if failure != nil {
		r.result.Failure = failure
		return
	}
	defer unlock()
	defer r.close()
	limit := time.Now().Add(r.journey.timeout())
	r.open(from)

	within, cancel := r.patience.allow(ctx, limit, "the journey's timeout of %v", r.journey.timeout())
	defer cancel()
	after, cancel := r.cleanup(ctx, limit, grace(r.journey.timeout()))
	defer cancel()
	for i := range r.journey.Steps {
		s, rec := &r.journey.Steps[i], &r.records[i]
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
		if from.Stepped != nil {
			from.Stepped(r.journey.Name, s.Name)
		}
	}
}

// grace is how much longer than the run itself its Always steps may take.
func grace(timeout time.Duration) time.Duration { return min(5*time.Second, timeout/2) }

// cleanup is the context of Always steps. It lives on by grace after the
// deadline, or after ctx ended.
func (r *run) cleanup(ctx context.Context, limit time.Time, grace time.Duration) (context.Context, func()) {
	if !r.journey.cleansUp() {
		return ctx, func() {}
	}
	after, cancel := r.patience.allow(context.WithoutCancel(ctx), limit.Add(grace), "the journey's timeout and %v of grace", grace)
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

// take runs one step. The first that breaks the run decides what is said of
// it.
func (r *run) take(ctx context.Context, s *Step, rec *record) {
	began, aside := time.Now(), r.aside
	failure := (*Failure)(nil)
	if panicked := r.guarded(func() { failure = r.step(ctx, s, rec) }); panicked != nil {
		failure = panicked
	}
	rec.result.settle(failure)
	if s.Always || s.Optional {
		r.aside = aside + time.Since(began)
	}
	if r.broken == nil && rec.breaks() {
		r.broken = rec
	}
}

// breaks reports whether a run with this step did not go well. A step that is
// not wanted breaks nothing, and neither does a cleanup of what was never
// made.
func (rec *record) breaks() bool {
	switch s := rec.result; {
	case s.Verdict.Good(), s.Optional:
		return false
	case s.Verdict == Skipped && s.Failure.Kind == FailIf:
		return false
	}
	return !rec.result.Always || !rec.uncaptured
}

// step takes one step, unless it is not wanted or a value for it is missing.
func (r *run) step(ctx context.Context, s *Step, rec *record) *Failure {
	defer r.handed(s)()
	if failure := r.choose(s); failure != nil {
		return failure
	}
	m, failure := r.ready(s, rec)
	if failure != nil {
		return failure
	}
	if failure := r.rest(ctx, s.Pause); failure != nil {
		return failure
	}
	if s.Timeout > 0 {
		limited, cancel := r.patience.allow(ctx, time.Now().Add(s.Timeout), "the step's timeout of %v", s.Timeout)
		defer cancel()
		ctx = limited
	}
	return r.attempts(ctx, s, m, rec)
}

// handed puts the values in force that are the step's alone, until undo is
// called, which leaves what was captured meanwhile. A value that lacks another
// has none.
func (r *run) handed(s *Step) (undo func()) {
	if s.Vars == nil {
		return func() {}
	}
	outer, captures := r.values, s.Capture
	r.values = maps.Clone(outer)
	for name, text := range s.Vars {
		if value, err := verbatim(text, outer); err == nil {
			r.values[name] = value
		} else {
			delete(r.values, name)
		}
	}
	return func() {
		for _, c := range captures {
			if value, captured := r.values[c.Name]; captured {
				outer[c.Name] = value
			}
		}
		r.values = outer
	}
}

// choose judges the step's If. A step that is not wanted says why.
func (r *run) choose(s *Step) *Failure {
	if s.If == nil {
		return nil
	}
	yes, evidence, err := s.If.Chosen(r.values, r.redact.String)
	switch {
	case err != nil:
		return r.failure(FailSelf, "", s.If.Source()+" could not be judged: "+err.Error(), "")
	case !yes:
		return r.failure(FailIf, "", "not wanted: "+s.If.Source()+" is false"+values(evidence), "")
	}
	return nil
}

// ready makes the step's request, if it has one. One that lacks a value is not
// sent.
func (r *run) ready(s *Step, rec *record) (message, *Failure) {
	if s.Look != nil {
		return message{}, nil
	}
	m, err := r.message(s)
	if err == nil {
		return m, nil
	}
	name, missing := errors.AsType[uncaptured](err)
	rec.uncaptured = missing
	return m, r.failure(FailMissing, "", err.Error()+r.whoLacks(string(name)), "")
}

// whoLacks names the step that should have captured a value.
func (r *run) whoLacks(name string) string {
	for i, s := range r.journey.Steps {
		captures := slices.ContainsFunc(s.Capture, func(c Capture) bool { return c.Name == name })
		if v := r.records[i].result.Verdict; captures && !v.Good() {
			return fmt.Sprintf(": step %q %s", s.Name, map[Verdict]string{
				Failed: "failed", Skipped: "was skipped", Unknown: "could not be judged"}[v])
		}
	}
	return ""
}

// rest waits for d. That time is not the product's: no latency has it.
func (r *run) rest(ctx context.Context, d time.Duration) *Failure {
	if d <= 0 {
		return nil
	}
	began := time.Now()
	timer := time.NewTimer(d)
	defer timer.Stop()
	defer func() { r.aside += time.Since(began) }()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return r.ended(ctx, new(fault))
	}
}

// attempt sends the step's request once and judges what came.
func (r *run) attempt(ctx context.Context, s *Step, m message, rec *record) *Failure {
	if limit := s.Retry.Timeout; limit > 0 {
		limited, cancel := r.patience.allow(ctx, time.Now().Add(limit), "the attempt's timeout of %v", limit)
		defer cancel()
		ctx = limited
	}
	if s.Look != nil {
		return r.look(ctx, *s.Look, rec)
	}
	used, failure := r.admit(ctx, &m, r.authFor(s, m), rec)
	if failure != nil {
		return failure
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
	return failure
}

// settle gives the verdict.
func (s *StepResult) settle(failure *Failure) {
	s.Failure = failure
	switch {
	case failure == nil && len(s.Attempts) > 0 && !s.Polled:
		s.Verdict = PassedOnRetry
	case failure == nil:
		s.Verdict = Passed
	case failure.Kind == FailSelf:
		s.Verdict = Unknown
	case failure.Kind.blames():
		s.Verdict, s.TimedOut = Failed, failure.Kind == FailTimeout
	default:
		s.Verdict = Skipped
	}
}

// blames reports whether a failure of this kind is the product's.
func (k FailureKind) blames() bool { return k != FailSelf && k != FailMissing && k != FailIf }

// timed adds the step to the journey's time, and notes that a deadline ended
// the run at this step: the journey took at least that long.
func (r *run) timed(within context.Context, rec *record) {
	if rec.result.Optional {
		return
	}
	r.result.Duration += rec.result.Took()
	if !rec.result.TimedOut {
		return
	}
	r.result.TimedOut = true
	if limit, ok := within.Deadline(); ok && within.Err() != nil {
		r.result.Duration = limit.Sub(r.result.Start) - r.aside
	}
}

// sumUp fills in the result. A step that could not be sent although all went
// well before it fails the run: the way was not walked to its end.
func (r *run) sumUp() {
	for _, rec := range r.records {
		rec.result.hide(r.redact)
		r.result.Steps = append(r.result.Steps, rec.result)
	}
	r.result.Waited = r.patience.waited.Truncate(time.Millisecond) // less is no waiting
	if r.result.Failure != nil {                                   // before the first step
		r.result.Verdict = Unknown
		return
	}
	if len(r.records) == 0 {
		r.result.Verdict, r.result.Failure = Unknown, r.failure(FailSelf, "", "the journey has no steps", "")
		return
	}
	if r.broken == nil {
		r.result.Verdict = r.goodVerdict()
		return
	}
	r.result.Verdict = Failed
	if r.broken.result.Verdict == Unknown {
		r.result.Verdict = Unknown
	}
	r.result.Step, r.result.Failure = r.broken.result.Name, r.broken.result.Failure
}

// goodVerdict is that of a run in which all went well, as far as it must.
func (r *run) goodVerdict() Verdict {
	for _, s := range r.result.Steps {
		if s.Verdict == PassedOnRetry && !s.Optional {
			return PassedOnRetry
		}
	}
	return Passed
}
