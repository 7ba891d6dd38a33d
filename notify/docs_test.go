package notify

import (
	"os"
	"strings"
	"testing"
)

// docs/slack.md tells every button and every command, in the words they have.
func TestThePageTellsEveryButtonAndCommand(t *testing.T) {
	text, err := os.ReadFile("../docs/slack.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(text)
	for _, b := range []Button{Acknowledge, Snooze, ShowForecast, Useful, NotUseful} {
		if want := "\n| " + b.label(); !strings.Contains(page, want) {
			t.Errorf("no row %q", want)
		}
	}
	for _, s := range snoozes() {
		if !strings.Contains(page, strings.TrimPrefix(s[1], "Until ")) {
			t.Errorf("does not say %q", s[1])
		}
	}
	for _, line := range help() {
		if !strings.Contains(page, "`"+line[0].Text+"`") {
			t.Errorf("does not say %q", line[0].Text)
		}
	}
}
