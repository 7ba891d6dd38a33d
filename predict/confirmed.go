package predict

import "slices"

// Confirmed reports whether the figure is beyond the limit now and need not be
// seen there again: as many samples in a row are beyond it by themselves, or
// the figure will be for as many runs if those to come are as usual. Figures of
// overlapping windows are the same samples seen again, so little is learnt from
// waiting for them; a test may stop as soon as its outcome is certain
// (curtailed sampling: Wald 1947, ch. 5).
func (t *Tracker) Confirmed(runs int) bool {
	return t.beyond(t.figure(t.last)) && (t.inARow(runs) || t.stays(runs-1))
}

// inARow reports whether each of the newest samples is beyond the limit. A
// sample of a share is too few runs to say.
func (t *Tracker) inARow(runs int) bool {
	all := t.window.samples
	if t.rule.Stat == Ratio || len(all) < runs {
		return false
	}
	for _, r := range all[len(all)-runs:] {
		if !t.beyond(t.sign * float64(r.value)) {
			return false
		}
	}
	return true
}

// stays reports whether the figure is beyond the limit at each of the next
// runs if they are as usual.
func (t *Tracker) stays(runs int) bool {
	if len(t.bins.recent) == 0 {
		return false
	}
	next := t.ordinary()
	w := window{span: t.window.span, samples: slices.Clone(t.window.samples)}
	for range runs {
		next.at += max(t.rule.Interval, 0)
		w.add(next)
		if !t.beyond(t.sign * w.stat(t.rule.Stat, next.at, t.rule.MinSamples)) {
			return false
		}
	}
	return true
}

// ordinary is the newest sample with the value of the middle bin of the last
// three horizons.
func (t *Tracker) ordinary() reading {
	levels := make([]float64, 0, maxBins)
	for _, b := range t.bins.recent {
		levels = append(levels, float64(b.y))
	}
	out := t.window.samples[len(t.window.samples)-1]
	out.value = float32(t.sign * medianOf(levels))
	return out
}
