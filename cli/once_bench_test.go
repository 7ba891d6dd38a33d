package cli

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/forewarn/forewarn/probes"
)

// BenchmarkOnce walks 50 journeys of three steps over loopback, as a deploy
// pipeline does, with every report; bare is the same 150 requests by net/http
// alone, on a connection for each journey.
func BenchmarkOnce(b *testing.B) {
	const journeys, steps = 50, 3
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "hello") }))
	defer server.Close()
	var all []probes.Journey
	for i := range journeys {
		j := probes.Journey{Name: fmt.Sprint("journey ", i), BaseURL: server.URL}
		for s := range steps {
			j.Steps = append(j.Steps, probes.Step{Name: fmt.Sprint("step ", s), URL: "/"})
		}
		all = append(all, j)
	}
	perJourney := func(b *testing.B, began time.Time) {
		b.ReportMetric(float64(time.Since(began).Microseconds())/float64(b.N*journeys), "us/journey")
	}
	for _, jobs := range []int{1, 4} {
		b.Run(fmt.Sprint("jobs ", jobs), func(b *testing.B) {
			o := &once{jobs: jobs, format: "text", out: io.Discard, errOut: io.Discard}
			defer perJourney(b, time.Now())
			for b.Loop() {
				r := o.walk(b.Context(), "here", all)
				for _, f := range formats() {
					if err := f.write(io.Discard, r); err != nil || r.code != exitOK {
						b.Fatal(err, r.code)
					}
				}
			}
		})
	}
	b.Run("bare", func(b *testing.B) {
		defer perJourney(b, time.Now())
		for b.Loop() {
			for range journeys {
				client := http.Client{Transport: &http.Transport{}}
				for range steps {
					response, err := client.Get(server.URL)
					if err != nil {
						b.Fatal(err)
					}
					_, _ = io.Copy(io.Discard, response.Body)
					_ = response.Body.Close()
				}
				client.CloseIdleConnections()
			}
		}
	})
}
