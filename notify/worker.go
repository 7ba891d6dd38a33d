package notify

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/store"
)

// worker delivers the outbox's rows of one channel, one at a time.
type worker struct {
	Settings
	channel  Channel
	route    store.Route
	log      *slog.Logger
	woken    chan struct{}
	refused  chan struct{} // nothing gets through until somebody changes something
	pictures chan picture  // of messages that are out
	started  time.Time
	health   condition

	busy     chan struct{} // holds a token for the one pass that delivers; guards all below
	jitter   *rand.Rand
	next     time.Time      // nothing before, for the channel's pace
	held     time.Time      // nothing before, for a failure
	failures int            // in a row
	faults   map[string]int // how often a delivery itself was why it was not told, by id
	checked  time.Time
}

// recheck is how often settings that do not work are looked at again.
const recheck = 5 * time.Minute

func newWorker(s Settings, c Channel, n uint64) *worker {
	return &worker{
		Settings: s, channel: c, log: s.Log.With("channel", c.Name()),
		route: s.routeOf(c.Name()), refused: make(chan struct{}, 1),
		woken: make(chan struct{}, 1), pictures: make(chan picture, 4), busy: make(chan struct{}, 1), started: time.Now(),
		jitter: rand.New(rand.NewPCG(s.Seed, n)), faults: map[string]int{},
		health: condition{h: Health{Channel: c.Name()}},
	}
}

func (w *worker) run(ctx context.Context) {
	var showing sync.WaitGroup
	showing.Go(func() { w.show(ctx) })
	defer showing.Wait()
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-w.woken:
		case <-time.After(w.pass(ctx)):
		}
	}
}

// pass delivers until nothing is due or the channel is held, and returns how
// long to wait before it is worth another one.
func (w *worker) pass(ctx context.Context) time.Duration {
	const idle = 10 * time.Second // for what another process put into the outbox
	select {
	case <-ctx.Done():
		return idle
	case w.busy <- struct{}{}:
		defer func() { <-w.busy }()
	}
	for ctx.Err() == nil {
		if w.checked.IsZero() || w.health.get().doubtful() && time.Since(w.checked) >= recheck {
			w.check(ctx)
		}
		if wait := time.Until(w.held); wait > 0 {
			return wait
		}
		pace := max(0, time.Until(w.next))
		if !sleep(ctx, pace) {
			break
		}
		due, err := w.DB.Due(ctx, w.channel.Name(), time.Now())
		if err == nil && len(due) == 0 {
			return w.untilDue(ctx, idle)
		}
		if err == nil {
			w.health.set(func(h *Health) { h.Paced += pace })
			err = w.deliver(ctx, first(due))
		}
		if err != nil && ctx.Err() == nil {
			w.log.Error("deliver the outbox", "err", err)
			return time.Second
		}
	}
	return idle
}

// untilDue is how long the delivery that is due next waits yet.
func (w *worker) untilDue(ctx context.Context, most time.Duration) time.Duration {
	now := time.Now()
	next, err := w.DB.NextDue(ctx, w.channel.Name(), now)
	if err == nil && !next.IsZero() {
		most = min(most, next.Sub(now))
	}
	return most
}

// first is the most urgent head of a lane, the oldest of equals: what burns
// and who is told of it next, what is over, what is to come, reminders, all
// else.
func first(due []store.Delivery) store.Delivery {
	urgency := func(d store.Delivery) int {
		order := []alert.EventKind{alert.WentBurning, alert.NeverPassed, alert.Escalated, alert.WentResolved, alert.WentSoon, alert.Reminded}
		if i := slices.Index(order, d.Event.Kind); i >= 0 {
			return i
		}
		return len(order)
	}
	return slices.MinFunc(due, func(a, b store.Delivery) int { return urgency(a) - urgency(b) })
}

// check looks at the channel's settings, and says what is new about them.
func (w *worker) check(ctx context.Context) {
	var found []Problem
	err := guarded(func() error { found = w.channel.Check(ctx); return nil })
	if err != nil {
		found = []Problem{{What: err.Error(), Fix: "this is forewarn's own fault, please report it; messages are still tried"}}
	}
	if ctx.Err() != nil {
		return
	}
	w.checked = time.Now()
	before := w.health.get().Problems
	w.health.set(func(h *Health) { h.Problems = found })
	w.giveUp()
	if slices.Equal(before, found) {
		return
	}
	for _, p := range found {
		level := slog.LevelWarn
		if p.Fatal {
			level = slog.LevelError
		}
		w.log.Log(ctx, level, p.What, "fix", p.Fix)
	}
	if len(found) == 0 {
		w.log.Info("settings work again")
	}
}

// giveUp wakes whoever looks for another way, if nothing gets through.
func (w *worker) giveUp() {
	if w.health.get().refuses() {
		signal(w.refused)
	}
}

// sleep waits for d; false if ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// grace is ctx with a moment more once it has ended, for a request that is
// under way: cut off, nobody would know whether it arrived.
func grace(ctx context.Context) (context.Context, func()) {
	const moment = 3 * time.Second
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(moment, cancel) })
	return longer, func() { stop(); cancel() }
}

// backoff is a random time between 1 s and 2, 4, 8 ... s, at most 5 min, after
// so many failures.
func (w *worker) backoff(failures int) time.Duration {
	const least, most = time.Second, 5 * time.Minute
	ceiling := min(most, least<<min(failures, 10))
	return least + time.Duration(w.jitter.Int64N(int64(ceiling-least)+1))
}
