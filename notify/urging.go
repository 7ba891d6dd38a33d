package notify

import (
	"strings"

	"github.com/forewarn/forewarn/alert"
)

// urged is what burns while nobody has it, with a line for its thread that
// calls people. A channel that cannot edit shows that line in the message.
func (d draft) urged() Message {
	if d.crowded() {
		return d.urgedCrowd()
	}
	m := d.living()
	if !d.in.Burns() {
		return m
	}
	rest := " " + d.phrases().burns
	m.Text = d.urging() + ": " + d.short(rest) + rest + d.lasting() + ". " + d.nobody().Text + d.bill().sentence()
	long := words(d.lasting() + ". ")
	if d.ev.Kind == alert.Escalated {
		long.Text = ": it burns" + long.Text
	}
	return d.calling(m, Text{long, d.nobody()})
}

// urging is how a message begins that urges somebody.
func (d draft) urging() string {
	if d.ev.Kind == alert.Escalated {
		return "Escalated"
	}
	return "Still burning"
}

// calling adds to m the line that urges: what, for how long, and who is called.
func (d draft) calling(m Message, what Text) Message {
	line := Text{words("⏰ "), strong(d.urging())}
	if d.ev.Kind == alert.Escalated {
		line = append(Text{words("⏫ "), strong(d.urging()), words(" to ")}, targets(d.ev.To)...)
	}
	line = append(line, what...)
	if called := targets(d.ev.Mention); len(called) > 0 {
		line = append(append(line, words(" ")), called...)
	}
	m.Reply = line
	if len(m.Body) > 0 {
		m.Body = append([]Text{m.Body[0], line}, m.Body[1:]...)
	}
	return m
}

// nobody says that nobody has it, or who took it in the meantime.
func (d draft) nobody() Piece {
	if d.in.AckAt.IsZero() {
		return words("Nobody has it.")
	}
	return words(clip(d.in.AckBy, nameText) + " has it.")
}

// escalation is to whom and when it was escalated; nil if it was not.
func (d draft) escalation() Text {
	if d.in.Escalated.IsZero() {
		return nil
	}
	text := append(Text{words(" · escalated to ")}, targets(d.in.EscalatedTo)...)
	return append(text, words(" at "), d.clock(d.in.Escalated))
}

// targets are the people and routes of a configuration, by their ids and names.
func targets(all []string) Text {
	var text Text
	for i, one := range all {
		if i > 0 {
			text = append(text, words(", "))
		}
		p := Piece{Text: clip(one, nameText)}
		if isMember(one) {
			p.Member = one
		}
		text = append(text, p)
	}
	return text
}

// isMember reports whether s has the form of Slack's ids of users and groups.
func isMember(s string) bool {
	return len(s) >= 9 && strings.ContainsAny(s[:1], "UWS") && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}

// mention is what calls the user or the user group of that id.
// Source: docs.slack.dev/messaging/formatting-message-text, "Mentioning".
func mention(id string) string {
	if strings.HasPrefix(id, "S") {
		return "<!subteam^" + id + ">"
	}
	return "<@" + id + ">"
}
