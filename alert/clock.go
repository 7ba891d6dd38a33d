package alert

import (
	"fmt"
	"time"
)

// Clock is a time of the day as a clock on the wall shows it: what has passed
// of a day of 24 hours.
type Clock time.Duration

// ParseClock reads "07:30".
func ParseClock(s string) (c Clock, ok bool) {
	t, err := time.Parse("15:04", s)
	if err != nil || len(s) != len("15:04") {
		return 0, false
	}
	return Clock(time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute), true
}

// String is c as ParseClock reads it.
func (c Clock) String() string {
	return fmt.Sprintf("%02d:%02d", int(time.Duration(c).Hours()), int(time.Duration(c).Minutes())%60)
}

// on is when a clock in zone shows c on a day, which is counted from the day
// of t there: 0 is that day, -1 the one before. Where the clock is set back
// and shows c twice it is the first time; where it is set forward and never
// shows c, it is when it would have.
func (c Clock) on(t time.Time, day int, zone *time.Location) time.Time {
	if zone == nil {
		zone = time.UTC
	}
	year, month, date := t.In(zone).Date()
	shown := time.Date(year, month, date+day, 0, 0, 0, 0, time.UTC).Add(time.Duration(c))
	const aside = 36 * time.Hour // beyond what no zone's clock is moved twice
	early, late := asShown(shown, shown.Add(-aside), zone), asShown(shown, shown.Add(aside), zone)
	if !shows(early, shown) && shows(late, shown) {
		return late
	}
	return early
}

// asShown is when a clock shows what shown says in UTC, if it goes as it did
// in zone at that time.
func asShown(shown, then time.Time, zone *time.Location) time.Time {
	_, offset := then.In(zone).Zone()
	return shown.Add(-time.Duration(offset) * time.Second).In(zone)
}

// shows reports whether the clock at t shows what shown says in UTC.
func shows(t, shown time.Time) bool {
	return t.Format(time.DateTime) == shown.Format(time.DateTime)
}

// Hours are the same hours of each day, as quiet ones. From later than Until
// goes over midnight. The zero Hours are none.
type Hours struct {
	From, Until Clock
	Zone        *time.Location // nil is UTC
}

// End is when the hours that t lies in are over; zero if it lies in none.
func (h Hours) End(t time.Time) time.Time {
	if h.From == h.Until {
		return time.Time{}
	}
	for day := -1; day <= 0; day++ {
		end := day
		if h.Until < h.From {
			end++
		}
		if until := h.Until.on(t, end, h.Zone); !t.Before(h.From.on(t, day, h.Zone)) && t.Before(until) {
			return until
		}
	}
	return time.Time{}
}

// String is h as the configuration writes it: "22:00-07:00".
func (h Hours) String() string { return h.From.String() + "-" + h.Until.String() }
