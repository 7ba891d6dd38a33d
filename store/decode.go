package store

import (
	"encoding/binary"
	"fmt"
	"time"

	"github.com/forewarn/forewarn/probes"
)

// mostHops bounds how many hops of one step are counted.
const mostHops = 255

// decoder reads what encoder wrote. After its first error every read gives
// zero, so that only its end has to look.
type decoder struct {
	buf  []byte
	text func(uint64) (string, error)
	err  error

	since time.Duration // from the run's start to the end of the step before
	cert  time.Time     // of the step before
}

func (d *decoder) fail(err error) {
	if d.err == nil {
		d.err = err
	}
	d.buf = nil
}

func (d *decoder) damaged(what string) { d.fail(fmt.Errorf("%w: %s", errDetail, what)) }

func (d *decoder) uint() uint64 {
	n, size := binary.Uvarint(d.buf)
	if size <= 0 {
		d.damaged("it ends too early")
		return 0
	}
	d.buf = d.buf[size:]
	return n
}

func (d *decoder) int() int64 {
	n, size := binary.Varint(d.buf)
	if size <= 0 {
		d.damaged("it ends too early")
		return 0
	}
	d.buf = d.buf[size:]
	return n
}

func (d *decoder) duration() time.Duration {
	us := d.int()
	if us > longest.Microseconds() || us < -longest.Microseconds() {
		d.damaged("a duration is too long")
		return 0
	}
	return time.Duration(us) * time.Microsecond
}

// count reads a number of things of which each takes a byte at least.
func (d *decoder) count() int {
	n := d.uint()
	if n > uint64(len(d.buf)) {
		d.damaged("a count is too large")
		return 0
	}
	return int(n)
}

func (d *decoder) name() string {
	id := d.uint()
	if d.err != nil || id == 0 {
		return ""
	}
	text, err := d.text(id)
	if err != nil {
		d.fail(err)
	}
	return text
}

// run fills in what of r is not in columns. r.Start must be set.
func (d *decoder) run(r *probes.Result) error {
	if len(d.buf) == 0 || d.buf[0] < 1 || d.buf[0] > detailVersion {
		d.damaged("its version is unknown")
		return d.err
	}
	d.buf = d.buf[1:]
	flags := d.uint()
	r.TimedOut, r.Confirm, r.Maintenance = flags&runTimedOut != 0, flags&runConfirm != 0, flags&runMaintenance != 0
	if flags&runLagged != 0 {
		r.Lag = max(0, d.duration().Truncate(time.Millisecond))
	}
	if flags&runWaited != 0 {
		r.Waited = max(0, d.duration().Truncate(time.Millisecond))
	}
	r.Step = d.name()
	blame := d.uint()
	if blame == 1 {
		r.Failure = d.failure()
	}
	r.Steps = make([]probes.StepResult, d.count())
	for i := range r.Steps {
		d.step(&r.Steps[i], r.Start)
	}
	if blame > 1 {
		d.blame(r, blame-2)
	}
	if d.err == nil && len(d.buf) > 0 {
		d.damaged("something follows its end")
	}
	return d.err
}

// blame gives the run the failure of its step i.
func (d *decoder) blame(r *probes.Result, i uint64) {
	if i >= uint64(len(r.Steps)) || r.Steps[i].Failure == nil {
		d.damaged("it blames a step that did not fail")
		return
	}
	shared := *r.Steps[i].Failure
	r.Failure = &shared
}

func (d *decoder) failure() *probes.Failure {
	f := probes.Failure{Kind: probes.FailureKind(d.name()), Phase: d.name()}
	n := d.count()
	f.Message = string(d.buf[:n])
	d.buf = d.buf[n:]
	return &f
}

func (d *decoder) step(s *probes.StepResult, began time.Time) {
	s.Name = d.name()
	flags := d.uint()
	s.Verdict = probes.Verdict(flags & 3)
	if flags&stepRetried != 0 {
		s.Verdict = probes.PassedOnRetry
	}
	s.Always, s.TimedOut, s.Cut = flags&stepAlways != 0, flags&stepTimedOut != 0, flags&stepCut != 0
	s.Optional, s.Polled = flags&stepOptional != 0, flags&stepPolled != 0
	if flags&stepAttempts != 0 {
		s.Attempts = d.attempts(began)
	}
	if flags&stepSent != 0 {
		d.response(s, began, flags)
	}
	switch {
	case flags&stepCert != 0:
		s.CertEnd = time.Unix(d.int(), 0).UTC()
	case flags&stepSameCert != 0:
		s.CertEnd = d.cert
	}
	d.cert = s.CertEnd
	if flags&stepFailed != 0 {
		s.Failure = d.failure()
	}
}

func (d *decoder) attempts(began time.Time) []probes.Attempt {
	all := make([]probes.Attempt, d.count())
	if len(all) == 0 {
		d.damaged("it has no attempts")
	}
	for i := range all {
		a, flags := &all[i], d.uint()
		m := d.measured(began, flags)
		a.Start, a.Duration, a.Phases, a.Reused, a.Status = m.start, m.duration, m.phases, m.reused, m.status
		a.TimedOut = flags&attemptTimedOut != 0
		if flags&stepFailed != 0 {
			a.Failure = d.failure()
		}
	}
	return all
}

func (d *decoder) response(s *probes.StepResult, began time.Time, flags uint64) {
	m := d.measured(began, flags)
	s.Start, s.Duration, s.Phases, s.Reused, s.Status = m.start, m.duration, m.phases, m.reused, m.status
	s.Bytes = d.int()
	s.Proto = d.name()
	hops := d.uint()
	if hops > mostHops {
		d.damaged("it has too many hops")
		return
	}
	if hops > 0 {
		s.Hops = make([]probes.Hop, hops)
	}
}

func (d *decoder) measured(began time.Time, flags uint64) measurement {
	var m measurement
	start := d.since + d.duration()
	m.start = began.Add(start)
	p, fresh := &m.phases, flags&stepFresh != 0
	if fresh {
		p.Resolve, p.Connect, p.TLS = d.duration(), d.duration(), d.duration()
	}
	p.Wait, p.Transfer = d.duration(), d.duration()
	m.duration = p.Sum()
	if flags&stepParts != 0 {
		m.duration = d.duration()
	}
	d.since = start + m.duration
	m.reused = fresh == (flags&stepWarm != 0)
	m.status = int(d.int())
	return m
}
