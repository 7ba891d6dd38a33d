package store

import (
	"encoding/binary"
	"errors"
	"time"

	"github.com/forewarn/forewarn/probes"
)

// The detail of a run is a row of varints behind a version byte:
//
//	version flags step failure n step*n
//
// Texts that repeat are ids of the table name. Durations are signed
// microseconds. What a step did not do takes no byte beyond its flags.
//
// Version 2 has more flags than version 1 and, behind them, what they announce;
// what is new takes no byte where it did not happen.
const detailVersion = 2

// Flags of a run.
const (
	runTimedOut = 1 << iota
	runConfirm
	runMaintenance
	runLagged // how late our own timers came follows
	runWaited // how long it waited for its turn follows
)

// Flags of a step. The lowest two bits are its verdict.
const (
	stepAlways = 4 << iota
	stepTimedOut
	stepCut
	stepSent     // it has a start, a duration, a response
	stepFresh    // it looked up, connected or shook hands, and so made a connection
	stepParts    // its phases do not add up to its duration, which follows them
	stepSameCert // the certificate ends when that of the step before does
	stepCert     // the certificate's end follows
	stepFailed   // a failure follows

	stepOptional
	stepPolled
	stepRetried  // it passed on retry; the verdict is Passed
	stepWarm     // whether a connection was made is not what stepFresh tells
	stepAttempts // earlier attempts follow
)

// Flags of an attempt; stepFresh, stepParts, stepWarm and stepFailed are the
// same.
const attemptTimedOut = 1

// longestMessage bounds a failure's message, in bytes. An outage repeats it
// with every run.
const longestMessage = 512

var errDetail = errors.New("the detail of a run is damaged")

// encoder appends a run's detail to buf. id gives the id of a text.
type encoder struct {
	buf   []byte
	id    func(string) uint64
	since int64     // µs from the run's start to the end of the step before
	cert  time.Time // of the step before
}

func (e *encoder) uint(n uint64)    { e.buf = binary.AppendUvarint(e.buf, n) }
func (e *encoder) int(n int64)      { e.buf = binary.AppendVarint(e.buf, n) }
func (e *encoder) name(text string) { e.uint(e.id(text)) }

// longest is how long a duration may be, either way: 36 years, so that sums do
// not overflow. A machine that starts without a clock, in 1970, gives longer
// ones, and one that cannot be read would take all other runs with it.
const longest = time.Duration(1 << 60)

func (e *encoder) durations(all ...time.Duration) {
	for _, d := range all {
		e.span(d.Microseconds())
	}
}

func (e *encoder) span(us int64) {
	e.int(min(max(us, -longest.Microseconds()), longest.Microseconds()))
}

func (e *encoder) run(r probes.Result) {
	e.buf = append(e.buf, detailVersion)
	lag, waited := r.Lag.Truncate(time.Millisecond), r.Waited.Truncate(time.Millisecond) // less says nothing
	e.uint(flag(r.TimedOut, runTimedOut) | flag(r.Confirm, runConfirm) | flag(r.Maintenance, runMaintenance) |
		flag(lag > 0, runLagged) | flag(waited > 0, runWaited))
	for _, d := range []time.Duration{lag, waited} {
		if d > 0 {
			e.durations(d)
		}
	}
	e.name(r.Step)
	e.blame(r)
	e.uint(uint64(len(r.Steps)))
	for _, s := range r.Steps {
		e.step(s, milli(r.Start))
	}
}

// blame writes the run's failure: 0 for none, 1 for one of its own, i+2 for
// that of step i, which it nearly always is.
func (e *encoder) blame(r probes.Result) {
	if r.Failure == nil {
		e.uint(0)
		return
	}
	for i, s := range r.Steps {
		if s.Failure != nil && bounded(*s.Failure) == bounded(*r.Failure) {
			e.uint(uint64(i) + 2)
			return
		}
	}
	e.uint(1)
	e.failure(*r.Failure)
}

func (e *encoder) failure(f probes.Failure) {
	f = bounded(f)
	e.name(string(f.Kind))
	e.name(f.Phase)
	e.uint(uint64(len(f.Message)))
	e.buf = append(e.buf, f.Message...)
}

func (e *encoder) step(s probes.StepResult, began time.Time) {
	sent, cert := !s.Start.IsZero(), !s.CertEnd.IsZero()
	same := cert && s.CertEnd.Unix() == e.cert.Unix()
	e.cert = s.CertEnd
	verdict := s.Verdict
	if verdict == probes.PassedOnRetry {
		verdict = probes.Passed
	}
	m := measurement{s.Start, s.Duration, s.Phases, s.Reused, s.Status}
	e.name(s.Name)
	e.uint(uint64(verdict&3) | flag(s.Always, stepAlways) | flag(s.TimedOut, stepTimedOut) | flag(s.Cut, stepCut) |
		flag(same, stepSameCert) | flag(cert && !same, stepCert) | flag(s.Failure != nil, stepFailed) |
		flag(s.Optional, stepOptional) | flag(s.Polled, stepPolled) | flag(s.Verdict == probes.PassedOnRetry, stepRetried) |
		flag(len(s.Attempts) > 0, stepAttempts) | flag(sent, stepSent|m.flags()))
	if len(s.Attempts) > 0 {
		e.attempts(s.Attempts, began)
	}
	if sent {
		e.measured(m, began)
		e.int(s.Bytes)
		e.name(s.Proto)
		e.uint(min(uint64(len(s.Hops)), mostHops))
	}
	if cert && !same {
		e.int(s.CertEnd.Unix())
	}
	if s.Failure != nil {
		e.failure(*s.Failure)
	}
}

func (e *encoder) attempts(all []probes.Attempt, began time.Time) {
	e.uint(uint64(len(all)))
	for _, a := range all {
		m := measurement{a.Start, a.Duration, a.Phases, a.Reused, a.Status}
		e.uint(flag(a.TimedOut, attemptTimedOut) | flag(a.Failure != nil, stepFailed) | m.flags())
		e.measured(m, began)
		if a.Failure != nil {
			e.failure(*a.Failure)
		}
	}
}

// measurement is what a step and an attempt have in common.
type measurement struct {
	start    time.Time
	duration time.Duration
	phases   probes.Phases
	reused   bool
	status   int
}

// flags tell how m is written. That a connection was reused is nearly always
// told by no time having been spent on one.
func (m measurement) flags() uint64 {
	p := m.phases
	fresh := whole(p.Resolve)|whole(p.Connect)|whole(p.TLS) != 0
	return flag(fresh, stepFresh) | flag(p.Sum() != m.duration, stepParts) | flag(m.reused == fresh, stepWarm)
}

func (e *encoder) measured(m measurement, began time.Time) {
	p := m.phases
	if p.Sum() == m.duration {
		p.Wait = whole(m.duration) - whole(p.Resolve) - whole(p.Connect) - whole(p.TLS) - whole(p.Transfer)
	}
	start := m.start.Sub(began).Microseconds()
	e.span(start - e.since)
	e.since = start + m.duration.Microseconds()
	if m.flags()&stepFresh != 0 {
		e.durations(p.Resolve, p.Connect, p.TLS)
	}
	e.durations(p.Wait, p.Transfer)
	if m.flags()&stepParts != 0 {
		e.durations(m.duration)
	}
	e.int(int64(m.status))
}

// whole is d in whole microseconds. Phases lose less than one each; what the
// sum of them would lose beyond that goes to the wait, so that stored phases
// still add up to the stored duration.
func whole(d time.Duration) time.Duration { return d.Truncate(time.Microsecond) }

func flag(set bool, bits uint64) uint64 {
	if set {
		return bits
	}
	return 0
}

// bounded is f as it is stored. Its evidence is in the transcript.
func bounded(f probes.Failure) probes.Failure {
	f.Evidence = ""
	if len(f.Message) > longestMessage {
		cut := longestMessage - len("…")
		for cut > 0 && f.Message[cut]&0xC0 == 0x80 { // not inside a rune
			cut--
		}
		f.Message = f.Message[:cut] + "…"
	}
	return f
}

// milli is t in the resolution and the zone that are stored.
func milli(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return time.UnixMilli(t.UnixMilli()).UTC()
}
