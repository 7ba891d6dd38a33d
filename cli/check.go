package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

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
			c, err := loadWarned(cmd, file)
			if err != nil {
				return err
			}
			out := cmd.OutOrStdout()
			printReadiness(out, c)
			printPlanned(out, c, time.Now())
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

// printReadiness writes one line for each thing that will be shown or not,
// and below it what would change that: first of the agent, then of each
// journey or row of journeys that are alike, all with the same columns.
func printReadiness(w io.Writer, c config.Config) {
	fmt.Fprintf(w, "%s: %s, no errors\n", c.File, count(len(c.Journeys), "journey"))
	rows := c.Readiness()
	widest := 0
	for _, row := range rows {
		widest = max(widest, utf8.RuneCountInString(row.What))
	}
	for _, b := range prospects(rows) {
		if b.journeys[0] != "" {
			fmt.Fprintf(w, "\n%s\n", strings.Join(b.journeys, ", "))
		}
		for _, row := range b.rows {
			sign := "✓"
			if !row.Shown {
				sign = "-"
			}
			fmt.Fprintf(w, "  %s %-*s  %s\n", sign, widest, row.What, row.Detail)
			if row.Key != "" {
				fmt.Fprintf(w, "    %-*s  → %s\n", widest, "", row.Key)
			}
		}
	}
}

// prospect is what will be shown of journeys that follow each other and are
// alike, as those of a matrix are.
type prospect struct {
	journeys []string // "" alone is the agent
	rows     []config.Row
}

func prospects(rows []config.Row) []prospect {
	var all []prospect
	for len(rows) > 0 {
		journey, n := rows[0].Journey, 1
		for n < len(rows) && rows[n].Journey == journey {
			n++
		}
		own := rows[:n]
		rows = rows[n:]
		if last := len(all) - 1; last >= 0 && slices.EqualFunc(all[last].rows, own, alike) {
			all[last].journeys = append(all[last].journeys, journey)
			continue
		}
		all = append(all, prospect{[]string{journey}, own})
	}
	return all
}

// alike reports whether two rows say the same, whatever their journeys.
func alike(a, b config.Row) bool {
	a.Journey = b.Journey
	return a == b
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
