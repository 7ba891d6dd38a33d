package agent

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/notify"
	"github.com/forewarn/forewarn/notify/slackfake"
	"github.com/forewarn/forewarn/probes"
	"github.com/forewarn/forewarn/store"
)

func TestTheHostOfAStepIsWhatItAsksAndNoSecret(t *testing.T) {
	j := probes.Journey{
		BaseURL: "https://{{stage}}.Shop.example:8443/base", Vars: map[string]string{"stage": "live"}, Secrets: map[string]string{"tenant": "s3cr3t"},
		Steps: []probes.Step{
			{Name: "relative", URL: "/login"},
			{Name: "elsewhere", URL: "https://pay.example/charge"},
			{Name: "its own value", URL: "https://{{ stage }}.shop.example/x", Vars: map[string]string{"stage": "Test"}},
			{Name: "captured", URL: "https://{{from_a_run}}/x"},
			{Name: "secret", URL: "https://{{tenant}}.shop.example/x"},
			{Name: "six", URL: "http://[2001:DB8::1]:80/x"},
			{Name: "broken", URL: "http://[::1/x"},
			{Name: "handshake", Look: &probes.Look{Handshake: &probes.Handshake{Addr: "TLS.example:443"}}},
			{Name: "connection", Look: &probes.Look{Connection: &probes.Connection{Addr: "db.example:5432"}}},
			{Name: "lookup", Look: &probes.Look{Lookup: &probes.Lookup{Name: "Name.example"}}},
		},
	}
	for step, want := range map[string]string{
		"relative": "live.shop.example", "elsewhere": "pay.example", "its own value": "test.shop.example",
		"captured": "", "secret": "", "six": "2001:db8::1", "broken": "",
		"handshake": "tls.example", "connection": "db.example", "lookup": "name.example",
		"": "", "no such step": "",
	} {
		if got := hostOf(j, step); got != want {
			t.Errorf("step %q asks %q, want %q", step, got, want)
		}
	}
	j.Steps = j.Steps[:1]
	if got := hostOf(j, ""); got != "live.shop.example" {
		t.Errorf("a journey of one host asks %q", got)
	}
}

// withSlack is the agent of w with a bot in a workspace.
func (w *world) withSlack() (*Agent, *slackfake.Server) {
	w.t.Helper()
	const token = "xoxb-1-fake"
	fake, line := slackfake.New(slackfake.Settings{Token: token}), newPipeListener()
	server := &http.Server{Handler: fake}
	served := make(chan struct{})
	go func() { defer close(served); server.Serve(line) }()
	w.t.Cleanup(func() { server.Close(); <-served })
	bot := notify.NewSlack(notify.SlackSettings{Token: token, Channel: "#alerts", APIURL: "http://slack.test/api/", Dial: line.dial})
	a := w.agent() // its notifier has no routes, and the last one made sets them
	notifier, err := notify.New(w.t.Context(), notify.Settings{DB: w.db, Channels: []notify.Channel{bot},
		Describe: func(k alert.Key) notify.Subject { return notify.Subject{Title: k.Journey} },
		Routes:   []store.Route{{Name: "slack"}}})
	if err != nil {
		w.t.Fatal(err)
	}
	a.Notifier = notifier
	return a, fake
}

// beside lets a watch, and its notifier deliver, until the function it returns
// is called, which waits for both.
func (w *world) beside(a *Agent, s Settings) (stop func()) {
	ctx, cancel := context.WithCancel(w.t.Context())
	var both sync.WaitGroup
	for _, run := range []func() error{func() error { return a.Run(ctx, s) }, func() error { return a.Notifier.Run(ctx) }} {
		both.Go(func() {
			if err := run(); err != nil {
				w.t.Error(err)
			}
		})
	}
	return func() { cancel(); both.Wait() }
}

func TestWhatFailsAtOneHostIsOneMessageAndUrgedOfUntilTheLastIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		ends := map[string]time.Duration{"cart": 30 * time.Minute, "pay": 100 * time.Minute, "search": 100 * time.Minute}
		w := newWorld(t, func(journey string, at time.Time) (time.Duration, int) {
			if since := at.Sub(begun); since > 10*time.Minute && since < ends[journey] {
				return 10 * time.Millisecond, http.StatusBadGateway
			}
			return 300 * time.Millisecond, http.StatusOK
		})
		defer w.close()
		settings := Settings{Urging: reminding(), Crowd: alert.Crowding{Within: time.Minute, Most: 10, Span: 5 * time.Minute}}
		for _, name := range []string{"cart", "pay", "search", "healthy"} {
			settings.Watches = append(settings.Watches, watch(name))
		}
		a, fake := w.withSlack()
		defer w.beside(a, settings)()
		time.Sleep(20 * time.Minute)
		top := fake.Top()
		if len(top) != 1 || !strings.HasPrefix(top[0].Text, "Burning: ") || !strings.Contains(top[0].Text, " at product") {
			t.Fatalf("three journeys of one host fail: %d messages, %+v", len(top), top)
		}
		for _, name := range []string{"cart", "pay", "search"} {
			if !strings.Contains(top[0].Text, name) {
				t.Errorf("%s is not named: %s", name, top[0].Text)
			}
		}
		if strings.Contains(top[0].Reads(), "healthy") {
			t.Errorf("what is well is named:\n%s", top[0].Reads())
		}
		time.Sleep(75 * time.Minute)
		reminders := 0
		for _, m := range fake.Replies(fake.Top()[0]) {
			if strings.HasPrefix(m.Text, "Still burning: ") {
				reminders++
			}
		}
		if last := fake.Top()[0]; reminders != 2 || strings.Contains(last.Text, "cart") {
			t.Errorf("%d reminders, want one of all and, an hour later, one of the two that are left: %s", reminders, last.Text)
		}
		time.Sleep(20 * time.Minute)
		top = fake.Top()
		if len(top) != 1 || !strings.HasPrefix(top[0].Text, "Resolved: 3 incidents at product, over after ") {
			t.Errorf("when all are over: %d messages, %s", len(top), top[0].Text)
		}
	})
}
