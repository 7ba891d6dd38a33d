package alert

import (
	"math"
	"slices"
	"time"

	"github.com/forewarn/forewarn/predict"
)

// SetBack is how far a look may lie before the last run and still be an old
// one, decided again. Beyond that the machine's clock was set back, and to
// wait until it has caught up would be to stop watching.
const SetBack = time.Hour

// knows reports whether in was decided with ev, or with something newer.
func (in Incident) knows(ev Evidence) bool {
	if in.LastRun.IsZero() || in.LastRun.Sub(ev.At) > SetBack {
		return false
	}
	if ev.Run == NoRun {
		return ev.At.Before(in.LastRun)
	}
	return !ev.At.After(in.LastRun)
}

// plain is ev without figures that cannot be judged or stored.
func (ev Evidence) plain(l Limit) Evidence {
	if l.Signal == Availability {
		ev.Value = 0
		if ev.Run == RunOver {
			ev.Value = 1
		}
		return ev
	}
	if ev.Run.Counts() && !finite(ev.Value) {
		ev.Run = RunUnknown
	}
	return ev
}

// reload takes over a changed rule.
func (d *decision) reload() {
	if old := d.in.Limit; old != d.l {
		if !old.sameLine(d.l) {
			d.in.Runs, d.in.Good = nil, 0
		}
		d.mootAll()
		d.in.Limit = d.l
	}
}

// count adds the evidence to what is known, whatever the state makes of it.
func (d *decision) count() {
	in, ev := &d.in, d.ev
	if ev.Why != "" && !d.unknown() {
		in.Why, in.FailedAt = ev.Why, ev.FailedAt
	}
	d.follow()
	switch {
	case d.unknown():
		d.countUnknown()
	case ev.Run.Counts():
		d.countRun()
	}
	if d.evident() && !d.unknown() {
		in.Evidence, in.Lost = ev.At, 0
	}
}

func (d *decision) countUnknown() {
	if d.in.Blind.IsZero() || d.in.Blind.After(d.ev.At) {
		d.in.Blind = d.ev.At
	}
	d.in.BlindWhy = d.ev.Why
}

func (d *decision) countRun() {
	in, ev := &d.in, d.ev
	in.Lost += d.sinceLast()
	in.LastRun, in.Value = ev.At, ev.Value
	in.Blind, in.BlindWhy, in.BlindTold = time.Time{}, "", false
	if ev.Run == RunUnder && d.l.Clear(ev.Value) {
		in.Good++
	} else {
		in.Good = 0
	}
	if ev.Maintenance {
		return // measured, but it confirms nothing
	}
	if in.State == Unset {
		in.Tries++
	}
	keep := in.Runs[max(0, len(in.Runs)-d.l.Confirm.plain().Of+1):]
	in.Runs = append(slices.Clip(keep), Run{At: ev.At, Over: d.over(), Value: ev.Value})
	if in.Open() && (in.WorstAt.IsZero() || d.l.worse(ev.Value, in.Worst)) {
		in.Worst, in.WorstAt = ev.Value, ev.At
	}
}

// sinceLast is the time that this run stands for. A gap, in which nothing was
// seen, counts as two intervals at most, and maintenance, whose runs stay out
// of fits, not at all: so neither lets a Soon expire.
func (d *decision) sinceLast() time.Duration {
	if d.in.LastRun.IsZero() || d.ev.Maintenance {
		return 0
	}
	return min(max(0, d.ev.At.Sub(d.in.LastRun)), 2*d.l.interval())
}

// evident reports whether the forecast still speaks for the crossing: it
// names one, or it has nothing left to foresee.
func (d *decision) evident() bool {
	return d.crosses() || d.l.Ahead > 0 && d.ev.Forecast.Silence == predict.IsAcross
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// sound reports whether c is three times in order that a clock can show.
func sound(c predict.Crossing) bool {
	const year10000 = 253402300800
	return 0 < c.Earliest && c.Earliest <= c.Expected && c.Expected <= c.Latest && c.Latest < year10000
}
