package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/forewarn/forewarn/agent"
	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/config"
	"github.com/forewarn/forewarn/notify"
	"github.com/forewarn/forewarn/probes"
	"github.com/forewarn/forewarn/store"
	"github.com/forewarn/forewarn/web"
)

// app is a running forewarn: every part, made from one configuration.
type app struct {
	log      *slog.Logger
	load     func() (config.Config, error)
	db       *store.DB
	notifier *notify.Notifier
	socket   *notify.Socket // nil: nobody can click
	command  string
	channels []notify.Channel
	agent    *agent.Agent
	metrics  *web.Metrics

	config      atomic.Pointer[config.Config] // the one in force
	reloading   sync.Mutex
	reloadError atomic.Pointer[error] // of the last reload; nil if it went well
}

// appOptions is what a command adds to the configuration.
type appOptions struct {
	log      *slog.Logger
	load     func() (config.Config, error) // for a reload
	channels []notify.Channel
	storage  store.Options
	observe  func(agent.Observation) // may be nil
	began    func()                  // all that it listens on is open, and the journeys are on time; may be nil
	command  string                  // how the program is called to act on what this one stores; "": it cannot be
}

// newApp opens the database and makes every part, without starting any.
func newApp(ctx context.Context, c config.Config, o appOptions) (*app, error) {
	db, err := store.Open(ctx, c.Agent.Database, o.storage)
	if err != nil {
		return nil, err
	}
	a := &app{log: o.log, load: o.load, db: db, channels: o.channels, command: o.command}
	a.config.Store(&c)
	a.notifier, err = notify.New(ctx, notify.Settings{
		DB: db, Channels: o.channels, Routes: routesOf(c), Describe: a.describe, Zone: c.Agent.Zone, Log: o.log,
	})
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if c.Slack.AppToken != "" {
		a.socket = notify.NewSocket(a.notifier, notify.SocketSettings{AppToken: string(c.Slack.AppToken), MayAct: c.Slack.MayAct})
	}
	a.metrics = web.NewMetrics(programVersion(), a.outbox, a.link)
	a.agent = &agent.Agent{
		DB: db, Notifier: a.notifier, Log: o.log, Began: o.began,
		Runner: probes.Runner{Location: c.Agent.Location, Version: programVersion(), Tokens: new(probes.Tokens), Turns: new(probes.Turns)},
		Observe: func(seen agent.Observation) {
			a.metrics.Observe(metricsOf(seen))
			if o.observe != nil {
				o.observe(seen)
			}
		},
	}
	return a, nil
}

// stopping is how long an orderly end may take.
const stopping = 10 * time.Second

// run works until ctx is done, then ends in order: no new runs, running ones
// cancelled, the outbox flushed once, the database closed.
func (a *app) run(ctx context.Context) error {
	c := a.config.Load()
	var listener net.Listener
	if c.Agent.Listen != "" {
		var err error
		if listener, err = listen(c.Agent.Listen); err != nil {
			return errors.Join(err, a.db.Close())
		}
	}
	outlive, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	grace, cancelFlush := context.WithCancel(outlive)
	defer context.AfterFunc(ctx, func() { time.AfterFunc(flushing, cancelFlush) })()
	delivering := make(chan error, 1)
	go func() { delivering <- a.notifier.Run(outlive) }()

	watching, cancel := errgroup.WithContext(ctx)
	watching.Go(func() error { return a.agent.Run(cancel, settingsOf(*c)) })
	if a.socket != nil {
		watching.Go(func() error { return a.socket.Run(cancel) })
	}
	if listener != nil {
		watching.Go(func() error { return a.server().Serve(cancel, listener) })
	}
	err := watching.Wait()
	return errors.Join(err, a.end(grace, stop, delivering))
}

// listen opens agent.listen.
func listen(address string) (net.Listener, error) {
	listener, err := web.Listen(address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf(`agent.listen: another program uses %s: write another, as in listen = "127.0.0.1:8090", or listen = "" for none`, address)
	}
	return listener, err
}

// flushing is how long after it was told to stop the process goes on
// delivering. A request under way then has three seconds more, which leaves
// one to close the database.
const flushing = stopping - 4*time.Second

// end flushes the outbox and closes the database.
func (a *app) end(grace context.Context, stop context.CancelFunc, delivering <-chan error) error {
	grace, cancel := context.WithTimeout(grace, flushing)
	defer cancel()
	flushed := a.notifier.Flush(grace)
	stop()
	delivered := <-delivering
	if errors.Is(delivered, context.Canceled) {
		delivered = nil
	}
	if flushed != nil {
		a.log.Warn("some messages wait for the next start", "error", flushed)
	}
	return errors.Join(delivered, a.db.Close())
}

// settingsOf is what the agent watches.
func settingsOf(c config.Config) agent.Settings {
	s := agent.Settings{Zone: c.Agent.Zone, HeartbeatURL: string(c.Agent.Heartbeat), Canaries: c.Agent.Canaries, Quiet: c.Noise.Quiet, Urging: c.Noise.Urging, Crowd: c.Noise.Crowd, Daily: c.Digest}
	for _, j := range c.Journeys {
		s.Watches = append(s.Watches, watchOf(j))
	}
	return s
}

// watchOf is one journey as the agent watches it.
func watchOf(j config.Journey) agent.Watch {
	w := agent.Watch{Journey: j.Journey, Limits: j.Limits, ConfirmRuns: agent.ConfirmRuns(j.ConfirmRuns), Maintenance: j.Maintenance}
	for _, journey := range j.DependsOn {
		w.DependsOn = append(w.DependsOn, alert.Key{Journey: journey, Limit: string(alert.Availability)})
	}
	return w
}

// logger writes to w as the flags say.
func logger(w io.Writer, json, verbose bool) *slog.Logger {
	o := &slog.HandlerOptions{Level: slog.LevelInfo}
	if verbose {
		o.Level = slog.LevelDebug
	}
	if json {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}

func (a *app) outbox() ([]web.Outbox, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	routes, err := a.db.OutboxStats(ctx)
	if err != nil {
		return nil, fmt.Errorf("outbox: %w", err)
	}
	health := map[string]notify.Health{}
	for _, h := range a.notifier.Health() {
		health[h.Channel] = h
	}
	var all []web.Outbox
	for _, r := range routes {
		box := web.Outbox{Route: r.Route, Pending: r.Pending, Sending: r.Sending, Unknown: r.Unsure, Dead: r.Dead, Dwell: r.Dwell}
		if !r.Oldest.IsZero() {
			box.Oldest = time.Since(r.Oldest)
		}
		box.Held, box.Paced = max(0, time.Until(health[r.Route].Held)), health[r.Route].Paced
		all = append(all, box)
	}
	return all, nil
}

// link is how the connection for buttons is; nil if there is none to be.
func (a *app) link() *web.Socket {
	if a.socket == nil {
		return nil
	}
	now, times := a.socket.Linked()
	return &web.Socket{Connected: now, Connections: times}
}
