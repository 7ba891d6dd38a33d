package predict

import (
	"math"
	"slices"
)

// Settled is a forecast whose crossing came.
type Settled struct {
	Made     float64  // unix seconds
	Crossing Crossing // as it was told
	Came     float64  // unix seconds of the actual crossing
	Widened  float64  // the factor its interval had been stretched by; 0 counts as 1
}

const (
	coverage   = 0.8  // of every interval
	credence   = 20.0 // settled forecasts at which the record weighs as much as the method
	leastWiden = 0.5
	mostWiden  = 3.0
)

// Widen is the factor for [Tracker.Calibrate] that the record of settled
// forecasts, pooled over rules, asks for: more than 1 if too few crossings
// came within their intervals, less if too many did. It is 1 without a record.
//
// Each forecast is scored by how far off it was in units of its own half
// width before it was stretched, both on the logarithm of the time left, so
// that a factor does not undo the one before; the conformal quantile of
// rank ceil((n+1) 0.8) of the scores makes the next interval hold with 80 %
// (Vovk et al. 2005; Lei et al. 2018, eq. 3, with normalised residuals). With
// few of them it is drawn towards 1, and it stays within [0.5, 3].
func Widen(settled []Settled) float64 {
	var scores []float64
	for _, s := range settled {
		if score := s.score(); finite(score) {
			scores = append(scores, score)
		}
	}
	if len(scores) == 0 {
		return 1
	}
	slices.Sort(scores)
	n := float64(len(scores))
	rank := min(math.Ceil((n+1)*coverage), n)
	q := math.Log(max(scores[int(rank)-1], 0.01))
	return min(max(math.Exp(q*n/(n+credence)), leastWiden), mostWiden)
}

// score is the error of a settled forecast in half widths of its interval, as
// it was before it was stretched; NaN if it cannot be told.
func (s Settled) score() float64 {
	if s.Widened > 0 {
		return s.Widened * s.told()
	}
	return s.told()
}

// told is the score against the interval as it was told.
func (s Settled) told() float64 {
	left := func(at float64) float64 { return math.Log(at - s.Made) }
	e := left(s.Came) - left(s.Crossing.Expected)
	if e > 0 {
		return e / (left(s.Crossing.Latest) - left(s.Crossing.Expected))
	}
	return e / (left(s.Crossing.Earliest) - left(s.Crossing.Expected))
}

// widened is the crossing with its interval stretched by a factor on the
// logarithm of the time left since made.
func (c Crossing) widened(made, factor float64) Crossing {
	left := c.Expected - made
	stretch := func(at float64) float64 { return made + left*math.Pow(max(at-made, 1e-3*left)/left, factor) }
	c.Earliest, c.Latest = stretch(c.Earliest), stretch(c.Latest)
	return c
}
