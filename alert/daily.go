package alert

import "time"

// Daily is when the digest of a day is told. The zero Daily tells none.
type Daily struct {
	Told   bool // there is one at all
	At     Clock
	Zone   *time.Location // nil is UTC
	Silent bool           // nothing is told of a day of which there is nothing to say
}

// DigestKey is the key under which is kept when the digest was told last, as
// the time that its Incident entered. It is no limit of any journey.
func DigestKey() Key { return Key{Limit: "digest"} }

// On tells the digest if it is due at now: once on each day in Zone, at At or,
// if nobody looked then, later on the same day. in is what is kept for
// [DigestKey]; before the first digest that is only since when one is waited for.
func (g Daily) On(in Incident, now time.Time) (Incident, []Event, Reason) {
	if !g.Told {
		return in, nil, NotDue
	}
	today := g.At.on(now, 0, g.Zone)
	if in.Entered.IsZero() {
		if in.Entered = today; now.Before(today) {
			in.Entered = g.At.on(now, -1, g.Zone)
		}
	}
	midnight := Clock(0).on(now, 0, g.Zone)
	if now.Before(today) || !in.Entered.Before(today) || !in.Entered.Before(midnight) {
		return in, nil, NotDue
	}
	in.Revision++
	e := Event{Kind: Digest, At: now, Revision: in.Revision, Since: in.Entered, Silent: g.Silent, Until: Clock(0).on(now, 1, g.Zone)}
	in.Entered = now
	return in, []Event{e}, DayIsOver
}
