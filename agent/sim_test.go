package agent

import (
	"context"
	"fmt"
	"hash/fnv"
	"io"
	"log/slog"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/notify"
	"github.com/forewarn/forewarn/probes"
	"github.com/forewarn/forewarn/store"
)

// pipeListener joins a transport to a server without a network, so that both
// live on a test bubble's clock: a handler that waits 120 ms takes 120 ms.
type pipeListener struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newPipeListener() *pipeListener {
	return &pipeListener{conns: make(chan net.Conn), closed: make(chan struct{})}
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error   { l.once.Do(func() { close(l.closed) }); return nil }
func (l *pipeListener) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

func (l *pipeListener) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case l.conns <- theirs:
		return ours, nil
	case <-l.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// product is a pretended web application: how long each journey takes, and
// whether it fails, as a function of the time.
type product func(journey string, at time.Time) (latency time.Duration, status int)

func (p product) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	latency, status := p(r.URL.Path[1:], time.Now())
	select {
	case <-time.After(latency):
	case <-r.Context().Done():
	}
	w.WriteHeader(status)
	io.WriteString(w, `"ok"`)
}

// noise is log-normal around 1, drawn from the journey and the time alone.
func noise(journey string, at time.Time, sigma float64) float64 {
	h := fnv.New64a()
	io.WriteString(h, journey)
	r := rand.New(rand.NewPCG(h.Sum64(), uint64(at.UnixMilli())))
	return math.Exp(sigma * r.NormFloat64())
}

// world is one agent in a bubble, with everything real but the network.
type world struct {
	t        *testing.T
	db       *store.DB
	path     string
	listener *pipeListener
	server   *http.Server
	served   chan struct{}

	mu   sync.Mutex
	seen map[string][]Observation
}

func newWorld(t *testing.T, p product) *world {
	w := &world{
		t: t, path: filepath.Join(t.TempDir(), "forewarn.db"), listener: newPipeListener(),
		server: &http.Server{Handler: p}, served: make(chan struct{}), seen: map[string][]Observation{},
	}
	w.open()
	go func() { defer close(w.served); w.server.Serve(w.listener) }()
	return w
}

func (w *world) open() {
	w.t.Helper()
	db, err := store.Open(w.t.Context(), w.path, store.Options{Ephemeral: true})
	if err != nil {
		w.t.Fatal(err)
	}
	w.db = db
}

// run lets an agent watch for d, then stops it, between two ticks.
func (w *world) run(d time.Duration, s Settings) {
	w.t.Helper()
	w.runAgent(w.agent(), d, s)
}

func (w *world) agent() *Agent {
	notifier, err := notify.New(w.t.Context(), notify.Settings{DB: w.db})
	if err != nil {
		w.t.Fatal(err)
	}
	return &Agent{
		DB: w.db, Notifier: notifier, Log: slog.New(slog.DiscardHandler),
		Runner: probes.Runner{Location: "here", Transport: func() http.RoundTripper {
			return &http.Transport{DialContext: w.listener.dial}
		}},
		Observe: func(o Observation) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.seen[o.Watch.Journey.Name] = append(w.seen[o.Watch.Journey.Name], o)
		},
	}
}

func (w *world) close() {
	w.t.Helper()
	w.server.Close()
	<-w.served
	if err := w.db.Close(); err != nil {
		w.t.Error(err)
	}
	synctest.Wait()
}

func watch(name string) Watch {
	return Watch{
		Journey: probes.Journey{
			Name: name, Title: name, Feature: name, Every: time.Minute, Timeout: 30 * time.Second,
			BaseURL: "http://product",
			Steps:   []probes.Step{{Name: "open", Method: "GET", URL: "/" + name, MaxBody: 1 << 20}},
		},
		Limits: []alert.Limit{
			{
				Key: alert.Key{Journey: name, Limit: "availability"}, Signal: alert.Availability, Value: 0,
				Confirm: alert.Confirm{Over: 3, Of: 5}, Every: time.Minute,
			},
			{
				Key: alert.Key{Journey: name, Limit: "latency"}, Signal: alert.Latency, Value: 0.8, Stat: "p50",
				Window: 10 * time.Minute, Ahead: 2 * time.Hour, Confirm: alert.Confirm{Over: 3, Of: 5}, Every: time.Minute,
			},
		},
	}
}

func TestASimulatedDayIsToldAsItHappened(t *testing.T) {
	const limit = 0.8
	slowsAt, slope := 16*time.Hour, 0.6/(3*3600) // seconds per second: 0.3 s to 0.9 s in three hours
	crossesAt := slowsAt + time.Duration((limit-0.3)/slope*float64(time.Second))
	breaksAt := 15 * time.Hour
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		w := newWorld(t, func(journey string, at time.Time) (time.Duration, int) {
			since := at.Sub(begun)
			wave := 1 + 0.25*math.Sin(2*math.Pi*since.Hours()/24-math.Pi/2)
			median := 0.3
			switch {
			case journey == "ramp" && since > slowsAt:
				median += slope * (since - slowsAt).Seconds()
			case journey == "step" && since > breaksAt:
				median = 1.4
			case journey != "ramp" && journey != "step":
				median *= wave
				if noise(journey+" slow", at, 1) > math.Exp(2.326) { // 1 % of runs
					median = 2
				}
			}
			return time.Duration(median * noise(journey, at, 0.12) * float64(time.Second)), 200
		})
		settings := Settings{Watches: []Watch{watch("ramp"), watch("step")}}
		for i := range 8 {
			settings.Watches = append(settings.Watches, watch(fmt.Sprint("healthy ", i)))
		}
		w.run(24*time.Hour-time.Second, settings)
		defer w.close()

		events := w.events()
		for i := range 8 {
			if got := events[fmt.Sprint("healthy ", i)]; len(got) > 0 {
				t.Errorf("a healthy journey with 1 %% slow runs and a daily wave was told: %v", kinds(got))
			}
		}
		checkRamp(t, events["ramp"], begun.Add(crossesAt))
		checkStep(t, events["step"], begun.Add(breaksAt))
		w.mu.Lock()
		defer w.mu.Unlock()
		if n := len(w.seen["ramp"]); n < 1438 {
			t.Errorf("%d of 1440 runs", n)
		}
	})
}

func checkRamp(t *testing.T, events []alert.Event, crosses time.Time) {
	t.Helper()
	if len(events) < 2 || events[0].Kind != alert.WentSoon {
		t.Fatalf("the ramp was told as %v, want soon first", kinds(events))
	}
	soon := events[0]
	lead := crosses.Sub(soon.At)
	if lead < 20*time.Minute || lead > 3*time.Hour {
		t.Errorf("warned %v before the crossing", lead)
	}
	at := float64(crosses.Unix())
	if c := soon.Promise.Crossing; at < c.Earliest || at > c.Latest {
		t.Errorf("the crossing at %v lies outside %v to %v", crosses, time.Unix(int64(c.Earliest), 0).UTC(), time.Unix(int64(c.Latest), 0).UTC())
	}
	t.Logf("warned %v before the crossing, expected it %v off", lead.Round(time.Minute),
		time.Duration((soon.Promise.Crossing.Expected-at)*float64(time.Second)).Round(time.Minute))
}

func checkStep(t *testing.T, events []alert.Event, breaks time.Time) {
	t.Helper()
	if len(events) == 0 || events[0].Kind != alert.WentBurning {
		t.Fatalf("the step was told as %v, want burning first", kinds(events))
	}
	if slices.Contains(kinds(events), alert.WentSoon) {
		t.Errorf("the step was announced as a trend: %v", kinds(events))
	}
	if late := events[0].At.Sub(breaks); late > 5*time.Minute {
		t.Errorf("burning %v after the step", late)
	}
}

// events are all that was told, by journey, oldest first.
func (w *world) events() map[string][]alert.Event {
	w.t.Helper()
	told := map[string][]alert.Event{}
	for n := int64(1); ; n++ {
		in, err := w.db.IncidentByNumber(w.t.Context(), n)
		if err != nil {
			return told
		}
		history, err := w.db.History(w.t.Context(), n)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, e := range history {
			if e.Told() {
				told[in.Limit.Journey] = append(told[in.Limit.Journey], e)
			}
		}
	}
}

func kinds(events []alert.Event) []alert.EventKind {
	var all []alert.EventKind
	for _, e := range events {
		all = append(all, e.Kind)
	}
	return all
}
