package alert

import "time"

// Holder is an open incident that holds others back: the availability of a
// journey burns, and what depends on it says nothing new of its own until that
// is over. The zero Holder is none.
type Holder struct {
	Journey string
	Burned  time.Time // since when
	Number  int64     // of the incident; 0 where incidents have no numbers
}

// Holds is what in does to the journeys that depend on its own.
func (in Incident) Holds() Holder {
	if !in.Burns() {
		return Holder{}
	}
	return Holder{in.Limit.Journey, in.Burned, in.Number}
}

// same reports whether h and o are the same outage, numbered or not.
func (h Holder) same(o Holder) bool { return h.Journey == o.Journey && h.Burned.Equal(o.Burned) }

// hold notes what holds the opening back, and tells when that begins and ends.
// One good run between bad ones does not end it, and neither does a run that
// nothing can be said of.
func (d *decision) hold(why Reason) {
	was, now := d.in.HeldBy, d.ev.HeldBy
	nothing := d.unknown() || d.ev.Run == NoRun && !d.in.Open()
	failing := why == ParentBurns || d.l.Confirm.met(d.in.Runs) && !d.ev.Maintenance && !d.in.Open()
	switch {
	case nothing, failing && was.same(now):
	case why == ParentBurns:
		d.letGo()
		d.in.HeldBy = now
		d.about(KeptQuiet, now)
	default:
		d.letGo()
	}
}

// letGo tells that nothing holds the opening back any more.
func (d *decision) letGo() {
	if was := d.in.HeldBy; was != (Holder{}) {
		d.in.HeldBy = Holder{}
		d.about(LetGo, was)
	}
}

// about says k of the incident that holds, so that its message names those it
// holds back.
func (d *decision) about(k EventKind, holds Holder) {
	d.say(k, "")
	d.said[len(d.said)-1].Number = holds.Number
}
