package cli

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/forewarn/forewarn/agent"
	"github.com/forewarn/forewarn/config"
	"github.com/forewarn/forewarn/demo"
	"github.com/forewarn/forewarn/notify"
	"github.com/forewarn/forewarn/store"
)

// demoConfig is the configuration of the demo: an ordinary one, with SHOP
// for the shop's address.
//
//go:embed demo.toml
var demoConfig string

func newDemo() *cobra.Command {
	var seed uint64
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "The whole story, offline: a shop slows down, forewarn tells before it breaks",
		Long: `Opens a small coffee shop on loopback and watches it, all inside this program.
At a time drawn from the seed its payment begins to slow down, later to fail,
and is repaired. Messages appear as they would in Slack. Exit code 0 if the
crossing was foreseen, told, and resolved; 1 if the story did not come about.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !cmd.Flags().Changed("seed") {
				seed = rand.Uint64N(1_000_000)
			}
			ctx, stop := signal.NotifyContext(cmd.Context(), syscall.SIGINT, syscall.SIGTERM)
			defer stop()
			return tellStory(ctx, newScreen(cmd.OutOrStdout()), seed)
		},
	}
	cmd.Flags().Uint64Var(&seed, "seed", 0, "repeat the story of this seed (default: a new one)")
	return cmd
}

// tellStory opens the shop, watches it to the end of its story, and says how
// it went.
func tellStory(ctx context.Context, s *screen, seed uint64) (err error) {
	dir, err := os.MkdirTemp("", "forewarn-demo-")
	if err != nil {
		return fmt.Errorf("make a folder for the demo's database: %w: name one that you may write with TMPDIR", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("open the shop: %w", err)
	}
	story := demo.NewStory(seed)
	shop := demo.NewShop(story)
	server := &http.Server{Handler: shop, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(listener) }()
	defer server.Close()

	address := "http://" + listener.Addr().String()
	c, err := config.Parse("demo.toml", []byte(strings.ReplaceAll(demoConfig, "SHOP", address)), dir, os.LookupEnv)
	if err != nil {
		return err
	}
	c.Agent.Database = filepath.Join(dir, "forewarn.db")
	s.begin(address, seed)
	seen := make(chan agent.Observation)
	a, err := newApp(ctx, c, appOptions{
		log:      slog.New(slog.DiscardHandler),
		channels: []notify.Channel{&notify.Terminal{W: s, Pretty: s.live}},
		storage:  store.Options{Ephemeral: true},
		observe: func(o agent.Observation) {
			select {
			case seen <- o:
			case <-ctx.Done():
			}
		},
	})
	if err != nil {
		return err
	}
	return followStory(ctx, a, s, newTeller(a, s, shop, story), seen)
}

// followStory runs the agent until the teller has seen the end.
func followStory(ctx context.Context, a *app, s *screen, t *teller, seen <-chan agent.Observation) error {
	watching, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- a.run(watching) }()
	for over := false; !over; {
		select {
		case err := <-ended:
			return errors.Join(err, exitError{exitOptions, errors.New("the demo was stopped")})
		case o := <-seen:
			over = t.observe(ctx, o)
		}
	}
	summary, err := t.summary(ctx)
	stop()
	for done := false; !done; {
		select {
		case <-seen: // whoever still reports must not wait for us
		case end := <-ended:
			err, done = errors.Join(err, end), true
		}
	}
	s.say(summary)
	return err
}
