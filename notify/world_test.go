package notify

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/notify/slackfake"
	"github.com/forewarn/forewarn/store"
)

// world is a database, a Slack and a notifier between them, in a bubble.
type world struct {
	t        *testing.T
	path     string
	db       *store.DB
	fake     *slackfake.Server
	dial     Dial
	channels []Channel
	routes   []store.Route
	describe func(alert.Key) Subject
	notifier *Notifier
	log      buffer
	stop     func() // ends the notifier and waits for it
	deafen   func() // ends the socket and waits for it
}

// buffer is a log that many may write to.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// inWorld runs a test with a bot in a workspace of s.
func inWorld(t *testing.T, s slackfake.Settings, test func(w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s.Token = token
		w := &world{t: t, path: filepath.Join(t.TempDir(), "forewarn.db")}
		w.fake, w.dial = bubble(t, s)
		w.channels = []Channel{w.bot()}
		w.describe = func(alert.Key) Subject { return Subject{Title: "Buy a coffee"} }
		w.open()
		defer func() { w.close(); secretless(t, w.log.String()) }()
		test(w)
	})
}

func (w *world) bot() *Slack {
	return NewSlack(SlackSettings{Token: token, Channel: "#alerts", APIURL: "http://slack.test/api/", Dial: w.dial})
}

func (w *world) hook() *Webhook {
	return NewWebhook(WebhookSettings{URL: "http://slack.test" + slackfake.WebhookPath, Dial: w.dial})
}

// open starts forewarn's end: the database, and a notifier that does not run.
func (w *world) open() {
	w.t.Helper()
	db, err := store.Open(w.t.Context(), w.path, store.Options{Ephemeral: true})
	if err != nil {
		w.t.Fatal(err)
	}
	w.db, w.stop = db, func() {}
	w.notifier, err = New(w.t.Context(), Settings{
		DB: db, Channels: w.channels, Log: slog.New(slog.NewTextHandler(&w.log, &slog.HandlerOptions{Level: slog.LevelDebug})), Seed: 7,
		Describe: w.describe, Routes: w.routes,
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// run lets the notifier work until stop.
func (w *world) run() {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := w.notifier.Run(ctx); err != nil {
			w.t.Error(err)
		}
	}()
	w.stop = func() { cancel(); <-done }
}

func (w *world) close() {
	w.stop()
	w.stop = func() {}
	if err := w.db.Close(); err != nil {
		w.t.Error(err)
	}
}

// restart is what a new process finds.
func (w *world) restart() {
	w.close()
	w.open()
	w.run()
}

// pass lets d of the bubble's time go by.
func (w *world) pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// happens makes the incident of key what change makes of it, and tells events
// of those kinds.
func (w *world) happens(key alert.Key, change func(*alert.Incident), kinds ...alert.EventKind) alert.Incident {
	w.t.Helper()
	now := time.Now()
	in, _, err := w.db.Decide(w.t.Context(), key, now, func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
		in.Limit = latency()
		in.Limit.Key = key
		change(&in)
		var events []alert.Event
		for _, k := range kinds {
			in.Revision++
			events = append(events, alert.Event{Kind: k, At: now, Number: in.Number, Revision: in.Revision, By: "Ana", Promise: in.Promise, Outcome: alert.Came})
		}
		return in, events, "because"
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.notifier.Wake()
	return in
}

func key(n int) alert.Key { return alert.Key{Journey: fmt.Sprintf("checkout-%d", n), Limit: "latency"} }

// goesSoon opens an incident whose crossing is expected in 42 min.
func goesSoon(in *alert.Incident) {
	now := time.Now()
	p := promise()
	shift := now.Sub(p.Made).Seconds()
	p.Made, p.Number = now, 0
	for _, t := range []*float64{&p.Crossing.Earliest, &p.Crossing.Expected, &p.Crossing.Latest} {
		*t += shift
	}
	p.First = p.Crossing
	in.State, in.Entered, in.Opened, in.Number, in.Promise = alert.Soon, now, now, 0, p
	in.Burned, in.Resolved = time.Time{}, time.Time{}
	in.Value = 1.01
}

func goesBurning(in *alert.Incident) {
	now := time.Now()
	if !in.Open() {
		in.Opened, in.Number, in.Promise, in.Resolved = now, 0, nil, time.Time{}
	}
	in.State, in.Entered, in.Burned, in.Value = alert.Burning, now, now, 1.84
}

func goesQuiet(in *alert.Incident) {
	in.State, in.Entered, in.Resolved, in.Number, in.Value, in.Good = alert.Quiet, time.Now(), time.Now(), 0, 0.64, 5
}

func acknowledged(in *alert.Incident) { in.AckBy, in.AckAt = "Ana", time.Now() }

// state is where a delivery stands.
func (w *world) state(id string) store.Delivery {
	w.t.Helper()
	all, err := w.db.Deliveries(w.t.Context(), store.Pending, store.Sending, store.Unsure, store.Sent, store.Dead, store.Superseded)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, d := range all {
		if d.ID == id {
			return d
		}
	}
	w.t.Fatalf("no delivery %s among %v", id, all)
	return store.Delivery{}
}

func (w *world) wantState(id string, want store.DeliveryState) {
	w.t.Helper()
	if got := w.state(id); got.State != want {
		w.t.Errorf("%s is %s (%s), want %s", id, got.State, got.Error, want)
	}
}

// wantTop fails the test unless the top of the channel begins with these words.
func (w *world) wantTop(begin ...string) []slackfake.Message {
	w.t.Helper()
	top := w.fake.Top()
	for i, m := range top {
		if i < len(begin) && len(m.Text) >= len(begin[i]) && m.Text[:len(begin[i])] == begin[i] {
			continue
		}
		w.t.Errorf("message %d is %q", i, m.Text)
	}
	if len(top) != len(begin) {
		w.t.Fatalf("%d messages at the top, want %d: %q", len(top), len(begin), begin)
	}
	return top
}
