package predict

import (
	"math"
	"slices"
)

// quantile is the q-quantile of values by linear interpolation between order
// statistics: Hyndman & Fan (1996) type 7, the default of R and of NumPy. It
// is NaN for no values; values are not changed.
func quantile(values []float64, q float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	return quantileSorted(sorted, q)
}

// quantileSorted is quantile of values that are sorted already.
func quantileSorted(sorted []float64, q float64) float64 {
	h := min(max(q, 0), 1) * float64(len(sorted)-1)
	i := int(h)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (h-float64(i))*(sorted[i+1]-sorted[i])
}

// medianOf is the median of values, which it sorts in place; 0 for none.
func medianOf(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	return quantileSorted(values, 0.5)
}

// mean is the arithmetic mean, summed with Kahan's correction; NaN for none.
func mean(values []float64) float64 {
	var s kahan
	for _, v := range values {
		s.add(v)
	}
	return s.value() / float64(len(values))
}
