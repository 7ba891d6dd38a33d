package backtest

import (
	"math"
	"slices"
	"time"
)

// Course is how a figure went: the worst of it in each of many columns, which
// are equal parts of the time from Since to Until.
type Course struct {
	Since, Until time.Time
	Worst        []float64 // in the unit of the limit; NaN: nothing was seen
}

func newCourse(since, until time.Time, columns int) Course {
	return Course{Since: since, Until: until, Worst: slices.Repeat([]float64{math.NaN()}, columns)}
}

// Column is the one that a time lies in; -1 is outside.
func (c Course) Column(at time.Time) int {
	share := float64(at.Sub(c.Since)) / float64(c.Until.Sub(c.Since))
	if i := int(share * float64(len(c.Worst))); share >= 0 && share < 1 && i < len(c.Worst) {
		return i
	}
	return -1
}

// add takes in a figure; below means that the smallest is the worst.
func (c Course) add(at time.Time, v float64, below bool) {
	i := c.Column(at)
	if i < 0 || math.IsNaN(v) {
		return
	}
	if old := c.Worst[i]; math.IsNaN(old) || (v < old) == below {
		c.Worst[i] = v
	}
}
