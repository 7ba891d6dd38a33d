package probes

import (
	"slices"
	"time"
)

// Latency is how long the journey took, or one of its steps if step is not
// "". With atLeast it took that long or longer: a deadline ended it. ok is
// false if the run says nothing of it: the journey did not come to its end
// for another reason, the step was not answered, there is no such step.
//
// A journey's latency leaves out its Always and Optional steps, whatever became
// of them, and steps that were not wanted.
func (r Result) Latency(step string) (took time.Duration, atLeast, ok bool) {
	if step == "" {
		return r.Duration, r.TimedOut, r.TimedOut || r.arrived()
	}
	for _, s := range r.Steps {
		if s.Name == step {
			return s.Took(), s.TimedOut, s.TimedOut || s.Answered() && !r.untimed()
		}
	}
	return 0, false, false
}

// arrived reports whether every step that counts passed.
func (r Result) arrived() bool {
	counted := 0
	for _, s := range r.Steps {
		switch {
		case s.Always, s.Optional, s.Verdict == Skipped && s.Failure != nil && s.Failure.Kind == FailIf:
		case !s.Verdict.Good(), r.untimed():
			return false
		default:
			counted++
		}
	}
	return counted > 0
}

// untimed reports whether nothing is known of any duration, as of a job that
// only said that it is over.
func (r Result) untimed() bool {
	return r.Duration == 0 && !slices.ContainsFunc(r.Steps, func(s StepResult) bool { return !s.Start.IsZero() || s.Duration > 0 })
}

// CertDays is how many days the certificates that the named step met are still
// valid, those of all steps if step is "": negative when they have expired.
// ok is false if there was no certificate to see.
func (r Result) CertDays(step string) (left float64, ok bool) {
	var end time.Time
	for _, s := range r.Steps {
		if step == "" || s.Name == step {
			end = earlier(end, s.CertEnd)
		}
	}
	return days(end.Sub(r.Start)), !end.IsZero()
}
