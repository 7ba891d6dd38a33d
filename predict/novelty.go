package predict

import (
	"math"
	"slices"
)

// novel reports whether the series' own past knows no rise as large and as
// long: it must be at least 1.2 times the 99th percentile of the differences
// over the same time before the onset. With too little past it is.
func (v view) novel(tr trend) bool {
	lag := int(math.Round(tr.age()))
	smooth := max(1, lag/4)
	var sums, counts [maxPast + 1]float64
	last := v.bins.newest - int64(lag)
	for i := range maxPast {
		index := last - maxPast + 1 + int64(i)
		y := math.NaN()
		if index > v.bins.newest-maxPast {
			y = float64(v.bins.past[ringAt(index)])
		}
		sums[i+1], counts[i+1] = sums[i], counts[i]
		if !math.IsNaN(y) {
			sums[i+1] += y - v.season.at((float64(index)+0.5)*v.bins.width)
			counts[i+1]++
		}
	}
	level := func(i int) float64 { return (sums[i] - sums[i-smooth]) / (counts[i] - counts[i-smooth]) }
	var rises []float64
	for i := smooth + lag; i <= maxPast; i++ {
		if d := level(i) - level(i-lag); !math.IsNaN(d) {
			rises = append(rises, d)
		}
	}
	if len(rises) < 2*lag || len(rises) < 30 {
		return true
	}
	slices.Sort(rises)
	return tr.slope*tr.age() >= novel*quantileSorted(rises, 0.99)
}
