package predict

import (
	"cmp"
	"math"
	"slices"
)

// shape is one way a rise may go on: its course since the onset, 0 there and
// 1 at the present, and the weight we give it before we look. One of the four
// is set.
type shape struct {
	power  float64 // grows with (time since onset)^power
	growth float64 // grows as exp(growth * time/age)
	full   float64 // grows as a queue that is full at so many ages, more than 1
	decay  float64 // slows down as 1 - exp(-decay * time/age)
	weight float64
}

// shapes are the courses weighed against each other: straight, speeding up
// and slowing down, about as much of the one as of the other. Straight has the
// most because it is the middle of them.
//
// The wait in a queue is 1/(capacity - load) (M/M/1: Kleinrock 1975, section
// 3.2), so while the load grows evenly from any level it has risen by
// h/(full-h) after h ages, but for a factor.
func shapes() [11]shape {
	return [...]shape{
		{power: 1, weight: 0.60},
		{power: 1.5, weight: 0.08},
		{growth: 1.5, weight: 0.06},
		{growth: 4, weight: 0.06},
		{full: 1.6, weight: 0.05},
		{full: 2.5, weight: 0.05},
		{full: 4, weight: 0.05},
		{power: 0.7, weight: 0.10},
		{power: 0.5, weight: 0.06},
		{decay: 1, weight: 0.08},
		{decay: 3, weight: 0.08},
	}
}

// course is how far a rise of the shape has come after h ages: 1 at h = 1. It
// is finite even where a queue is full.
func (s shape) course(h float64) float64 {
	switch {
	case h <= 0:
		return 0
	case s.decay > 0:
		return math.Expm1(-h*s.decay) / math.Expm1(-s.decay)
	case s.growth > 0:
		return math.Expm1(h*s.growth) / math.Expm1(s.growth)
	case s.full > 0:
		return h * (s.full - 1) / max(s.full-h, 1e-9)
	case s.power == 1:
		return h
	}
	return math.Pow(h, s.power)
}

// inverse is the h at which course reaches g; infinite if never.
func (s shape) inverse(g float64) float64 {
	switch {
	case g <= 0:
		return 0
	case s.decay > 0:
		u := -g * math.Expm1(-s.decay)
		if u >= 1 {
			return math.Inf(1)
		}
		return -math.Log1p(-u) / s.decay
	case s.growth > 0:
		return math.Log1p(g*math.Expm1(s.growth)) / s.growth
	case s.full > 0:
		return g * s.full / (s.full - 1 + g)
	}
	return math.Pow(g, 1/s.power)
}

// path is one fitted course: y = base + gain*course((x+age)/age).
type path struct {
	shape      shape
	age        float64
	base, gain float64
	meanG      float64 // centre of the regression: base moves with gain about it
	meanY      float64
	sdGain     float64 // in units of the noise's deviation
	rss        float64
}

func (p path) at(x float64) float64 { return p.base + p.gain*p.shape.course((x+p.age)/p.age) }

// tilted is the path whose gain is k standard errors off.
func (p path) tilted(k, sd float64) path {
	p.gain += k * p.sdGain * sd
	p.base = p.meanY - p.gain*p.meanG
	return p
}

// fitPath fits one shape that began age bins ago to points by weighed simple
// regression on its course. It reports false if they do not rise along it.
func fitPath(points []weighed, s shape, age float64) (path, bool) {
	var n, sg, sgg, sgy, sy, syy float64
	for _, p := range points {
		g := s.course((p.x + age) / age)
		n += p.n
		sg += p.n * g
		sgg += p.n * g * g
		sgy += p.n * g * p.y
		sy += p.n * p.y
		syy += p.n * p.y * p.y
	}
	mg, my := sg/n, sy/n
	d, c := sgg-sg*mg, sgy-sg*my
	if !(d > 1e-9) || !(c > 0) {
		return path{}, false
	}
	out := path{shape: s, age: age, gain: c / d, meanG: mg, meanY: my, sdGain: 1 / math.Sqrt(d)}
	out.base = my - out.gain*mg
	out.rss = max(0, syy-sy*my-c*c/d)
	return out, true
}

// outcome is one time at which the limit may be met and its probability.
type outcome struct{ at, weight float64 }

// outlook is the distribution of the time of the crossing.
type outlook []outcome

// quantile is the time by which the crossing has come with probability q;
// infinite if it may never come.
func (o outlook) quantile(q float64) float64 {
	sum := 0.0
	for _, c := range o {
		if sum += c.weight; sum >= q {
			return c.at
		}
	}
	return math.Inf(1)
}

// within is the outlook given that the crossing comes until then.
func (o outlook) within(then float64) outlook {
	p := o.by(then)
	var out outlook
	for _, c := range o {
		if c.at <= then {
			out = append(out, outcome{c.at, c.weight / p})
		}
	}
	return out
}

// by is the probability of a crossing until then.
func (o outlook) by(then float64) float64 {
	sum := 0.0
	for _, c := range o {
		if c.at <= then {
			sum += c.weight
		}
	}
	return sum
}

// ages are the onsets tried, as shares of the age of the best hinge: a rise
// that speeds up began before its hinge, one that slows down after.
func ages() [7]float64 { return [...]float64{0.7, 0.85, 1, 1.2, 1.5, 1.9, longestAge} }

// longestAge is the last of ages.
const longestAge = 2.5

// weigh fits every shape from every onset, weighs them by how well they fit,
//
//	weight ~ prior exp(-(RSS - least RSS) / (2 variance))
//
// (Bayesian model averaging, Hoeting et al. 1999, with the noise known), and
// collects when each, with its gain at the nodes of a three-point
// Gauss-Hermite rule, meets the limit.
func (v view) weigh(tr trend, o offset, need float64) outlook {
	variance := tr.noise.variance * tr.noise.inflation()
	points := tr.condensed()
	var fitted []path
	least := math.Inf(1)
	try := func(s shape, age float64) {
		if p, ok := fitPath(points, s, age); ok {
			fitted = append(fitted, p)
			least = min(least, p.rss)
		}
	}
	for _, s := range shapes() {
		if s.power != 1 && !v.has(manyShapes) {
			continue
		}
		if tr.stepped {
			try(s, tr.age())
			continue
		}
		for _, share := range ages() {
			if age := share * tr.age(); age < -tr.points[tr.from].x {
				try(s, age)
			}
		}
	}
	var out outlook
	sd, total := math.Sqrt(variance), 0.0
	for _, p := range fitted {
		w := p.shape.weight * math.Exp(-(p.rss-least)/(2*variance))
		if !(w > 1e-3) {
			continue
		}
		for _, node := range [...]outcome{{0, 2.0 / 3}, {-math.Sqrt(3), 1.0 / 6}, {math.Sqrt(3), 1.0 / 6}} {
			out = append(out, outcome{v.meetsPath(p.tilted(node.at, sd), o, need), w * node.weight})
			total += w * node.weight
		}
	}
	for i := range out {
		out[i].weight /= total
	}
	slices.SortStableFunc(out, func(a, b outcome) int { return cmp.Compare(a.at, b.at) })
	return out
}

// condensed is the span of a trend in at most about a hundred weighed points:
// what lies before the earliest onset tried is one, which loses nothing, and
// the rest merges neighbours if it is long.
func (t *trend) condensed() []weighed {
	const most = 96
	span, flat := t.span(), 0
	for flat < len(span) && span[flat].x < -longestAge*t.age() {
		flat++
	}
	out := make([]weighed, 0, most+1)
	if flat > 0 {
		out = append(out, merged(span[:flat]))
	}
	span = span[flat:]
	each := (len(span) + most - 1) / most
	for len(span) > 0 {
		k := min(each, len(span))
		out, span = append(out, merged(span[:k])), span[k:]
	}
	return out
}

// merged is the middle of points.
func merged(points []point) weighed {
	w := weighed{n: float64(len(points))}
	for _, p := range points {
		w.x += p.x / w.n
		w.y += p.y / w.n
	}
	return w
}

// weighed is the middle of n points.
type weighed struct{ x, y, n float64 }

// meetsPath is when a path meets need: in closed form without a profile.
func (v view) meetsPath(p path, o offset, need float64) float64 {
	if p.gain <= 0 {
		return math.Inf(1)
	}
	if v.season.profile != nil {
		return v.meets(p.at, o, need)
	}
	level := (need - o.add) / o.times
	return max(0, p.age*p.shape.inverse((level-p.base)/p.gain)-p.age)
}
