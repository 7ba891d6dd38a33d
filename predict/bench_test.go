package predict

import "testing"

// BenchmarkSample is the cost of one sample, all in: a week of one sample a
// minute with a daily wave and a rise at its end.
func BenchmarkSample(b *testing.B) {
	samples := wavyWeek()
	b.ReportAllocs()
	for i := 0; b.Loop(); {
		tr := NewTracker(fourHours())
		for _, s := range samples {
			tr.Observe(s)
			tr.Forecast(s.At)
			i++
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(i), "ns/sample")
	}
}

// BenchmarkRising is the cost where it is highest: a rise that is significant
// all the time, so that every shape is weighed at every bin.
func BenchmarkRising(b *testing.B) {
	week := wavyWeek()
	samples := week[len(week)-60*5:]
	for i := 0; b.Loop(); {
		b.StopTimer()
		tr := NewTracker(fourHours())
		for _, s := range week[:len(week)-60*5] {
			tr.Observe(s)
		}
		b.StartTimer()
		for _, s := range samples {
			tr.Observe(s)
			tr.Forecast(s.At)
			i++
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(i), "ns/sample")
	}
}
