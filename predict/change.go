package predict

// point is one bin as the fits see it: x in bins before the present (the
// present is 0, all x are negative), y with the daily profile taken away.
type point struct{ x, y float64 }

// moments are the sums over points from one index to the last, by which any
// straight line through them costs the same small number of operations.
type moments struct{ n, x, xx, y, xy, yy float64 }

// suffixes fills sums so that sums[i] holds the moments of points[i:].
func suffixes(points []point, sums *[maxBins + 1]moments) {
	n := len(points)
	sums[n] = moments{}
	for i := n - 1; i >= 0; i-- {
		p, s := points[i], sums[i+1]
		sums[i] = moments{s.n + 1, s.x + p.x, s.xx + p.x*p.x, s.y + p.y, s.xy + p.x*p.y, s.yy + p.y*p.y}
	}
}

// The least number of bins on either side of a change.
const (
	minAfter  = 4
	minBefore = 3
)

// change is the moment a series changed within one lookback, by three
// accounts of it. Explained sums of squares are over those of a constant.
type change struct {
	from      int     // index of the lookback's first point
	total     float64 // sum of squares about the mean
	hinge     int     // onset of the best "level, then a rise"
	hingeSS   float64 // what it explains
	step      int     // onset of the best "level, then another level"
	stepSS    float64
	stepped   int // onset of the best "level, then a rise from another level"
	steppedSS float64
}

// findChange tries every onset within points[from:].
//
//	hinge      y = a + s max(0, x-o)
//	step       y = a + d [x>o]
//	step+slope y = a before o, b + s x after it
//
// Each is least squares for a fixed onset, in closed form from the moments
// (Quandt 1958: the best onset is the one with the smallest sum of squares).
// Only rises count: the caller has turned the series so that the limit is up.
func findChange(points []point, sums *[maxBins + 1]moments, from int) change {
	all := sums[from]
	my := all.y / all.n
	c := change{from: from, total: all.yy - all.y*my, hinge: -1, step: -1, stepped: -1}
	for j := from; j <= len(points)-minAfter; j++ {
		s, o := sums[j], points[j].x-1
		h := s.x - o*s.n
		hh := s.xx - 2*o*s.x + o*o*s.n
		cov := s.xy - o*s.y - h*my
		if d := hh - h*h/all.n; cov > 0 && d > 0 && cov*cov > c.hingeSS*d {
			c.hinge, c.hingeSS = j, cov*cov/d
		}
		if j < from+minBefore {
			continue
		}
		lift := s.y - s.n*my
		step := lift * lift * all.n / (s.n * (all.n - s.n))
		if step > c.stepSS {
			c.step, c.stepSS = j, step
		}
		xx, xy := s.xx-s.x*s.x/s.n, s.xy-s.x*s.y/s.n
		if ss := step + xy*xy/xx; xy > 0 && ss > c.steppedSS {
			c.stepped, c.steppedSS = j, ss
		}
	}
	return c
}
