package probes_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/forewarn/forewarn/probes"
)

func TestEveryRunIsColdAndWarmOnlyWithin(t *testing.T) {
	for name, begin := range map[string]func(*httptest.Server){
		"HTTP/1.1": (*httptest.Server).Start,
		"HTTP/2.0": func(s *httptest.Server) {
			s.EnableHTTP2 = true
			s.StartTLS()
		},
	} {
		t.Run(name, func(t *testing.T) {
			var conns atomic.Int32
			shop := httptest.NewUnstartedServer(answer(200, "ok"))
			shop.Config.ConnState = func(_ net.Conn, state http.ConnState) {
				if state == http.StateNew {
					conns.Add(1)
				}
			}
			begin(shop)
			defer shop.Close()
			runner := probes.Runner{TLS: shop.Client().Transport.(*http.Transport).TLSClientConfig}
			for range 3 {
				result, _ := runner.Run(t.Context(), probes.Journey{BaseURL: shop.URL, Steps: []probes.Step{
					{Name: "a", URL: "/"}, {Name: "b", URL: "/"}}}, time.Time{})
				a, b := stepOf(t, result, "a"), stepOf(t, result, "b")
				if a.Hops[0].Reused || !b.Hops[0].Reused || a.Phases.Connect <= 0 || b.Phases.Connect != 0 || b.Phases.TLS != 0 {
					t.Errorf("a %+v\nb %+v", a.Hops[0], b.Hops[0])
				}
				if a.Proto != name || a.Duration != a.Phases.Sum() {
					t.Errorf("%+v", a)
				}
			}
			if got := conns.Load(); got != 3 {
				t.Errorf("%d connections for 3 runs", got)
			}
		})
	}
}

func TestARunnerTakesManyJourneysAtOnce(t *testing.T) {
	shop := site(t, map[string]http.HandlerFunc{"/": func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "c", Value: r.URL.Query().Get("id")})
		io.WriteString(w, "id="+r.URL.Query().Get("id"))
	}})
	j := probes.Journey{BaseURL: shop.URL, Vars: map[string]string{"id": "7"}, Steps: []probes.Step{
		{Name: "a", URL: "/?id={{id}}", Capture: []probes.Capture{{Name: "again", Query: query(t, `regex("id=(.*)", 1)`)}}},
		{Name: "b", URL: "/{{again}}"},
	}}
	var running sync.WaitGroup
	for range 20 {
		running.Go(func() {
			result, transcript := take(t, j)
			if result.Verdict != probes.Passed {
				t.Errorf("%+v\n%s", result.Failure, transcript)
			}
		})
	}
	running.Wait()
}

// open counts what a run could leave behind.
func open(t *testing.T) (goroutines, files int) {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skip(err)
	}
	return runtime.NumGoroutine(), len(entries)
}

func TestARunLeavesNothingBehind(t *testing.T) {
	hang := func(conn net.Conn) { io.Copy(io.Discard, conn) }
	fine := site(t, map[string]http.HandlerFunc{"/": answer(200, "ok"),
		"/long": answer(200, strings.Repeat("x", 1<<20)),
		"/loop": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/loop", http.StatusFound) }})
	silent := socket(t, hang)
	urls := []string{fine.URL, fine.URL + "/long", fine.URL + "/loop", another(fine.URL), silent,
		strings.Replace(silent, "http", "https", 1), "http://shop.invalid", "http://127.0.0.1:1"}
	round := func() {
		for _, url := range urls {
			take(t, probes.Journey{Timeout: 50 * time.Millisecond, Steps: []probes.Step{
				{Name: "a", URL: url, Redirects: 3, MaxBody: 1000}, {Name: "b", URL: url, Always: true, Timeout: 10 * time.Millisecond}}})
		}
	}
	round()
	isBackToBase(t, round)
}

func TestADeadlineOverHTTP2LeavesNoConnectionBehind(t *testing.T) {
	silent := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	silent.EnableHTTP2 = true
	silent.StartTLS()
	t.Cleanup(silent.Close)
	runner := probes.Runner{TLS: silent.Client().Transport.(*http.Transport).TLSClientConfig}
	round := func() {
		for range 5 {
			result, _ := runner.Run(t.Context(), probes.Journey{BaseURL: silent.URL, Timeout: 100 * time.Millisecond,
				Steps: []probes.Step{{Name: "a", URL: "/"}}}, time.Time{})
			if result.Verdict.Good() {
				t.Error("it was answered")
			}
		}
	}
	round()
	isBackToBase(t, round)
}

// isBackToBase repeats what was done once already, and waits until it has left
// no more behind than it had.
func isBackToBase(t *testing.T, round func()) {
	t.Helper()
	goroutines, files := open(t)
	for range 5 {
		round()
	}
	for deadline := time.Now().Add(20 * time.Second); ; <-time.After(20 * time.Millisecond) {
		nowGoroutines, nowFiles := open(t)
		if nowGoroutines <= goroutines+5 && nowFiles <= files+5 {
			return
		}
		if time.Now().After(deadline) {
			stacks := make([]byte, 1<<20)
			t.Fatalf("%d goroutines and %d files became %d and %d\n%s", goroutines, files, nowGoroutines, nowFiles,
				stacks[:runtime.Stack(stacks, true)])
		}
	}
}
