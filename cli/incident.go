package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/user"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/config"
	"github.com/forewarn/forewarn/notify"
	"github.com/forewarn/forewarn/store"
)

func newIncident() *cobra.Command {
	d := &desk{}
	cmd := &cobra.Command{
		Use:   "incident",
		Short: "List and show incidents; acknowledge, snooze or close one",
		Long:  "Works while the agent runs and while it does not: what is done here is told in Slack\nas if a button had been pressed, within ten seconds or when the agent runs again.",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	d.flags(cmd)
	cmd.AddCommand(newIncidentList(d), newIncidentShow(d), newIncidentAck(d), newIncidentSnooze(d), newIncidentClose(d))
	return cmd
}

func newIncidentAck(d *desk) *cobra.Command {
	var by byHand
	cmd := &cobra.Command{
		Use:     "ack NUMBER",
		Short:   "You have it: who comes later changes nothing",
		Example: "  forewarn incident ack 42 --tag deploy",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return by.act(cmd, d, args[0], alert.Act{Kind: alert.ToAcknowledge})
		},
	}
	by.flags(cmd, true)
	return cmd
}

func newIncidentClose(d *desk) *cobra.Command {
	var by byHand
	cmd := &cobra.Command{
		Use:     "close NUMBER",
		Short:   "It is over, whatever the runs say; what burns on is told anew",
		Long:    "Ends an open incident. Of one that is over it only keeps --tag and --minutes.",
		Example: "  forewarn incident close 42 --tag database --minutes 35",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return by.act(cmd, d, args[0], alert.Act{Kind: alert.ToClose})
		},
	}
	by.flags(cmd, true)
	return cmd
}

func newIncidentSnooze(d *desk) *cobra.Command {
	var by byHand
	cmd := &cobra.Command{
		Use:     "snooze NUMBER 2h|09:00",
		Short:   "No forecasts and reminders of it for a while; what begins to burn is told all the same",
		Example: "  forewarn incident snooze 42 2h\n  forewarn incident snooze 42 09:00",
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			by.until = args[1]
			return by.act(cmd, d, args[0], alert.Act{Kind: alert.ToSnooze})
		},
	}
	by.flags(cmd, false)
	return cmd
}

// byHand is what somebody says on the command line.
type byHand struct {
	who, tag, until string
	minutes         int
}

func (by *byHand) flags(cmd *cobra.Command, says bool) {
	cmd.Flags().StringVar(&by.who, "as", "", "the name to act under (default: this user's)")
	if says {
		cmd.Flags().StringVar(&by.tag, "tag", "", "a word for the cause, kept for advice")
		cmd.Flags().IntVar(&by.minutes, "minutes", 0, "what it took, kept for advice")
	}
}

// act does a to the incident of that number and says what came of it.
func (by *byHand) act(cmd *cobra.Command, d *desk, number string, a alert.Act) (err error) {
	if a.Number, err = incidentNumber(number); err != nil {
		return err
	}
	if err := by.check(); err != nil {
		return err
	}
	a.By, a.Tag, a.Minutes, a.Via = by.who, by.tag, by.minutes, "shell"
	return d.open(cmd, func(db *store.DB, c config.Config) error {
		a.At = time.Now()
		if a.Kind == alert.ToSnooze {
			if a.Until, err = notify.SnoozeUntil(by.until, a.At.In(c.Agent.Zone)); err != nil {
				return fmt.Errorf("snooze %q: %w", by.until, err)
			}
		}
		in, why, err := db.Act(cmd.Context(), a)
		if err != nil {
			return unknownIncident(err)
		}
		says := notify.Outcome(a, in, why, a.At.In(c.Agent.Zone)).String()
		report := struct {
			incidentReport
			Why  alert.Reason `json:"why"`
			Says string       `json:"says"`
		}{newIncidentReport(in), why, says}
		return d.print(cmd, report, func(w io.Writer) { fmt.Fprintln(w, says) })
	})
}

// check fills in who acts and refuses what no incident log should hold.
func (by *byHand) check() error {
	const most, longestWork = 50, 30 * 24 * 60
	if by.who == "" {
		by.who = userName()
	}
	by.who, by.tag = strings.Join(strings.Fields(by.who), " "), strings.Join(strings.Fields(by.tag), " ")
	switch {
	case len(by.who) > most || len(by.tag) > most:
		return fmt.Errorf("--as and --tag have at most %d bytes", most)
	case by.minutes < 0 || by.minutes > longestWork:
		return fmt.Errorf("--minutes is from 0 to %d", longestWork)
	}
	return nil
}

func userName() string {
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	if name := os.Getenv("USER"); name != "" {
		return name
	}
	return "somebody"
}

// incidentNumber reads 42 and inc-42.
func incidentNumber(text string) (int64, error) {
	n, err := strconv.ParseInt(strings.TrimPrefix(text, "inc-"), 10, 64)
	if err != nil || n <= 0 {
		return 0, fmt.Errorf("%q is no number of an incident: see forewarn incident list", text)
	}
	return n, nil
}

func unknownIncident(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("%w: see forewarn incident list --all", err)
	}
	return err
}
