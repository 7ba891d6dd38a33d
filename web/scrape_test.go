package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/probes"
)

// A scrape comes every few seconds, for as long as the program runs: what it
// leaves behind must be small beside what is watched.
func TestAScrapeOfAThousandJourneysLeavesLittleBehind(t *testing.T) {
	cost := testing.Benchmark(BenchmarkScrape)
	const most = 40_000_000
	t.Logf("%d allocations, %.1f MB, %v", cost.AllocsPerOp(), float64(cost.AllocedBytesPerOp())/1e6, time.Duration(cost.NsPerOp()))
	if cost.AllocedBytesPerOp() > most {
		t.Errorf("%d bytes for one scrape, want at most %d", cost.AllocedBytesPerOp(), most)
	}
}

// BenchmarkScrape is one scrape of a thousand journeys of five steps.
func BenchmarkScrape(b *testing.B) {
	m := NewMetrics("1", func() ([]Outbox, error) { return nil, nil }, unlinked)
	at := time.UnixMilli(1_795_356_000_250).UTC()
	for i := range 1000 {
		r := probes.Result{Journey: fmt.Sprint("journey ", i), Location: "kyiv", Start: at, Due: at, Verdict: probes.Passed, Duration: time.Second}
		for s := range 5 {
			r.Steps = append(r.Steps, probes.StepResult{
				Name: fmt.Sprint("step ", s), Start: at, Verdict: probes.Passed, Duration: 123456 * time.Microsecond, Status: 200,
				Bytes: 2048, Proto: "HTTP/1.1", Phases: probes.Phases{Connect: 20123e3, Wait: 90333e3, Transfer: 13e6}, Hops: []probes.Hop{{}},
			})
		}
		m.Observe(Run{Result: r, Limits: []Limit{{Name: "availability", State: alert.Quiet}, {Name: "latency", State: alert.Quiet}}})
	}
	h := server(m, Status{}).Handler()
	b.ReportAllocs()
	for b.Loop() {
		h.ServeHTTP(nobody{}, httptest.NewRequest("GET", "/metrics", nil))
	}
}

// nobody takes an answer and keeps nothing of it.
type nobody struct{}

func (nobody) Header() http.Header         { return http.Header{} }
func (nobody) Write(b []byte) (int, error) { return len(b), nil }
func (nobody) WriteHeader(int)             {}
