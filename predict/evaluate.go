package predict

import (
	"fmt"
	"math"
)

// What a warning asks for.
const (
	significant = 5.0  // standard errors: we look at hundreds of onsets, thousands of times
	reachShare  = 0.95 // of the horizon: a forecast near its end is as likely to fall outside
	nearest     = 2.0  // bins: nearer than this it is too late to be called a forecast
	sure        = 0.75 // probability of a crossing within 1.25 horizons
	novel       = 1.5  // times the rises that the series' own past knows
	leastBins   = 30   // of history: fewer do not tell a rise from slow noise
	leastFit    = 16   // of a lookback
	leastErrors = 5.0
	pureStep    = 14.0 // drop of the sum of squares, in variances, from which a step is part of the rise
	unknown     = 0.10 // deviation of the time left that no shape accounts for
	firstPart   = 0.6  // of how far the largest of independent figures lies out: they are not independent
)

// What a warning asks for until a daily profile can be known: what takes
// longer may be the first morning, and so may what has only begun.
const (
	learnSpan   = 48 * 3600.0
	learnReach  = 4 * 3600.0 // how far we look
	learnAge    = 1.5        // horizons: how old a rise may be
	learnOldest = 9 * 3600.0 // and at most: a day may climb that long
	learnBrief  = 0.15       // horizons: younger rises are new, in the first day
)

// view is one look at the series: the points of the last three horizons with
// the profile taken away, and what the rule needs to judge them, all in bins
// and units of the limit.
type view struct {
	*Tracker
	end     float64 // unix seconds of the present
	horizon float64 // bins
	points  []point
	ahead   []float64 // the profile of the coming bins
}

// evaluate forecasts at the close of a bin.
func (t *Tracker) evaluate(end float64) Forecast {
	f := Forecast{At: end, Stat: math.NaN()}
	f.Stat = t.sign * t.figure(t.last) * t.scale
	v := view{Tracker: t, end: end, horizon: t.rule.Ahead / t.bins.width}
	var held [maxBins]point
	v.points = held[:0]
	for _, b := range t.bins.recent {
		mid := (float64(b.index) + 0.5) * t.bins.width
		v.points = append(v.points, point{x: (mid - end) / t.bins.width, y: float64(b.y) - t.season.at(mid)})
	}
	switch {
	case math.IsNaN(float64(t.bins.recent[len(t.bins.recent)-1].held)):
		f.Silence = NoData
	case t.isAcross():
		f.Silence = IsAcross
	case len(v.points) < leastBins:
		f.Silence = Learning
		f.Detail = share(float64(len(v.points))*t.bins.width, leastBins*t.bins.width)
	default:
		v.forecast(&f)
	}
	return f
}

// forecast finds a crossing by the trend, or else by the usual peak of the
// day, or the reason for silence.
func (v view) forecast(f *Forecast) {
	m, reason := v.byTrend(f)
	if reason != None {
		peak, detail, ok := v.peak()
		if !ok {
			f.Silence = reason
			return
		}
		m, f.Cause, f.Detail = peak, Peak, detail
	}
	b := v.bins.width
	f.Crossing = Crossing{Earliest: v.end + m.lo*b, Expected: v.end + m.at*b, Latest: v.end + m.hi*b}
}

// byTrend finds the trend and when it meets the limit.
func (v view) byTrend(f *Forecast) (meeting, Silence) {
	tr, reason := v.findTrend()
	if reason != None {
		return meeting{}, reason
	}
	f.Level = v.sign * (tr.level + v.season.at(v.end)) * v.scale
	f.Slope = v.sign * tr.slope * v.scale / v.bins.width
	if z := v.significance(tr); z < significant {
		f.Detail = fmt.Sprintf("the rise is %.1f times its own uncertainty, %.0f are needed", z, significant)
		return meeting{}, Noise
	}
	f.Since = v.end - tr.age()*v.bins.width
	m, reason := v.cross(tr)
	switch reason {
	case Unfamiliar:
		f.Detail = share(v.history(), learnSpan)
	case Learning:
		f.Detail = share(v.history(), day)
	case TooFew:
		f.Detail = fmt.Sprintf("%.0f of %.0f failures since it began", v.errorsSince(tr), leastErrors)
	}
	return m, reason
}

// lookbacks are the spans a trend is looked for in, in horizons.
func lookbacks() [4]float64 { return [...]float64{0.25, 0.5, 1, 3} }

// findTrend looks for a rise in each lookback and takes the longest one whose
// residual variance is within 1.6 times the smallest.
func (v view) findTrend() (trend, Silence) {
	var sums [maxBins + 1]moments
	suffixes(v.points, &sums)
	var fits [4]trend
	var steps [4]bool
	count, least := 0, math.Inf(1)
	seen := -1
	var longest noise
	for _, share := range lookbacks() {
		from := len(v.points)
		for from > 0 && v.points[from-1].x > -share*v.horizon {
			from--
		}
		if len(v.points)-from < leastFit || from == seen {
			continue
		}
		seen = from
		tr, step, ok := v.fit(findChange(v.points, &sums, from))
		if !ok {
			continue
		}
		fits[count], steps[count] = tr, step
		least = min(least, tr.noise.variance)
		longest = tr.noise
		count++
	}
	for i := count - 1; i >= 0; i-- {
		tr := fits[i]
		if tr.noise.variance > 1.6*least {
			continue
		}
		if steps[i] && v.has(stepTest) {
			return tr, Step
		}
		tr.apply(v.inherit(tr.noise, longest))
		return tr, None
	}
	return trend{}, Flat
}

// inherit keeps a short lookback from thinking itself quieter than the longest
// one has found the series to be: few bins underestimate slow noise.
func (v view) inherit(own, longest noise) noise {
	if v.has(inherited) {
		own.variance = max(own.variance, longest.variance/2)
		own.phi = max(own.phi, min(longest.phi, 0.93))
	}
	if !v.has(correlated) {
		own.phi = 0
	}
	return own
}

// fit chooses among the accounts of one lookback; it reports whether a pure
// step is the better one, and false if nothing rises.
func (v view) fit(c change) (trend, bool, bool) {
	if c.hinge < 0 {
		return trend{}, false, false
	}
	tr, ok := v.measure(c.from, c.hinge, false)
	if !ok {
		return trend{}, false, false
	}
	unit := tr.noise.variance * tr.noise.inflation()
	if c.stepSS > c.hingeSS {
		unit = min(unit, v.stepUnit(c))
	}
	if c.stepped >= 0 && c.steppedSS-c.hingeSS > pureStep*unit {
		if after, ok := v.measure(c.from, c.stepped, true); ok {
			tr, unit = after, min(unit, after.noise.variance*after.noise.inflation())
		}
	}
	margin := 3.0
	if tr.age() > 20 {
		margin = -6
	}
	best := c.total - tr.rss
	return tr, c.step >= 0 && c.stepSS > best-margin*unit, true
}

// measure fits a trend and takes its noise.
func (v view) measure(from, onset int, stepped bool) (trend, bool) {
	tr, ok := fitTrend(v.points, from, onset, stepped)
	if ok {
		tr.measureNoise()
		v.floorNoise(&tr)
	}
	return tr, ok
}

// stepUnit is the variance of the noise about a pure step, autocorrelation
// included: what sums of squares are compared in where the step fits best.
func (v view) stepUnit(c change) float64 {
	flat := trend{points: v.points, from: c.from, onset: c.step, stepped: true}
	flat.before = meanY(v.points[c.from:c.step])
	flat.level = meanY(v.points[c.step:])
	flat.measureNoise()
	v.floorNoise(&flat)
	return flat.noise.variance * flat.noise.inflation()
}

// significance is how sure it is that the series rises, in standard errors.
// Where errors are few the standard error overstates the doubt: ten after
// hours without any are 3.2 of it, and yet no accident. There the square root
// of the likelihood ratio against a constant rate is taken if it is larger
// (Wilks 1938).
func (v view) significance(tr trend) float64 {
	z := tr.significance()
	if v.rule.Stat != Ratio || z < 2 || z > significant || !v.has(fewErrors) {
		return z
	}
	return max(z, math.Sqrt(2*max(0, v.likelihoodGain(tr))/tr.noise.inflation()))
}

// likelihoodGain is the log-likelihood of the trend less that of a constant
// rate, failures being Poisson.
func (v view) likelihoodGain(tr trend) float64 {
	var bad, total, gain float64
	for _, b := range v.bins.recent[tr.from:] {
		bad += float64(b.y * b.total)
		total += float64(b.total)
	}
	rate := bad / total
	for i, b := range v.bins.recent[tr.from:] {
		fit := max(tr.at(tr.points[tr.from+i].x), rate/100)
		gain += float64(b.y*b.total)*math.Log(fit/rate) - (fit-rate)*float64(b.total)
	}
	return gain
}

// floorNoise holds the variance of a share above that of a coin: p(1-p)/n at
// the rate since the onset.
func (v view) floorNoise(tr *trend) {
	if v.rule.Stat != Ratio {
		return
	}
	var bad, total, k float64
	for _, b := range v.bins.recent[tr.onset:] {
		bad += float64(b.y * b.total)
		total += float64(b.total)
		k++
	}
	if total > 0 {
		p := bad / total
		tr.noise.variance = max(tr.noise.variance, p*(1-p)*k/total)
	}
}
