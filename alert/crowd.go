package alert

import "time"

// Crowding says which incidents share one message: those at one host that open
// together, and those of a storm. The zero Crowding: none do.
type Crowding struct {
	Within time.Duration // of each other, for incidents at one host; 0: they share nothing
	Most   int           // incidents within Span; those beyond share a message, wherever they are
	Span   time.Duration // 0: there are no storms
}

// Near reports whether in, which opens, is told in the message of lead: it
// fails at the same host, and opens soon enough after it or before it.
func (c Crowding) Near(in, lead Incident) bool {
	return c.Within > 0 && in.Host != "" && in.Host == lead.Host && in.Opened.Sub(lead.Opened).Abs() <= c.Within && in.Fits(lead)
}

// Message is the number of the incident whose message tells of in: its own, if
// no other's does.
func (in Incident) Message() int64 {
	if in.Under != 0 {
		return in.Under
	}
	return in.Number
}

// Storms reports whether so many incidents within Span are a storm.
func (c Crowding) Storms(incidents int) bool { return c.Span > 0 && incidents > c.Most }

// Fits reports whether the message of lead may tell of in. What burns never
// hides under what is only foreseen: nobody would be notified.
func (in Incident) Fits(lead Incident) bool {
	return lead.Open() && lead.Under == 0 && (lead.Burns() || in.State == Soon)
}
