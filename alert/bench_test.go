package alert_test

import (
	"testing"
	"time"

	"github.com/forewarn/forewarn/alert"
)

// A replay of history decides once per sample; the forecast before it may
// take 25 microseconds.
func BenchmarkDecide(b *testing.B) {
	l := latency()
	in, ev := alert.Incident{}, alert.Evidence{At: noon, Run: alert.RunUnder, Passed: true, Value: 0.2, Forecast: flat()}
	b.ReportAllocs()
	for b.Loop() {
		ev.At = ev.At.Add(time.Minute)
		in, _, _ = alert.Decide(in, ev, l)
	}
}
