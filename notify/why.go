package notify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/explain"
	"github.com/forewarn/forewarn/probes"
)

// onset is when that began which the incident is about: the trend of its
// forecast, or the first of the runs that confirmed it. It is zero if nobody
// knows.
func onset(in alert.Incident) time.Time {
	switch p := in.Promise; {
	case p != nil && !p.Since.IsZero():
		return p.Since
	case in.Burned.IsZero():
		return time.Time{}
	}
	for _, r := range in.Runs {
		if r.Over && !r.At.After(in.Burned) {
			return r.At
		}
	}
	return in.Burned
}

// compare looks at the runs of the incident's journey before and since its
// onset: of what lies longer back no more than can be read at once. nil is
// unknown.
func (w *worker) compare(ctx context.Context, in alert.Incident, now time.Time) (*explain.Change, error) {
	const before, after = 60, 15 // runs
	since, every := onset(in), max(in.Limit.Every, time.Second)
	if since.IsZero() || in.Limit.Signal == alert.Cert {
		return nil, nil
	}
	until := now
	if !in.Resolved.IsZero() {
		until = in.Resolved
	}
	lately := later(since, until.Add(-after*every))
	var runs []probes.Result
	take := func(r probes.Result) error {
		runs = append(runs, r)
		return nil
	}
	err := errors.Join(
		w.DB.Results(ctx, in.Limit.Journey, since.Add(-before*every), since, take),
		w.DB.Results(ctx, in.Limit.Journey, lately, until.Add(time.Second), take))
	change, _ := explain.Since(since, runs, in.Limit.Step)
	return &change, err
}

// why says in one line what carries the change; nothing where there is
// nothing to compare.
func (d draft) why() Text {
	c := d.s.Why
	switch {
	case d.silent():
		return nil
	case c == nil:
		return d.usual()
	}
	switch d.in.Limit.Signal {
	case alert.Latency:
		return d.slower(*c)
	case alert.Errors, alert.Availability:
		return d.failing(*c)
	}
	return nil
}

// usual is what a forecast rests on that follows no trend.
func (d draft) usual() Text {
	if p := d.in.Promise; p != nil && p.Usual != "" {
		return Text{strong("Why: "), words("no trend but the time of day: " + clip(p.Usual, noteText) + ".")}
	}
	return nil
}

func (d draft) slower(c explain.Change) Text {
	line := Text{strong("Why: ")}
	since := Text{words(" since "), d.clock(c.Since)}
	if min(c.Earlier, c.Later) < explain.Fewest {
		return append(append(append(line, words("unknown, too few whole runs before and")), since...), words(" to compare."))
	}
	by := "+" + seconds(c.By().Seconds())
	found, ok := c.Carrier()
	switch {
	case !c.Grew():
		return append(append(append(line, words("unknown, the typical run is no slower")), since...), words("."))
	case !ok:
		line = append(line, words("no single step or phase carries the "+by))
	default:
		line = append(line, strong(carrierText(found)), words(" is +"+seconds(found.By.Seconds())+" of "+by))
	}
	return append(append(line, since...), words(placesText(c)+"."))
}

// detail is the change part by part, which adds up to the whole.
func (d draft) detail() []Text {
	const most = 5
	c := d.s.Why
	if c == nil || d.in.Limit.Signal != alert.Latency || !c.Grew() {
		return nil
	}
	growth := func(before, after time.Duration) string {
		by, sign := after-before, "+"
		if by < 0 {
			by, sign = -by, "−"
		}
		return fmt.Sprintf(": %s → %s (%s%s)", seconds(before.Seconds()), seconds(after.Seconds()), sign, seconds(by.Seconds()))
	}
	lines := []Text{{words("A typical run since "), d.clock(c.Since), words(growth(c.Before, c.After))}}
	before, after := c.Before, c.After
	for _, p := range c.Parts[:min(most, len(c.Parts))] {
		lines = append(lines, plain("• "+carrierText(explain.Carrier{Step: p.Step, Phase: p.Phase})+growth(p.Before, p.After)))
		before, after = before-p.Before, after-p.After
	}
	if len(c.Parts) > most {
		lines = append(lines, plain("• all else"+growth(before, after)))
	}
	for _, p := range c.Places {
		if len(c.Places) > 1 {
			lines = append(lines, plain("from "+clip(p.Location, nameText)+growth(p.Before, p.After)))
		}
	}
	return lines[:min(2*most, len(lines))]
}

// failing says which step fails, in which way, how often.
func (d draft) failing(c explain.Change) Text {
	if len(c.Failures) == 0 {
		return nil
	}
	f := c.Failures[0]
	return Text{strong("Why: "), strong(clip(f.Step, nameText)), words(fmt.Sprintf(" fails %d of %d runs", f.Runs, c.Judged)),
		words(" since "), d.clock(c.Since), words(": " + kindText(f.Kind) + ".")}
}

// carrierText names what carries a change.
func carrierText(c explain.Carrier) string {
	switch {
	case c.Phase == "":
		return clip(c.Step, nameText)
	case c.Step == "":
		return phaseText(c.Phase) + " in all steps"
	}
	return clip(c.Step, nameText) + " › " + phaseText(c.Phase)
}

// phaseText is a phase in words for who does not know ours.
func phaseText(phase string) string {
	switch phase {
	case "resolve":
		return "name lookup"
	case "tls":
		return "TLS handshake"
	case "wait":
		return "wait for the server"
	}
	return phase
}

// kindText is a kind of failure in the same way.
func kindText(k probes.FailureKind) string {
	switch k {
	case probes.FailExpect:
		return "the answer is not what is expected"
	case probes.FailCapture:
		return "the answer lacks a value to go on with"
	case probes.FailTimeout:
		return "no answer in time"
	case probes.FailResolve:
		return "its name cannot be looked up"
	case probes.FailConnect:
		return "no connection"
	case probes.FailTLS:
		return "no secure connection"
	}
	return string(k)
}

// placesText names the vantage points that do not see it, once there are
// several.
func placesText(c explain.Change) string {
	var sees, not []string
	for _, p := range c.Places {
		if 2*(p.After-p.Before) >= c.By() {
			sees = append(sees, clip(p.Location, nameText))
		} else {
			not = append(not, clip(p.Location, nameText))
		}
	}
	if len(sees) == 0 || len(sees)+len(not) < 2 {
		return ""
	}
	text := ", seen from " + list(sees)
	if len(not) > 0 {
		text += ", not from " + list(not)
	}
	return text
}

// list names some of names.
func list(names []string) string {
	const most = 3
	text := names[0]
	for i, name := range names[1:] {
		switch {
		case i+1 == most:
			return fmt.Sprintf("%s and %d more", text, len(names)-most)
		case i+2 == len(names):
			text += " and " + name
		default:
			text += ", " + name
		}
	}
	return text
}
