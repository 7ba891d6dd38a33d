package probes

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"
)

// Retry sends the request of a step that failed again; the zero Retry never
// does. What was our own fault did not fail and is not sent again.
type Retry struct {
	Times   int           // attempts after the first
	Backoff time.Duration // before the second attempt; doubled before each further one
	Jitter  float64       // share, 0 to 1, by which each wait is longer or shorter at random
	Timeout time.Duration // of each attempt; 0 is what is left of the step's
}

// Poll repeats a step's request until its expectations hold and its captures
// are there: the product needs time for what was asked of it. The zero Poll
// asks once.
type Poll struct {
	Every  time.Duration // from one request to the next; at once if an answer takes longer
	Within time.Duration // from the first request; bounds all of them
}

// MostAttempts is how often the request of one step is sent at most.
const MostAttempts = 100

// Attempt is one request of a step that was sent again after it. A retried one
// failed; a polled one did not find the state that was waited for.
type Attempt struct {
	Start    time.Time
	Duration time.Duration // as all below, of StepResult
	Phases   Phases
	Reused   bool
	TimedOut bool
	Status   int
	Failure  *Failure
}

// Took is what the step adds to the journey's latency. Of a retried step it is
// the time of all its attempts, without the waits between them: a customer,
// too, has waited for the one that failed. Of a polled step it is that of its
// last request.
func (s StepResult) Took() time.Duration {
	took := s.Duration
	if !s.Polled {
		for _, a := range s.Attempts {
			took += a.Duration
		}
	}
	return took
}

// Spent are the phases of [StepResult.Took]; they add up to it.
func (s StepResult) Spent() Phases {
	spent := s.Phases
	if !s.Polled {
		for _, a := range s.Attempts {
			spent.add(a.Phases)
		}
	}
	return spent
}

// try is what a transcript tells of an attempt. Those of a poll have no hops.
type try struct {
	hops  []hop
	notes []note
}

// attempts sends the step's request until one is answered as it must be, or
// there may be no more of them. None is begun that could only begin after the
// deadline.
func (r *run) attempts(ctx context.Context, s *Step, m message, rec *record) *Failure {
	if rec.result.Polled = s.Poll.Within > 0; rec.result.Polled {
		limited, cancel := r.patience.allow(ctx, time.Now().Add(s.Poll.Within), "the %v of its poll", s.Poll.Within)
		defer cancel()
		ctx = limited
	}
	for began := time.Now(); ; {
		failure := r.attempt(ctx, s, m, rec)
		wait, again := s.again(rec, failure)
		if end, ok := ctx.Deadline(); !again || ok && time.Until(end) <= wait {
			return failure.counted(rec.result, time.Since(began))
		}
		r.putAside(rec, failure)
		if stopped := r.rest(ctx, wait); stopped != nil {
			return stopped
		}
		if m, failure = r.ready(s, rec); failure != nil {
			return failure
		}
	}
}

// again says whether the attempt that rec holds is followed by another, and
// how long after.
func (s *Step) again(rec *record, failure *Failure) (wait time.Duration, yes bool) {
	n := len(rec.result.Attempts) + 1
	switch {
	case failure == nil, n >= MostAttempts, !failure.Kind.blames():
		return 0, false
	case rec.result.Polled:
		wait = max(0, time.Until(rec.result.Start.Add(s.Poll.Every)))
		return wait, failure.Kind == FailExpect || failure.Kind == FailCapture
	}
	return s.Retry.wait(n), n <= s.Retry.Times
}

// wait is the time between attempt n and the next.
func (t Retry) wait(n int) time.Duration {
	const mostDoublings = 16
	wait := float64(t.Backoff << min(n-1, mostDoublings))
	return time.Duration(wait * (1 + t.Jitter*(2*rand.Float64()-1)))
}

// putAside makes the attempt that rec holds an earlier one.
func (r *run) putAside(rec *record, failure *Failure) {
	s := rec.result
	earlier := Attempt{
		Start: s.Start, Duration: s.Duration, Phases: s.Phases, Reused: s.Reused,
		TimedOut: failure.Kind == FailTimeout, Status: s.Status, Failure: failure,
	}
	done := try{rec.hops, rec.notes}
	if s.Polled {
		done.hops = nil // there may be many
		r.aside += s.Duration
	}
	rec.tries = append(rec.tries, done)
	rec.hops, rec.notes = nil, nil
	rec.result = StepResult{Name: s.Name, Verdict: s.Verdict, Always: s.Always, Optional: s.Optional,
		Polled: s.Polled, Attempts: append(s.Attempts, earlier)}
}

// counted is the failure of a step's last attempt, which says that there were
// others.
func (f *Failure) counted(s StepResult, took time.Duration) *Failure {
	if f == nil || len(s.Attempts) == 0 || !f.Kind.blames() {
		return f
	}
	what := "attempts"
	if s.Polled {
		what = "polls"
	}
	suffix := fmt.Sprintf(" (%d %s in %s)", len(s.Attempts)+1, what, took.Round(time.Millisecond))
	counted := *f
	counted.Message = clip(f.Message, maxMessage-len(suffix)) + suffix
	return &counted
}
