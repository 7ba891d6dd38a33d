package alert

import "time"

// ActKind is one sort of thing that people do to an incident.
type ActKind string

// Kinds of acts.
const (
	ToAcknowledge  ActKind = "acknowledge"
	ToSnooze       ActKind = "snooze"
	ToClose        ActKind = "close"
	ToSayUseful    ActKind = "useful"
	ToSayNotUseful ActKind = "not useful"
)

// Act is what somebody does to one incident, by a button, a slash command or
// the command line.
type Act struct {
	Kind    ActKind
	Number  int64 // of the incident that is meant
	At      time.Time
	By      string    // the name of who acts
	ByID    string    // what the channel knows them by, such as U0123456789; "" from a shell
	Via     string    // where it was done: "slack", "shell"
	Until   time.Time // of ToSnooze
	Tag     string    // a word for the cause, kept for advice; "" is not said
	Minutes int       // what it took, kept for advice; 0 is not said
}

// Says reports whether a is worth keeping even if it changes nothing: it says
// how good a warning was, what the cause was, or what it took.
func (a Act) Says() bool {
	return a.Kind == ToSayUseful || a.Kind == ToSayNotUseful || a.Tag != "" || a.Minutes != 0
}

// On is what a makes of in. It changes nothing unless in is the incident that
// a means: a button of an old message must not touch a newer incident.
func (a Act) On(in Incident) (Incident, []Event, Reason) {
	meant := in.Number == a.Number && in.Open()
	switch {
	case a.Number == 0:
		return in, nil, NothingOpen
	case a.Kind == ToSayUseful:
		return useful(in, a.Number, a.At)
	case a.Kind == ToSayNotUseful:
		return in, nil, NowNotUseful
	case !meant:
		return in, nil, NothingOpen
	case a.Kind == ToAcknowledge:
		return Acknowledge(in, a.By, a.At)
	case a.Kind == ToSnooze:
		return Snooze(in, a.By, a.Until, a.At)
	}
	return Close(in, a.By, a.At)
}
