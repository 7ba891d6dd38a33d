package predict

import (
	"fmt"
	"math"
	"time"
)

// Tracker holds what is known of one series: at most 40 kB, and while it is
// learning what [Tracker.Learn] says. The same sequence
// of samples gives the same state and the same forecasts, whenever and however
// often Forecast was asked in between. It is not safe for concurrent use.
type Tracker struct {
	rule    Rule
	scale   float64 // size of the limit: all values are kept in units of it
	sign    float64 // -1 where falling is what hurts
	window  window
	held    held
	bins    bins
	season  season
	went    crossings
	first   float64 // time of the first sample
	last    float64 // time of the newest sample
	seen    bool
	over    int      // samples in a row at which the figure was beyond the limit
	across  float64  // time of the newest sample at which the series was across
	late    int      // samples in a row that were older than all we keep
	made    Forecast // at the close of the newest bin
	widen   float64  // of its interval
	off     parts    // left out, to measure what each is worth
	waiting waiting  // learnt and not taken yet
}

// NewTracker returns a tracker that has seen nothing. A rule without a finite
// limit or without a horizon is never forecast.
func NewTracker(r Rule) *Tracker {
	t := &Tracker{rule: r, scale: math.Abs(r.Limit), sign: 1, across: math.Inf(-1), widen: 1}
	if t.scale == 0 || r.Stat == Ratio { // shares are small enough as they are, and their noise depends on their size
		t.scale = 1
	}
	if r.Below {
		t.sign = -1
	}
	t.window.span, t.held.span = r.Window, r.Sustain
	t.bins.width = binWidth(r.Ahead, r.Interval)
	t.season = season{zone: r.Zone, width: slotWidth(t.bins.width), pooled: r.Stat == Ratio}
	t.made.Silence = NoData
	return t
}

// valid reports whether the rule can be forecast at all.
func (t *Tracker) valid() bool {
	return finite(t.rule.Limit) && finite(t.bins.width) && t.bins.width >= 1e-3 && finite(t.rule.Window)
}

const (
	largest  = 1e9  // values are kept within this many limits
	farthest = 1e11 // and times within this many seconds of 1970
	patience = 5    // samples in a row from before all we keep: the clock was set back
)

// Observe takes one sample. Samples come in order of time; one that is late
// counts in the window, and in its bin while that is open. Values and times
// that are not finite are passed over.
func (t *Tracker) Observe(s Sample) {
	s = s.share(t.scale)
	if !t.valid() || !s.usable() {
		return
	}
	t.recall()
	t.take(s)
}

// take takes a usable sample, and forecasts from the bin that it closes.
func (t *Tracker) take(s Sample) {
	t.resetIfSetBack(s.At)
	t.judge(s.At)
	t.keep(s)
}

// skim takes a usable sample, and leaves unknown what the bin that it closes
// foretold.
func (t *Tracker) skim(s Sample) {
	t.resetIfSetBack(s.At)
	t.closeBin(s.At)
	t.keep(s)
}

// resetIfSetBack forgets all that was seen if the clock was set back far.
func (t *Tracker) resetIfSetBack(at float64) {
	if t.setBack(at) {
		fresh := NewTracker(t.rule)
		fresh.widen, fresh.off, fresh.waiting = t.widen, t.off, t.waiting
		*t = *fresh
	}
}

// keep counts a sample in the window and in its bin.
func (t *Tracker) keep(s Sample) {
	value := min(max(s.Value/t.scale, -largest), largest)
	t.window.add(reading{at: s.At, value: float32(value), total: float32(s.Total)})
	if index := t.bins.indexOf(s.At); t.bins.open.n == 0 && (t.bins.past == nil || index > t.bins.newest) || t.bins.open.n > 0 && index == t.bins.open.index {
		t.bins.add(index, value, s.Bad, s.Total)
	}
	if !t.seen {
		t.first, t.last, t.seen = s.At, s.At, true
	}
	t.last = max(t.last, s.At)
	t.count(s.At)
}

// share is s with the share that failed, of a count, as its value.
func (s Sample) share(scale float64) Sample {
	if s.Total > 0 {
		s.Value = s.Bad / s.Total * scale
	}
	return s
}

// usable reports whether a sample can be counted at all.
func (s Sample) usable() bool {
	return finite(s.Value) && math.Abs(s.At) <= farthest && s.Bad >= 0 && s.Total >= s.Bad && finite(s.Total)
}

// count keeps track of how long the figure has been beyond the limit: one or
// two samples may be noise.
func (t *Tracker) count(at float64) {
	figure := t.figure(at)
	t.held.add(at, figure)
	if !t.beyond(figure) {
		t.over = 0
		return
	}
	t.over++
	if t.isAcross() {
		t.across = max(t.across, at)
	}
}

// isAcross reports whether the figure has been beyond the limit for three
// samples in a row.
func (t *Tracker) isAcross() bool { return t.over >= 3 }

// setBack reports whether the clock was set back so far that nothing we keep
// is of use: several samples in a row lie before all of it.
func (t *Tracker) setBack(at float64) bool {
	if !t.seen || at > t.last-maxBins*t.bins.width {
		t.late = 0
		return false
	}
	t.late++
	return t.late >= patience
}

// figure is the rule's statistic at a time, in units of the limit, turned so
// that the limit is up.
func (t *Tracker) figure(now float64) float64 {
	return t.sign * t.window.stat(t.rule.Stat, now, t.rule.MinSamples)
}

// limit is the limit in the same units.
func (t *Tracker) limit() float64 { return t.sign * t.rule.Limit / t.scale }

func (t *Tracker) beyond(figure float64) bool { return figure > t.limit() }

// judge closes the open bin if now lies beyond it, and forecasts from it.
func (t *Tracker) judge(now float64) {
	end, closed := t.closeBin(now)
	if !closed {
		return
	}
	t.season.catchUp()
	agreed := t.made.Agree
	t.made = t.evaluate(end)
	if t.made.Crosses() {
		t.made.Agree = min(agreed+1, mostAgree)
	}
}

// closeBin closes the open bin if now lies beyond its end.
func (t *Tracker) closeBin(now float64) (end float64, closed bool) {
	o := t.bins.open
	end = t.bins.end(o.index)
	if o.n == 0 || now < end {
		return end, false
	}
	level := t.held.level()
	if !t.has(lasting) {
		level = t.figure(t.last)
	}
	c := t.bins.close(t.sign, level, t.has(clipping))
	t.went.see(end, t.beyond(t.figure(t.last))) // a peak that only touches the limit today may cross tomorrow
	if t.has(profiles) {
		t.season.add(end-t.bins.width/2, float64(c.y))
	}
	return end, true
}

// Forecast says when the series meets the limit, or why it cannot tell, by
// what is known at now, in unix seconds.
func (t *Tracker) Forecast(now float64) Forecast {
	t.recall()
	if !t.valid() || !t.seen || !finite(now) {
		return Forecast{At: now, Stat: math.NaN(), Silence: NoData}
	}
	t.judge(now)
	f := t.made
	if f.Slope != 0 {
		f.Level += f.Slope * (now - f.At)
	}
	f.At = now
	f.Stat = t.sign * t.figure(now) * t.scale
	if r := t.hush(now, f); r != None {
		f.silence(r)
	} else if f.Crosses() {
		f.Crossing = f.Crossing.widened(t.made.At, t.widen)
		f.Crossing.Earliest = max(f.Crossing.Earliest, now)
	}
	return f
}

// hush is the reason to keep still at this very moment, whatever the trend of
// the last bin says.
func (t *Tracker) hush(now float64, f Forecast) Silence {
	switch {
	case now-t.last > max(5*t.rule.Interval, 5*t.bins.width):
		return NoData
	case t.isAcross():
		return IsAcross
	case now-t.across < t.calm():
		return JustBack
	case f.Crosses() && f.Crossing.Expected <= now:
		return NoData
	}
	return None
}

// calm is how long after it was across a series is given to settle: a trend
// of hours or days hovers about the limit before it is through.
func (t *Tracker) calm() float64 {
	return max(min(1800, t.rule.Ahead/8), t.rule.Ahead/16)
}

// silence takes the crossing out of a forecast and says why.
func (f *Forecast) silence(r Silence) {
	if f.Silence != r {
		f.Detail = ""
	}
	f.Silence, f.Crossing, f.Agree = r, Crossing{}, 0
}

// indexOf is the index of the bin that holds a time.
func (b *bins) indexOf(at float64) int64 { return int64(math.Floor(at / b.width)) }

// Calibrate stretches the intervals of all forecasts from now on by a factor,
// as [Widen] finds it; a factor that is not finite and positive counts as 1.
func (t *Tracker) Calibrate(factor float64) {
	if t.widen = factor; !(factor > 0) || !finite(factor) {
		t.widen = 1
	}
}

// history is how long the series has been seen, in seconds.
func (t *Tracker) history() float64 { return t.last - t.first }

// share writes how much there is of what is needed, such as "31 h of 48 h".
func share(have, need float64) string { return short(have) + " of " + short(need) }

// short writes a number of seconds in the largest unit of which there are two.
func short(seconds float64) string {
	d := time.Duration(seconds) * time.Second
	switch {
	case d >= 2*time.Hour:
		return fmt.Sprintf("%d h", d/time.Hour)
	case d >= 2*time.Minute:
		return fmt.Sprintf("%d min", d/time.Minute)
	}
	return fmt.Sprintf("%d s", d/time.Second)
}
