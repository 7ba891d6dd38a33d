package predict

import (
	"math"
	"slices"
	"time"
)

const (
	day          = 86400.0
	maxDays      = 14
	slotsPerDay  = 48
	halfHour     = day / slotsPerDay
	minAgreement = 0.5 // median correlation between days from which on there is a profile
)

// season keeps half-hour means of the last two weeks and, once they agree
// from day to day, the daily profile.
type season struct {
	zone    *time.Location
	width   float64   // seconds per slot: half an hour, more where bins are wider
	ring    []float32 // means by absolute slot; NaN is a gap
	open    int64     // the slot being filled
	sum, n  float64
	began   bool
	profile []float32 // by slot of the local day, mean 0; nil while there is none
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

// flush closes the open slot, marks a gap up to next, and draws the profile
// anew each hour.
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
		s.draw()
	}
}

// slotOf is the slot of the local day that holds at, with the share of it
// that has passed.
func (s *season) slotOf(at float64) (int, float64) {
	wall := at + s.offset(at)
	in := (wall - math.Floor(wall/day)*day) / s.width
	i := min(int(in), s.perDay()-1)
	return i, in - float64(i)
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
	i, in := s.slotOf(t)
	n := len(s.profile)
	if in < 0.5 {
		i, in = (i+n-1)%n, in+1
	}
	a, b := float64(s.profile[i]), float64(s.profile[(i+1)%n])
	return a + (in-0.5)*(b-a)
}

// days lays the slots out as blocks of 24 hours back from the open slot, the
// newest first, each by local time of day. A slot may be NaN.
func (s *season) days() [][]float64 {
	n, size := s.perDay(), int64(len(s.ring))
	wallNow := float64(s.open)*s.width + s.offset(float64(s.open)*s.width)
	blocks := make([][]float64, 0, maxDays)
	for i := int64(1); i <= size; i++ {
		slot := s.open - i
		v := float64(s.ring[((slot%size)+size)%size])
		mid := (float64(slot) + 0.5) * s.width
		back := int((wallNow - mid - s.offset(mid)) / day)
		if math.IsNaN(v) || back < 0 || back >= maxDays {
			continue
		}
		for len(blocks) <= back {
			blocks = append(blocks, slices.Repeat([]float64{math.NaN()}, n))
		}
		at, _ := s.slotOf(mid)
		blocks[back][at] = v
	}
	return blocks
}

// draw takes drift and level from every day and keeps the medians over days
// as the profile, if the days agree.
func (s *season) draw() {
	s.profile = nil
	first := float64(s.open) * s.width
	first += s.offset(first)
	origin := int((first - math.Floor(first/day)*day) / s.width) // slot of the local day where blocks begin
	var days [][]float64
	blocks := s.days()
	for i, b := range blocks {
		if covered(b) >= 0.8 {
			drift := 0.0
			if i+1 < len(blocks) {
				drift = medianStep(b, blocks[i+1])
			} else if i > 0 {
				drift = medianStep(blocks[i-1], b)
			}
			days = append(days, levelled(b, origin, drift))
		}
	}
	if len(days) < 2 || agreement(days) < minAgreement {
		return
	}
	if len(days) >= 3 {
		days = days[1:] // the newest may hold the trend we look for
	}
	s.profile = smoothed(medians(days))
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

// levelled is a day without its drift and its median. Blocks begin at slot
// origin of the local day.
func levelled(b []float64, origin int, drift float64) []float64 {
	n := len(b)
	out := make([]float64, n)
	var known []float64
	for i := range b {
		since := (i - origin + n) % n
		out[i] = b[i] - drift*float64(since)/float64(n)
		if !math.IsNaN(out[i]) {
			known = append(known, out[i])
		}
	}
	mid := medianOf(known)
	for i := range out {
		out[i] -= mid
	}
	return out
}

// agreement is the median correlation between pairs of days.
func agreement(days [][]float64) float64 {
	var r []float64
	for i := range days {
		for j := range i {
			r = append(r, correlation(days[i], days[j]))
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

// medians is the median over days, slot by slot; unknown slots are 0.
func medians(days [][]float64) []float64 {
	out := make([]float64, len(days[0]))
	column := make([]float64, 0, maxDays)
	for i := range out {
		column = column[:0]
		for _, d := range days {
			if !math.IsNaN(d[i]) {
				column = append(column, d[i])
			}
		}
		out[i] = medianOf(column)
	}
	return out
}

// smoothed is the circular moving mean over five slots, less its own mean.
func smoothed(p []float64) []float32 {
	n, reach := len(p), min(2, len(p)/8)
	out := make([]float32, n)
	m := mean(p)
	for i := range p {
		sum := 0.0
		for k := -reach; k <= reach; k++ {
			sum += p[(i+k+n)%n]
		}
		out[i] = float32(sum/float64(2*reach+1) - m)
	}
	return out
}
