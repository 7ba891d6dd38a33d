package cli

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/backtest"
	"github.com/forewarn/forewarn/notify"
)

// printReplayed writes what one configuration would have said, or two side by
// side.
func printReplayed(w io.Writer, all []replayed) {
	if len(all) == 2 {
		compare(w, all[0], all[1])
		return
	}
	for _, r := range all {
		for _, limit := range r.limits {
			hindsight{limit, r.zone}.print(w)
		}
	}
	fmt.Fprintln(w, "Nobody acknowledges in a replay: what people averted counts here as “did not come”.")
}

// hindsight is that of one limit, for a reader in zone.
type hindsight struct {
	backtest.Hindsight
	zone *time.Location
}

// line is one figure of a limit's backtest.
type line struct{ name, text string }

func (h hindsight) print(w io.Writer) {
	fmt.Fprintf(w, "%s: %s\n", h.Limit.Journey, h.Limit.Limit)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, l := range h.lines() {
		fmt.Fprintf(table, "  %s\t%s\n", l.name, l.text)
	}
	_ = table.Flush() // the writer behind it reports its own errors
	if text := chart(h, hasColours(w)); text != "" {
		fmt.Fprintln(w, "\n"+text)
	}
	h.printTold(w)
	fmt.Fprintln(w)
}

// lines are the figures, in the order of interest.
func (h hindsight) lines() []line {
	all := []line{{"limit", limitWords(h.Limit)}, {"history", h.history()}}
	if h.Runs == 0 {
		return all
	}
	crossings := line{"crossings", h.crossings()}
	if !h.Limit.Forecasts() {
		return append(all, crossings)
	}
	all = append(all, line{"warnings", h.warnings()})
	for _, d := range h.Demotions {
		all = append(all, line{"", h.demotion(d)})
	}
	return append(all, line{"precision", shareText(shareOf(h.Record.Came, h.Record.Judged()), "no warning is settled")},
		line{"false warnings", h.falseWarnings()}, crossings, line{"foreseen", h.foreseen()}, line{"lead", h.lead()},
		line{"warning time", notify.Span(h.Warning)}, line{"silent because", h.silences()})
}

// falseWarnings is how often a warning did not come, with what so short a
// history cannot rule out.
func (h hindsight) falseWarnings() string {
	seen, atMost, known := h.FalsePerWeek()
	if !known {
		return "unknown: less than a day was watched"
	}
	return fmt.Sprintf("%s a week; at most %s (95 %%)", twoDigits(seen), twoDigits(atMost))
}

// limitWords is the limit as one would say it.
func limitWords(l alert.Limit) string {
	side := "above"
	if l.Below {
		side = "below"
	}
	text := side + " " + notify.Figure(l.Signal, l.Value)
	if l.Signal == alert.Availability {
		text = "failing"
	}
	text += ", confirmed by " + l.Confirm.String()
	if l.Ahead > 0 && l.Signal != alert.Cert {
		text += ", " + notify.Span(l.Ahead) + " ahead"
	}
	return text
}

func (h hindsight) history() string {
	if h.First.IsZero() {
		return "no runs in this time: is `forewarn run` running?"
	}
	return fmt.Sprintf("%s watched, %s from %s to %s", notify.Span(h.Watched), count(h.Runs, "run"), h.day(h.First), h.day(h.Last))
}

// day is a time of the history, as the reader's clock shows it.
func (h hindsight) day(t time.Time) string { return t.In(h.zone).Format("2 Jan 15:04") }

func (h hindsight) warnings() string {
	if h.Warnings == 0 {
		return "none"
	}
	r := h.Record
	text := fmt.Sprintf("%d: %d came, %d did not come", h.Warnings, r.Came, r.DidNotCome)
	if r.Moot > 0 {
		text += fmt.Sprintf(", %d cannot be judged", r.Moot)
	}
	if open := h.Warnings - r.Came - r.DidNotCome - r.Moot - r.Averted; open > 0 {
		text += fmt.Sprintf(", %d open", open)
	}
	return text
}

// demotion is when the agent would have stopped telling the warnings, in the
// words of status.
func (h hindsight) demotion(d backtest.Demotion) string {
	if d.Ends {
		return fmt.Sprintf("from %s told again: %d of %d warnings came", h.day(d.At), d.Record.Came, d.Record.Judged())
	}
	return "from " + h.day(d.At) + " " + notify.DemotedLine(d.Record)
}

func shareText(s *share, why string) string {
	if s == nil {
		return "unknown: " + why
	}
	return fmt.Sprintf("%.0f %% (95 %%: %.0f–%.0f %%)", 100*s.Of, 100*s.Low, 100*s.High)
}

func (h hindsight) crossings() string {
	if h.Crossings == 0 {
		return "none"
	}
	return fmt.Sprintf("%d, %s in all", h.Crossings, notify.Span(h.Burning))
}

func (h hindsight) foreseen() string {
	if h.Crossings == 0 {
		return "unknown: nothing crossed"
	}
	return fmt.Sprintf("%d of %d at least %s before: recall %s",
		h.Foreseen, h.Crossings, notify.Span(backtest.EnoughLead), shareText(shareOf(h.Foreseen, h.Crossings), ""))
}

func (h hindsight) lead() string {
	if h.Record.Came == 0 {
		return "unknown: no warning came true"
	}
	return "median " + notify.Span(h.Record.MedianLead)
}

// silences is why nothing was foreseen, in shares of the quiet runs, and why
// nothing is foreseen at the end.
func (h hindsight) silences() string {
	var parts []string
	for _, s := range h.Silences {
		if s.Share >= 0.005 {
			parts = append(parts, fmt.Sprintf("%s (%.0f %%)", s.Why, 100*s.Share))
		}
	}
	text := strings.Join(parts, "; ")
	if h.LastSilence != "" {
		text += "; at the end: " + h.LastSilence
	}
	return text
}

// mostTold is how many messages are listed.
const mostTold = 20

func (h hindsight) printTold(w io.Writer) {
	told := h.Told
	if more := len(told) - mostTold; more > 0 {
		fmt.Fprintf(w, "  ... %d earlier messages: --json has them all\n", more)
		told = told[more:]
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for len(told) > 0 {
		first, same := told[0], 1
		for first.Kind == alert.BurnsAgain && same < len(told) && told[same].Kind == first.Kind {
			same++
		}
		text := forecastText(first, h.zone)
		if same > 1 {
			text = fmt.Sprintf("and %d times more until %s", same-1, notify.Clock(told[same-1].At, first.At.In(h.zone)))
		}
		fmt.Fprintf(table, "  %s\t%s\t%s\n", first.At.In(h.zone).Format("Mon 2 Jan 15:04"), first.Kind, text)
		told = told[same:]
	}
	_ = table.Flush() // the writer behind it reports its own errors
}

// forecastText is what a message foresaw and what became of it; "" if it
// foresaw nothing.
func forecastText(t backtest.Telling, zone *time.Location) string {
	if t.Promise == nil {
		return ""
	}
	text := crossingText(t.Promise.Crossing, t.At.In(zone))
	if t.Outcome != "" {
		text += ": " + string(t.Outcome)
	}
	if lead, known := t.Promise.Lead(); known && t.Outcome == alert.Came {
		text += fmt.Sprintf(", %s ahead", notify.Span(lead))
	}
	return text
}
