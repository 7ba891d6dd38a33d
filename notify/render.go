package notify

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/forewarn/forewarn/alert"
)

// How many UTF-16 units of a value from outside a message shows. Together
// they keep the worst message under Slack's limits.
const (
	wholeText = 200 // of Message.Text
	headText  = 150 // of Message.Header
	nameText  = 60  // titles, steps, locations, people, labels
	noteText  = 120 // a mark
	whyText   = 300 // a failure
	urlText   = 300 // an address, escaped; longer ones are not made links
)

// Render makes the message of ev from what is known of its incident at now,
// whose location is the zone that all times are told in. It is pure.
func Render(in alert.Incident, ev alert.Event, s Subject, now time.Time) Message {
	d := draft{in, ev, s, now}
	m := d.message()
	m.Kind, m.Op = ev.Kind, opOf(ev.Kind)
	m.Incident, m.Revision = ev.Number, ev.Revision
	m.Text, m.Header = clip(m.Text, wholeText), clip(m.Header, headText)
	m.Context = append([]Text{d.line()}, m.Context...)
	m.Buttons, m.Command, m.Detail = d.buttons(), d.command(), d.detail()
	m.Facts = d.facts()
	if m.Op == Follow && len(m.Reply) == 0 {
		m.Reply = plain(m.Text)
	}
	return m
}

// Stale is why a message of ev would not be true at now, or "" if it is: a
// forecast never leaves after its own crossing, nor for what burns already.
func Stale(in alert.Incident, ev alert.Event, now time.Time) string {
	switch ev.Kind {
	case alert.WentSoon, alert.Sooner:
		p := cmp.Or(in.Promise, ev.Promise)
		if in.State != alert.Soon {
			return "no longer soon"
		}
		if p != nil && !now.Before(moment(p.Crossing.Expected)) {
			return "its crossing time has passed"
		}
	case alert.CannotSee:
		if in.Blind.IsZero() {
			return "we see again"
		}
	case alert.SeesAgain:
		if !in.Blind.IsZero() {
			return "we are blind again"
		}
	case alert.Reminded:
		if in.State != alert.Burning || !in.AckAt.IsZero() || in.Muted(now) {
			return "nobody needs to be reminded any more"
		}
	case alert.Demoted, alert.Promoted:
		if in.Demoted != (ev.Kind == alert.Demoted) {
			return "it has turned again"
		}
	case alert.Escalated:
		if !in.Burns() {
			return "it no longer burns"
		}
	}
	return ""
}

// draft is all that a message is made of.
type draft struct {
	in  alert.Incident
	ev  alert.Event
	s   Subject
	now time.Time // in the zone that times are told in
}

// message renders what ev is about; for most events that is the incident as
// it stands now, whatever the event said then.
func (d draft) message() Message {
	switch d.ev.Kind {
	case alert.Settled:
		return d.settled()
	case alert.CannotSee:
		return d.blind()
	case alert.SeesAgain:
		return d.seesAgain()
	case alert.RuleRemoved:
		return d.removed()
	case alert.Reminded, alert.Escalated:
		return d.urged()
	case alert.Demoted:
		return d.demoted()
	case alert.Promoted:
		return d.promoted()
	}
	return d.living()
}

// living is the incident as it stands, with the journeys it keeps quiet.
func (d draft) living() Message {
	if d.crowded() {
		return d.crowd()
	}
	m := d.standing()
	if keeping := d.keeping(); len(keeping) > 0 {
		m.Body = append(m.Body, keeping)
	}
	return m
}

func (d draft) standing() Message {
	switch {
	case d.in.State == alert.Soon:
		m := d.handled(d.soon())
		m.Chart, m.Picture = d.drawn(), d.drawn()
		return m
	case d.in.Open():
		m := d.handled(d.burning())
		m.Picture = d.drawn()
		return m
	case d.in.ClosedBy != "":
		return d.closed()
	case d.in.Burned.IsZero():
		return d.receded()
	}
	return d.resolved()
}

// handled adds who has an open incident.
func (d draft) handled(m Message) Message {
	who, until := clip(d.in.AckBy, nameText), d.in.SnoozedUntil
	switch {
	case d.ev.Kind == alert.Snoozed && until.After(d.now):
		m.Text = "Snoozed by " + clip(d.ev.By, nameText) + " until " + d.clock(until).Text + ": " + d.claim()
	case d.ev.Kind == alert.Acknowledged:
		m.Text = "Acknowledged by " + clip(d.ev.By, nameText) + ": " + d.claim()
	}
	has := Text{words("nobody yet")}
	if !d.in.AckAt.IsZero() {
		_, head, _ := strings.Cut(m.Header, " ")
		m.Header = "👀 " + clip(head, headText-40) + " — " + clip(who, 24) + " is on it"
		has = Text{words(who + " since "), d.clock(d.in.AckAt)}
	}
	has = append(has, d.escalation()...)
	if until.After(d.now) {
		has = append(has, words(" · snoozed until "), d.clock(until))
	}
	m.Fields = append(m.Fields, Field{"Who has it", has})
	for _, line := range []Text{d.why(), d.doFirst()} {
		if len(line) > 0 {
			m.Body = append(m.Body, line)
		}
	}
	return d.billed(m)
}

// claim is what an acknowledged or snoozed message still says.
func (d draft) claim() string {
	if d.in.State == alert.Soon {
		return fmt.Sprintf("%s %s %s.", d.name(nameText), d.phrases().will, d.eta())
	}
	return fmt.Sprintf("%s %s%s.", d.name(nameText), d.phrases().burns, d.lasting())
}

// doFirst names the runbook and what changed: last before it began, and since.
func (d draft) doFirst() Text {
	var runbook, before, since Text
	if d.s.Runbook != "" {
		runbook = Text{link("runbook", d.s.Runbook)}
	}
	if began := onset(d.in); !d.s.ChangeAt.IsZero() {
		before = Text{words("last change: " + clip(d.s.Change, noteText) + " at "), d.clock(d.s.ChangeAt)}
		if !began.IsZero() {
			before = append(before, words(", "+Span(began.Sub(d.s.ChangeAt))+" before it began"))
		}
	}
	if !d.s.SinceAt.IsZero() {
		since = Text{words("since then: " + clip(d.s.Since, noteText) + " at "), d.clock(d.s.SinceAt)}
	}
	if first := join(" · ", runbook, before, since); len(first) > 0 {
		return append(Text{strong("Do first: ")}, first...)
	}
	return nil
}

// line is the small print that every message has.
func (d draft) line() Text {
	var id, links, late Text
	if d.ev.Number != 0 {
		id = plain(fmt.Sprintf("inc-%d", d.ev.Number))
	}
	for _, l := range d.s.Links[:min(3, len(d.s.Links))] {
		links = join(" · ", links, Text{link(clip(l.Label, nameText), l.URL)})
	}
	if by := d.now.Sub(d.ev.At); by >= 2*time.Minute {
		late = Text{words("decided "), d.clock(d.ev.At), words(", told " + Span(by) + " late")}
	}
	return join(" · ", id, plain(d.happened()), plain(clip(d.s.Feature, nameText)), links,
		Text{words("updated "), d.clock(d.now)}, late)
}

// happened is the word for what is told; of what concerns another limit, how
// this one stands.
func (d draft) happened() string {
	switch d.ev.Kind {
	case alert.KeptQuiet, alert.LetGo:
		return d.facts().State
	case alert.Shared, alert.AllOver:
		return "several incidents"
	}
	return string(d.ev.Kind)
}

// name is the journey and, for a limit on a step, the step.
func (d draft) name(limit int) string {
	name := clip(cmp.Or(d.s.Title, d.in.Limit.Journey), nameText)
	if step := d.in.Limit.Step; step != "" {
		name += " › " + clip(step, nameText)
	}
	return clip(name, limit)
}

// where is the step that the limit or the last failure is about, and the
// vantage point.
func (d draft) where() Text {
	var step string
	if name := cmp.Or(d.in.Limit.Step, d.guilty()); name != "" && !d.s.Job {
		step = "step " + clip(name, nameText)
		if i := slices.Index(d.s.Steps, name); i >= 0 {
			step = fmt.Sprintf("step %d of %d: %s", i+1, len(d.s.Steps), clip(name, nameText))
		}
	}
	var from string
	if d.in.Location != "" {
		from = "from " + clip(d.in.Location, nameText)
	}
	return join(" · ", plain(step), plain(from))
}

// guilty is the step that carries the change, or the one that failed last.
func (d draft) guilty() string {
	if d.in.Limit.Signal != alert.Latency || d.s.Why == nil {
		return d.in.FailedAt
	}
	found, _ := d.s.Why.Carrier()
	return found.Step
}

// clock names the moment t, with its day when that is not today or half a day
// away, as a message is read later than it is written; with its seconds where
// minutes would not tell the moments of this message apart.
func (d draft) clock(t time.Time) Piece {
	far := t.Sub(d.now).Abs() >= 12*time.Hour
	p := Piece{At: t, Day: far || !sameDay(t, d.now), Seconds: !far && d.brief()}
	layout := "15:04 MST"
	if p.Seconds {
		layout = "15:04:05 MST"
	}
	if p.Day {
		layout = onDay + layout
	}
	p.Text = t.In(d.now.Location()).Format(layout)
	return p
}

// brief reports whether runs follow each other within a minute, or the
// crossing follows its warning within two.
func (d draft) brief() bool {
	if 0 < d.s.Every && d.s.Every < time.Minute {
		return true
	}
	if d.in.Promise == nil || d.untold() {
		return false
	}
	crossing := moment(d.in.Promise.Crossing.Expected)
	if p, ok := d.came(); ok {
		crossing = p.Crossed
	}
	return crossing.Sub(d.in.Promise.Made) < 2*time.Minute
}

func moment(unixSeconds float64) time.Time {
	return time.UnixMilli(int64(math.Round(unixSeconds * 1000)))
}
