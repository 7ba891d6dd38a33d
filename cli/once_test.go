package cli

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/forewarn/forewarn/internal/golden"
	"github.com/forewarn/forewarn/probes"
)

// broken is a run that shows every kind of step: passed after a redirect,
// passed on retry, failed, failed but optional, skipped, and one whose
// response never came.
func broken() walked {
	ms := func(n float64) time.Duration { return time.Duration(n * float64(time.Millisecond)) }
	phases := probes.Phases{Resolve: ms(1), Connect: ms(2), TLS: ms(3), Wait: ms(40), Transfer: ms(0.5)}
	hop := probes.Hop{Method: "GET", URL: "https://shop.example/login", Status: 302, Addr: "192.0.2.1:443", Elapsed: ms(46.5), Phases: phases}
	start := time.Date(2026, 3, 1, 14, 2, 3, 0, time.FixedZone("EET", 7200))
	refused := &probes.Failure{Kind: probes.FailConnect, Phase: "connect", Message: "connection refused"}
	return walked{
		journey: probes.Journey{Name: "checkout", Title: "Buy a coffee", Feature: "checkout", Tags: []string{"shop", "money"}, Runbook: "https://wiki.example/checkout"},
		result: probes.Result{
			Journey: "checkout", Location: "kyiv", Start: start,
			Verdict: probes.Failed, Step: "pay", Failure: &probes.Failure{Kind: probes.FailExpect, Message: "expected status == 201, found status = 503"},
			Steps: []probes.StepResult{
				{Name: "open login", Verdict: probes.Passed, Duration: ms(46.5), Phases: phases, Status: 200, Bytes: 512, Proto: "HTTP/2.0", Hops: []probes.Hop{hop}},
				{Name: "log in", Verdict: probes.PassedOnRetry, Duration: ms(40), Phases: probes.Phases{Wait: ms(40)}, Status: 200, Proto: "HTTP/2.0", Hops: []probes.Hop{hop},
					Attempts: []probes.Attempt{{Start: start, Duration: ms(2), Phases: probes.Phases{Connect: ms(2)}, Failure: refused}}},
				{Name: "see # offers", Optional: true, Verdict: probes.Failed, Duration: ms(7), Phases: probes.Phases{Connect: ms(7)}, Hops: []probes.Hop{hop}, Failure: refused},
				{
					Name: "pay", Verdict: probes.Failed, Duration: ms(1250), Phases: probes.Phases{Wait: ms(1250)}, Status: 503, Proto: "HTTP/2.0",
					Hops:    []probes.Hop{{Method: "POST", URL: "https://shop.example/api/orders", Status: 503, Reused: true, Elapsed: ms(1250), Phases: probes.Phases{Wait: ms(1250)}}},
					Failure: &probes.Failure{Kind: probes.FailExpect, Phase: "expect", Message: "expected status == 201, found status = 503", Evidence: "status == 201\n^^^^^^\nstatus = 503"},
				},
				{Name: "receipt", Verdict: probes.Skipped, Failure: &probes.Failure{Kind: probes.FailMissing, Message: "order was never captured"}},
				{Name: "log out", Verdict: probes.Unknown, Always: true, Failure: &probes.Failure{Kind: probes.FailSelf, Message: "no route to the network"}},
			},
		},
	}
}

// mixed is a round with a run of each kind.
func mixed() round {
	passed := walked{journey: probes.Journey{Name: "search", Title: "search", Feature: "search"}, result: probes.Result{
		Journey: "search", Verdict: probes.Passed, Start: broken().result.Start, Duration: 12 * time.Millisecond,
		Steps: []probes.StepResult{{Name: "look", Verdict: probes.Passed, Duration: 12 * time.Millisecond, Status: 200,
			Phases: probes.Phases{Wait: 12 * time.Millisecond}, Hops: []probes.Hop{{Method: "GET", URL: "https://shop.example/?q=a&b=<c>", Status: 200}}}},
	}}
	late := probes.Journey{Name: "stock", Title: "stock", Feature: "stock", Steps: []probes.Step{{Name: "count"}}}
	return round{
		location: "kyiv", start: broken().result.Start, took: 1500 * time.Millisecond, code: exitProbe,
		runs: []walked{broken(), passed, notBegun(late, probes.Skipped, "not begun, because checkout did not pass (--fail-fast)"),
			notBegun(late, probes.Unknown, "not begun within --timeout 1s")},
	}
}

func TestOnceShowsEveryStepForPeopleAndForPrograms(t *testing.T) {
	var text bytes.Buffer
	printRun(&text, broken().result, false)
	golden.Compare(t, "testdata/once.txt", text.String())
	for _, f := range formats() {
		var report bytes.Buffer
		if err := f.write(&report, mixed()); err != nil {
			t.Fatal(err)
		}
		if f.name != "har" { // it is made of transcripts
			golden.Compare(t, "testdata/once."+f.name, report.String())
		}
	}
}

func TestABlankLineStandsOnlyBetweenRunsThatAreToldAtLength(t *testing.T) {
	var text bytes.Buffer
	o := &once{format: "text", out: &text}
	r := mixed()
	r.runs = append(r.runs, broken(), r.runs[1])
	for _, run := range r.runs {
		o.tell(run, newProgress(io.Discard, nil, false), true)
	}
	if err := o.finish(r); err != nil {
		t.Fatal(err)
	}
	if got := text.String(); strings.Contains(got, "\n\n\n") || strings.HasSuffix(got, "\n\n") || strings.HasPrefix(got, "\n") ||
		strings.Count(got, "\n\n✓ search") != 2 || !strings.Contains(got, "\n\n6 journeys in") {
		t.Error(got)
	}
}

// answers is a server in memory.
type answers func(*http.Request) *http.Response

func (a answers) RoundTrip(r *http.Request) (*http.Response, error) { return a(r), nil }

func TestAnArchiveTellsEachRequestAndItsAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shop := answers(func(r *http.Request) *http.Response {
			time.Sleep(20 * time.Millisecond)
			w := httptest.NewRecorder()
			switch r.URL.Path {
			case "/login":
				http.SetCookie(w, &http.Cookie{Name: "sid", Value: "4711-4711", Path: "/"})
				http.Redirect(w, r, "/account?for=hunter22", http.StatusSeeOther)
			case "/logo.png":
				w.Write([]byte("\x89PNG\r\n\x1a\n\x00\x00"))
			default:
				io.WriteString(w, "<p>Welcome, hunter22 & co</p>"+strings.Repeat("x", mostHARBody))
			}
			return w.Result()
		})
		j := probes.Journey{Name: "checkout", Title: "Buy a coffee", BaseURL: "http://shop.example", Secrets: map[string]string{"password": "hunter22"},
			Steps: []probes.Step{
				{Name: "log in", Method: "POST", URL: "/login", Redirects: 1, Form: []probes.Field{{Name: "user", Value: "ann & co"}, {Name: "password", Value: "{{password}}"}}},
				{Name: "logo", URL: "/logo.png"},
			}}
		runner := probes.Runner{Version: "1.2.3", Transport: func() http.RoundTripper { return shop }}
		run := walked{journey: j}
		run.result, run.transcript = runner.Run(t.Context(), j, time.Time{})
		var report bytes.Buffer
		if err := writeHAR(&report, round{runs: []walked{run, notBegun(j, probes.Skipped, "not begun")}}); err != nil {
			t.Fatal(err)
		}
		golden.Compare(t, "testdata/once.har", strings.ReplaceAll(report.String(), strings.Repeat("x", 1000), ""))
	})
}
