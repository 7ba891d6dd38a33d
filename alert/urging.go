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
//
// Of incidents that share a message, its mates, the first that is due speaks
// for all of them, and goes on where another stopped: that one may be over, or
// somebody has it. What began to burn since somebody spoke is due by itself, as
// if it were alone: in the message it was but an edit, which wakes nobody.
func (u Urging) On(in Incident, now time.Time, mates ...Incident) (Incident, []Event, Reason) {
	if why := in.spared(now); why != "" {
		return in, nil, why
	}
	spoke := speakers(mates)
	heir, remind, escalate := u.due(in, now, spoke)
	if !remind && !escalate {
		return in, nil, NotLongYet
	}
	if slices.ContainsFunc(mates, func(mate Incident) bool {
		if mate.Number >= in.Number || mate.spared(now) != "" {
			return false
		}
		_, reminds, escalates := u.due(mate, now, spoke)
		return reminds || escalates
	}) {
		return in, nil, SharesMessage
	}
	d, said := byHand(heir, now), Reminded
	if remind {
		d.in.Reminders, d.in.Reminded = heir.Reminders+1, now
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

// speakers are those of mates that somebody was urged of: few, also in a storm
// of a thousand.
func speakers(mates []Incident) (spoke []Incident) {
	for _, mate := range mates {
		if !mate.Reminded.IsZero() || !mate.Escalated.IsZero() {
			spoke = append(spoke, mate)
		}
	}
	return spoke
}

// spared is why nobody is to be urged of in at now; "" if somebody is.
func (in Incident) spared(now time.Time) Reason {
	switch {
	case in.State != Burning:
		return NotBurning
	case !in.AckAt.IsZero():
		return AlreadyHasIt
	case in.Muted(now):
		return IsSnoozed
	case !in.Blind.IsZero():
		return CannotTell
	}
	return ""
}

// inherits is in with what was said of mates since it burns: all of them share
// one message, and whoever was reminded of that knows of in.
func (in Incident) inherits(mates []Incident) Incident {
	for _, mate := range mates {
		if mate.Reminded.After(in.Burned) {
			in.Reminders = max(in.Reminders, mate.Reminders)
			in.Reminded = slices.MaxFunc([]time.Time{in.Reminded, mate.Reminded}, time.Time.Compare)
		}
		if in.Escalated.IsZero() && mate.Escalated.After(in.Burned) {
			in.Escalated, in.EscalatedTo = mate.Escalated, mate.EscalatedTo
		}
	}
	return in
}

// due is what is due of in at now, which is heir with what was said in the
// message that it shares with those who spoke.
func (u Urging) due(in Incident, now time.Time, spoke []Incident) (heir Incident, remind, escalate bool) {
	heir = in.inherits(spoke)
	return heir, u.reminds(heir, now), u.escalates(heir, now)
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
