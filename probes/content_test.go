package probes_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/forewarn/forewarn/probes"
	"github.com/forewarn/forewarn/probes/expect"
)

func TestABodyIsToldInTheLettersThatItsCharsetGives(t *testing.T) {
	shop := site(t, map[string]http.HandlerFunc{"/": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=iso-8859-1")
		io.WriteString(w, "K\xe4se f\xfcr p\xe4sswort")
	}})
	result, transcript := take(t, probes.Journey{BaseURL: shop.URL, Secrets: map[string]string{"p": "pässwort"}, Steps: []probes.Step{
		{Name: "buy", URL: "/", Expect: []expect.Condition{condition(t, `body == "Käse für " + "pässwort" and bytes == 17`)}},
	}})
	if result.Verdict != probes.Passed {
		t.Error(result.Failure)
	}
	answer := transcript.Exchanges(100)[0].Response
	if answer.Body != "Käse für •••" || answer.Size != 17 || !strings.Contains(transcript.Wire("buy"), "< Käse für •••\n") {
		t.Errorf("%+v\n%s", answer, transcript.Wire("buy"))
	}
}

func TestExchangesTellEveryRequestAlsoOfEarlierAttempts(t *testing.T) {
	asked := 0
	shop := site(t, map[string]http.HandlerFunc{
		"/pay": func(w http.ResponseWriter, r *http.Request) {
			if asked++; asked == 1 {
				w.WriteHeader(http.StatusBadGateway)
				return
			}
			http.Redirect(w, r, "/paid?by=hunter22", http.StatusSeeOther)
		},
		"/paid": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Api-Key", "key-value-1")
			io.WriteString(w, "paid by hunter22, "+strings.Repeat("ü", 50))
		},
		"/logo": func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "GIF89a\x00hunter22") },
	})
	var told []string
	runner := probes.Runner{Stepped: func(journey, step string) { told = append(told, journey+" "+step) }}
	result, transcript := runner.Run(t.Context(), probes.Journey{Name: "buy", BaseURL: shop.URL, Secrets: map[string]string{"p": "hunter22"}, Steps: []probes.Step{
		{Name: "pay", Method: "POST", URL: "/pay", Redirects: 1, Body: `{"p":"{{p}}"}`, Retry: probes.Retry{Times: 1}},
		{Name: "logo", URL: "/logo"},
		{Name: "missing", URL: "/{{never}}"},
	}}, time.Time{})
	var got []string
	var last time.Time
	exchanges := transcript.Exchanges(30)
	for _, e := range exchanges {
		got = append(got, e.Step+" "+e.Hop.Method+" "+strings.TrimPrefix(e.Hop.URL, shop.URL)+" "+http.StatusText(e.Hop.Status)+" "+e.Request.Body)
		if e.Start.Before(last) || e.Start.Before(result.Start) {
			t.Errorf("%s begins at %v, before %v", e.Step, e.Start, last)
		}
		last = e.Start
	}
	want := []string{`pay POST /pay Bad Gateway {"p":"•••"}`, `pay POST /pay See Other {"p":"•••"}`, "pay GET /paid?by=••• OK ", "logo GET /logo OK "}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatal(diff)
	}
	paid, logo := exchanges[2].Response, exchanges[3].Response
	if paid.Size != 118 || !paid.Cut || !strings.HasPrefix(paid.Body, "paid by •••, ü") || len(paid.Body) > 40 {
		t.Errorf("%+v", paid)
	}
	if logo.Body != "" || logo.Size != 15 {
		t.Errorf("%+v", logo)
	}
	wire := transcript.Wire("pay")
	if !strings.Contains(wire, "> POST") || strings.Contains(wire, "Bad Gateway") || strings.Contains(wire, "hunter22") || strings.Contains(wire, "key-value-1") || transcript.Wire("missing") != "" {
		t.Error(wire)
	}
	if diff := cmp.Diff([]string{"buy pay", "buy logo", "buy missing"}, told); diff != "" {
		t.Error(diff)
	}
}
