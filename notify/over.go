package notify

import (
	"fmt"
	"time"

	"github.com/forewarn/forewarn/alert"
)

// resolved is the last word of an incident that burned.
func (d draft) resolved() Message {
	ph, stay, lost := d.phrases(), d.stay(), d.bill().sentence()
	rest := fmt.Sprintf(" %s after %s %s", ph.back, Span(stay), ph.over)
	m := Message{
		Text:   "Resolved: " + d.short(rest) + rest + "." + lost + d.leadText(),
		Header: fmt.Sprintf("✅ Resolved: %s, %s", d.name(headText-40), Span(stay)),
		Body: []Text{{words(upper(d.name(2*nameText)) + " "), strong(ph.back), words(" since "), d.clock(d.over()),
			words(d.goodRuns())}},
		Reply: Text{words("✅ "), strong("Resolved"), words(" after " + Span(stay) + " ("), d.clock(d.in.Burned), words(" – "),
			d.clock(d.over()), words("): " + d.name(2*nameText) + " " + ph.back + "." + lost + d.leadText())},
	}
	m.Fields = append(m.Fields, Field{"Time line", d.timeLine()})
	if d.in.Limit.Ahead > 0 {
		m.Fields = append(m.Fields, Field{"Forewarned", d.forewarned()})
	}
	return d.billed(d.worst(d.place(m)))
}

// goodRuns is what shows that it is over.
func (d draft) goodRuns() string {
	if d.in.Good < 2 {
		return "."
	}
	return fmt.Sprintf(": %d good runs in a row.", d.in.Good)
}

// over is when the incident ended.
func (d draft) over() time.Time {
	if d.in.Resolved.IsZero() {
		return d.ev.At
	}
	return d.in.Resolved
}

func (d draft) stay() time.Duration { return d.over().Sub(d.in.Burned) }

func (d draft) leadText() string {
	p, ok := d.came()
	if !ok {
		return ""
	}
	lead, _ := p.Lead()
	off, _ := p.Error()
	return fmt.Sprintf(" Forewarned %s before the crossing, off by %s.", Span(lead), Span(off))
}

// timeLine is what happened when.
func (d draft) timeLine() Text {
	var line Text
	add := func(what string, at time.Time) {
		if !at.IsZero() {
			line = join(" · ", line, Text{words(what + " "), d.clock(at)})
		}
	}
	switch {
	case d.untold():
		add("foreseen, not told", d.in.Promise.Made)
	case d.in.Promise != nil:
		add("forewarned", d.in.Promise.Made)
	}
	if p, ok := d.came(); ok {
		add("crossed", p.Crossed)
	}
	add("burning", d.in.Burned)
	add("escalated", d.in.Escalated)
	add("acknowledged by "+clip(d.in.AckBy, nameText), d.in.AckAt)
	if d.in.ClosedBy != "" {
		add("closed by "+clip(d.in.ClosedBy, nameText), d.over())
	} else {
		add("resolved", d.over())
	}
	return line
}

// receded is a soon that has lost its evidence before anything broke.
func (d draft) receded() Message {
	l := d.in.Limit
	now, limit := Figure(l.Signal, d.in.Value), Figure(l.Signal, l.Value)
	rest := " no longer heads for " + limit
	return d.place(Message{
		Text:   "Receded: " + d.short(rest) + rest + ", now " + now + ". Nothing to do.",
		Header: "🔮 Receded: " + d.name(headText-60) + " no longer heads for " + limit,
		Body: []Text{{words("Now "), strong(now), words(", limit " + limit + ". The trend is gone since "), d.clock(d.over()),
			words("; the forecast is judged later.")}},
	})
}

// closed is an incident that somebody, not the runs, says is over.
func (d draft) closed() Message {
	l, since := d.in.Limit, d.in.Burned
	was := " while it burned: " + Figure(l.Signal, d.in.Value) + ", limit " + Figure(l.Signal, l.Value)
	then := ". If it burns on, that is told as an incident of its own."
	switch {
	case since.IsZero():
		since, was = d.in.Opened, " before anything was broken"
		then = ". The forecast is not told again before its latest crossing; burning is told at once."
	case d.silent():
		was = " while it was down"
	case l.Signal == alert.Availability:
		was = " while runs failed"
	}
	who := clip(d.in.ClosedBy, nameText)
	stay := Span(d.over().Sub(since))
	rest := fmt.Sprintf(" after %s. No run has shown that it is over.", stay)
	m := d.place(Message{
		Text:   "Closed by " + who + ": " + d.short(rest) + rest,
		Header: fmt.Sprintf("☑️ Closed by %s: %s, %s", clip(who, 24), d.name(headText-60), stay),
		Body:   []Text{{words("Closed at "), d.clock(d.over()), words(was + then)}},
		Fields: []Field{{"Time line", d.timeLine()}},
		Reply:  Text{words("☑️ "), strong("Closed"), words(" by " + who + " after " + stay + ".")},
	})
	if !d.in.Burned.IsZero() {
		m = d.billed(m)
	}
	return m
}

// removed closes the incident of a rule that is not watched any more.
func (d draft) removed() Message {
	what := fmt.Sprintf("%s is no longer watched for %q", d.name(nameText), clip(d.in.Limit.Limit, nameText))
	return Message{
		Text:   "Rule removed: " + what + ", its incident is closed.",
		Header: "➖ Rule removed: " + what,
		Body:   []Text{plain("The limit is gone from the configuration. Nobody looks at it any more: this says nothing about the site.")},
		Reply:  plain("➖ Rule removed: " + what + "."),
	}
}

// settled is how a forecast turned out; it replaces the forecast's message.
func (d draft) settled() Message {
	p := d.ev.Promise
	if p == nil {
		p = &alert.Promise{}
	}
	limit := Figure(d.in.Limit.Signal, d.in.Limit.Value)
	name, short := d.name(headText-60), d.short(" crossed "+limit)
	var text, head string
	switch off, _ := p.Error(); d.ev.Outcome {
	case alert.Came:
		lead, _ := p.Lead()
		head = fmt.Sprintf("It came, off by %s: %s", Span(off), name)
		text = fmt.Sprintf("it came: %s crossed %s, %s after the warning, off by %s.", short, limit, Span(lead), Span(off))
	case alert.Averted:
		head = "Averted: " + name
		text = fmt.Sprintf("averted: somebody acted, and %s did not cross %s.", short, limit)
	case alert.DidNotCome:
		head = "It did not come: " + name
		text = fmt.Sprintf("it did not come: %s did not cross %s. It counts against the rule.", short, limit)
	default:
		head = "Cannot be judged: " + name
		text = fmt.Sprintf("cannot be judged: maintenance, a changed rule or missing runs at %s.", short)
	}
	body := Text{words("Warned at "), d.clock(p.Made), words(", expected at "), d.clock(moment(p.First.Expected))}
	if !p.Crossed.IsZero() {
		body = append(body, words(", crossed at "), d.clock(p.Crossed))
	}
	return Message{
		Text: "Soon, " + text, Header: "🔮 " + head, Body: []Text{append(body, words("."))},
		Fields: []Field{{"Record", plain(d.record())}},
	}
}
