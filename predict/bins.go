package predict

import (
	"math"
	"slices"
)

// The sizes of what a Tracker remembers. Three horizons hold at most 360 bins,
// since a bin is at least a 120th of the horizon.
const (
	binsPerHorizon = 120
	maxBins        = 3 * binsPerHorizon
	maxPast        = 3072 // bins kept coarsely, to know what is ordinary
)

// bin is one closed bin: the middle of its samples, in units of the limit.
type bin struct {
	index int64   // at covers [index*width, (index+1)*width)
	y     float32 // geometric mean of the samples, or the share that failed
	held  float32 // what the rule's figure lastingly exceeded when the bin closed; NaN while undefined
	total float32 // runs behind a share; 0 for other signals
}

// bins is the series on an absolute grid of time, so that a tracker fed the
// same samples again holds the same bins. A gap has no bin.
type bins struct {
	width  float64   // seconds
	recent []bin     // of the last three horizons, oldest first
	past   []float32 // y of the last maxPast bins, oldest first; NaN is a gap
	newest int64     // index of the newest closed bin, the last of both
	open   openBin

	side    int     // +1, -1: the newest bin lies out on that side; 0: it does not
	clipped bool    // and was pulled back,
	spike   float32 // from this value
}

// openBin gathers the samples of a bin that has not ended.
type openBin struct {
	index     int64
	n         float64
	logs, sum kahan // of the sizes; of the values
	positive  bool  // all values so far were above zero
	bad       float64
	total     float64
}

// binWidth is the resolution for a horizon and an interval of sampling: a
// 120th of the horizon, rounded up to whole intervals.
func binWidth(ahead, interval float64) float64 {
	if interval <= 0 {
		return ahead / binsPerHorizon
	}
	return math.Ceil(max(ahead/binsPerHorizon, interval)/interval-1e-9) * interval
}

// add puts a value into the open bin.
func (b *bins) add(index int64, value, bad, total float64) {
	o := &b.open
	if o.n == 0 {
		*o = openBin{index: index, positive: true}
	}
	o.n++
	o.sum.add(value)
	o.positive = o.positive && value > 0
	if o.positive {
		o.logs.add(math.Log(value))
	}
	o.bad += bad
	o.total += total
}

// middle is the robust centre of the open bin: a geometric mean where all
// values are positive, since latency varies by factors.
func (o openBin) middle() float64 {
	switch {
	case o.total > 0:
		return o.bad / o.total
	case o.positive:
		return math.Exp(o.logs.value() / o.n)
	}
	return o.sum.value() / o.n
}

// close ends the open bin. sign is -1 where falling is what hurts; held is
// the level that the rule's figure has held.
func (b *bins) close(sign, held float64, clip bool) bin {
	o := b.open
	b.open = openBin{}
	c := bin{index: o.index, y: float32(sign * o.middle()), held: float32(held), total: float32(o.total)}
	if o.total == 0 && clip {
		b.clip(&c)
	}
	b.remember(c)
	return c
}

// clip pulls a lone outlier back to the edge of what the last 31 bins show,
// and gives the previous one its own value back if this one is out on the
// same side: two in a row are a change, and clipping a change to a rolling
// median would make a ramp of a step.
func (b *bins) clip(c *bin) {
	const look, reach = 31, 4 / 1.349 // 4 standard deviations, by the quartiles of a normal
	last := b.recent[max(0, len(b.recent)-look):]
	if len(last) < look/2 {
		return
	}
	var held [look]float64
	values := held[:0]
	for _, p := range last {
		values = append(values, float64(p.y))
	}
	slices.Sort(values)
	mid := quantileSorted(values, 0.5)
	wide := reach * (quantileSorted(values, 0.75) - quantileSorted(values, 0.25))
	side := 0
	edge := float64(c.y)
	if edge > mid+wide {
		side, edge = 1, mid+wide
	} else if edge < mid-wide {
		side, edge = -1, mid-wide
	}
	again := side != 0 && side == b.side
	if again && b.clipped {
		last := &b.recent[len(b.recent)-1]
		last.y, b.past[len(b.past)-1] = b.spike, b.spike
	}
	b.side, b.clipped = side, side != 0 && !again
	if b.clipped {
		b.spike, c.y = c.y, float32(edge)
	}
}

// remember files a closed bin and forgets what is too old.
func (b *bins) remember(c bin) {
	if b.past == nil || c.index-b.newest > maxPast {
		b.past, b.newest = b.past[:0], c.index-1
	}
	b.past = slices.Delete(b.past, 0, max(0, len(b.past)+int(c.index-b.newest)-maxPast))
	for range c.index - b.newest - 1 {
		b.past = append(roomFor(b.past, maxPast), float32(math.NaN()))
	}
	b.past = append(roomFor(b.past, maxPast), c.y)
	b.newest = c.index
	b.recent = append(roomFor(b.recent, maxBins+1), c)
	old := 0
	for b.recent[old].index <= c.index-maxBins {
		old++
	}
	b.recent = slices.Delete(b.recent, 0, old)
}

// end is the time of the end of a bin.
func (b *bins) end(index int64) float64 { return float64(index+1) * b.width }
