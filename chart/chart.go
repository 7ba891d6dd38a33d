package chart

import (
	"math"
	"time"
)

// Point is a value at a time.
type Point struct {
	At    time.Time
	Value float64
}

// Chart is the course of one figure. Values are in the limit's unit.
type Chart struct {
	Title    string // one line
	Limit    float64
	Runs     []Point   // single runs, in order of time; may be empty
	Course   []Point   // the figure that the limit is on, in order of time
	Now      time.Time // measured before, foretold after
	Forecast *Forecast // nil: nothing was foretold
	Crossed  time.Time // when the limit was crossed; zero if it was not

	Unit      string         // in which values are shown, such as "ms"
	Scale     float64        // of a value to that unit, such as 1000
	LimitText string         // such as "limit 1.5 s"
	Zone      *time.Location // of the clock times; nil is UTC
}

// Forecast is a figure on its way to the limit: straight from where it was
// when that was told, at three speeds. Earliest and Latest bound the central
// 80 % of the crossings.
type Forecast struct {
	From                       Point
	Limit                      float64
	Earliest, Expected, Latest time.Time
}

// farthest is how far beyond the limit a forecast is followed, in distances
// from its start to the limit: nobody knows how it goes on there.
const farthest = 1

// At is the forecast at t, with the ends of its interval; all are the start
// before it. low is the one that is slower on its way, also where falling is
// what hurts.
func (f Forecast) At(t time.Time) (low, middle, high float64) {
	gap := f.Limit - f.From.Value
	at := func(crossing time.Time) float64 {
		needs := math.Max(crossing.Sub(f.From.At).Seconds(), 1)
		way := math.Max(t.Sub(f.From.At).Seconds(), 0) / needs
		return f.From.Value + gap*math.Min(way, 1+farthest)
	}
	return at(f.Latest), at(f.Expected), at(f.Earliest)
}

// At is the figure at t: that of the last point not after it, if that is not
// older than stale.
func (c Chart) At(t time.Time, stale time.Duration) (v float64, ok bool) {
	for i := len(c.Course) - 1; i >= 0; i-- {
		if p := c.Course[i]; !p.At.After(t) {
			return p.Value, t.Sub(p.At) <= stale
		}
	}
	return math.NaN(), false
}

// end is the last moment worth showing: a little after the forecast's latest
// crossing.
func (c Chart) end() time.Time {
	if c.Forecast == nil || !c.Forecast.Latest.After(c.Now) {
		return c.Now
	}
	return c.Forecast.Latest.Add(c.Forecast.Latest.Sub(c.Now) / 12)
}
