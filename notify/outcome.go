package notify

import (
	"time"

	"github.com/forewarn/forewarn/alert"
)

// Outcome says what came of an act on in, which is its incident as it is now
// or was at its end, to whoever acted, with times in the location of now.
func Outcome(a alert.Act, in alert.Incident, why alert.Reason, now time.Time) Text {
	d := draft{in: in, now: now}
	id := value(a.Number)
	switch why {
	case alert.NowTaken:
		return plain(clip(in.AckBy, nameText) + " has " + id + " now.")
	case alert.AlreadyHasIt:
		text := Text{words("Nothing changed: " + clip(in.AckBy, nameText) + " has " + id + " since "), d.clock(in.AckAt), words(".")}
		if a.Says() {
			text[0].Text = "Kept what you said. " + clip(in.AckBy, nameText) + " has " + id + " since "
		}
		return text
	case alert.NowSnoozed:
		return Text{words(id + " is snoozed until "), d.clock(a.Until), words(". What begins to burn is told all the same.")}
	case alert.AlreadySnoozed:
		return Text{words("Nothing changed: " + id + " is snoozed until "), d.clock(a.Until), words(" already.")}
	case alert.AlreadyOver:
		return plain("Nothing changed: that time is over.")
	case alert.NowUseful:
		return plain("Kept: the warning of " + id + " was useful. If it does not come, it counts as averted.")
	case alert.NothingPending:
		return plain("Kept: the warning of " + id + " was useful. How it turned out stays as it is.")
	case alert.NowNotUseful:
		return plain("Kept: the warning of " + id + " was not useful.")
	case alert.NowClosed:
		return plain(id + " is closed.")
	case alert.AlreadySaid:
		return plain("Nothing changed: you said so before.")
	}
	return d.tooLate(a, id)
}

// tooLate is the outcome for an incident that is over.
func (d draft) tooLate(a alert.Act, id string) Text {
	begin, how := "Nothing changed: ", " is over since "
	if a.Says() {
		begin = "Kept what you said. "
	}
	switch {
	case d.in.Resolved.IsZero():
		return plain(begin + id + " is over.")
	case d.in.ClosedBy != "":
		how = " was closed by " + clip(d.in.ClosedBy, nameText) + " at "
	case d.in.State == alert.Quiet && !d.in.Burned.IsZero():
		how = " is resolved since "
	case d.in.State == alert.Quiet:
		how = " has receded at "
	}
	return Text{words(begin + id + how), d.clock(d.in.Resolved), words(".")}
}
