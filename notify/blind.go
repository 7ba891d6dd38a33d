package notify

import (
	"fmt"

	"github.com/forewarn/forewarn/alert"
)

// blind says that we cannot see, as our own fault.
func (d draft) blind() Message {
	since := d.in.Blind
	if since.IsZero() {
		since = d.ev.At
	}
	rest := " has no run that counts for " + Span(d.now.Sub(since))
	m := Message{
		Text:   "Cannot see: " + d.short(rest) + rest + ": our own fault, not the site's." + d.before(),
		Header: "🙈 Cannot see: " + d.name(headText-60) + rest,
		Body: []Text{{words("No run counts since "), d.clock(since),
			words(". This is forewarn's own fault and says nothing about the site." + d.before())}},
		Reply: Text{words("🙈 "), strong("Cannot see"), words(" since "), d.clock(since),
			words(": forewarn's own fault, this says nothing about the site.")},
	}
	if why := clip(d.in.BlindWhy, whyText); why != "" {
		m.Body = append(m.Body, plain("Why: "+why))
	}
	return d.place(m)
}

// before is what was known before we went blind.
func (d draft) before() string {
	switch {
	case d.in.State == alert.Soon:
		return " Soon before that."
	case d.in.Open():
		return " Burning before that."
	}
	return ""
}

// seesAgain ends blindness. With an open incident it shows how that stands.
func (d draft) seesAgain() Message {
	head := d.name(headText-60) + " is seen again"
	m := Message{
		Text:   fmt.Sprintf("Sees again: runs of %s count again.%s", d.name(nameText), d.calm()),
		Header: "👁 " + head,
		Body:   []Text{{words("Runs count again since "), d.clock(d.ev.At), words("." + d.calm())}},
	}
	if d.in.Open() {
		m = d.living()
	}
	m.Reply = Text{words("👁 "), strong("Sees again"), words(": runs count again since "), d.clock(d.ev.At), words(".")}
	return m
}

// calm is the state of a limit without an open incident.
func (d draft) calm() string {
	if d.in.Open() {
		return ""
	}
	return " Nothing burns."
}
