package alert

import (
	"slices"
	"time"

	"github.com/forewarn/forewarn/predict"
)

const (
	maxPending = 32  // forecasts that wait at once; the oldest beyond is moot
	maxMissing = 0.2 // share of the due runs
)

// deadline is the last time at which a crossing keeps the promise.
func (p Promise) deadline() time.Time { return clock(p.First.Latest).Add(p.Ahead / 4) }

// promise makes the forecast of this look a promise.
func (d *decision) promise() {
	f := d.ev.Forecast
	p := Promise{Made: d.ev.At, Crossing: f.Crossing, First: f.Crossing, Limit: d.l.Value, Ahead: d.l.Ahead,
		Widened: d.ev.Widened, Demoted: d.ev.Demoted}
	switch {
	case f.Cause == predict.Peak:
		p.Usual = f.Detail
	case f.Since > 0:
		p.Since = clock(f.Since)
	}
	d.in.Promise = &p
	if len(d.in.Pending) >= maxPending {
		d.settled(d.in.Pending[0], Moot)
		d.in.Pending = d.in.Pending[1:]
	}
	d.in.Pending = append(slices.Clip(d.in.Pending), p)
}

// renew tells the promise anew. It stays one promise, measured by what was
// first said: corrections on the way would flatter the record.
func (d *decision) renew() {
	p := *d.in.Promise
	p.Crossing, p.Updated = d.ev.Forecast.Crossing, d.ev.At
	d.in.Promise = &p
	d.in.Pending = slices.Clone(d.in.Pending)
	for i := range d.in.Pending {
		if q := &d.in.Pending[i]; q.Made.Equal(p.Made) {
			q.Crossing, q.Updated = p.Crossing, p.Updated
		}
	}
}

// follow notes what this look says about the promises that are pending.
func (d *decision) follow() {
	counts := d.ev.Run.Counts() && !d.ev.Maintenance
	if len(d.in.Pending) == 0 || !counts && !d.ev.Changed {
		return
	}
	d.in.Pending = slices.Clone(d.in.Pending)
	for i := range d.in.Pending {
		p := &d.in.Pending[i]
		if counts && d.ev.At.After(p.Made) && !d.ev.At.After(p.deadline()) {
			p.Seen++
		}
		p.help(d.ev.Changed, d.ev.At)
	}
}

// help marks p as helped, if somebody did something while it could matter.
func (p *Promise) help(did bool, at time.Time) {
	p.Helped = p.Helped || did && !at.After(clock(p.First.Latest))
}

// settle settles what can be settled now. While we cannot see it waits: what
// was not seen can neither have come nor not.
func (d *decision) settle() {
	if len(d.in.Pending) == 0 || d.stillBlind() {
		return
	}
	var waiting []Promise
	for _, p := range d.in.Pending {
		outcome := d.outcome(&p)
		if outcome == "" {
			waiting = append(waiting, p)
		} else {
			d.settled(p, outcome)
		}
	}
	d.in.Pending = waiting
}

// outcome is how p turned out, or "" while that is open. What came has come,
// whatever was missing. The rest waits for the deadline, and for runs that
// confirm a crossing just before it.
func (d *decision) outcome(p *Promise) Outcome {
	p.Missing = p.missing(d.ev.At, d.l.interval())
	if p.Crossed = d.crossedSince(p.Made); !p.Crossed.IsZero() && !p.Crossed.After(p.deadline()) {
		return Came
	}
	p.Crossed = time.Time{}
	confirming := time.Duration(d.l.Confirm.plain().Of) * d.l.interval()
	switch {
	case d.ev.Maintenance && !d.ev.At.After(p.deadline()):
		p.Moot = true
		return Moot
	case d.ev.At.Before(p.deadline().Add(confirming)):
		return ""
	case float64(p.Missing) > maxMissing*float64(p.Missing+p.Seen):
		return Moot
	case p.Helped:
		return Averted
	}
	return DidNotCome
}

// missing is how many runs were due between Made and now, or the deadline,
// and said nothing of the limit: unknown, failed before they got there, or
// never made because we were not running.
func (p Promise) missing(now time.Time, every time.Duration) int {
	if now.After(p.deadline()) {
		now = p.deadline()
	}
	return max(0, int(now.Sub(p.Made)/every)-p.Seen)
}

// crossedSince is when the limit was crossed after made: the first of the runs
// that confirm it, also while availability holds the message back. It is zero
// if no crossing is confirmed.
func (d *decision) crossedSince(made time.Time) time.Time {
	if d.confirmed() {
		for _, r := range d.in.Runs {
			if r.Over && r.At.After(made) {
				return r.At
			}
		}
	}
	return time.Time{}
}

// mootAll settles all that is pending as moot: the rule was changed or removed.
func (d *decision) mootAll() {
	for _, p := range d.in.Pending {
		p.Moot = true
		d.settled(p, Moot)
	}
	d.in.Pending = nil
}

func (d *decision) settled(p Promise, o Outcome) {
	d.say(Settled, "")
	e := &d.said[len(d.said)-1]
	if p.Number == 0 {
		p.Number = d.was.Number
	}
	e.Number, e.Promise, e.Outcome = p.Number, &p, o
	if q := d.in.Promise; q != nil && q.Made.Equal(p.Made) { // messages of the incident say how far off it was
		kept := *q
		kept.Crossed = p.Crossed
		d.in.Promise = &kept
	}
}

// numbered is ps with n for those that have no number yet.
func numbered(ps []Promise, n int64) []Promise {
	ps = slices.Clone(ps)
	for i := range ps {
		if ps[i].Number == 0 {
			ps[i].Number = n
		}
	}
	return ps
}
