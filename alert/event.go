package alert

import "time"

// EventKind is one sort of thing worth telling or keeping.
type EventKind string

// Kinds of events.
const (
	WentSoon     EventKind = "soon"
	Sooner       EventKind = "sooner"
	Receded      EventKind = "receded"
	WentBurning  EventKind = "burning"
	BurnsAgain   EventKind = "burns again"
	WentResolved EventKind = "resolved"
	NeverPassed  EventKind = "never passed"
	CannotSee    EventKind = "cannot see"
	SeesAgain    EventKind = "sees again"
	Acknowledged EventKind = "acknowledged"
	Snoozed      EventKind = "snoozed"
	Closed       EventKind = "closed"
	RuleRemoved  EventKind = "rule removed"
	Settled      EventKind = "settled"
	Reminded     EventKind = "reminded"
	Escalated    EventKind = "escalated"
	Demoted      EventKind = "demoted"
	Promoted     EventKind = "promoted"
	KeptQuiet    EventKind = "kept quiet" // it would open, but what it depends on burns; Number is that incident's
	LetGo        EventKind = "let go"     // that is no longer so
	Digest       EventKind = "digest"
	Shared       EventKind = "shared"   // something happened to an incident that this one's message tells of
	AllOver      EventKind = "all over" // all that this one's message tells of are
)

// Posts reports whether an event of kind k deserves a message of its own,
// one that notifies people.
func (k EventKind) Posts() bool {
	switch k {
	case WentSoon, WentBurning, WentResolved, NeverPassed, CannotSee, Reminded, Escalated, Demoted, Promoted, Digest, AllOver:
		return true
	}
	return false
}

// Edits reports whether an event of kind k only makes an earlier message true
// again, which notifies nobody.
func (k EventKind) Edits() bool {
	switch k {
	case Sooner, Receded, BurnsAgain, SeesAgain, Acknowledged, Snoozed, Closed, RuleRemoved, KeptQuiet, LetGo, Shared:
		return true
	}
	return false
}

// OfRule reports whether an event of kind k is about a rule and its record,
// whatever becomes of the incident that may be open.
func (k EventKind) OfRule() bool { return k == Demoted || k == Promoted }

// Event is one thing that happened to an incident. Its rendering is a message.
type Event struct {
	Kind     EventKind
	At       time.Time
	Number   int64 // of the incident; the store fills it in for the event that opens one; 0 of CannotSee and SeesAgain while none is open
	Revision int
	By       string   // who acknowledged, snoozed or closed
	Promise  *Promise // of WentSoon, Sooner, Receded, Settled, and of Closed while Soon
	Outcome  Outcome  // of Settled

	Waits time.Time // of WentSoon, Sooner, Demoted and Promoted in quiet hours: nobody is notified before; zero: at once

	Mention []string  `json:",omitzero"` // of Reminded and Escalated: ids of users and user groups it calls
	To      []string  `json:",omitzero"` // of Escalated: ids of users and user groups, and names of routes, who are told
	Until   time.Time `json:",omitzero"` // of Reminded: when the next is due, and this one is too late; of Digest: the end of its day
	Since   time.Time `json:",omitzero"` // of Digest: it tells what happened from then until At
	Silent  bool      `json:",omitzero"` // of Digest: it is not told if there is nothing to say
}

// Told reports whether e reaches a channel: as a message of its own, as an
// edit, or, of Settled, as what became of the message that made the promise.
// What is not told is only kept, as all about the forecasts of demoted rules is.
func (e Event) Told() bool {
	if e.Promise != nil && e.Promise.Demoted {
		return false
	}
	return e.Kind.Posts() || e.Kind.Edits() || e.Kind == Settled
}
