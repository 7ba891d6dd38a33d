//go:build unix

package predict

import (
	"math"
	"runtime"
	"slices"
	"syscall"
	"testing"
)

// twin is a tracker of its own that knows what t knows.
func (t *Tracker) twin() *Tracker {
	c := *t
	c.window.samples = slices.Clone(t.window.samples)
	c.held.figures = slices.Clone(t.held.figures)
	c.bins.recent, c.bins.past = slices.Clone(t.bins.recent), slices.Clone(t.bins.past)
	c.season.ring, c.season.profile, c.season.weekend = slices.Clone(t.season.ring), slices.Clone(t.season.profile), slices.Clone(t.season.weekend)
	return &c
}

// cpuSeconds is the time of processors that this process has used: a busy
// machine does not stretch it.
func cpuSeconds(b *testing.B) float64 {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return float64(used.Utime.Nano()+used.Stime.Nano()) / 1e9
}

// BenchmarkTenThousandSeries is a minute of a large installation: one sample a
// minute of each of 10,000 series, a third of them flat, a third with a daily
// wave, a third of them rising, with four days behind them.
func BenchmarkTenThousandSeries(b *testing.B) {
	const series, kinds, hours = 10_000, 30, 4 * 24
	courses := [...]func(h float64) float64{
		func(float64) float64 { return 0.3 },
		func(h float64) float64 { return 0.3 + 0.1*math.Sin(h*math.Pi/12) },
		func(h float64) float64 { return 0.3 + 0.1*max(0, h-hours+3) },
	}
	var recorded [kinds][]Sample // series of one kind differ in their noise
	for k := range recorded {
		recorded[k] = minutely(uint64(k), hours+2, 0.1, courses[k%len(courses)])
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	trackers := make([]*Tracker, series)
	for i := range trackers {
		if i < kinds {
			trackers[i] = NewTracker(fourHours())
			for _, s := range recorded[i][:hours*60] {
				trackers[i].Learn(s)
			}
			trackers[i].recall()
		} else {
			trackers[i] = trackers[i-kinds].twin()
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	minutes, begun := 0, cpuSeconds(b)
	for b.Loop() {
		for i, t := range trackers {
			s := recorded[i%kinds][hours*60+minutes%120]
			s.At += 7200 * float64(minutes/120) // the rise begins anew
			t.Observe(s)
			t.Forecast(s.At)
		}
		minutes++
	}
	perMinute := (cpuSeconds(b) - begun) / float64(minutes)
	b.ReportMetric(1e6*perMinute/series, "µs/sample")
	b.ReportMetric(perMinute, "core-s/minute")
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/series, "B/series")
	runtime.KeepAlive(trackers)
}
