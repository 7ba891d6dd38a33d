package enginebench

import (
	"testing"
	"time"
)

// benchmarkMemory is what a thousand journeys hold after their first minute,
// and by how much that grows.
func benchmarkMemory(b *testing.B, program string, l load) {
	w := newWorld(b, program, l.delay)
	for b.Loop() {
		e := w.engine(l)
		const warm, every = 45 * time.Second, 5 * time.Second
		time.Sleep(warm)
		var held []float64
		var most float64
		for end := time.Now().Add(*memory); time.Now().Before(end); time.Sleep(every) {
			var now float64
			now, most = e.resident(b)
			held = append(held, now)
		}
		b.ReportMetric(0, "ns/op")
		b.ReportMetric(held[len(held)-1], "MB")
		b.ReportMetric(most, "MB-most")
		b.ReportMetric(slope(held)*float64(time.Minute/every), "MB/min")
		e.end()
	}
}

// slope is by how much each value is more than the one before, by the line of
// least squares.
func slope(values []float64) float64 {
	n := float64(len(values))
	var sum, moment float64
	for i, v := range values {
		x := float64(i) - (n-1)/2
		sum += x * v
		moment += x * x
	}
	return sum / max(1, moment)
}
