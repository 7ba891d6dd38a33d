package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/config"
	"github.com/forewarn/forewarn/notify"
	"github.com/forewarn/forewarn/store"
)

// incidentReport is one incident, as it is or as it was at its end.
type incidentReport struct {
	Number  int64  `json:"incident"`
	Journey string `json:"journey"`
	Limit   string `json:"limit"`
	State   string `json:"state"` // soon, burning, clearing; receded, resolved, closed
	Opened  *int64 `json:"opened_ms"`
	Burned  *int64 `json:"burning_ms"`
	Over    *int64 `json:"over_ms"`
	AckBy   string `json:"acknowledged_by,omitempty"`
	AckAt   *int64 `json:"acknowledged_ms"`
	Snoozed *int64 `json:"snoozed_until_ms"`
	Closed  string `json:"closed_by,omitempty"`
	Why     string `json:"last_failure,omitempty"`
}

func newIncidentReport(in alert.Incident) incidentReport {
	return incidentReport{
		Number: in.Number, Journey: in.Limit.Journey, Limit: in.Limit.Limit, State: stateOf(in),
		Opened: unixMilli(in.Opened), Burned: unixMilli(in.Burned), Over: unixMilli(in.Resolved),
		AckBy: in.AckBy, AckAt: unixMilli(in.AckAt), Snoozed: unixMilli(in.SnoozedUntil), Closed: in.ClosedBy, Why: in.Why,
	}
}

func unixMilli(t time.Time) *int64 {
	if t.IsZero() {
		return nil
	}
	ms := t.UnixMilli()
	return &ms
}

// stateOf is the word for how an incident stands, or how it ended.
func stateOf(in alert.Incident) string {
	switch {
	case in.Open():
		return in.State.String()
	case in.ClosedBy != "":
		return "closed"
	case in.State == alert.Unset:
		return "rule removed"
	case in.Burned.IsZero():
		return "receded"
	}
	return "resolved"
}

func newIncidentList(d *desk) *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "The incidents that are open, newest first",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return d.open(cmd, func(db *store.DB, c config.Config) error {
				incidents, err := listed(cmd.Context(), db, all)
				if err != nil {
					return err
				}
				reports := []incidentReport{}
				for _, in := range incidents {
					reports = append(reports, newIncidentReport(in))
				}
				return d.print(cmd, reports, func(w io.Writer) { printIncidents(w, incidents, all, c.Agent.Zone) })
			})
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "the last 50, open or over")
	return cmd
}

func listed(ctx context.Context, db *store.DB, all bool) ([]alert.Incident, error) {
	const most = 50
	if all {
		return db.LastIncidents(ctx, most)
	}
	incidents, err := db.Incidents(ctx)
	incidents = slices.DeleteFunc(incidents, func(in alert.Incident) bool { return !in.Open() })
	slices.SortFunc(incidents, func(a, b alert.Incident) int { return cmp.Compare(b.Number, a.Number) })
	return incidents, err
}

func printIncidents(w io.Writer, incidents []alert.Incident, all bool, zone *time.Location) {
	if len(incidents) == 0 && !all {
		fmt.Fprintln(w, "Nothing is open.")
		return
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, in := range incidents {
		has := "nobody has it"
		switch {
		case !in.AckAt.IsZero():
			has = in.AckBy + " has it"
		case !in.Open():
			has = "nobody had it"
		}
		now := "" // that runs fail is the state itself
		if in.Limit.Signal != alert.Availability {
			now = notify.Figure(in.Limit.Signal, in.Value)
		}
		fmt.Fprintf(table, "inc-%d\t%s\t%s\t%s: %s\t%s\t%s\n", in.Number, stateOf(in), in.Opened.In(zone).Format("Mon 2 Jan 15:04"),
			in.Limit.Journey, in.Limit.Limit, now, has)
	}
	_ = table.Flush() // the writer behind it reports its own errors
}

// logLine is one thing that happened to an incident, or that somebody did.
type logLine struct {
	At   int64  `json:"at_ms"`
	What string `json:"what"`
	By   string `json:"by,omitempty"`
	ByID string `json:"by_id,omitempty"`
	Via  string `json:"via,omitempty"`

	To      []string `json:"to,omitempty"` // of what was escalated: routes, and ids of people
	Until   *int64   `json:"until_ms,omitempty"`
	Tag     string   `json:"tag,omitempty"`
	Minutes int      `json:"minutes,omitempty"`
}

// transcriptOf is what the last failing run of an incident went through; nil
// if that is not known, as of one that is long over and failed again since.
func transcriptOf(ctx context.Context, db *store.DB, in alert.Incident) (*store.Transcript, error) {
	t, found, err := db.LastTranscript(ctx, in.Limit.Journey)
	if err != nil || !found || t.At.Before(in.Opened.Add(-confirming(in.Limit))) || !in.Resolved.IsZero() && t.At.After(in.Resolved) {
		return nil, err
	}
	return &t, nil
}

// confirming is how long before an incident its runs began to fail, at most.
func confirming(l alert.Limit) time.Duration { return time.Duration(max(l.Confirm.Of, 5)) * l.Every }

func newIncidentShow(d *desk) *cobra.Command {
	var transcript bool
	cmd := &cobra.Command{
		Use:   "show NUMBER",
		Short: "One incident: how it stands, and who did what and when",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			number, err := incidentNumber(args[0])
			if err != nil {
				return err
			}
			return d.open(cmd, func(db *store.DB, c config.Config) error {
				in, err := db.IncidentByNumber(cmd.Context(), number)
				if err != nil {
					return unknownIncident(err)
				}
				report, err := newIncidentAccount(cmd.Context(), db, in, transcript)
				if err != nil {
					return err
				}
				return d.print(cmd, report, func(w io.Writer) { printIncident(w, in, report, c.Agent.Zone) })
			})
		},
	}
	cmd.Flags().BoolVar(&transcript, "transcript", false, "with what its last failing run sent and got, secrets masked")
	return cmd
}

// incidentAccount is an incident with all that is known of it.
type incidentAccount struct {
	incidentReport
	Log        []logLine `json:"log"`
	FailedRun  *int64    `json:"failed_run_ms"` // the last failing run, of which there is a transcript
	Transcript string    `json:"transcript,omitempty"`
}

func newIncidentAccount(ctx context.Context, db *store.DB, in alert.Incident, transcript bool) (incidentAccount, error) {
	account := incidentAccount{incidentReport: newIncidentReport(in)}
	var err error
	if account.Log, err = incidentLog(ctx, db, in.Number); err != nil {
		return account, err
	}
	run, err := transcriptOf(ctx, db, in)
	if err != nil || run == nil {
		return account, err
	}
	account.FailedRun = unixMilli(run.At)
	if transcript {
		account.Transcript = run.Text
	}
	return account, nil
}

// incidentLog is what happened and what people did, oldest first. The events
// of acts are left out: the acts say more.
func incidentLog(ctx context.Context, db *store.DB, number int64) ([]logLine, error) {
	events, err := db.History(ctx, number)
	if err != nil {
		return nil, err
	}
	acts, err := db.Acts(ctx, number)
	if err != nil {
		return nil, err
	}
	lines := []logLine{}
	for _, e := range events {
		switch e.Kind {
		case alert.Acknowledged, alert.Snoozed, alert.Closed:
			continue
		case alert.Settled:
			lines = append(lines, logLine{At: e.At.UnixMilli(), What: "forecast settled: " + string(e.Outcome)})
		default:
			lines = append(lines, logLine{At: e.At.UnixMilli(), What: string(e.Kind), To: e.To})
		}
	}
	for _, a := range acts {
		lines = append(lines, logLine{At: a.At.UnixMilli(), What: string(a.Kind), By: a.By, ByID: a.ByID, Via: a.Via,
			Until: unixMilli(a.Until), Tag: a.Tag, Minutes: a.Minutes})
	}
	slices.SortStableFunc(lines, func(a, b logLine) int { return cmp.Compare(a.At, b.At) })
	return lines, nil
}

func printIncident(w io.Writer, in alert.Incident, account incidentAccount, zone *time.Location) {
	l := in.Limit
	fmt.Fprintf(w, "inc-%d %s: %s, %s\n", in.Number, stateOf(in), l.Journey, l.Limit)
	if l.Signal != alert.Availability {
		fmt.Fprintf(w, "%s, limit %s, worst %s\n", notify.Figure(l.Signal, in.Value), notify.Figure(l.Signal, l.Value), notify.Figure(l.Signal, in.Worst))
	}
	if in.Why != "" {
		fmt.Fprintf(w, "last failure at %s: %s\n", in.FailedAt, in.Why)
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, line := range account.Log {
		text := time.UnixMilli(line.At).In(zone).Format("Mon 2 Jan 15:04:05") + "\t" + line.What
		if detail := line.detail(zone); detail != "" {
			text += "\t" + detail
		}
		fmt.Fprintln(table, text)
	}
	_ = table.Flush() // the writer behind it reports its own errors
	if account.FailedRun == nil {
		return
	}
	at := time.UnixMilli(*account.FailedRun).In(zone).Format("Mon 2 Jan 15:04:05")
	if account.Transcript == "" {
		fmt.Fprintf(w, "The last failing run was at %s; --transcript shows what it sent and got.\n", at)
		return
	}
	fmt.Fprintf(w, "\nThe last failing run, at %s:\n%s\n", at, strings.TrimRight(account.Transcript, "\n"))
}

// detail is who did it, how long it lasts and what was said of it.
func (l logLine) detail(zone *time.Location) string {
	var parts []string
	if l.By != "" {
		who := "by " + l.By
		if l.ByID != "" {
			who += " (" + l.ByID + ")"
		}
		parts = append(parts, who+", "+l.Via)
	}
	if l.To != nil {
		parts = append(parts, "to "+strings.Join(l.To, ", "))
	}
	if l.Until != nil {
		parts = append(parts, "until "+time.UnixMilli(*l.Until).In(zone).Format("Mon 2 Jan 15:04"))
	}
	if l.Tag != "" {
		parts = append(parts, "tag "+l.Tag)
	}
	if l.Minutes != 0 {
		parts = append(parts, fmt.Sprintf("%d min", l.Minutes))
	}
	return strings.Join(parts, ", ")
}
