package notify

import (
	"errors"
	"strings"
	"testing"
)

func TestATerminalSaysWhatSlackWouldDo(t *testing.T) {
	var out strings.Builder
	terminal := &Terminal{W: &out}
	r := deliver(t, terminal, message(t, "burning"))
	if !r.Head || r.Ref == (Ref{}) {
		t.Errorf("a message on a terminal cannot be followed: %v", r)
	}
	deliver(t, terminal, aimed(message(t, "acknowledged"), r.Ref))
	deliver(t, terminal, aimed(message(t, "resolved"), r.Ref))
	var heads []string
	for line := range strings.Lines(out.String()) {
		if !strings.HasPrefix(line, " ") {
			heads = append(heads, line[:min(60, len(line))])
		}
	}
	want := []string{"Burning: ", "(edits the message) Acknowledged by Ana: ", "(edits the message, replies in its thread) Resolved: "}
	for i, w := range want {
		if i >= len(heads) || !strings.HasPrefix(heads[i], w) {
			t.Fatalf("got %q, want %q", heads, want)
		}
	}
	if !strings.Contains(out.String(), "↳ ✅ Resolved after 31 min") {
		t.Errorf("no reply in\n%s", &out)
	}
}

func TestOnlyAPrettyTerminalGetsColours(t *testing.T) {
	m := message(t, "burning")
	if s := (&Terminal{}).lines(m); strings.Contains(s, "\x1b") {
		t.Errorf("colours without being asked for: %q", s)
	}
	if s := (&Terminal{Pretty: true}).lines(m); !strings.Contains(s, "\x1b[1mBurning: ") {
		t.Errorf("no colours: %q", s)
	}
}

func TestABrokenTerminalIsNotSuccess(t *testing.T) {
	_, err := (&Terminal{W: broken{}}).Deliver(t.Context(), message(t, "burning"))
	if e := errorOf(err); err == nil || e.Class != NotSent {
		t.Errorf("got %v", err)
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }
