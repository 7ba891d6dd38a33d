package chart

import (
	"math"
	"time"
)

// stepOf is the least of 1, 2 and 5 times a power of ten that is not under v.
func stepOf(v float64) float64 {
	ten := math.Pow(10, math.Floor(math.Log10(v)))
	for _, step := range []float64{ten, 2 * ten, 5 * ten} {
		if step >= v {
			return step
		}
	}
	return 10 * ten
}

// timesBetween are some five round clock times, in the zone of from.
func timesBetween(from, until time.Time) []time.Time {
	const day = 24 * time.Hour
	step := day
	for _, s := range []time.Duration{time.Second, 5 * time.Second, 15 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute,
		5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, day} {
		if step = s; until.Sub(from) <= 6*s {
			break
		}
	}
	if span := until.Sub(from); span > 6*day {
		step = (span/6/day + 1) * day
	}
	year, month, d := from.Date()
	var all []time.Time
	for t := time.Date(year, month, d, 0, 0, 0, 0, from.Location()); !t.After(until); t = t.Add(step) {
		if !t.Before(from) {
			all = append(all, t)
		}
	}
	return all
}

// nameOf names a round time in a picture of so long a span.
func nameOf(t time.Time, span time.Duration) string {
	switch {
	case span > 4*24*time.Hour:
		return t.Format("2 Jan")
	case span > 20*time.Hour:
		return t.Format("Mon 15:04")
	case span < 6*time.Minute:
		return t.Format("15:04:05")
	}
	return t.Format("15:04")
}
