package predict

import "math"

// Line is the least-squares straight line through points, written around a
// time of its own: Level is its value there, so that a forecast from now
// never subtracts two large numbers.
type Line struct {
	Origin  float64 // the time at which Level holds
	Level   float64
	Slope   float64 // per second
	N       int     // points
	SD      float64 // residual standard deviation, N-2 degrees of freedom
	R2      float64 // share of the variance explained; NaN for a constant series
	center  float64 // mean of the times, relative to Origin
	spreadX float64 // sum of squared deviations of the times
}

// FitLine fits y = Level + Slope*(x - origin) by ordinary least squares
// (Draper & Smith 1998, ch. 1):
//
//	Slope = sum (x-mx)(y-my) / sum (x-mx)^2,  Level = my + Slope*(origin - mx)
//
// Sums are compensated and centred, as in PromQL's predict_linear. It reports
// false for fewer than two points, for points at one single time, and for
// values that are not finite. A constant series has slope exactly 0.
func FitLine(x, y []float64, origin float64) (Line, bool) {
	if len(x) != len(y) || len(x) < 2 {
		return Line{}, false
	}
	mx, my := meanFrom(x, origin), meanFrom(y, y[0])
	var sxx, sxy, syy kahan
	for i := range x {
		dx, dy := x[i]-origin-mx, y[i]-y[0]-my
		sxx.add(dx * dx)
		sxy.add(dx * dy)
		syy.add(dy * dy)
	}
	l := Line{Origin: origin, N: len(x), center: mx, spreadX: sxx.value()}
	l.Slope = sxy.value() / l.spreadX
	l.Level = y[0] + (my - l.Slope*mx)
	if l.spreadX == 0 || !finite(l.Slope) || !finite(l.Level) {
		return Line{}, false
	}
	var rss kahan
	for i := range x {
		r := y[i] - l.At(x[i])
		rss.add(r * r)
	}
	l.SD = math.Sqrt(rss.value() / max(1, float64(l.N-2)))
	l.R2 = 1 - rss.value()/syy.value()
	return l, true
}

// At is the fitted value at time x.
func (l Line) At(x float64) float64 { return l.Level + l.Slope*(x-l.Origin) }

// SlopeSE is the standard error of the slope, SD / sqrt(sum (x-mx)^2).
func (l Line) SlopeSE() float64 { return l.SD / math.Sqrt(l.spreadX) }

// PredictionSD is the standard deviation of a new observation at time x about
// the fitted line (Draper & Smith 1998, eq. 3.1.5):
//
//	SD * sqrt(1 + 1/N + (x-mx)^2 / sum (x-mx)^2)
//
// Times Student's t with N-2 degrees of freedom it is half the prediction
// interval.
func (l Line) PredictionSD(x float64) float64 {
	d := x - l.Origin - l.center
	return l.SD * math.Sqrt(1+1/float64(l.N)+d*d/l.spreadX)
}

// meanFrom is the mean of values less origin: exact for values that lie close
// together and far from zero, as times do.
func meanFrom(values []float64, origin float64) float64 {
	var s kahan
	for _, v := range values {
		s.add(v - origin)
	}
	return s.value() / float64(len(values))
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
