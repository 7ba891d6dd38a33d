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

	varLevel, varSlope, cov float64 // of level and slope, autocorrelation included
	rss                     float64
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
//	slope = Suy/Suu, level = my - slope*mu,
//	var(slope) = s2/Suu, var(level) = s2 (1/n + mu^2/Suu), cov = -s2 mu/Suu
func fitTrend(points []point, from, onset int, stepped bool) trend {
	t := trend{points: points, from: from, onset: onset, stepped: stepped}
	span, o := t.span(), -t.age()
	var n, mu, my float64
	for _, p := range span {
		n++
		mu += max(p.x, o)
		my += p.y
	}
	mu, my = mu/n, my/n
	var suu, suy float64
	for _, p := range span {
		du := max(p.x, o) - mu
		suu += du * du
		suy += du * (p.y - my)
	}
	t.slope = suy / suu
	t.level = my - t.slope*mu
	if stepped {
		t.before = meanY(points[from:onset])
	}
	t.varSlope, t.varLevel, t.cov = 1/suu, 1/n+mu*mu/suu, -mu/suu
	return t
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

// apply scales the unit covariances to the noise.
func (t *trend) apply(n noise) {
	t.noise = n
	v := n.variance * n.inflation()
	t.varLevel *= v
	t.varSlope *= v
	t.cov *= v
}

// significance is the slope in standard errors.
func (t *trend) significance() float64 {
	if t.varSlope <= 0 {
		return math.Inf(1)
	}
	return t.slope / math.Sqrt(t.varSlope)
}

// curve is a trend with a bend: y = c0 + c1 h + c2 h^2, h bins since onset.
type curve struct {
	c0, c1, c2 float64
	z          float64 // c2 in standard errors
	age        float64
}

// bend fits a quadratic from the onset on, by the normal equations in h/age,
// which keeps them well conditioned.
func (t *trend) bend() (curve, bool) {
	age, o := t.age(), -t.age()
	var s [5]float64
	var r [3]float64
	for _, p := range t.span() {
		h := max(p.x-o, 0) / age
		w := 1.0
		for k := range s {
			s[k] += w
			if k < 3 {
				r[k] += w * p.y
			}
			w *= h
		}
	}
	inv, ok := invert3(s)
	if !ok {
		return curve{}, false
	}
	var c [3]float64
	for i := range c {
		for j := range r {
			c[i] += inv[i][j] * r[j]
		}
	}
	se := math.Sqrt(inv[2][2] * t.noise.variance * t.noise.inflation())
	return curve{c0: c[0], c1: c[1] / age, c2: c[2] / age / age, z: c[2] / se, age: age}, se > 0
}

// at is the value x bins from now.
func (c curve) at(x float64) float64 {
	h := max(x+c.age, 0)
	return c.c0 + h*(c.c1+h*c.c2)
}

// invert3 inverts the symmetric matrix m[i][j] = s[i+j] by its cofactors.
func invert3(s [5]float64) (inv [3][3]float64, ok bool) {
	a, b, c, d, e := s[0], s[1], s[2], s[3], s[4]
	m := [3][3]float64{
		{c*e - d*d, c*d - b*e, b*d - c*c},
		{c*d - b*e, a*e - c*c, b*c - a*d},
		{b*d - c*c, b*c - a*d, a*c - b*b},
	}
	det := a*m[0][0] + b*m[0][1] + c*m[0][2]
	if !(math.Abs(det) > 1e-9*math.Abs(a*c*e)) {
		return inv, false
	}
	for i := range m {
		for j := range m {
			inv[i][j] = m[i][j] / det
		}
	}
	return inv, true
}
