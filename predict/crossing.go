package predict

import "math"

// meeting is when the forecast meets the limit, in bins from now.
type meeting struct{ lo, at, hi float64 }

// offset is what the rule's figure differs from the trend by: the lag of its
// window, the tail of a quantile.
type offset struct {
	add, times float64
	sd         float64 // of the figure about the trend so offset
}

// offset measures the difference over the bins since the onset, at least ten
// and at most sixty. A tail grows with its level, so p90 and p95 differ by a
// factor.
func (v view) offset(tr trend) offset {
	k := min(max(len(v.points)-tr.onset, 10), 60, len(v.points))
	var held, rest [60]float64
	diffs, out := held[:0], offset{times: 1}
	tail := v.rule.Stat == P90 || v.rule.Stat == P95
	from := len(v.points) - k
	for i := from; i < len(v.points); i++ {
		p, b := v.points[i], v.bins.recent[i]
		base := tr.at(p.x) + float64(b.y) - p.y
		switch d := float64(b.held); {
		case math.IsNaN(d):
		case tail && base > 0:
			diffs = append(diffs, d/base)
		default:
			diffs = append(diffs, d-base)
		}
	}
	mid := medianOf(diffs)
	if tail && mid > 0 {
		out.times = mid
	} else {
		out.add = mid
	}
	errs := rest[:0]
	for i := from; i < len(v.points); i++ {
		p, b := v.points[i], v.bins.recent[i]
		if d := float64(b.held); !math.IsNaN(d) {
			errs = append(errs, d-out.apply(tr.at(p.x)+float64(b.y)-p.y))
		}
	}
	out.sd = rootMeanSquare(errs)
	return out
}

func (o offset) apply(level float64) float64 { return level*o.times + o.add }

func rootMeanSquare(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v * v
	}
	return math.Sqrt(sum / max(1, float64(len(values))))
}

// cross finds when the trend meets the limit and whether that is worth
// telling.
func (v view) cross(tr trend) (meeting, Silence) {
	v.ahead = v.usualAhead()
	o := v.offset(tr)
	need := v.limit() - v.early(tr, o)
	out := v.weigh(tr, o, need)
	at, limit := out.quantile(0.5), reachShare*v.horizon
	switch {
	case at > limit && v.meets(tr.at, o, need) <= limit:
		return meeting{}, Receding
	case at > limit:
		return meeting{}, FarAway
	case at < nearest:
		return meeting{}, Step
	case out.by(1.25*v.horizon) < sure:
		return meeting{}, Noise
	}
	if r := v.gates(tr, o, need, at); r != None {
		return meeting{}, r
	}
	return v.interval(tr, o, out.within(1.5*v.horizon)), None
}

// early is how far noise crosses before the mean does: the largest of m
// independent values lies about sqrt(2 ln m) deviations out (Leadbetter et
// al. 1983), m being the number the figure takes while the trend crosses one
// deviation.
func (v view) early(tr trend, o offset) float64 {
	lasting := max(v.rule.Window, v.rule.Sustain) / v.bins.width
	m := o.sd / (tr.slope * o.times * max(lasting, 1))
	if m <= 1.2 || !v.has(firstPassage) {
		return 0
	}
	return firstPart * o.sd * math.Sqrt(2*math.Log(m))
}

// meets is the first time, in bins from now, at which path, with the profile
// and the offset, reaches need; infinite if not within one and a half horizons.
func (v view) meets(path func(x float64) float64, o offset, need float64) float64 {
	before := 0.0
	for i, usual := range v.ahead {
		x := float64(i)
		after := o.apply(path(x)+usual) - need
		if after >= 0 {
			return max(0, x-after/(after-before))
		}
		before = after
	}
	return math.Inf(1)
}

// usualAhead is the profile of the coming one and a half horizons, bin by bin.
func (v view) usualAhead() []float64 {
	out := make([]float64, int(1.5*v.horizon)+1)
	for i := range out {
		out[i] = v.season.at(v.end + float64(i)*v.bins.width)
	}
	return out
}

// gates are the reasons not to believe a crossing at a time.
func (v view) gates(tr trend, o offset, need, at float64) Silence {
	learning := v.season.profile == nil && v.history() < learnSpan
	slow := tr
	slow.slope -= 1.28 * math.Sqrt(tr.varSlope)
	switch {
	case learning && (tr.age() > min(learnAge*v.horizon, learnOldest/v.bins.width) || at*v.bins.width > learnReach):
		return Unfamiliar
	case v.isNew(tr) && at > tr.age():
		return Learning
	case v.meets(slow.at, o, need) > 1.25*v.horizon:
		return Noise
	case v.rule.Stat == Ratio && v.errorsSince(tr) < leastErrors:
		return TooFew
	case !v.novel(tr):
		return Ordinary
	}
	return None
}

// isNew reports whether a rise has only begun in a series of which we do not
// know a whole day yet. What has lasted so long goes on for as long again in
// every second case, if nothing else is known of it (Gott 1993).
func (v view) isNew(tr trend) bool {
	return v.history() < day && tr.age() < learnBrief*v.horizon && v.has(firstDay)
}

// errorsSince counts the failures since the onset.
func (v view) errorsSince(tr trend) float64 {
	bad := 0.0
	for _, b := range v.bins.recent[tr.onset:] {
		bad += float64(b.y * b.total)
	}
	return bad
}

// interval is the median and the central 80 % of the outlook, widened by the
// noise of the figure, the width of a bin, and what the shapes do not know, and
// then weighed against what was to be expected.
func (v view) interval(tr trend, o offset, out outlook) meeting {
	at := max(nearest, out.quantile(0.5))
	s := tr.slope * o.times
	own := (o.sd*o.sd/4/(s*s)+1)/(at*at) + unknown*unknown
	wide := func(q float64) float64 {
		d := math.Log(max(out.quantile(q), 0.5) / at)
		return math.Sqrt(d*d + 1.28*1.28*own)
	}
	return v.expected(at, wide(0.1), min(wide(0.9), 1.2))
}

// expected weighs a time with its half widths, on the logarithm, against what
// was known before: a crossing that is foreseen comes at any time until one and
// a quarter horizons, and the logarithm of such a time has the mean ln(1.25
// horizons) - 1 and the variance 1. Both are taken as normal, so the means are
// weighed by the inverses of the variances, and the variances come together
// (Gelman et al. 2013, section 2.5). Without it the nearest forecasts fall
// short and the farthest go too far, as the extremes of estimates do.
func (v view) expected(at, early, late float64) meeting {
	if !v.has(usualTime) {
		return meeting{lo: at * math.Exp(-early), at: at, hi: at * math.Exp(late)}
	}
	sd := (early + late) / (2 * 1.28)
	own := 1 / (1 + sd*sd)
	before := math.Log(1.25*v.horizon) - 1
	at = math.Exp(own*math.Log(at) + (1-own)*before)
	k := math.Sqrt(own)
	return meeting{lo: at * math.Exp(-k*early), at: at, hi: at * math.Exp(k*late)}
}
