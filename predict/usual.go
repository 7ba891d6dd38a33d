package predict

import (
	"fmt"
	"math"
	"slices"
)

// What a crossing that comes every day asks for.
const (
	maxWent    = 32         // crossings remembered
	sameTime   = 3600.0     // how far from its time of day one may lie
	usualDays  = 5          // days of the same kind that are looked at
	usualShare = 0.75       // of them must have gone across
	usualReach = 6 * 3600.0 // how far ahead it is told: what comes every day is no news the day before
	leastSpan  = 900.0      // deviation of its time that is assumed at least
)

// crossings are the times at which the series went across, lastingly or not.
type crossings struct {
	times  []float64 // end of the bin in which its figure went across, oldest first
	across float64   // when a bin last closed across
}

// see notes whether the series was across when a bin closed. Back for less
// than an hour is the same crossing.
func (c *crossings) see(end float64, across bool) {
	if !across {
		return
	}
	if len(c.times) == 0 || end-c.across > sameTime {
		if len(c.times) == maxWent {
			c.times = slices.Delete(c.times, 0, 1)
		}
		c.times = append(roomFor(c.times, maxWent), end)
	}
	c.across = end
}

// usual finds the next time of day at which the series goes across on most
// days of this kind, working days or weekends.
func (v view) usual() (best habit, found bool) {
	for _, t := range v.went.times {
		h, ok := v.habit(v.season.nextSame(t, v.end))
		if ok && (!found || h.at < best.at) {
			best, found = h, true
		}
	}
	return best, found
}

// habit is what the days before say of one time of day.
type habit struct {
	meeting
	days, of int // on how many of how many it went across then
}

func (h habit) String() string {
	return fmt.Sprintf("as on %d of the last %d days of this kind", h.days, h.of)
}

// habit looks whether the series went across about at on most days before.
func (v view) habit(at float64) (habit, bool) {
	var h habit
	var late []float64
	for d := 1; d <= maxDays && h.of < usualDays; d++ {
		same := v.season.daysBefore(at, d)
		if !v.season.sameKind(same, at) || !v.season.knows(same) {
			continue
		}
		h.of++
		if i := v.went.near(same); i >= 0 {
			late = append(late, v.went.times[i]-same)
		}
	}
	h.days = len(late)
	if h.days < 2 || float64(h.days) < usualShare*float64(h.of) {
		return habit{}, false
	}
	mid := medianOf(late)
	for i := range late {
		late[i] -= mid
	}
	wide := 1.28 * max(leastSpan, 1.5*rootMeanSquare(late)) / v.bins.width
	h.at = (at + mid - v.end) / v.bins.width
	h.lo, h.hi = max(0.5, h.at-wide), h.at+wide
	return h, h.at >= nearest && h.at <= min(reachShare*v.horizon, usualReach/v.bins.width)
}

// near is the index of a crossing within an hour of at; -1 for none.
func (c *crossings) near(at float64) int {
	return slices.IndexFunc(c.times, func(t float64) bool { return math.Abs(t-at) <= sameTime })
}

// nextSame is the next time after now that has t's local time of day.
func (s *season) nextSame(t, now float64) float64 {
	next := t + day*math.Ceil((now-t)/day)
	return next + s.offset(t) - s.offset(next)
}

// daysBefore is the same local time of day, some days before at.
func (s *season) daysBefore(at float64, days int) float64 {
	then := at - float64(days)*day
	return then + s.offset(at) - s.offset(then)
}

// sameKind reports whether two times are both on working days or both on a
// weekend.
func (s *season) sameKind(a, b float64) bool {
	local := func(t float64) int64 { return int64(math.Floor((t + s.offset(t)) / day)) }
	return isWeekend(local(a)) == isWeekend(local(b))
}

// knows reports whether the series was seen about at.
func (s *season) knows(at float64) bool {
	slot, size := int64(math.Floor(at/s.width)), int64(len(s.ring))
	if size == 0 || slot >= s.open || slot < s.open-size {
		return false
	}
	return !math.IsNaN(float64(s.ring[((slot%size)+size)%size]))
}
