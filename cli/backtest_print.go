package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/notify"
)

// line is one figure of a limit's backtest.
type line struct{ name, text string }

// print writes one limit's backtest for a reader.
func (h *hindsight) print(w io.Writer) {
	fmt.Fprintf(w, "%s: %s\n", h.limit.Journey, h.limit.Limit)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, l := range h.lines() {
		fmt.Fprintf(table, "  %s\t%s\n", l.name, l.text)
	}
	_ = table.Flush() // the writer behind it reports its own errors
	if text := h.chart.draw(h); text != "" {
		fmt.Fprintln(w, "\n"+text)
	}
	h.printTold(w)
	fmt.Fprintln(w)
}

// lines are the figures, in the order of interest.
func (h *hindsight) lines() []line {
	r := h.report()
	all := []line{{"limit", limitWords(h.limit)}, {"history", h.span()}}
	if h.runs == 0 {
		return all
	}
	if h.forecast() {
		all = append(all, line{"warnings", warningsText(r)}, line{"precision", shareText(r.Precision, "no warning is settled")},
			line{"false warnings", falseText(r)})
	}
	all = append(all, line{"crossings", crossingsText(h.crossings, h.burning)})
	if h.forecast() {
		all = append(all, line{"foreseen", foreseenText(r)}, line{"lead", leadText(r)},
			line{"warning time", notify.Span(h.warning)}, line{"silent because", h.silenceText(r)})
	}
	return all
}

// falseText is how often a warning did not come, with what so short a history
// cannot rule out.
func falseText(r limitReport) string {
	weeks := r.WatchedS / aWeek.Seconds()
	if weeks < 1.0/7 {
		return "unknown: less than a day was watched"
	}
	return fmt.Sprintf("%.2g a week; at most %.2g (95 %%)", float64(r.DidNotCome)/weeks, poissonUpper(r.DidNotCome)/weeks)
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

func (h *hindsight) span() string {
	if h.first.IsZero() {
		return "no runs in this time: is `forewarn run` running?"
	}
	day := func(t time.Time) string { return t.In(h.zone).Format("2 Jan 15:04") }
	return fmt.Sprintf("%s watched, %d runs from %s to %s", notify.Span(h.watched), h.runs, day(h.first), day(h.last))
}

func warningsText(r limitReport) string {
	if r.Warnings == 0 {
		return "none"
	}
	text := fmt.Sprintf("%d: %d came, %d did not come", r.Warnings, r.Came, r.DidNotCome)
	if r.Moot > 0 {
		text += fmt.Sprintf(", %d cannot be judged", r.Moot)
	}
	if open := r.Warnings - r.Came - r.DidNotCome - r.Moot - r.Averted; open > 0 {
		text += fmt.Sprintf(", %d open", open)
	}
	return text
}

func shareText(s *share, why string) string {
	if s == nil {
		return "unknown: " + why
	}
	return fmt.Sprintf("%.0f %% (95 %%: %.0f–%.0f %%)", 100*s.Of, 100*s.Low, 100*s.High)
}

func crossingsText(n int, burning time.Duration) string {
	if n == 0 {
		return "none"
	}
	return fmt.Sprintf("%d, %s in all", n, notify.Span(burning))
}

func foreseenText(r limitReport) string {
	if r.Crossings == 0 {
		return "unknown: nothing crossed"
	}
	return fmt.Sprintf("%d of %d at least 5 min before: recall %s", r.Foreseen, r.Crossings, shareText(r.Recall, ""))
}

func leadText(r limitReport) string {
	if r.MedianLeadS == nil {
		return "unknown: no warning came true"
	}
	return "median " + notify.Span(time.Duration(*r.MedianLeadS*float64(time.Second)))
}

// silenceText is why nothing was foreseen, in shares of the quiet runs, and
// why nothing is foreseen at the end.
func (h *hindsight) silenceText(r limitReport) string {
	var parts []string
	for _, s := range r.Silent {
		if s.Share >= 0.005 {
			parts = append(parts, fmt.Sprintf("%s (%.0f %%)", s.Why, 100*s.Share))
		}
	}
	text := strings.Join(parts, "; ")
	if h.lastSilence != "" {
		text += "; at the end: " + h.lastSilence
	}
	return text
}

// mostTold is how many messages are listed.
const mostTold = 20

func (h *hindsight) printTold(w io.Writer) {
	told := h.told
	if more := len(told) - mostTold; more > 0 {
		fmt.Fprintf(w, "  ... %d earlier messages: --json has them all\n", more)
		told = told[more:]
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for i := 0; i < len(told); i++ {
		t, again := told[i], 0
		for ; t.kind == alert.BurnsAgain && i+1 < len(told) && told[i+1].kind == t.kind; i++ {
			again++
		}
		text := t.text(h.zone)
		if again > 0 {
			text = fmt.Sprintf("and %d times more until %s", again, told[i].at.In(h.zone).Format("15:04"))
		}
		fmt.Fprintf(table, "  %s\t%s\t%s\n", t.at.In(h.zone).Format("Mon 2 Jan 15:04"), t.kind, text)
	}
	_ = table.Flush() // the writer behind it reports its own errors
}

// text is what a forecast said and what became of it.
func (t telling) text(zone *time.Location) string {
	if t.promise == nil {
		return ""
	}
	c := t.promise.Crossing
	at := func(seconds float64) string { return moment(seconds).In(zone).Format("15:04") }
	text := fmt.Sprintf("at %s (80 %%: %s–%s)", at(c.Expected), at(c.Earliest), at(c.Latest))
	if t.outcome != "" {
		text += ": " + string(t.outcome)
	}
	if lead, known := t.promise.Lead(); known && t.outcome == alert.Came {
		text += fmt.Sprintf(", %s ahead", notify.Span(lead))
	}
	return text
}

// compare writes two backtests side by side, limit by limit.
func compare(w io.Writer, fileA, fileB string, a, b []hindsight) {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	find := func(all []hindsight, key alert.Key) *hindsight {
		if i := slices.IndexFunc(all, func(h hindsight) bool { return h.limit.Key == key }); i >= 0 {
			return &all[i]
		}
		return nil
	}
	for i := range a {
		compareOne(table, fileA, fileB, &a[i], find(b, a[i].limit.Key))
	}
	for i := range b {
		if find(a, b[i].limit.Key) == nil {
			compareOne(table, fileA, fileB, nil, &b[i])
		}
	}
	_ = table.Flush() // the writer behind it reports its own errors
}

// compareOne writes one limit; one of a and b may be nil.
func compareOne(w io.Writer, fileA, fileB string, a, b *hindsight) {
	names, texts := []string{}, [2]map[string]string{{}, {}}
	var key alert.Key
	for side, h := range []*hindsight{a, b} {
		if h == nil {
			continue
		}
		key = h.limit.Key
		for _, l := range h.lines() {
			texts[side][l.name] = l.text
			if !slices.Contains(names, l.name) {
				names = append(names, l.name)
			}
		}
	}
	fmt.Fprintf(w, "%s: %s\t%s\t%s\n", key.Journey, key.Limit, fileA, fileB)
	for _, name := range names {
		if name == "silent because" {
			continue // too wide to stand beside another
		}
		fmt.Fprintf(w, "  %s\t%s\t%s\n", name, orDash(texts[0][name]), orDash(texts[1][name]))
	}
	fmt.Fprintln(w, "\t\t")
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
