package probes

import (
	"net/http"
	"time"
)

// Verdict is what a run, or one step of it, says about the product.
type Verdict uint8

// The zero Verdict is Unknown: whatever was never filled in accuses nobody.
const (
	Unknown Verdict = iota // our own fault; counts in no indicator
	Passed
	Failed
	Skipped       // only of a step: it was never sent
	PassedOnRetry // a step's later attempt passed; a run with such a step
)

// Good reports whether the product did what was asked of it, at once or on
// retry.
func (v Verdict) Good() bool { return v == Passed || v == PassedOnRetry }

// String is the verdict's word: unknown, passed, failed, skipped or passed on
// retry.
func (v Verdict) String() string {
	switch v {
	case Passed:
		return "passed"
	case PassedOnRetry:
		return "passed on retry"
	case Failed:
		return "failed"
	case Skipped:
		return "skipped"
	}
	return "unknown"
}

// Result is what one run of a journey gave. It is a value: sharing it is safe
// as long as nobody writes into its slices.
type Result struct {
	Journey  string
	Location string
	Due      time.Time     // slot on the journey's grid, the confirmed run's if it confirms; zero outside the schedule
	Start    time.Time     // when the run really began; Start - Due is its lateness
	Lag      time.Duration // worst lateness of our own timers meanwhile, from which to tell a slow product from a busy machine

	// Waited is how long the run stood back for others: at its lock, and at
	// hosts that are asked no more than they may be. It is in no latency, and
	// no deadline runs meanwhile.
	Waited time.Duration

	Verdict  Verdict
	Step     string   // first step that failed or was unknown; "" if none
	Failure  *Failure // why; nil if passed
	TimedOut bool     // a deadline, the journey's or a step's, ended it

	// Duration is the sum of what the steps took, Always and Optional steps left
	// out; if the journey's deadline ended the run, that deadline without pauses
	// and other waits of ours. A run that timed out took at least that long.
	// [Result.Latency] tells when it means something.
	Duration time.Duration

	Steps       []StepResult // one per configured step, in order, whatever happened
	Confirm     bool         // an extra run after a failure: counts in no rate
	Maintenance bool         // ran inside a maintenance window
}

// StepResult is what one step gave. Results are matched to steps by Name,
// never by position.
type StepResult struct {
	Name     string
	Verdict  Verdict
	Always   bool
	Optional bool      // a failure of it did not fail the run
	Polled   bool      // Attempts found a state that was not there yet; they did not fail
	Attempts []Attempt // before the one that all below is of, oldest first

	Start    time.Time     // zero if it was skipped, or nothing was timed
	Duration time.Duration // request begun to last body byte, redirects included
	Phases   Phases        // add up to Duration
	Reused   bool          // no connection was made for it: the run had one already
	TimedOut bool          // Duration is then a lower bound
	Status   int           // of the last hop; 0 without a response
	Bytes    int64         // of the decoded body, as far as it was read
	Cut      bool          // the body was longer than the step's MaxBody
	Proto    string        // "HTTP/1.1", "HTTP/2.0", "HTTP/3.0"
	Hops     []Hop         // the request, each challenge and each redirect, in order
	Failure  *Failure      // nil if passed
	CertEnd  time.Time     // end of the first certificate to end in a hop's chain; zero without TLS
}

// Answered reports whether the step got its whole response, so that its
// duration says something about the product's speed, whatever the response
// said.
func (s StepResult) Answered() bool {
	switch {
	case s.Verdict.Good():
		return true
	case s.Verdict != Failed || s.TimedOut:
		return false
	case s.Failure == nil:
		return s.Status > 0
	}
	return s.Failure.Kind == FailExpect || s.Failure.Kind == FailCapture
}

// Redirects is how many redirects were followed: a hop that was only challenged
// leads nowhere.
func (s StepResult) Redirects() (followed int) {
	for _, h := range s.Hops[:max(0, len(s.Hops)-1)] {
		if h.Status != http.StatusUnauthorized {
			followed++
		}
	}
	return followed
}

// Hop is one request on the wire: the step's own, one that was only challenged
// (see [Digest]), or a redirect it followed.
type Hop struct {
	Method  string
	URL     string // secrets redacted
	Status  int
	Addr    string // remote address; "" if no connection was made
	Reused  bool   // the connection had served an earlier hop of the same run
	Phases  Phases
	Elapsed time.Duration // the sum of Phases
}

// Phases are the parts of a duration. A phase that did not take place is 0. The
// one handshake of HTTP/3 is all in TLS: Connect is the making of a socket.
type Phases struct {
	Resolve  time.Duration // name lookup
	Connect  time.Duration // TCP handshake
	TLS      time.Duration // TLS handshake
	Wait     time.Duration // connection ready to first response byte, sending included
	Transfer time.Duration // first to last body byte
}

// Sum is the duration the phases add up to.
func (p Phases) Sum() time.Duration { return p.Resolve + p.Connect + p.TLS + p.Wait + p.Transfer }

// FailureKind tells what sort of thing went wrong.
type FailureKind string

// Kinds of failures. Self makes a step Unknown, Missing and If make it
// Skipped, all others Failed.
const (
	FailExpect   FailureKind = "expect"   // a condition was false
	FailCapture  FailureKind = "capture"  // a value to capture was not there
	FailTimeout  FailureKind = "timeout"  // a deadline passed
	FailResolve  FailureKind = "resolve"  // the name does not exist or its server does not answer
	FailConnect  FailureKind = "connect"  // refused, unreachable, reset before the request
	FailTLS      FailureKind = "tls"      // certificate or handshake
	FailProtocol FailureKind = "protocol" // broken or refused HTTP, connection lost before the whole response came
	FailRedirect FailureKind = "redirect" // more redirects than a limit the team set, or a refused target
	FailMissing  FailureKind = "missing"  // skipped: a placeholder has no value that can be sent, or an earlier step failed
	FailIf       FailureKind = "if"       // skipped: its If was false, which fails nothing
	FailSelf     FailureKind = "self"     // our own fault: panic, no file descriptors, shut down, no route
)

// Failure says why a step is not Passed. All its text is redacted and bounded.
type Failure struct {
	Kind     FailureKind
	Phase    string // resolve, connect, tls, wait, transfer, expect, capture or ""
	Message  string // one line: what was wanted and what came
	Evidence string // several lines: the condition, a caret, the values found; may be ""
}
