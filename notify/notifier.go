package notify

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/store"
)

// Settings are what a Notifier needs. DB and Channels are required.
type Settings struct {
	DB       *store.DB
	Channels []Channel
	Routes   []store.Route           // what each channel takes, by its name; a channel without one takes everything
	Describe func(alert.Key) Subject // what the database does not know; nil: journeys have their names only
	Zone     *time.Location          // of clock times in words; nil is UTC
	Log      *slog.Logger            // nil: silent
	Seed     uint64                  // of the backoff's jitter; 0 is a random one
}

// Notifier delivers the outbox: one worker per channel, each lane in order,
// at least once.
type Notifier struct {
	settings Settings
	workers  []*worker
}

// New takes over the outbox of s.DB: events decided from now on go to
// s.Channels, and what an earlier process was sending is unknown. It tells
// nobody anything before Run.
func New(ctx context.Context, s Settings) (*Notifier, error) {
	if s.Describe == nil {
		s.Describe = func(alert.Key) Subject { return Subject{} }
	}
	s.Log = cmp.Or(s.Log, slog.New(slog.DiscardHandler))
	s.Seed = cmp.Or(s.Seed, rand.Uint64())
	if s.Zone == nil {
		s.Zone = time.UTC
	}
	n := &Notifier{settings: s}
	for i, c := range s.Channels {
		n.workers = append(n.workers, newWorker(s, c, uint64(i)))
	}
	if err := n.Reroute(ctx, s.Routes); err != nil {
		return nil, err
	}
	if err := s.DB.Recover(ctx); err != nil {
		return nil, fmt.Errorf("recover the outbox: %w", err)
	}
	return n, nil
}

// Reroute changes which of the channels take what, from the next decision on.
func (n *Notifier) Reroute(ctx context.Context, routes []store.Route) error {
	var all []store.Route
	for _, w := range n.workers {
		route := Settings{Routes: routes}.routeOf(w.channel.Name())
		route.Edits, route.Gathers = edits(w.channel), gathers(w.channel)
		all = append(all, route)
	}
	if err := n.settings.DB.SetRoutes(ctx, all); err != nil {
		return fmt.Errorf("name the routes of the outbox: %w", err)
	}
	return nil
}

// routeOf is the rule of a channel.
func (s Settings) routeOf(name string) store.Route {
	for _, r := range s.Routes {
		if r.Name == name {
			return r
		}
	}
	return store.Route{Name: name}
}

// Run delivers until ctx ends. A request that is under way then has a moment
// to finish.
func (n *Notifier) Run(ctx context.Context) error {
	var all sync.WaitGroup
	all.Go(func() { n.tidy(ctx) })
	for _, w := range n.workers {
		all.Go(func() { w.run(ctx) })
		if a, ok := w.channel.(*Alerts); ok {
			all.Go(func() { w.repeat(ctx, a) })
		}
		if w.route.Fallback != "" {
			all.Go(func() { w.watch(ctx, n.Wake) })
		}
	}
	all.Wait()
	return nil
}

// tidy removes each day what the outbox has been done with for long.
func (n *Notifier) tidy(ctx context.Context) {
	const daily = 24 * time.Hour
	for sleep(ctx, daily) {
		if removed, err := n.settings.DB.Prune(ctx, time.Now()); err != nil && ctx.Err() == nil {
			n.settings.Log.Warn("the outbox keeps what it could forget", "err", err)
		} else if removed > 0 {
			n.settings.Log.Info("forgot old deliveries", "count", removed)
		}
	}
}

// Flush delivers what is due, for a shutdown, also while Run still works: it
// ends when nothing is due, when every channel refuses for now, or within 3 s
// of the end of ctx. What is left stays in the outbox.
func (n *Notifier) Flush(ctx context.Context) error {
	var all sync.WaitGroup
	for _, w := range n.workers {
		all.Go(func() { w.pass(ctx) })
	}
	all.Wait()
	if ctx.Err() != nil {
		return fmt.Errorf("flush the outbox: %w: what is left goes out after the next start", ctx.Err())
	}
	return nil
}

// Wake says that something was put into the outbox. It never blocks.
func (n *Notifier) Wake() {
	for _, w := range n.workers {
		signal(w.woken)
	}
}

// signal leaves a token in c, unless it has one.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// Health is how one channel is doing.
type Health struct {
	Channel  string
	LastSent time.Time // zero: nothing was delivered yet
	Failure  string    // of the last delivery; "" if it succeeded
	Class    Class     // of Failure
	Problems []Problem // what the last check of its settings found
	Held     time.Time // nothing goes out before: too fast, no connection, or wrong settings

	Paced time.Duration // what messages have waited for the channel's pace, in all
}

// OK reports whether messages reach their readers as far as anybody knows.
func (h Health) OK() bool {
	for _, p := range h.Problems {
		if p.Fatal {
			return false
		}
	}
	return h.Failure == ""
}

// doubtful reports whether the settings may be why nothing is delivered.
func (h Health) doubtful() bool {
	return len(h.Problems) > 0 || h.Failure != "" && (h.Class == Config || h.Class == Destination)
}

// Health is how every channel is doing, in the order of the settings.
func (n *Notifier) Health() []Health {
	var all []Health
	for _, w := range n.workers {
		all = append(all, w.health.get())
	}
	return all
}

// condition is a Health that many may look at while one changes it.
type condition struct {
	mu sync.Mutex
	h  Health
}

func (c *condition) get() Health {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.h
}

func (c *condition) set(change func(*Health)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change(&c.h)
}
