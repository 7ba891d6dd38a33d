package impact

import "time"

// Trend is a figure on its way to a limit in a straight line.
type Trend struct {
	At    time.Time // when the figure was Value
	Value float64   // seconds of latency, or the share that fails
	Limit float64   // in the same unit

	Earliest, Expected, Latest time.Time // when it meets Limit

	Until time.Time // the horizon
}

// stretch is a part of a trend beyond its limit, and its value in the middle.
type stretch struct {
	long  time.Duration
	value float64
}

// to is what lies between meets, when the limit is met, and the horizon, by
// the hour; what lies before At is over, and no more hours than the longest
// horizon has.
func (t Trend) to(meets time.Time) []stretch {
	const most = 90 * 24
	var all []stretch
	from := meets
	if from.Before(t.At) {
		from = t.At
	}
	for ; len(all) < most && from.Before(t.Until); from = from.Add(time.Hour) {
		long := min(time.Hour, t.Until.Sub(from))
		all = append(all, stretch{long, t.value(meets, from.Add(long/2))})
	}
	return all
}

// value is the figure at a time after meets, at least the limit.
func (t Trend) value(meets, at time.Time) float64 {
	way := meets.Sub(t.At)
	if way <= 0 || t.Value >= t.Limit {
		return t.Limit
	}
	return t.Limit + (t.Limit-t.Value)*at.Sub(meets).Seconds()/way.Seconds()
}
