package predict

import (
	"math"
	"slices"
)

// maxWindow bounds the samples kept for the rule's statistic. A window that
// holds more forgets its oldest.
const maxWindow = 512

// window holds the samples of the trailing window, in order of time.
type window struct {
	span    float64
	samples []reading
}

// reading is a sample in the rule's own scale.
type reading struct {
	at    float64
	value float32 // in units of the limit; the share that failed, of a count
	total float32 // of a count
}

// add keeps r and forgets what has left the window.
func (w *window) add(r reading) {
	i := len(w.samples)
	for i > 0 && w.samples[i-1].at > r.at {
		i--
	}
	w.samples = slices.Insert(roomFor(w.samples, maxWindow+1), i, r)
	newest := w.samples[len(w.samples)-1].at
	gone := max(0, len(w.samples)-maxWindow)
	for gone < len(w.samples) && w.samples[gone].at <= newest-w.span {
		gone++
	}
	w.samples = slices.Delete(w.samples, 0, gone)
}

// roomFor makes room for one more element, doubling the capacity but never
// beyond most.
func roomFor[T any](s []T, most int) []T {
	if len(s) < cap(s) || cap(s) >= most {
		return s
	}
	return append(make([]T, 0, min(max(8, 2*cap(s)), most)), s...)
}

// stat is the rule's figure over (now-span, now]; NaN while it is undefined.
func (w *window) stat(s Stat, now float64, minSamples int) float64 {
	var held [maxWindow]float64
	values := held[:0]
	var bad, total float64
	for _, r := range w.samples {
		if r.at <= now-w.span || r.at > now {
			continue
		}
		values = append(values, float64(r.value))
		bad += float64(r.value) * float64(r.total)
		total += float64(r.total)
	}
	switch {
	case len(values) < max(1, minSamples):
		return math.NaN()
	case s == Ratio && total > 0:
		return bad / total
	case s == Ratio:
		return math.NaN()
	case s == Mean:
		return mean(values)
	}
	// Equal samples in another order must give the same figure.
	slices.Sort(values)
	return nearestRank(values, s.quantile())
}

// quantile is the share of samples that lie at or below a quantile statistic.
func (s Stat) quantile() float64 {
	switch s {
	case P90:
		return 0.90
	case P95:
		return 0.95
	}
	return 0.50
}

// nearestRank is the smallest of the sorted values that has at least the
// share q of them at or below it (Hyndman & Fan 1996, type 1).
func nearestRank(sorted []float64, q float64) float64 {
	i := int(math.Ceil(q*float64(len(sorted)))) - 1
	return sorted[min(max(i, 0), len(sorted)-1)]
}
