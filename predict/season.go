package predict

import (
	"math"
	"slices"
	"time"
)

const (
	day          = 86400.0
	maxDays      = 28
	slotsPerDay  = 48
	halfHour     = day / slotsPerDay
	minAgreement = 0.5 // median correlation between days from which on there is a profile
)

// season keeps half-hour means of the last four weeks and, once they agree
// from day to day, the daily profile.
type season struct {
	zone    *time.Location
	width   float64   // seconds per slot: half an hour, more where bins are wider
	ring    []float32 // means by absolute slot; NaN is a gap
	open    int64     // the slot being filled
	sum, n  float64
	began   bool
	pooled  bool      // the values are shares of few failures: days are averaged
	profile []float32 // by slot of the local day, mean 0; nil while there is none
	weekend []float32 // the same of Saturdays and Sundays; nil if they are as other days
	spread  float64   // deviation of a day's slot from the profile
	due     *drawing  // not drawn yet; nil once it is
}

// slotWidth is the narrowest divisor of a day that holds a whole bin: slots
// finer than bins would leave most of them empty and switch the profile off.
func slotWidth(bin float64) float64 {
	for _, w := range []float64{halfHour, 2 * halfHour, 4 * halfHour, 6 * halfHour, 8 * halfHour, 12 * halfHour} {
		if w >= bin {
			return w
		}
	}
	return day
}

func (s *season) perDay() int { return int(day / s.width) }

// add files the value of a bin whose middle is at.
func (s *season) add(at, y float64) {
	slot := int64(math.Floor(at / s.width))
	if s.began && slot > s.open {
		s.flush(slot)
	}
	if !s.began {
		s.began, s.open = true, slot
	}
	s.sum += y
	s.n++
}

// flush closes the open slot, marks a gap up to next, and notes each hour that
// the profile is to be drawn anew.
func (s *season) flush(next int64) {
	size := int64(maxDays * s.perDay())
	if s.ring == nil {
		s.ring = slices.Repeat([]float32{float32(math.NaN())}, int(size))
	}
	at := func(slot int64) *float32 { return &s.ring[((slot%size)+size)%size] }
	*at(s.open) = float32(s.sum / s.n)
	for i := max(s.open+1, next-size); i < next; i++ {
		*at(i) = float32(math.NaN())
	}
	s.open, s.sum, s.n = next, 0, 0
	if s.width > halfHour || next%2 == 0 {
		s.note()
	}
}

// offset is the zone's offset from UTC at a time, in seconds.
func (s *season) offset(at float64) float64 {
	if s.zone == nil || s.zone == time.UTC {
		return 0
	}
	_, o := time.Unix(int64(at), 0).In(s.zone).Zone()
	return float64(o)
}

// at is the profile at a time, interpolated between the middles of its slots;
// 0 while there is none.
func (s *season) at(t float64) float64 {
	if s.profile == nil {
		return 0
	}
	p := (t+s.offset(t))/s.width - 0.5
	slot := math.Floor(p)
	a, b := s.value(int64(slot)), s.value(int64(slot)+1)
	return a + (p-slot)*(b-a)
}

// value is the profile in a slot, counted in local time since 1970.
func (s *season) value(slot int64) float64 {
	n := int64(len(s.profile))
	i := ((slot % n) + n) % n
	if s.weekend != nil && isWeekend((slot-i)/n) {
		return float64(s.weekend[i])
	}
	return float64(s.profile[i])
}

// isWeekend reports whether a day, counted since Thursday, 1 January 1970, is
// a Saturday or a Sunday.
func isWeekend(day int64) bool {
	d := ((day+4)%7 + 7) % 7
	return d == 0 || d == 6
}

// block is 24 hours of slots by local time of day. A slot may be NaN.
type block struct {
	values  []float64
	weekend []bool
}

// localSlot is the slot of local time that holds at.
func (s *season) localSlot(at float64) int64 {
	return int64(math.Floor((at + s.offset(at)) / s.width))
}

// blocks lays the slots out as blocks of 24 hours back from the open slot,
// the newest first.
func (s *season) blocks() []block {
	n, size := int64(s.perDay()), int64(len(s.ring))
	now := s.localSlot((float64(s.open) + 0.5) * s.width)
	out := make([]block, 0, maxDays)
	for i := int64(1); i <= size; i++ {
		v := float64(s.ring[(((s.open-i)%size)+size)%size])
		local := s.localSlot((float64(s.open-i) + 0.5) * s.width)
		back := int((now - 1 - local) / n)
		if math.IsNaN(v) || back < 0 || back >= maxDays {
			continue
		}
		for len(out) <= back {
			out = append(out, block{slices.Repeat([]float64{math.NaN()}, int(n)), make([]bool, n)})
		}
		at := ((local % n) + n) % n
		out[back].values[at] = v
		out[back].weekend[at] = isWeekend((local - at) / n)
	}
	return out
}

// draw takes drift and level from every day and keeps the medians over days
// as the profile, if the days agree.
func (s *season) draw() {
	s.profile, s.weekend = nil, nil
	n := int64(s.perDay())
	first := s.localSlot((float64(s.open)+0.5)*s.width) % n
	origin := int((first + n) % n) // slot of the local day where blocks begin
	var days, full []block
	blocks := s.blocks()
	for i, b := range blocks {
		if covered(b.values) >= 0.8 {
			days = append(days, block{levelled(b.values, origin, driftNear(blocks, i)), b.weekend})
			full = append(full, b)
		}
	}
	if len(days) < 2 || s.agreement(days) < minAgreement {
		return
	}
	if len(days) >= 3 {
		days, full = days[1:], full[1:] // the newest may hold the trend we look for
	}
	s.polish(days)
	s.profile = smoothed(s.middle(days, nil))
	rest := residuals(days, s.profile, s.profile)
	s.drawWeek(full, rootMeanSquare(rest))
	if s.weekend == nil {
		s.spread = deviation(rest)
	}
}

// polish moves each day to the level at which it lies best on the middle of
// all, in the manner of Tukey's median polish (1977): the median of a day that
// knows only two levels, office hours and night, says little.
func (s *season) polish(days []block) {
	for range 2 {
		p := s.middle(days, nil)
		for _, d := range days {
			rest := slices.Clone(d.values)
			for i := range rest {
				rest[i] -= p[i]
			}
			level := medianOf(known(rest))
			for i := range d.values {
				d.values[i] -= level
			}
		}
	}
}

// drawWeek looks whether Saturdays and Sundays have a profile of their own,
// level included: one for each kind of day must leave a fifth less of the
// variance than one for all, about which each day has a level of its own.
func (s *season) drawWeek(days []block, spread float64) {
	if len(days) < 9 {
		return
	}
	level := make([]float64, len(days))
	at := make([]float64, len(days))
	for i, d := range days {
		at[i], level[i] = -float64(i), quantile(known(d.values), 0.5)
	}
	drift, middle := theilSen(at, level)
	straight := make([]block, len(days))
	for i, d := range days {
		straight[i] = block{slices.Clone(d.values), d.weekend}
		for k := range straight[i].values {
			straight[i].values[k] -= middle + drift*at[i]
		}
	}
	work, rest := false, true
	a, b := s.middle(straight, &work), s.middle(straight, &rest)
	if a == nil || b == nil {
		return
	}
	shift := (5*mean(a) + 2*mean(b)) / 7
	workdays, weekend := smoothedFrom(a, shift), smoothedFrom(b, shift)
	left := residuals(straight, workdays, weekend)
	if r := rootMeanSquare(left); r*r < 0.8*spread*spread {
		s.profile, s.weekend, s.spread = workdays, weekend, deviation(left)
	}
}

// known are the values that are not NaN.
func known(values []float64) []float64 {
	return slices.DeleteFunc(slices.Clone(values), math.IsNaN)
}

// residuals are what days differ from their profile, less what all differ by:
// a profile has mean 0, a day has not.
func residuals(days []block, work, weekend []float32) []float64 {
	var out []float64
	for _, d := range days {
		for i, v := range d.values {
			p := work[i]
			if d.weekend[i] {
				p = weekend[i]
			}
			if r := v - float64(p); !math.IsNaN(r) {
				out = append(out, r)
			}
		}
	}
	shift := quantile(out, 0.5)
	for i := range out {
		out[i] -= shift
	}
	return out
}

// deviation is the standard deviation by the median size of residuals, which
// it sorts: one odd day of a week does not move it far.
func deviation(residuals []float64) float64 {
	for i, r := range residuals {
		residuals[i] = math.Abs(r)
	}
	return 1.4826 * medianOf(residuals)
}

// covered is the share of a day's slots that have a value.
func covered(b []float64) float64 {
	n := 0
	for _, v := range b {
		if !math.IsNaN(v) {
			n++
		}
	}
	return float64(n) / float64(len(b))
}

// medianStep is the median change from one day to the next in the same slot:
// the drift per day, which must not pass for a profile.
func medianStep(newer, older []float64) float64 {
	steps := make([]float64, 0, slotsPerDay)
	for i := range newer {
		if d := newer[i] - older[i]; !math.IsNaN(d) {
			steps = append(steps, d)
		}
	}
	return medianOf(steps)
}

// driftNear is the drift per day around block i: the median of three steps
// between days, so that a single jump is none.
func driftNear(blocks []block, i int) float64 {
	var steps []float64
	for k := max(i-1, 0); k <= min(i+1, len(blocks)-2); k++ {
		steps = append(steps, medianStep(blocks[k].values, blocks[k+1].values))
	}
	return medianOf(steps)
}

// levelled is a day without its drift and its median. Blocks begin at slot
// origin of the local day.
func levelled(b []float64, origin int, drift float64) []float64 {
	n := len(b)
	out := make([]float64, n)
	for i := range b {
		since := (i - origin + n) % n
		out[i] = b[i] - drift*float64(since)/float64(n)
	}
	mid := medianOf(known(out))
	for i := range out {
		out[i] -= mid
	}
	return out
}

// agreement is the median correlation between pairs of days. Days of few
// failures each say too little: there it is the correlation between the mean
// of every other day and the mean of the rest.
func (s *season) agreement(days []block) float64 {
	if s.pooled {
		var halves [2][]block
		for i, d := range days {
			halves[i%2] = append(halves[i%2], d)
		}
		return correlation(s.middle(halves[0], nil), s.middle(halves[1], nil))
	}
	var r []float64
	for i := range days {
		for j := range i {
			r = append(r, correlation(days[i].values, days[j].values))
		}
	}
	return medianOf(r)
}

// correlation is Pearson's r over the slots known in both; 0 if either is
// constant.
func correlation(a, b []float64) float64 {
	var n, sa, sb, saa, sbb, sab float64
	for i := range a {
		if math.IsNaN(a[i]) || math.IsNaN(b[i]) {
			continue
		}
		n++
		sa += a[i]
		sb += b[i]
		saa += a[i] * a[i]
		sbb += b[i] * b[i]
		sab += a[i] * b[i]
	}
	va, vb := saa-sa*sa/n, sbb-sb*sb/n
	if !(va > 0) || !(vb > 0) {
		return 0
	}
	return (sab - sa*sb/n) / math.Sqrt(va*vb)
}

// middle is the median over days, slot by slot, or the mean where pooled;
// unknown slots are 0. It looks only at one kind of day if weekend is not
// nil, and is nil itself if a slot of that kind was seen less than twice.
func (s *season) middle(days []block, weekend *bool) []float64 {
	out := make([]float64, s.perDay())
	column := make([]float64, 0, maxDays)
	for i := range out {
		column = column[:0]
		for _, d := range days {
			if !math.IsNaN(d.values[i]) && (weekend == nil || d.weekend[i] == *weekend) {
				column = append(column, d.values[i])
			}
		}
		switch {
		case weekend != nil && len(column) < 2:
			return nil
		case s.pooled && len(column) > 0:
			out[i] = mean(column)
		default:
			out[i] = medianOf(column)
		}
	}
	return out
}

// smoothed is the circular moving mean over five slots, less its own mean.
func smoothed(p []float64) []float32 { return smoothedFrom(p, mean(p)) }

// smoothedFrom is the circular moving mean over five slots, less a level.
func smoothedFrom(p []float64, level float64) []float32 {
	n, reach := len(p), min(2, len(p)/8)
	out := make([]float32, n)
	for i := range p {
		sum := 0.0
		for k := -reach; k <= reach; k++ {
			sum += p[(i+k+n)%n]
		}
		out[i] = float32(sum/float64(2*reach+1) - level)
	}
	return out
}
