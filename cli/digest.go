package cli

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/config"
	"github.com/forewarn/forewarn/notify"
	"github.com/forewarn/forewarn/store"
)

func newDigest() *cobra.Command {
	d := &desk{}
	var since time.Duration
	cmd := &cobra.Command{
		Use:   "digest",
		Short: "What the last day came to: what burned, what it cost, how warnings turned out",
		Long:  "Prints here what the daily digest says at its time, of all journeys, until now. Nobody is told.",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return d.open(cmd, func(db *store.DB, c config.Config) error {
				now := time.Now()
				of := notify.Audience{DB: db, Takes: func(string) bool { return true },
					Describe: func(key alert.Key) notify.Subject { return subjectOf(c, key) }}
				g, err := notify.ReadDigest(cmd.Context(), of, now.Add(-since), now)
				if err != nil {
					return err
				}
				if d.asJSON {
					return writeJSON(cmd.OutOrStdout(), newDigestReport(g))
				}
				terminal := notify.Terminal{W: cmd.OutOrStdout(), Pretty: hasColours(cmd.OutOrStdout())}
				_, err = terminal.Deliver(cmd.Context(), g.Message(c.Agent.Zone))
				return err
			})
		},
	}
	d.flags(cmd)
	cmd.Flags().DurationVar(&since, "since", 24*time.Hour, "how far back it looks")
	return cmd
}
