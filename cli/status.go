package cli

import (
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/forewarn/forewarn/config"
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
	Retried int           `json:"passed_on_retry"` // of the passed ones
	Failed  int           `json:"failed"`
	Unknown int           `json:"unknown"`
	Last    *int64        `json:"last_run_ms"`     // unix time; null: no run in this time
	Rate    *float64      `json:"runs_per_minute"` // null: no run
	Errors  *share        `json:"errors"`          // null: no run that counts
	P50     *int64        `json:"p50_us"`          // null: no run passed
	P95     *int64        `json:"p95_us"`
	Phases  *phaseReport  `json:"phases,omitempty"`
	Limits  []limitStatus `json:"limits"`

	Heartbeat *vitalStatus `json:"heartbeat,omitempty"` // of a job that reports by itself
	Missing   []string     `json:"unknown_why"`

	Maintenance *plannedStatus `json:"maintenance,omitempty"` // the window under way, or the next one
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
	Says     string `json:"says"`             // next crossing, or why none can be named
	Money    string `json:"money,omitempty"`  // of an open incident: what is at risk or being lost, or the key that is missing
	Record   string `json:"record,omitempty"` // whose speaks for its warnings; "" for what is never forecast

	Warnings *recordStatus `json:"warnings,omitempty"` // how its own turned out
}

func newStatus() *cobra.Command {
	d := &desk{}
	since := span(time.Hour)
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Rate, errors and duration per feature, state, next crossing, what is unknown and why",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return d.open(cmd, func(db *store.DB, c config.Config) error {
				ledger, err := db.Ledger(cmd.Context())
				if err != nil {
					return err
				}
				y := survey{db, ledger, time.Now().In(c.Agent.Zone), time.Duration(since)}
				features, err := y.features(cmd.Context(), c.Journeys)
				if err != nil {
					return err
				}
				return d.print(cmd, features, func(w io.Writer) { printStatus(w, features, y.now, y.since) })
			})
		},
	}
	d.flags(cmd)
	cmd.Flags().Var(&since, "since", "how far back rate, errors and duration look: 30m, 12h, 7d")
	return cmd
}
