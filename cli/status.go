package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/forewarn/forewarn/agent"
	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/config"
	"github.com/forewarn/forewarn/notify"
	"github.com/forewarn/forewarn/store"
)

// featureStatus is RED of one feature, from its journeys: synthetic, so its
// rate is ours and not the customers'.
type featureStatus struct {
	Feature  string          `json:"feature"`
	Journeys []journeyStatus `json:"journeys"`
}

type journeyStatus struct {
	Journey string        `json:"journey"`
	Passed  int           `json:"passed"`
	Failed  int           `json:"failed"`
	Unknown int           `json:"unknown"`
	Rate    *float64      `json:"runs_per_minute"` // null: no run
	Errors  *share        `json:"errors"`          // null: no run that counts
	P50     *int64        `json:"p50_us"`          // null: no run passed
	P95     *int64        `json:"p95_us"`
	Phases  *phaseReport  `json:"phases,omitempty"`
	Limits  []limitStatus `json:"limits"`
	Missing []string      `json:"unknown_why"`
}

// share is a share with its 95 % interval.
type share struct {
	Of   float64 `json:"share"`
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

type limitStatus struct {
	Limit    string `json:"limit"`
	State    string `json:"state"`
	Incident int64  `json:"incident,omitempty"`
	Says     string `json:"says"` // next crossing, or why none can be named
	Record   string `json:"record"`
}

func newStatus() *cobra.Command {
	var file string
	var asJSON bool
	var since time.Duration
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Rate, errors and duration per feature, state, next crossing, what is unknown and why",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := loadConfig(cmd, file)
			if err != nil {
				return err
			}
			db, err := store.Attach(cmd.Context(), c.Agent.Database)
			if err != nil {
				return err
			}
			defer db.Close()
			features, err := collectStatus(cmd.Context(), db, c, time.Now(), since)
			if err != nil {
				return err
			}
			if asJSON {
				encoder := json.NewEncoder(cmd.OutOrStdout())
				encoder.SetIndent("", "  ")
				return encoder.Encode(features)
			}
			printStatus(cmd.OutOrStdout(), features, since)
			return nil
		},
	}
	configFlag(cmd, &file)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print as JSON; null is unknown")
	cmd.Flags().DurationVar(&since, "since", time.Hour, "how far back rate, errors and duration look")
	return cmd
}

// collectStatus reads what is stored, grouped by feature in the order of the
// configuration.
func collectStatus(ctx context.Context, db *store.DB, c config.Config, now time.Time, since time.Duration) ([]featureStatus, error) {
	var features []featureStatus
	for _, j := range c.Journeys {
		status, err := collectJourney(ctx, db, c, j, now, since)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(features, func(f featureStatus) bool { return f.Feature == j.Feature })
		if i < 0 {
			features = append(features, featureStatus{Feature: j.Feature})
			i = len(features) - 1
		}
		features[i].Journeys = append(features[i].Journeys, status)
	}
	return features, nil
}

func collectJourney(ctx context.Context, db *store.DB, c config.Config, j config.Journey, now time.Time, since time.Duration) (journeyStatus, error) {
	sum, err := db.Summarize(ctx, j.Name, now.Add(-since), now)
	if err != nil {
		return journeyStatus{}, err
	}
	s := journeyStatus{Journey: j.Name, Passed: sum.Passed, Failed: sum.Failed, Unknown: sum.Unknown}
	s.fill(sum)
	seen, err := agent.Review(ctx, db, agent.Watch{Journey: j.Journey, Limits: j.Limits}, c.Agent.Zone, now)
	if err != nil {
		return journeyStatus{}, err
	}
	for _, v := range seen {
		limit, err := newLimitStatus(ctx, db, v, now, c.Agent.Zone)
		if err != nil {
			return journeyStatus{}, err
		}
		s.Limits = append(s.Limits, limit)
	}
	s.Missing = append(s.Missing, "traffic: no source yet, only our own runs are counted", "saturation: no source yet")
	return s, nil
}

// fill takes over what is known; what is not stays nil.
func (s *journeyStatus) fill(sum store.Summary) {
	counted := sum.Passed + sum.Failed
	if span := sum.Last.Sub(sum.First); span > 0 {
		rate := float64(counted+sum.Unknown-1) / span.Minutes()
		s.Rate = &rate
	}
	if counted > 0 {
		s.Errors = &share{
			float64(sum.Failed) / float64(counted),
			1 - alert.WilsonUpper(sum.Passed, counted), alert.WilsonUpper(sum.Failed, counted),
		}
	} else {
		s.Missing = append(s.Missing, "rate, errors and duration: no run in this time; is `forewarn run` running?")
	}
	if sum.Passed > 0 {
		phases := newPhaseReport(sum.Phases)
		s.P50, s.P95, s.Phases = microseconds(sum.P50), microseconds(sum.P95), &phases
	} else if counted > 0 {
		s.Missing = append(s.Missing, "duration: no run passed in this time")
	}
}

func newLimitStatus(ctx context.Context, db *store.DB, v agent.Verdict, now time.Time, zone *time.Location) (limitStatus, error) {
	record, err := db.Record(ctx, v.Incident.Limit.Key)
	if err != nil {
		return limitStatus{}, err
	}
	return limitStatus{
		Limit: v.Incident.Limit.Limit, State: v.Incident.State.String(), Incident: v.Incident.Number,
		Says: outlook(v, now, zone), Record: recordText(record),
	}, nil
}

// outlook is the next crossing in words, or why there is none to name.
func outlook(v agent.Verdict, now time.Time, zone *time.Location) string {
	f := v.Forecast
	if v.Incident.Limit.Signal == alert.Availability {
		return "outages cannot be foreseen"
	}
	if !f.Crosses() {
		return strings.TrimSpace(string(f.Silence) + " " + f.Detail)
	}
	at := func(t float64) string { return time.UnixMilli(int64(t * 1000)).In(zone).Format("15:04") }
	ahead := time.Duration(math.Max(0, f.Crossing.Expected-float64(now.Unix())) * float64(time.Second))
	return fmt.Sprintf("crosses in ~%s, at %s (80 %%: %s–%s)", notify.Span(ahead), at(f.Crossing.Expected), at(f.Crossing.Earliest), at(f.Crossing.Latest))
}

func recordText(r alert.Record) string {
	if r.Judged()+r.Averted+r.Moot == 0 {
		return "no warning settled yet"
	}
	return fmt.Sprintf("%d of %d warnings right, %d averted, %d moot", r.Came, r.Judged(), r.Averted, r.Moot)
}

func printStatus(w io.Writer, features []featureStatus, since time.Duration) {
	for _, f := range features {
		fmt.Fprintf(w, "%s\n", f.Feature)
		for _, j := range f.Journeys {
			printJourney(w, j, since)
		}
	}
	fmt.Fprintln(w, "Figures are of forewarn's own runs: synthetic, not your customers'.")
}

func printJourney(w io.Writer, j journeyStatus, since time.Duration) {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "  %s, last %s\trate\t%s\n", j.Journey, notify.Span(since), orUnknown(j.Rate, func(v float64) string { return fmt.Sprintf("%.2g runs/min", v) }))
	fmt.Fprintf(table, "\terrors\t%s\n", errorsText(j))
	duration := func(us int64) string { return short(time.Duration(us) * time.Microsecond) }
	fmt.Fprintf(table, "\tduration\tp50 %s, p95 %s\n", orUnknown(j.P50, duration), orUnknown(j.P95, duration))
	for _, l := range j.Limits {
		state := l.State
		if l.Incident > 0 {
			state = fmt.Sprintf("%s (#%d)", state, l.Incident)
		}
		fmt.Fprintf(table, "\t%s\t%s: %s; %s\n", l.Limit, state, l.Says, l.Record)
	}
	for _, why := range j.Missing {
		what, why, _ := strings.Cut(why, ": ")
		fmt.Fprintf(table, "\tunknown\t%s: %s\n", what, why)
	}
	_ = table.Flush() // the writer behind it reports its own errors
}

func errorsText(j journeyStatus) string {
	if j.Errors == nil {
		return "unknown"
	}
	return fmt.Sprintf("%d of %d failed: %.2g %% (95 %%: %.2g–%.2g %%), %d unknown",
		j.Failed, j.Passed+j.Failed, 100*j.Errors.Of, 100*j.Errors.Low, 100*j.Errors.High, j.Unknown)
}

func orUnknown[T any](v *T, text func(T) string) string {
	if v == nil {
		return "unknown"
	}
	return text(*v)
}
