package config

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/forewarn/forewarn/probes"
)

// bench is the shop that the examples of docs/journeys.md ask: all is well but
// for what their paths say.
type bench struct{ asked map[string]int }

// RoundTrip answers without a network.
func (b bench) RoundTrip(r *http.Request) (*http.Response, error) {
	b.asked[r.URL.Path]++
	status, body := 200, `{"id": 7, "challenge": "none"}`
	switch n := b.asked[r.URL.Path]; r.URL.Path {
	case "/broken":
		status = 500
	case "/flaky":
		status = map[bool]int{true: 503, false: 200}[n == 1]
	case "/parcel":
		body = fmt.Sprintf(`{"state": %q}`, map[bool]string{true: "packing", false: "shipped"}[n < 3])
	}
	return &http.Response{StatusCode: status, Proto: "HTTP/1.1", Header: http.Header{}, Request: r, Body: io.NopCloser(strings.NewReader(body))}, nil
}

// Every example loads without an error or a warning, and gives what the line
// above it says when it runs.
func TestTheExamplesOfJourneysLoadAndRun(t *testing.T) {
	text, err := os.ReadFile("../docs/journeys.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)(?:<!-- gives: ([^\n]*) -->\n)?```toml\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	ran := 0
	for _, block := range blocks {
		env := environment{"SHOP_PASSWORD": "correct horse"}
		c, err := Parse("journeys.md", []byte(block[2]), t.TempDir(), env.lookup)
		if err != nil || len(c.Warnings) > 0 {
			t.Errorf("%s\n%v\n%v", block[2], err, c.Warnings)
			continue
		}
		if block[1] == "" {
			continue
		}
		ran++
		synctest.Test(t, func(t *testing.T) {
			runner := probes.Runner{Transport: func() http.RoundTripper { return bench{map[string]int{}} }}
			result, transcript := runner.Run(t.Context(), c.Journeys[0].Journey, time.Time{})
			if got := gives(result); got != block[1] {
				t.Errorf("it gives %q, the page says %q\n%s", got, block[1], transcript)
			}
		})
	}
	if ran < 6 {
		t.Errorf("only %d examples ran", ran)
	}
}

// gives is a run in the words of the page.
func gives(r probes.Result) string {
	text := r.Verdict.String()
	if r.Step != "" {
		text += " at " + r.Step
	}
	for _, s := range r.Steps {
		if s.Always {
			text += "; the cleanup " + s.Verdict.String()
		}
	}
	return text
}
