package cli

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/notify"
)

// printStatus begins with the one line that matters at night.
func printStatus(w io.Writer, features []featureStatus, now time.Time, since time.Duration) {
	fmt.Fprintf(w, "%s\n\n", stateLine(features))
	for _, f := range features {
		fmt.Fprintf(w, "%s\n", f.Feature)
		for _, j := range f.Journeys {
			printJourney(w, j, now, since)
		}
	}
	fmt.Fprintln(w, "Figures are of forewarn's own runs: synthetic, not your customers'.")
}

// stateLine counts the limits by state, the worst first.
func stateLine(features []featureStatus) string {
	limits := map[string]int{}
	for _, f := range features {
		for _, j := range f.Journeys {
			for _, l := range j.Limits {
				limits[l.State]++
			}
		}
	}
	var parts []string
	for _, state := range []alert.State{alert.Burning, alert.Clearing, alert.Soon, alert.Quiet, alert.Unset} {
		if n := limits[state.String()]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, state))
		}
	}
	return "limits: " + strings.Join(parts, ", ")
}

func printJourney(w io.Writer, j journeyStatus, now time.Time, since time.Duration) {
	fmt.Fprintf(w, "  %s, last %s\n", j.Journey, notify.Span(since))
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	rate := orUnknown(j.Rate, func(v float64) string { return twoDigits(v) + " runs/min" })
	if j.Rate == nil && j.Last != nil {
		rate += ": too early to tell"
	}
	if j.Last != nil {
		rate += ", the last " + notify.Span(max(0, now.Sub(time.UnixMilli(*j.Last)))) + " ago"
	}
	if j.Heartbeat != nil {
		fmt.Fprintf(table, "    heartbeat\t%s\n", j.Heartbeat.text(now))
	}
	if j.Maintenance != nil {
		fmt.Fprintf(table, "    maintenance\t%s\n", j.Maintenance.text(now))
	}
	fmt.Fprintf(table, "    rate\t%s\n", rate)
	fmt.Fprintf(table, "    errors\t%s\n", errorsText(j))
	duration := func(us int64) string { return short(time.Duration(us) * time.Microsecond) }
	fmt.Fprintf(table, "    duration\tp50 %s, p95 %s\n", orUnknown(j.P50, duration), orUnknown(j.P95, duration))
	for _, l := range j.Limits {
		fmt.Fprintf(table, "    %s\t%s\n", l.Limit, l.text())
		if l.Money != "" {
			fmt.Fprintf(table, "    \t%s\n", l.Money)
		}
		for _, line := range l.record() {
			fmt.Fprintf(table, "    \t%s\n", line)
		}
	}
	for _, why := range j.Missing {
		fmt.Fprintf(table, "    unknown\t%s\n", why)
	}
	_ = table.Flush() // the writer behind it reports its own errors
}

func (l limitStatus) text() string {
	text := l.State
	if l.Incident > 0 {
		text += fmt.Sprintf(" (inc-%d)", l.Incident)
	}
	return text + ", " + l.Says
}

func errorsText(j journeyStatus) string {
	if j.Errors == nil {
		return fmt.Sprintf("unknown, %s unknown", count(j.Unknown, "run"))
	}
	retried := ""
	if j.Retried > 0 {
		retried = fmt.Sprintf(", %d passed on retry", j.Retried)
	}
	return fmt.Sprintf("%d of %d failed: %s %% (95 %%: %s–%s %%), %d unknown%s",
		j.Failed, j.Passed+j.Failed, percent(j.Errors.Of), percent(j.Errors.Low), percent(j.Errors.High), j.Unknown, retried)
}

// percent is a share in percent with about two digits: "0.25", "3.1", "100".
func percent(share float64) string {
	if share < 1e-11 { // the rounding of an interval that begins at 0
		return "0"
	}
	return twoDigits(100 * share)
}

// twoDigits is v with two digits, or all that it has before the point, and no
// exponent: "0.00025", "3.1", "120".
func twoDigits(v float64) string {
	places := 0
	if 0 < v && v < 9.95 {
		places = 1 - int(math.Floor(math.Log10(v)))
	}
	scale := math.Pow10(places)
	return strconv.FormatFloat(math.Round(v*scale)/scale, 'f', -1, 64)
}

func orUnknown[T any](v *T, text func(T) string) string {
	if v == nil {
		return "unknown"
	}
	return text(*v)
}
