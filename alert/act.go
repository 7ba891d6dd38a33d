package alert

import (
	"slices"
	"time"
)

// What people do to an incident, by a button, a page or the command line.
// All of it is idempotent: who comes late, or twice, changes nothing, and the
// reason says so. A button of an older incident is told by its Number, which
// the caller compares with that of in.

// Acknowledge notes that who has the open incident. The first one has it;
// pending forecasts count as helped.
func Acknowledge(in Incident, who string, now time.Time) (Incident, []Event, Reason) {
	switch {
	case !in.Open():
		return in, nil, NothingOpen
	case !in.AckAt.IsZero():
		return in, nil, AlreadyHasIt
	}
	d := byHand(in, now)
	d.helped(0)
	d.in.AckBy, d.in.AckAt = who, now
	d.say(Acknowledged, who)
	return d.in, d.said, NowTaken
}

// Snooze mutes the forecasts and reminders of the open incident until then.
// Burning speaks all the same, and ends a snooze made before it.
func Snooze(in Incident, who string, until, now time.Time) (Incident, []Event, Reason) {
	switch {
	case !in.Open():
		return in, nil, NothingOpen
	case !until.After(now):
		return in, nil, AlreadyOver
	case until.Equal(in.SnoozedUntil):
		return in, nil, AlreadySnoozed
	}
	d := byHand(in, now)
	d.in.SnoozedUntil = until
	d.say(Snoozed, who)
	return d.in, d.said, NowSnoozed
}

// Useful notes that somebody found the pending forecasts useful: if they do
// not come, they were averted. It tells nothing, and may come after the
// incident has receded.
func Useful(in Incident, now time.Time) (Incident, []Event, Reason) {
	return useful(in, 0, now)
}

// useful is [Useful] for the forecasts of incident number alone, unless that
// is 0: a button of an old message must not help a new forecast.
func useful(in Incident, number int64, now time.Time) (Incident, []Event, Reason) {
	d := byHand(in, now)
	if !d.helped(number) {
		return in, nil, NothingPending
	}
	return d.in, nil, NowUseful
}

// Close ends the open incident because who says that it is over, whatever the
// runs say. A forecast is then not told again before its latest crossing;
// what goes on burning is confirmed anew, as an incident of its own. It is no
// help to a pending forecast: who closes one may just not believe it.
func Close(in Incident, who string, now time.Time) (Incident, []Event, Reason) {
	if !in.Open() {
		return in, nil, NothingOpen
	}
	d := byHand(in, now)
	d.enter(Quiet)
	d.in.ClosedBy = who
	if in.State == Soon && in.Promise != nil {
		d.in.SnoozedUntil = clock(in.Promise.Crossing.Latest)
	}
	d.say(Closed, who)
	return d.in, d.said, NowClosed
}

// Remove closes what is known of a limit that is no longer in the rules. Its
// pending forecasts are moot, and if the rule comes back it begins anew.
func Remove(in Incident, now time.Time) (Incident, []Event, Reason) {
	d := byHand(in, now)
	why := NowForgotten
	if in.Open() && !in.untold() || in.BlindTold {
		d.say(RuleRemoved, "")
		why = NowRemoved
	}
	d.letGo()
	d.mootAll()
	last := Incident{Limit: in.Limit, Location: in.Location, Revision: d.in.Revision,
		Opened: in.Opened, Burned: in.Burned, Resolved: in.Resolved, Promise: in.Promise}
	if in.Open() {
		last.Resolved = now
	}
	return last, d.said, why
}

func byHand(in Incident, now time.Time) decision {
	return decision{was: in, in: in, ev: Evidence{At: now}, l: in.Limit}
}

// helped marks the pending forecasts of incident number, or all of them if
// that is 0, whose time is not over, and reports whether that changed any.
func (d *decision) helped(number int64) (changed bool) {
	pending := slices.Clone(d.in.Pending)
	for i := range pending {
		if number != 0 && pending[i].Number != number {
			continue
		}
		was := pending[i].Helped
		pending[i].help(true, d.ev.At)
		changed = changed || pending[i].Helped != was
	}
	d.in.Pending = pending
	return changed
}
