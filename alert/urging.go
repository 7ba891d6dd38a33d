package alert

import (
	"slices"
	"time"
)

// Urging is how people are urged while a limit burns and nobody has it. The
// zero Urging urges nobody.
type Urging struct {
	Remind  []time.Duration // since it burns, then each since the one before; the last goes on. None: never
	Most    int             // reminders of one incident
	Mention []string        // ids of users and user groups whom a reminder calls

	Escalate time.Duration // since it burns, until those of To are told as well
	To       []string      // ids of users and user groups, and names of routes. None: nobody
}

// On is what is due of in at now: a reminder, or that it is escalated, which
// is a reminder too. Nobody is urged once somebody has it, while it is
// snoozed, after a good run, or while we cannot see. What was not said in time,
// because nobody looked, is said once.
func (u Urging) On(in Incident, now time.Time) (Incident, []Event, Reason) {
	switch {
	case in.State != Burning:
		return in, nil, NotBurning
	case in.Under != 0:
		return in, nil, SharesMessage
	case !in.AckAt.IsZero():
		return in, nil, AlreadyHasIt
	case in.Muted(now):
		return in, nil, IsSnoozed
	case !in.Blind.IsZero():
		return in, nil, CannotTell
	}
	remind, escalate := u.reminds(in, now), u.escalates(in, now)
	if !remind && !escalate {
		return in, nil, NotLongYet
	}
	d, said := byHand(in, now), Reminded
	if remind {
		d.in.Reminders, d.in.Reminded = in.Reminders+1, now
	}
	if escalate {
		d.in.Escalated, d.in.EscalatedTo, said = now, slices.Clone(u.To), Escalated
	}
	d.say(said, "")
	e := &d.said[0]
	if remind {
		e.Mention, e.Until = slices.Clone(u.Mention), now.Add(u.pause(d.in.Reminders))
	}
	if escalate {
		e.To, e.Until = slices.Clone(u.To), time.Time{}
	}
	return d.in, d.said, NobodyHasIt
}

func (u Urging) reminds(in Incident, now time.Time) bool {
	if len(u.Remind) == 0 || in.Reminders >= u.Most {
		return false
	}
	last := in.Burned
	if in.Reminded.After(last) {
		last = in.Reminded
	}
	return now.Sub(last) >= u.pause(in.Reminders)
}

// pause is how long after so many reminders the next one is due.
func (u Urging) pause(reminders int) time.Duration {
	return u.Remind[min(reminders, len(u.Remind)-1)]
}

func (u Urging) escalates(in Incident, now time.Time) bool {
	return len(u.To) > 0 && in.Escalated.IsZero() && now.Sub(in.Burned) >= u.Escalate
}
