package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
	"github.com/spf13/cobra"

	"github.com/forewarn/forewarn/config"
	"github.com/forewarn/forewarn/notify"
	"github.com/forewarn/forewarn/store"
)

func newRun() *cobra.Command {
	var file string
	var asJSON, verbose bool
	cmd := &cobra.Command{
		Use:   "run [URL]",
		Short: "Watch: run journeys on time, warn before a limit is crossed",
		Long: `Runs until it is told to stop. SIGTERM and Ctrl-C end it in order within ten
seconds; SIGHUP reads the configuration again, and a bad one changes nothing.

With a URL there is no configuration: ten looks at the page give it its limits,
messages appear here, and nothing is kept.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			log := logger(cmd.ErrOrStderr(), asJSON, verbose)
			o := appOptions{log: log, load: func() (config.Config, error) { return loadWarned(cmd, file) }, command: "forewarn"}
			if len(args) == 1 {
				return watchPage(cmd, args[0], log)
			}
			return watch(cmd, o)
		},
	}
	configFlag(cmd, &file)
	cmd.Flags().BoolVar(&asJSON, "log-json", false, "log as JSON")
	cmd.Flags().BoolVarP(&verbose, "verbose", "v", false, "log every run")
	return cmd
}

// watch is `run`: everything, until a signal ends it.
func watch(cmd *cobra.Command, o appOptions) error {
	log := o.log
	c, err := o.load()
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(cmd.Context(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	terminal := &notify.Terminal{W: cmd.OutOrStdout(), Pretty: hasColours(cmd.OutOrStdout())}
	o.channels, o.observe = channelsOf(c, terminal), newRunLog(log).observe
	o.began = func() { tellSystemd(log, daemon.SdNotifyReady) } // before, what starts after it would find nobody
	a, err := newApp(ctx, c, o)
	if err != nil && ctx.Err() != nil {
		log.Info("stopped before it began")
		return nil
	}
	if err != nil {
		return err
	}
	announce(log, c)
	go tuneCollector(ctx)
	go a.checkChannels(ctx)
	go a.reloadOnHangup(ctx)
	go feedWatchdog(ctx, log, func() bool { // a new start does not free a full disk, but finds the file again
		return !errors.Is(a.agent.Health().Storing, store.ErrReplaced)
	})
	go func() {
		<-ctx.Done()
		stop() // a second signal ends the process at once
		tellSystemd(log, daemon.SdNotifyStopping)
		time.AfterFunc(stopping, func() {
			log.Error("did not end in time")
			os.Exit(exitOptions)
		})
	}()
	if err := a.run(ctx); err != nil {
		return err
	}
	log.Info("stopped")
	return nil
}

// watchPage is `run URL`. What it stores is forgotten at its end: the database
// of this folder belongs to another agent, with other journeys.
func watchPage(cmd *cobra.Command, address string, log *slog.Logger) (err error) {
	c, err := proposeConfig(cmd, address)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "forewarn-run-")
	if err != nil {
		return fmt.Errorf("make a folder for the database: %w: name one that you may write with TMPDIR", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	c.Agent.Database = filepath.Join(dir, "forewarn.db")
	return watch(cmd, appOptions{log: log, load: func() (config.Config, error) { return c, nil }})
}

func announce(log *slog.Logger, c config.Config) {
	where := "this terminal (no [slack] in the configuration)"
	switch {
	case c.Slack.BotToken != "":
		where = "Slack " + c.Slack.Channel
	case c.Slack.Webhook != "":
		where = "Slack, by webhook"
	}
	log.Info("watching", "journeys", len(c.Journeys), "messages", where, "database", c.Agent.Database, "listen", c.Agent.Listen)
	for _, j := range c.Journeys {
		log.Info("journey", "name", j.Name, "every", j.Every, "limits", len(j.Limits))
	}
}

// checkChannels says at the start what is wrong with the way to Slack, while
// everything else goes on.
func (a *app) checkChannels(ctx context.Context) {
	for _, channel := range a.channels {
		for _, problem := range channel.Check(ctx) {
			a.log.Error(channel.Name()+" does not work", "problem", problem.What, "fix", problem.Fix)
		}
	}
}
