package predict

import "math"

// line is the least-squares straight line through points, written around a
// time of its own: level is its value there, so that a forecast from now
// never subtracts two large numbers.
type line struct {
	origin  float64 // the time at which level holds
	level   float64
	slope   float64 // per second
	spreadX float64 // sum of squared deviations of the times
}

// fitLine fits y = level + slope*(x - origin) by ordinary least squares
// (Draper & Smith 1998, ch. 1):
//
//	slope = sum (x-mx)(y-my) / sum (x-mx)^2,  level = my + slope*(origin - mx)
//
// Sums are compensated and centred, as in PromQL's predict_linear. It reports
// false for fewer than two points, for points at one single time, and for
// values that are not finite. A constant series has slope exactly 0.
func fitLine(x, y []float64, origin float64) (line, bool) {
	if len(x) != len(y) || len(x) < 2 {
		return line{}, false
	}
	mx, my := meanFrom(x, origin), meanFrom(y, y[0])
	var sxx, sxy kahan
	for i := range x {
		dx, dy := x[i]-origin-mx, y[i]-y[0]-my
		sxx.add(dx * dx)
		sxy.add(dx * dy)
	}
	l := line{origin: origin, spreadX: sxx.value()}
	l.slope = sxy.value() / l.spreadX
	l.level = y[0] + (my - l.slope*mx)
	if l.spreadX == 0 || !finite(l.slope) || !finite(l.level) {
		return line{}, false
	}
	return l, true
}

// at is the fitted value at time x.
func (l line) at(x float64) float64 { return l.level + l.slope*(x-l.origin) }

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
