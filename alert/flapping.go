package alert

import "time"

const (
	manyTurns  = 3                // to Burning, from which on an incident flaps
	shortCalm  = 30 * time.Minute // of good runs, until one that flaps is over
	longCalm   = 4 * time.Hour    // at most
	fleeting   = time.Hour        // an incident that was over for so short a time was not over
	mostShifts = 3                // shortCalm doubled so often is longCalm
)

// Flaps reports whether the open incident comes and goes: it turned to Burning
// three times, or the one before it was hardly over.
func (in Incident) Flaps() bool { return in.Turns >= manyTurns || in.Returns > 0 }

// Calm is how long runs must be good until the open incident is over, beside
// how many; 0 if it does not flap. It doubles with each incident that returns.
func (in Incident) Calm() time.Duration {
	if !in.Flaps() {
		return 0
	}
	return min(longCalm, shortCalm<<min(mostShifts, max(0, in.Returns-1)))
}

// enoughGood is how many good runs in a row end the incident of l. What we did
// not see is no calm: runs are counted, not hours. Where runs are seconds
// apart, as in a demonstration, a run stands for a minute.
func (in Incident) enoughGood(l Limit) int {
	each := max(l.interval(), time.Minute)
	return max(l.enoughGood(), int((in.Calm()+each-1)/each))
}

// returns is how many incidents in a row were over for too short a time when
// the next one opens. Forecasts that receded, and what people closed, say
// nothing of that.
func (d *decision) returns() int {
	switch {
	case d.was.Burned.IsZero():
		return d.was.Returns
	case d.was.ClosedBy != "" || d.ev.At.Sub(d.was.Resolved) > max(fleeting, 2*d.was.Calm()):
		return 0
	}
	return d.was.Returns + 1
}
