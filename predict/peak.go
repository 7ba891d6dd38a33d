package predict

import "math"

// peakSure is how far, in deviations of a day from the profile, the usual
// peak must stand above the limit: at 0.84 it crosses four times in five.
const peakSure = 0.84

// peak finds the next crossing that is usual at its time of day: because most
// days crossed then, or because today's level is high.
// It says on what it rests.
func (v view) peak() (m meeting, detail string, ok bool) {
	if !v.has(usualPeak) {
		return meeting{}, "", false
	}
	if h, ok := v.usual(); ok {
		return h.meeting, h.String(), true
	}
	m, ok = v.highPeak()
	return m, "the usual peak of the day, on today's level", ok
}

// highPeak finds when the usual course of the day, on today's level, meets the
// limit and stays across for as long as the rule asks.
func (v view) highPeak() (meeting, bool) {
	if v.season.profile == nil || v.season.spread <= 0 {
		return meeting{}, false
	}
	level, lag := v.levelNow()
	need := v.limit() - level - lag
	m := v.meetsUsual(need)
	sure := need + peakSure*v.season.spread
	if m.at > reachShare*v.horizon || m.at < nearest || v.lasts(sure) < max(v.rule.Sustain/v.bins.width, 1) {
		return meeting{}, false
	}
	own := math.Exp(1.28 * unknown)
	m.lo = max(0.5, min(v.meetsUsual(need-1.28*v.season.spread).at, m.at/own))
	m.hi = min(max(v.meetsUsual(need+1.28*v.season.spread).at, m.at*own), 2.5*m.at)
	return m, true
}

// levelNow is the median level of the last quarter of a horizon without its
// profile, and what the rule's figure differs from it by.
func (v view) levelNow() (level, lag float64) {
	k := min(max(int(v.horizon/4), 8), len(v.points))
	levels, lags := make([]float64, 0, k), make([]float64, 0, k)
	for i := len(v.points) - k; i < len(v.points); i++ {
		levels = append(levels, v.points[i].y)
		if d := float64(v.bins.recent[i].held - v.bins.recent[i].y); !math.IsNaN(d) {
			lags = append(lags, d)
		}
	}
	return medianOf(levels), medianOf(lags)
}

// meetsUsual is when the profile alone first reaches need.
func (v view) meetsUsual(need float64) meeting {
	for x := 0.0; x <= 1.5*v.horizon; x++ {
		if v.season.at(v.end+x*v.bins.width) >= need {
			return meeting{at: x}
		}
	}
	return meeting{at: math.Inf(1)}
}

// lasts is for how many bins within the horizon the profile is at or above
// need.
func (v view) lasts(need float64) float64 {
	n := 0.0
	for x := 0.0; x <= v.horizon; x++ {
		if v.season.at(v.end+x*v.bins.width) >= need {
			n++
		}
	}
	return n
}
