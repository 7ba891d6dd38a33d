package notify

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"
)

// Terminal shows messages on a writer, as they would read in Slack.
type Terminal struct {
	W      io.Writer
	Pretty bool // with colours and a rule at the left
}

// Name is "terminal".
func (t *Terminal) Name() string { return "terminal" }

// Pace is 0: a terminal takes what comes.
func (t *Terminal) Pace() time.Duration { return 0 }

// Check finds nothing: there is nothing to set.
func (t *Terminal) Check(context.Context) []Problem { return nil }

// Deliver writes m, and says whether Slack would have edited or replied.
func (t *Terminal) Deliver(_ context.Context, m Message) (Receipt, error) {
	if !m.Tried.IsZero() {
		m = repeated(m)
	}
	if _, err := io.WriteString(t.W, t.lines(m)); err != nil {
		return Receipt{}, &Error{Class: NotSent, Reason: clip(err.Error(), whyText)}
	}
	if m.Target != (Ref{}) && m.Op != Post {
		return Receipt{Ref: m.Target}, nil
	}
	return Receipt{Ref: Ref{t.Name(), m.ID}, Head: true}, nil
}

func (t *Terminal) lines(m Message) string {
	var b strings.Builder
	how := ""
	if m.Target != (Ref{}) {
		how = [...]string{Post: "", Edit: "(edits the message) ", Follow: "(edits the message, replies in its thread) "}[m.Op]
	}
	fmt.Fprintf(&b, "%s%s\n", t.style("2", how), t.style("1", m.Text))
	if len(m.Reply) > 0 && how != "" {
		t.line(&b, "", "↳ "+m.Reply.String())
		return b.String()
	}
	t.line(&b, "1", m.Header)
	for _, p := range m.Body {
		t.line(&b, "", p.String())
	}
	for _, f := range m.Fields {
		t.line(&b, "", f.Label+": "+f.Value.String())
	}
	m.Buttons = nil
	for _, c := range smallPrint(m) {
		t.line(&b, "2", c.String())
	}
	return b.String()
}

// line writes one line of a message, indented or behind a rule.
func (t *Terminal) line(b *strings.Builder, code, s string) {
	margin := "    "
	if t.Pretty {
		margin = "  \x1b[33m▌\x1b[0m "
	}
	b.WriteString(margin + t.style(code, s) + "\n")
}

func (t *Terminal) style(code, s string) string {
	if !t.Pretty || code == "" || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}
