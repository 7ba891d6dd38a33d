package notify

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/forewarn/forewarn/alert"
)

// typed is what stands behind the slash command.
type typed struct {
	verb   string // status, ack, snooze; "help" is all else
	number int64  // of an incident, for ack and snooze
	until  string // for snooze
}

func readTyped(text string) typed {
	words := strings.Fields(text)
	if len(words) == 1 && strings.EqualFold(words[0], "status") {
		return typed{verb: "status"}
	}
	if len(words) < 2 {
		return typed{verb: "help"}
	}
	number, rest, ok := idOf("inc-" + strings.TrimPrefix(strings.TrimPrefix(words[1], "#"), "inc-"))
	switch verb := strings.ToLower(words[0]); {
	case !ok || rest != "":
	case verb == "ack" && len(words) == 2:
		return typed{verb: verb, number: number}
	case verb == "snooze" && len(words) == 3:
		return typed{verb, number, words[2]}
	}
	return typed{verb: "help"}
}

// slash does what stands behind the slash command.
func (s *Socket) slash(ctx context.Context, r request) answerBack {
	switch t := readTyped(r.text); t.verb {
	case "status":
		return s.status(ctx)
	case "ack":
		return s.act(ctx, r, alert.Act{Kind: alert.ToAcknowledge, Number: t.number})
	case "snooze":
		return s.snooze(ctx, r, t.number, t.until)
	}
	return justSay(help()...)
}

func help() []Text {
	return []Text{
		{strong("/forewarn status"), words(": what is open, and who has it")},
		{strong("/forewarn ack 42"), words(": you have incident 42, for all to see")},
		{strong("/forewarn snooze 42 2h"), words(": no forecasts and reminders of it for two hours, or until 09:00; what begins to burn is told all the same")},
	}
}

// status is what is open now, the most urgent first.
func (s *Socket) status(ctx context.Context) answerBack {
	const most = 15
	n := s.notifier.settings
	all, err := n.DB.Incidents(ctx)
	if err != nil {
		return justSay(plain("The database could not be read: " + clip(err.Error(), whyText)))
	}
	now := time.Now()
	var burns, comes []Text
	blind := 0
	for _, in := range all {
		if !in.Blind.IsZero() {
			blind++
		}
		if !in.Open() || in.Promise != nil && in.Promise.Demoted && !in.Burns() {
			continue
		}
		if line := n.line(in, now.In(s.zone())); in.Burns() {
			burns = append(burns, line)
		} else {
			comes = append(comes, line)
		}
	}
	lines := append(burns, comes...)
	if rest := len(lines) - most; rest > 0 {
		lines = append(lines[:most], plain(fmt.Sprintf("… and %d more", rest)))
	}
	if len(lines) == 0 {
		lines = []Text{plain(fmt.Sprintf("Nothing is open: %s watched.", limits(len(all), "is", "are")))}
	}
	if blind > 0 {
		lines = append(lines, plain(fmt.Sprintf("🙈 %s not seen now, by forewarn's own fault.", limits(blind, "is", "are"))))
	}
	return justSay(lines...)
}

func limits(n int, is, are string) string {
	if n == 1 {
		return "1 limit " + is
	}
	return fmt.Sprintf("%d limits %s", n, are)
}

// line is one open incident, with who has it.
func (s Settings) line(in alert.Incident, now time.Time) Text {
	ev := alert.Event{Kind: alert.WentSoon, At: now, Number: in.Number}
	text := Text{strong(value(in.Number)), words(" " + Render(in, ev, s.Describe(in.Limit.Key), now).Text)}
	if in.AckAt.IsZero() {
		return append(text, words(" Nobody has it yet."))
	}
	return append(text, words(" "+clip(in.AckBy, nameText)+" has it."))
}
