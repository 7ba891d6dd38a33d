package cli

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/backtest"
	"github.com/forewarn/forewarn/config"
	"github.com/forewarn/forewarn/notify"
)

// backtestSuggest proposes a limit for each named journey, or for all.
func backtestSuggest(cmd *cobra.Command, h backtest.History, c config.Config, journeys []string, asJSON bool) error {
	picked, err := pick(c, journeys)
	if err != nil {
		return err
	}
	h.Zone = c.Agent.Zone
	var all []backtest.Suggestion
	for _, j := range picked {
		s, err := h.Suggest(cmd.Context(), j)
		if err != nil {
			return err
		}
		all = append(all, s)
	}
	out := cmd.OutOrStdout()
	if asJSON {
		return writeJSON(out, suggestionReports(all))
	}
	fmt.Fprintln(out, "# If this history holds trouble, the limits lie above it: begin after it with --since.")
	for _, s := range all {
		printSuggestion(out, tableOf(c, s.Journey), s)
	}
	return nil
}

// tableOf is the table of the file in which a journey's limits stand.
func tableOf(c config.Config, journey string) string {
	i := slices.IndexFunc(c.Journeys, func(j config.Journey) bool { return j.Name == journey })
	return c.Journeys[i].Table()
}

// suggestionReport is a suggestion as JSON. What is unknown, because there is
// none, is null.
type suggestionReport struct {
	Journey string `json:"journey"`
	Why     string `json:"why,omitempty"` // there is none

	AboveS *float64 `json:"above_s"`
	AheadS *float64 `json:"ahead_s"`

	TrialS    *float64 `json:"trial_s"`
	Messages  *int     `json:"messages"`          // soon or burning, in the trial
	PerWeek   *float64 `json:"messages_per_week"` // what was seen
	MostAWeek *float64 `json:"at_most_per_week"`  // with 95 % confidence
	Crossings *int     `json:"crossings"`         // of this limit in the whole history
	Foreseen  *int     `json:"foreseen"`          // of them
	False     *int     `json:"did_not_come"`      // warnings in the whole history
}

func suggestionReports(all []backtest.Suggestion) []suggestionReport {
	reports := []suggestionReport{}
	for _, s := range all {
		r := suggestionReport{Journey: s.Journey, Why: whyNone(s)}
		if r.Why == "" {
			r.AboveS, r.AheadS, r.TrialS = new(s.Above.Seconds()), new(s.Ahead.Seconds()), new(s.Trial.Seconds())
			r.Messages, r.PerWeek, r.MostAWeek = &s.Messages, &s.PerWeek, &s.MostAWeek
			r.Crossings, r.Foreseen, r.False = &s.Crossings, &s.Foreseen, &s.DidNotCome
		}
		reports = append(reports, r)
	}
	return reports
}

// printSuggestion writes a limit to be pasted into the configuration.
func printSuggestion(w io.Writer, table string, s backtest.Suggestion) {
	if why := whyNone(s); why != "" {
		fmt.Fprintf(w, "# %s: no limit can be suggested: %s\n\n", s.Journey, why)
		return
	}
	proof := fmt.Sprintf("foreseen: %d of %d crossings; false warnings: %d", s.Foreseen, s.Crossings, s.DidNotCome)
	if s.Crossings == 0 {
		proof = fmt.Sprintf("unproven: nothing crossed this limit; false warnings: %d", s.DidNotCome)
	}
	fmt.Fprintf(w, `# %s %s
  [[%s.limit]]
  signal = "latency"
  above  = %q   # in %s it was not chosen by: %s; expect %s a week, at most %s (95 %%)
  ahead  = %q   # %s

`, table, s.Journey, table, limitText(s.Above), notify.Span(s.Trial), count(s.Messages, "message"), weekly(s.PerWeek), weekly(s.MostAWeek), briefSpan(s.Ahead), proof)
}

// weekly is a number of messages a week, in two digits as long as it has a
// fraction to show.
func weekly(n float64) string {
	if n >= 10 {
		return strconv.FormatFloat(n, 'f', 0, 64)
	}
	return strconv.FormatFloat(n, 'g', 2, 64)
}

// whyNone is why no limit can be suggested; "" if one is.
func whyNone(s backtest.Suggestion) string {
	switch {
	case s.Above > 0:
		return ""
	case s.History < backtest.LeastHistory:
		return fmt.Sprintf("%s of %s of history", notify.Span(s.History), notify.Span(backtest.LeastHistory))
	}
	return "the first half of its history speaks at every limit up to " + notify.Figure(alert.Latency, s.Highest.Seconds())
}

// briefSpan writes a horizon as in the configuration.
func briefSpan(d time.Duration) string {
	s := span(d)
	if d%time.Hour == 0 && d < 48*time.Hour {
		return fmt.Sprintf("%dh", d/time.Hour)
	}
	return s.String()
}
