package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/forewarn/forewarn/config"
	"github.com/forewarn/forewarn/notify"
	"github.com/forewarn/forewarn/store"
)

// deliveryReport is one message on its way.
type deliveryReport struct {
	ID       string `json:"id"`
	State    string `json:"state"`
	Route    string `json:"route"`
	Journey  string `json:"journey"`
	Limit    string `json:"limit"`
	Event    string `json:"event"`
	Attempts int    `json:"attempts"`
	Decided  *int64 `json:"decided_ms"`
	Next     *int64 `json:"not_before_ms"`
	Expires  *int64 `json:"expires_ms"`
	Why      string `json:"why,omitempty"`
}

func newOutbox() *cobra.Command {
	d := &desk{}
	cmd := &cobra.Command{
		Use:   "outbox",
		Short: "Messages that wait or were given up: list, retry, drop",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	d.flags(cmd)
	cmd.AddCommand(newOutboxList(d),
		d.newMove("retry", "Send messages again that wait or were given up; what may have arrived is looked for first", "will be tried again",
			func(ctx context.Context, db *store.DB, id string) error { return db.Revive(ctx, id, time.Now()) }),
		d.newMove("drop", "Never send them", "dropped",
			func(ctx context.Context, db *store.DB, id string) error { return db.Drop(ctx, id) }))
	return cmd
}

func newOutboxList(d *desk) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "What waits and what was given up, oldest first, with the reason",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return d.open(cmd, func(db *store.DB, _ config.Config) error {
				all, err := db.Deliveries(cmd.Context(), store.Pending, store.Sending, store.Unsure, store.Dead)
				if err != nil {
					return err
				}
				reports := []deliveryReport{}
				for _, one := range all {
					reports = append(reports, newDeliveryReport(one))
				}
				return d.print(cmd, reports, func(w io.Writer) { printOutbox(w, all, time.Now()) })
			})
		},
	}
}

func newDeliveryReport(d store.Delivery) deliveryReport {
	why := d.Error
	if d.Damage != "" {
		why = d.Damage
	}
	return deliveryReport{
		ID: d.ID, State: string(d.State), Route: d.Route, Journey: d.Key.Journey, Limit: d.Key.Limit, Event: string(d.Event.Kind),
		Attempts: d.Attempts, Decided: unixMilli(d.Decided), Next: unixMilli(d.NotBefore), Expires: unixMilli(d.Expires), Why: why,
	}
}

func printOutbox(w io.Writer, all []store.Delivery, now time.Time) {
	if len(all) == 0 {
		fmt.Fprintln(w, "Nothing waits, nothing was given up.")
		return
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, d := range all {
		r := newDeliveryReport(d)
		fmt.Fprintf(table, "%s\t%s\t%s: %s\tdecided %s ago\t%s\t%s\n", r.ID, r.State, r.Journey, r.Limit,
			notify.Span(now.Sub(d.Decided)), tries(d.Attempts), r.Why)
	}
	_ = table.Flush() // the writer behind it reports its own errors
}

// tries is n in words: "1 try", "3 tries".
func tries(n int) string {
	if n == 1 {
		return "1 try"
	}
	return fmt.Sprintf("%d tries", n)
}

// newMove is a command that does something to deliveries.
func (d *desk) newMove(name, short, done string, move func(context.Context, *store.DB, string) error) *cobra.Command {
	return &cobra.Command{
		Use:   name + " ID...",
		Short: short,
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, ids []string) error {
			return d.open(cmd, func(db *store.DB, _ config.Config) error {
				reports := []deliveryReport{}
				var errs []error
				for _, id := range ids {
					one, err := moveOne(cmd.Context(), db, id, move)
					if err != nil {
						errs = append(errs, err)
						continue
					}
					reports = append(reports, newDeliveryReport(one))
				}
				err := d.print(cmd, reports, func(w io.Writer) {
					for _, r := range reports {
						fmt.Fprintf(w, "%s: %s\n", r.ID, done)
					}
				})
				return errors.Join(append(errs, err)...)
			})
		},
	}
}

// moveOne moves one delivery, or says why it cannot be.
func moveOne(ctx context.Context, db *store.DB, id string, move func(context.Context, *store.DB, string) error) (store.Delivery, error) {
	moved := move(ctx, db, id)
	if moved != nil && !errors.Is(moved, store.ErrNotDue) {
		return store.Delivery{}, moved
	}
	d, err := db.Delivery(ctx, id)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return d, fmt.Errorf("%w: see forewarn outbox list", err)
	case err != nil || moved == nil:
		return d, err
	case d.State == store.Pending, d.State == store.Unsure, d.State == store.Dead:
		return d, fmt.Errorf("%s: its route %q is no longer configured: drop it", id, d.Route)
	}
	return d, fmt.Errorf("%s is %s: nothing is left to do", id, d.State)
}
