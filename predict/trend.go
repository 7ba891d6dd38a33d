package predict

import "math"

// trend is a rise that began at some moment and the noise around it. Times
// are in bins, the present is 0; values are in units of the limit.
type trend struct {
	points  []point
	from    int     // first point of the lookback
	onset   int     // first risen point
	stepped bool    // it rose from another level than the one before
	before  float64 // level before the onset, if stepped
	level   float64 // of the line now
	slope   float64 // per bin
	noise   noise

	varSlope float64 // of the slope, autocorrelation included
	rss      float64 // of the whole lookback
}

// age is how long ago the trend began, in bins.
func (t *trend) age() float64 { return 1 - t.points[t.onset].x }

// at is the fitted value at x.
func (t *trend) at(x float64) float64 {
	o := -t.age()
	if x < o && t.stepped {
		return t.before
	}
	return t.level + t.slope*max(x, o)
}

// span is the points that the slope was fitted to: a hinge uses the level
// before its onset, a step with a slope does not.
func (t *trend) span() []point {
	if t.stepped {
		return t.points[t.onset:]
	}
	return t.points[t.from:]
}

// fitTrend fits the line from one onset on. A hinge is the simple regression
// of y on u = max(x, onset), so with the present at 0 its intercept is the
// level now:
//
//	var(slope) = s2/Suu
//
// The variance is left in units of s2 until the noise is known. It reports
// false if there is nothing to fit.
func fitTrend(points []point, from, onset int, stepped bool) (trend, bool) {
	t := trend{points: points, from: from, onset: onset, stepped: stepped}
	if stepped {
		t.before = meanY(points[from:onset])
	}
	var heldU, heldY [maxBins]float64
	u, y := heldU[:0], heldY[:0]
	for _, p := range t.span() {
		u = append(u, max(p.x, -t.age()))
		y = append(y, p.y)
	}
	l, ok := fitLine(u, y, 0)
	t.level, t.slope, t.varSlope = l.level, l.slope, 1/l.spreadX
	return t, ok
}

// meanY is the mean of the values of points.
func meanY(points []point) float64 {
	sum := 0.0
	for _, p := range points {
		sum += p.y
	}
	return sum / float64(len(points))
}

// measureNoise takes variance and autocorrelation of the residuals: the
// larger of the variances of the whole lookback and of the rise alone.
func (t *trend) measureNoise() {
	var held [maxBins]float64
	residuals := held[:0]
	whole, after := 0.0, 0.0
	for i, p := range t.points[t.from:] {
		r := p.y - t.at(p.x)
		residuals = append(residuals, r)
		whole += r * r
		if t.from+i >= t.onset {
			after += r * r
		}
	}
	t.rss = whole
	n, k := float64(len(residuals)), float64(len(t.points)-t.onset)
	t.noise = noise{
		variance: max(whole/max(1, n-3), after/max(1, k-1)),
		phi:      autocorrelation(t.points[t.from:], residuals),
	}
}

// apply scales the unit variance of the slope to the noise.
func (t *trend) apply(n noise) {
	t.noise = n
	t.varSlope *= n.variance * n.inflation()
}

// significance is the slope in standard errors.
func (t *trend) significance() float64 {
	if t.varSlope <= 0 {
		return math.Inf(1)
	}
	return t.slope / math.Sqrt(t.varSlope)
}
