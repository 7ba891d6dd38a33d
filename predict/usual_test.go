package predict

import (
	"math"
	"strings"
	"testing"
	"time"
)

// rush is a series in a zone that is across its limit of 1 s from 14:00 for
// forty minutes on the days that have one.
func rush(zone *time.Location, busy func(time.Time) bool) func(at float64) float64 {
	return func(at float64) float64 {
		local := time.Unix(int64(at), 0).In(zone)
		since := local.Sub(time.Date(local.Year(), local.Month(), local.Day(), 14, 0, 0, 0, zone))
		if busy(local) && since >= 0 && since < 40*time.Minute {
			return 1.5
		}
		return 0.2 + 0.02*math.Sin(at/500)
	}
}

// watched observes the series each minute for so many days and gives the
// forecast at each hour of the last of them.
func watched(zone *time.Location, from time.Time, days int, value func(float64) float64) map[int]Forecast {
	tr := NewTracker(Rule{Stat: Median, Window: 600, MinSamples: 3, Limit: 1, Ahead: 8 * 3600, Sustain: 300, Interval: 60, Zone: zone})
	last := from.AddDate(0, 0, days-1)
	said := map[int]Forecast{}
	for at := from; at.Before(from.AddDate(0, 0, days)); at = at.Add(time.Minute) {
		s := float64(at.Unix())
		tr.Observe(Sample{At: s, Value: value(s)})
		if !at.Before(last) && at.In(zone).Minute() == 30 {
			said[at.In(zone).Hour()] = tr.Forecast(s)
		}
	}
	return said
}

func TestForeseesTheCrossingThatComesEveryDay(t *testing.T) {
	kyiv, err := time.LoadLocation("Europe/Kyiv")
	if err != nil {
		t.Fatal(err)
	}
	for _, from := range []time.Time{
		time.Date(2026, 3, 26, 0, 0, 0, 0, kyiv),  // Thursday; the clock goes forward on Sunday
		time.Date(2026, 10, 22, 0, 0, 0, 0, kyiv), // and back on Sunday
		time.Date(2026, 6, 1, 0, 0, 0, 0, kyiv),
	} {
		said := watched(kyiv, from, 5, rush(kyiv, func(d time.Time) bool { return d.Weekday() != time.Saturday && d.Weekday() != time.Sunday }))
		f := said[9]
		crossing := time.Date(from.Year(), from.Month(), from.Day()+4, 14, 0, 0, 0, kyiv)
		if !f.Crosses() || f.Cause != Peak {
			t.Errorf("from %s: at 9:30 of the last day: %q, want a peak", from.Format(time.DateOnly), f.Silence)
			continue
		}
		if off := f.Crossing.Expected - float64(crossing.Unix()); math.Abs(off) > 900 || !(f.Crossing.Earliest < f.Crossing.Expected && f.Crossing.Expected < f.Crossing.Latest) {
			t.Errorf("from %s: expected %.0f s off, in %+v", from.Format(time.DateOnly), off, f.Crossing)
		}
		if !strings.Contains(f.Detail, "of the last") {
			t.Errorf("detail is %q", f.Detail)
		}
		if early := said[5]; early.Crosses() {
			t.Errorf("told at 5:30, more than %v h ahead", usualReach/3600)
		}
		if after := said[15]; after.Crosses() {
			t.Errorf("told again at 15:30, when it is over: %+v", after)
		}
	}
}

func TestDoesNotForeseeACrossingThatIsNotUsual(t *testing.T) {
	utc := time.UTC
	from := time.Date(2026, 6, 1, 0, 0, 0, 0, utc) // a Monday
	only := func(days ...int) func(time.Time) bool {
		return func(d time.Time) bool {
			for _, n := range days {
				if d.Day() == n {
					return true
				}
			}
			return false
		}
	}
	for name, c := range map[string]struct {
		days int
		busy func(time.Time) bool
	}{
		"once":                            {4, only(1)},
		"on half of the days":             {5, only(1, 3)},
		"not lately":                      {6, only(1, 2)},
		"on working days, and now Sunday": {7, func(d time.Time) bool { return d.Weekday() != time.Saturday && d.Weekday() != time.Sunday }},
	} {
		for hour, f := range watched(utc, from, c.days, rush(utc, c.busy)) {
			if hour < 14 && f.Crosses() {
				t.Errorf("%s: told at %d:30: %+v %s", name, hour, f.Crossing, f.Detail)
			}
		}
	}
}
