package notify

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/forewarn/forewarn/alert"
	"github.com/slack-go/slack"
)

// Button is one thing that readers can do with a message at once. It is the
// action_id that Slack gives back.
type Button string

// The buttons. Snooze is a choice of how long.
const (
	Acknowledge  Button = "acknowledge"
	Snooze       Button = "snooze"
	ShowForecast Button = "show_forecast"
	Useful       Button = "useful"
	NotUseful    Button = "not_useful"
)

// label is what stands on b.
func (b Button) label() string {
	switch b {
	case ShowForecast:
		return "Show forecast"
	case Useful:
		return "Useful warning"
	case NotUseful:
		return "Not useful"
	}
	return upper(string(b))
}

// snoozes are what Snooze offers, as [SnoozeUntil] reads them, and its words.
func snoozes() [3][2]string {
	return [...][2]string{{"30m", "30 minutes"}, {"2h", "2 hours"}, {"09:00", "Until 09:00"}}
}

// buttons are what can be done with the message of an incident as it stands.
func (d draft) buttons() (all []Button) {
	told := d.in.Promise != nil && !d.in.Promise.Demoted
	switch {
	case d.ev.Number == 0 || d.ev.Kind == alert.Settled || d.ev.Kind == alert.RuleRemoved:
		return nil
	case d.crowded():
		return d.crowdButtons()
	case d.in.Open() && d.in.AckAt.IsZero():
		all = append(all, Acknowledge, Snooze)
	case d.in.Open():
		all = append(all, Snooze)
	}
	if told && d.in.Open() {
		all = append(all, ShowForecast)
	}
	if told && !d.in.Burns() {
		all = append(all, Useful, NotUseful)
	}
	return all
}

// command is what acknowledges from a shell, where there are no buttons.
func (d draft) command() string {
	if d.s.Command == "" || d.ev.Number == 0 || !slices.Contains(d.buttons(), Acknowledge) {
		return ""
	}
	return fmt.Sprintf("%s incident ack %d", clip(d.s.Command, nameText), d.ev.Number)
}

// actions is a block of m's buttons. Their values name the incident: messages
// are pressed long after a newer one has begun.
func actions(m Message) slack.Block {
	block := &slack.ActionBlock{Type: slack.MBTAction, Elements: &slack.BlockElements{}}
	for _, b := range m.Buttons {
		block.Elements.ElementSet = append(block.Elements.ElementSet, element(b, m))
	}
	return block
}

func element(b Button, m Message) slack.BlockElement {
	const labelText = 75
	text := slack.NewTextBlockObject(slack.PlainTextType, b.label(), false, false)
	if b == Snooze {
		text.Text += "…"
		choice := &slack.SelectBlockElement{Type: slack.OptTypeStatic, ActionID: string(b), Placeholder: text}
		for _, s := range snoozes() {
			words := slack.NewTextBlockObject(slack.PlainTextType, s[1], false, false)
			choice.Options = append(choice.Options, slack.NewOptionBlockObject(value(m.Incident)+"/"+s[0], words, nil))
		}
		return choice
	}
	button := slack.NewButtonBlockElement(string(b), value(m.Incident), text)
	button.AccessibilityLabel = clip(b.label()+": "+inert(m.Header), labelText)
	if b == Acknowledge {
		button.Style = slack.StylePrimary
	}
	return button
}

// value is what a button of incident n carries, and idOf finds it again, with
// what stands behind it; false if it is no such value.
func value(n int64) string { return fmt.Sprintf("inc-%d", n) }

func idOf(value string) (n int64, rest string, ok bool) {
	digits, isOurs := strings.CutPrefix(value, "inc-")
	digits, rest, _ = strings.Cut(digits, "/")
	n, err := strconv.ParseInt(digits, 10, 64)
	return n, rest, isOurs && err == nil && n > 0
}
