package web

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/internal/golden"
	"github.com/forewarn/forewarn/probes"
)

func TestMetricsHaveTheNamesOfBlackboxExporter(t *testing.T) {
	m := sample()
	got := own(get(t, server(m, Status{Ready: true}), "/metrics"))
	golden.Compare(t, "testdata/metrics.txt", got)
}

func TestWhatIsUnknownHasNoSeries(t *testing.T) {
	m := NewMetrics("1", func() ([]Outbox, error) { return nil, errors.New("no database") }, unlinked)
	m.Observe(Run{Own: "link", Result: probes.Result{
		Journey: "checkout", Location: "kyiv", Verdict: probes.Unknown,
		Steps: []probes.StepResult{{Name: "pay", Verdict: probes.Unknown}, {Name: "thank", Verdict: probes.Skipped}},
	}, Limits: []Limit{{Name: "availability"}}})
	got := get(t, server(m, Status{}), "/metrics")
	for _, name := range []string{"probe_success", "probe_duration", "probe_http", "forewarn_outbox", "forewarn_limit_state", "forewarn_forecast"} {
		if strings.Contains(got, name) {
			t.Errorf("an unknown run has %s:\n%s", name, own(got))
		}
	}
	if !strings.Contains(got, `forewarn_runs_total{journey="checkout",verdict="unknown"} 1`) {
		t.Errorf("it is not counted as unknown:\n%s", own(got))
	}
	if !strings.Contains(got, `forewarn_own_faults_total{fault="link",journey="checkout"} 1`) {
		t.Errorf("what of ours was at fault is not counted:\n%s", own(got))
	}
}

func TestAConfirmingRunIsCountedApartAndShowsOnlyWhatItDecided(t *testing.T) {
	m := NewMetrics("1", func() ([]Outbox, error) { return nil, errors.New("no database") }, unlinked)
	quiet, burning := Limit{Name: "availability", State: alert.Quiet}, Limit{Name: "availability", State: alert.Burning}
	m.Observe(Run{Result: probes.Result{Journey: "checkout", Verdict: probes.Passed, Duration: time.Second}, Limits: []Limit{quiet}})
	m.Observe(Run{Result: probes.Result{Journey: "checkout", Verdict: probes.Failed, Confirm: true}, Limits: []Limit{burning}})
	got := own(get(t, server(m, Status{}), "/metrics"))
	for _, want := range []string{
		`forewarn_runs_total{journey="checkout",verdict="passed"} 1`,
		`forewarn_confirm_runs_total{journey="checkout",verdict="failed"} 1`,
		`probe_success{journey="checkout",location="",step=""} 1`,
		`forewarn_limit_state{journey="checkout",limit="availability",location="",state="burning"} 1`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
	if strings.Contains(got, `forewarn_runs_total{journey="checkout",verdict="failed"}`) {
		t.Errorf("it is in the rate:\n%s", got)
	}
}

func TestAJourneyThatIsGoneLeavesTheMetrics(t *testing.T) {
	m := sample()
	m.Keep(map[string]bool{"other": true})
	if got := get(t, server(m, Status{}), "/metrics"); strings.Contains(got, "checkout") {
		t.Errorf("it is still shown:\n%s", own(got))
	}
}

func TestReadyIsSaidOnlyWhenEverythingWorks(t *testing.T) {
	broken := Status{Problems: map[string]string{"storing": "disk full: make room"}}
	for _, c := range []struct {
		path   string
		status Status
		code   int
	}{
		{"/readyz", Status{Ready: true}, 200},
		{"/-/ready", broken, 503},
		{"/readyz", broken, 503},
		{"/healthz", broken, 200}, // alive, though not well: restarting it would not help
		{"/-/healthy", broken, 200},
		{"/health", Status{Ready: true}, 200},
	} {
		w := httptest.NewRecorder()
		server(sample(), c.status).Handler().ServeHTTP(w, httptest.NewRequest("GET", c.path, nil))
		if w.Code != c.code || strings.Contains(w.Body.String(), "disk full") != !c.status.Ready {
			t.Errorf("%s with %v: %d %s, want %d", c.path, c.status, w.Code, w.Body, c.code)
		}
		if w.Header().Get("Content-Security-Policy") == "" || w.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s lacks the headers of every answer: %v", c.path, w.Header())
		}
	}
}

func TestTheFirstPageSaysWhoAnswersAndEveryPathThereIs(t *testing.T) {
	s := server(sample(), Status{Version: "1.2", Problems: map[string]string{"storing": "disk full: make room"}})
	s.Reload = func(context.Context) error { return nil }
	h := s.Handler()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	page := w.Body.String()
	if w.Code != 200 || !strings.Contains(page, "forewarn 1.2: not all of it works\n  storing: disk full: make room\n") {
		t.Errorf("%d %s", w.Code, page)
	}
	named := regexp.MustCompile(`(?m)^(GET|POST) +(/\S+)`).FindAllStringSubmatch(page, -1)
	if len(named) < 6 {
		t.Errorf("%d paths", len(named))
	}
	for _, path := range named {
		if strings.Contains(path[2], "<") {
			continue // a heartbeat's, which nobody may feel for
		}
		w := httptest.NewRecorder()
		if h.ServeHTTP(w, httptest.NewRequest(path[1], path[2], nil)); w.Code == http.StatusNotFound && path[2] != "/api/v1/events" {
			t.Errorf("%s %s is not found", path[1], path[2])
		}
	}
	w = httptest.NewRecorder()
	if h.ServeHTTP(w, httptest.NewRequest("GET", "/nothing", nil)); w.Code != http.StatusNotFound {
		t.Errorf("/nothing answers %d", w.Code)
	}
}

func TestAReloadIsPostedFromHereOnly(t *testing.T) {
	reloads := 0
	s := server(sample(), Status{})
	s.Reload = func(context.Context) error { reloads++; return nil }
	ask := func(method, site string) int {
		w, r := httptest.NewRecorder(), httptest.NewRequest(method, "/-/reload", nil)
		r.Header.Set("Sec-Fetch-Site", site)
		s.Handler().ServeHTTP(w, r)
		return w.Code
	}
	if code := ask("POST", "cross-site"); code != http.StatusForbidden || reloads != 0 {
		t.Errorf("a page elsewhere may reload: %d", code)
	}
	if code := ask("GET", "none"); code != http.StatusMethodNotAllowed || reloads != 0 {
		t.Errorf("GET reloads: %d", code)
	}
	if code := ask("POST", "same-origin"); code != http.StatusOK || reloads != 1 {
		t.Errorf("POST does not reload: %d", code)
	}
	s.Reload = func(context.Context) error { return errors.New("forewarn.toml:3:1: unknown key") }
	if code := ask("POST", "none"); code != http.StatusUnprocessableEntity {
		t.Errorf("a bad file answers %d", code)
	}
}

func TestAnAddressWithoutAHostIsRefused(t *testing.T) {
	for _, addr := range []string{":8080", "8080", "127.0.0.1:99999"} {
		if l, err := Listen(addr); err == nil {
			l.Close()
			t.Errorf("%q is accepted", addr)
		}
	}
}

func TestAPageElsewhereCannotReadUsByANameOfItsOwn(t *testing.T) {
	here, there := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8080}, &net.TCPAddr{IP: net.IPv4(10, 0, 0, 7), Port: 8080}
	for _, c := range []struct {
		local net.Addr
		host  string
		code  int
	}{
		{here, "127.0.0.1:8080", 200},
		{here, "localhost:8080", 200},
		{here, "LOCALHOST", 200},
		{here, "[::1]:8080", 200},
		{here, "forewarn.example", 200}, // a proxy that passes on the name it was asked for
		{here, "rebound.attacker.example:8080", 421},
		{here, "localhost.attacker.example", 421},
		{here, "127.0.0.1.attacker.example", 421},
		{here, "", 421},
		{there, "forewarn:8080", 200}, // open to a network on purpose, under whatever name
	} {
		for method, path := range map[string]string{"GET": "/metrics", "POST": "/-/reload"} {
			s := server(sample(), Status{})
			s.Host, s.Reload = "forewarn.example", func(context.Context) error { return nil }
			w, r := httptest.NewRecorder(), httptest.NewRequest(method, path, nil)
			r.Host = c.host
			s.Handler().ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, c.local)))
			if w.Code != c.code {
				t.Errorf("%s %s for %q on %v: %d, want %d", method, path, c.host, c.local, w.Code, c.code)
			}
		}
	}
}

func TestALabelThatIsNoTextSpoilsNoOtherMetric(t *testing.T) {
	m := sample()
	m.Observe(Run{Result: probes.Result{Journey: "other", Location: "host\xff", Verdict: probes.Passed}})
	if got := get(t, server(m, Status{}), "/metrics"); !strings.Contains(got, `probe_success{journey="checkout"`) {
		t.Errorf("the others are gone:\n%s", own(got))
	}
}

func TestServingEndsWithItsContext(t *testing.T) {
	l, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- server(sample(), Status{Ready: true}).Serve(ctx, l) }()
	response, err := http.Get("http://" + l.Addr().String() + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// unlinked is the socket of a forewarn without buttons.
func unlinked() *Socket { return nil }

// sample is one run of a journey with a failed step and a forecast.
func sample() *Metrics {
	m := NewMetrics("1.0", func() ([]Outbox, error) {
		return []Outbox{
			{Route: "mail"},
			{Route: "slack", Pending: 2, Unknown: 1, Dead: 1, Oldest: 3 * time.Second, Dwell: 400 * time.Millisecond, Held: 30 * time.Second, Paced: 1500 * time.Millisecond},
		}, nil
	}, func() *Socket { return &Socket{Connected: true, Connections: 2} })
	at := time.UnixMilli(1_795_356_000_250).UTC()
	m.Reloaded(at, true)
	m.Observe(Run{
		Result: probes.Result{
			Journey: "checkout", Location: "kyiv", Start: at, Due: at.Add(-250 * time.Millisecond), Verdict: probes.Failed, Step: "pay",
			Steps: []probes.StepResult{
				{
					Name: "open", Verdict: probes.Passed, Duration: 120 * time.Millisecond, Status: 200, Bytes: 2048, Proto: "HTTP/2.0",
					Phases:  probes.Phases{Resolve: 10e6, Connect: 20e6, TLS: 30e6, Wait: 50e6, Transfer: 10e6},
					CertEnd: at.Add(90 * 24 * time.Hour), Hops: []probes.Hop{{}, {}},
				},
				{Name: "pay", Verdict: probes.Failed, Duration: 50 * time.Millisecond, Status: 503, Proto: "HTTP/1.1", Hops: []probes.Hop{{}}},
				{Name: "thank", Verdict: probes.Skipped},
			},
		},
		Limits: []Limit{{Name: "journey latency", State: alert.Soon, Crossing: 1_795_358_520}},
		Missed: 1, Late: 250 * time.Millisecond,
	})
	return m
}

func TestLooksHaveTheNamesOfBlackboxExporterToo(t *testing.T) {
	m := NewMetrics("1", func() ([]Outbox, error) { return nil, nil }, unlinked)
	at := time.UnixMilli(1_795_356_000_250).UTC()
	look := func(journey, proto string, p probes.Phases, end time.Time) {
		m.Observe(Run{Result: probes.Result{Journey: journey, Location: "kyiv", Start: at, Verdict: probes.Passed, Duration: p.Sum(), Steps: []probes.StepResult{
			{Name: "look", Start: at, Verdict: probes.Passed, Duration: p.Sum(), Phases: p, Proto: proto, CertEnd: end, Hops: []probes.Hop{{}}},
		}}})
	}
	look("mail", "TLS 1.3", probes.Phases{Connect: 10e6, TLS: 20e6}, at.Add(time.Hour))
	look("zone", "DNS/UDP", probes.Phases{Wait: 30e6}, time.Time{})
	look("cache", "TCP", probes.Phases{Connect: 10e6}, time.Time{})
	got := get(t, server(m, Status{}), "/metrics")
	for _, want := range []string{
		`probe_ssl_earliest_cert_expiry{journey="mail",location="kyiv",step="look"} 1.79535960025e+09`,
		`probe_tls_version_info{journey="mail",location="kyiv",step="look",version="TLS 1.3"} 1`,
		`probe_dns_duration_seconds{journey="zone",location="kyiv",phase="request",step="look"} 0.03`,
		`forewarn_look_duration_seconds{journey="cache",location="kyiv",phase="connect",step="look"} 0.01`,
		`probe_success{journey="cache",location="kyiv",step=""} 1`,
		`probe_duration_seconds{journey="mail",location="kyiv",step=""} 0.03`,
	} {
		if !strings.Contains(got, want+"\n") {
			t.Errorf("no %s in\n%s", want, own(got))
		}
	}
	if strings.Contains(got, "probe_http") {
		t.Errorf("a look has metrics of HTTP:\n%s", own(got))
	}
}

func server(m *Metrics, status Status) *Server {
	return &Server{Metrics: m, Status: func() Status { return status }, Log: slog.New(slog.DiscardHandler)}
}

func get(t *testing.T, s *Server, path string) string {
	t.Helper()
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	body, err := io.ReadAll(w.Body)
	if err != nil || w.Code != http.StatusOK {
		t.Fatalf("%s: %d %s (%v)", path, w.Code, body, err)
	}
	return string(body)
}

// own is the part of the metrics that is not about the Go process.
func own(metrics string) string {
	var kept []string
	for line := range strings.Lines(metrics) {
		if strings.HasPrefix(line, "probe_") || strings.HasPrefix(line, "forewarn_") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}
