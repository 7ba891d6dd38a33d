package notify

import (
	"fmt"
	"strings"

	"github.com/slack-go/slack"
)

// entities makes a value harmless in text that Slack parses: the three
// characters that begin and end its marks.
// Source: docs.slack.dev/messaging/formatting-message-text, "Escaping text".
func entities(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

// esc makes a value harmless inside the markup of a block: [entities], and
// look-alikes for what would open a code span, bold or strike-through until
// some later value closes it. Slack has no escape for those.
func esc(s string) string {
	return strings.NewReplacer("`", "ˋ", "*", "∗", "~", "∼").Replace(entities(s))
}

// inert makes a value harmless where Slack parses nothing anyway: should it
// ever do so, the marks of a mention are not what it looks for.
func inert(s string) string {
	return strings.NewReplacer("<!", "‹!", "<@", "‹@", "<#", "‹#").Replace(s)
}

// object is t as Slack's text object: plain_text as long as nothing in it
// needs more. verbatim keeps Slack from looking for mentions and channel
// names in what we did not mark up.
func object(t Text) *slack.TextBlockObject {
	for _, s := range t {
		if s.Bold || s.URL != "" || s.Member != "" || !s.At.IsZero() {
			return &slack.TextBlockObject{Type: slack.MarkdownType, Text: mrkdwn(t), Verbatim: true}
		}
	}
	return slack.NewTextBlockObject(slack.PlainTextType, inert(t.String()), false, false)
}

// mrkdwn is t in Slack's markup.
func mrkdwn(t Text) string {
	var b strings.Builder
	for _, s := range t {
		switch {
		case !s.At.IsZero():
			format := "{time}"
			if s.Seconds {
				format = "{time_secs}"
			}
			if s.Day {
				format = "{date_short_pretty} " + format
			}
			fmt.Fprintf(&b, "<!date^%d^%s|%s>", s.At.Unix(), format, esc(s.Text))
		case isMember(s.Member):
			b.WriteString(mention(s.Member))
		case s.URL != "":
			fmt.Fprintf(&b, "<%s|%s>", escURL(s.URL), esc(s.Text))
		case s.Bold && strings.TrimSpace(s.Text) != "":
			// Marks bind only without blanks inside them.
			text := strings.TrimSpace(s.Text)
			before, after, _ := strings.Cut(s.Text, text)
			b.WriteString(before + "*" + esc(text) + "*" + after)
		default:
			b.WriteString(esc(s.Text))
		}
	}
	return b.String()
}

// escURL keeps an address from ending its link early.
func escURL(u string) string {
	return strings.NewReplacer("&", "&amp;", "<", "%3C", ">", "%3E", "|", "%7C").Replace(u)
}
