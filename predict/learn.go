package predict

// mostAgree is how far Forecast.Agree counts: so many bins of the past have to
// be judged to know it, and no more.
const mostAgree = 5

// mostWaiting bounds the samples of one bin that are held. A bin of more, as
// after a clock that was set back, is judged at once.
const mostWaiting = 4096

// waiting are samples that were learnt and not taken yet: those of the newest
// bins, which a forecast may depend on.
type waiting struct {
	groups [][]Sample // each begins with a sample of a newer bin than all before
	newest int64      // bin of the last of them
}

// Learn takes one sample of the past. All forecasts from then on are those
// that [Tracker.Observe] would have led to, at a small part of its cost: of
// what a bin foretold only [Forecast.Agree] is remembered, so bins are judged
// only if mostAgree or fewer were closed after them. Samples of these are held
// until the next Observe or Forecast.
func (t *Tracker) Learn(s Sample) {
	s = s.share(t.scale)
	if !t.valid() || !s.usable() {
		return
	}
	h := &t.waiting
	if index := t.bins.indexOf(s.At); len(h.groups) == 0 || index > h.newest {
		h.groups, h.newest = append(h.groups, nil), index
	}
	last := len(h.groups) - 1
	h.groups[last] = append(h.groups[last], s)
	if len(h.groups[last]) > mostWaiting {
		t.recall()
	} else if last == mostAgree {
		oldest := h.groups[0]
		h.groups = h.groups[1:]
		for _, s := range oldest {
			t.skim(s)
		}
	}
}

// recall takes what is held and judges its bins.
func (t *Tracker) recall() {
	groups := t.waiting.groups
	t.waiting = waiting{}
	for _, group := range groups {
		for _, s := range group {
			t.take(s)
		}
	}
}
