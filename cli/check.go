package cli

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/forewarn/forewarn/config"
	"github.com/forewarn/forewarn/notify"
)

func newCheck() *cobra.Command {
	var file string
	var offline bool
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Is the configuration right, what will it show, and does Slack take messages?",
		Long: `Reads the configuration and prints, for each journey, what will be shown, what
will not, and the key that would change that. Then it asks Slack whether token,
scopes and channel are right; nothing is posted. Exit code 2 if anything is
wrong.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := loadConfig(cmd, file)
			if err != nil {
				return err
			}
			out := cmd.OutOrStdout()
			printReadiness(out, c)
			if offline {
				return nil
			}
			return checkSlack(cmd, c)
		},
	}
	configFlag(cmd, &file)
	cmd.Flags().BoolVar(&offline, "offline", false, "do not ask Slack")
	return cmd
}

func printReadiness(w io.Writer, c config.Config) {
	fmt.Fprintf(w, "%s: %d journeys, no errors\n", c.File, len(c.Journeys))
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	journey := ""
	for _, row := range c.Readiness() {
		if row.Journey != journey {
			journey = row.Journey
			fmt.Fprintf(table, "\n%s\n", journey)
		}
		sign := "✓"
		if !row.Shown {
			sign = "-"
		}
		fmt.Fprintf(table, "  %s %s\t%s\t%s\n", sign, row.What, row.Detail, row.Key)
	}
	_ = table.Flush() // the writer behind it reports its own errors
}

// checkSlack asks each channel what is wrong with its settings.
func checkSlack(cmd *cobra.Command, c config.Config) error {
	out := cmd.OutOrStdout()
	wrong := false
	for _, channel := range channelsOf(c, &notify.Terminal{W: out}) {
		ctx, cancel := context.WithTimeout(cmd.Context(), 15*time.Second)
		problems := channel.Check(ctx)
		cancel()
		for _, p := range problems {
			wrong = wrong || p.Fatal
			fmt.Fprintf(out, "\n%s: %s\n", channel.Name(), p)
		}
		if len(problems) == 0 {
			fmt.Fprintf(out, "\n%s: ready\n", channel.Name())
		}
	}
	if wrong {
		return exitError{exitConfig, fmt.Errorf("messages cannot be delivered: see above")}
	}
	return nil
}
