package probes_test

import (
	"crypto/x509"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/forewarn/forewarn/probes"
	"github.com/forewarn/forewarn/probes/expect"
)

// reference is docs/expressions.md: the response and the page its examples
// look at, and the examples, each beside what it is to say.
type reference struct {
	header, body, page string
	examples           []example
}

type example struct {
	source string
	holds  bool
}

func readReference(t *testing.T) (r reference) {
	t.Helper()
	content, err := os.ReadFile("../docs/expressions.md")
	if err != nil {
		t.Fatal(err)
	}
	block := func(language string) string {
		m := regexp.MustCompile("(?s)```" + language + "\n(.*?)\n```").FindSubmatch(content)
		if m == nil {
			t.Fatalf("no %s block", language)
		}
		return string(m[1])
	}
	r.header, r.body, _ = strings.Cut(block("http"), "\n\n")
	r.page = block("html")
	for line := range strings.Lines(string(content)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | ")
		if len(cells) == 4 && strings.HasPrefix(cells[2], "`") && strings.HasPrefix(cells[3], "`") {
			r.examples = append(r.examples, example{strings.Trim(cells[2], "` "), true}, example{strings.Trim(cells[3], "` "), false})
		}
	}
	return r
}

// serve sends the response after one redirect, and the page.
func (r reference) serve(t *testing.T, ca authority) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("/orders", http.RedirectHandler("/api/orders", http.StatusPermanentRedirect))
	mux.HandleFunc("/api/orders", func(w http.ResponseWriter, req *http.Request) {
		if req.URL.Query().Has("page") {
			w.Write([]byte(r.page))
			return
		}
		status, fields, _ := strings.Cut(r.header, "\n")
		for field := range strings.SplitSeq(fields, "\n") {
			name, value, _ := strings.Cut(field, ": ")
			w.Header().Add(name, value)
		}
		var code int
		fmt.Sscanf(status, "HTTP/1.1 %d", &code)
		w.WriteHeader(code)
		w.Write([]byte(r.body))
	})
	server := httptest.NewUnstartedServer(mux)
	server.TLS = ca.serve(t, time.Now().Add(61*24*time.Hour+time.Hour), "shop.example", "127.0.0.1")
	server.StartTLS()
	t.Cleanup(server.Close)
	return server
}

// Every example of docs/expressions.md is the only expectation of a step that
// is really sent, and judged as the table says, without a limit of ours.
func TestEveryExampleOfTheReferenceIsTrueOnTheWire(t *testing.T) {
	r := readReference(t)
	if len(r.examples) < 150 {
		t.Fatalf("only %d examples", len(r.examples))
	}
	ca := newAuthority(t)
	server := r.serve(t, ca)
	j := probes.Journey{BaseURL: server.URL, Vars: map[string]string{"order": "00123"},
		Network: probes.Network{TLS: probes.TLS{Authorities: []*x509.Certificate{ca.cert}}}}
	for _, e := range r.examples {
		s := probes.Step{Name: e.source, Method: "POST", URL: "/orders", Redirects: 1, Expect: []expect.Condition{condition(t, e.source, "order")}}
		if strings.Contains(e.source, "css(") || strings.Contains(e.source, "xpath(") {
			s.URL, s.Redirects = "/api/orders?page", 0
		}
		j.Steps = []probes.Step{s}
		result, _ := take(t, j)
		switch {
		case e.holds && result.Verdict != probes.Passed:
			t.Errorf("%s: %s\n%s", e.source, result.Failure.Message, result.Failure.Evidence)
		case !e.holds && (result.Verdict != probes.Failed || result.Failure.Kind != probes.FailExpect):
			t.Errorf("%s: %v %+v, want a failed expectation", e.source, result.Verdict, result.Failure)
		}
	}
}
