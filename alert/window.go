package alert

import (
	"strings"
	"time"
)

// Window is a maintenance window: silent by plan. It comes once, from From
// until Until, or, if From is zero, on each of Days at At and lasts For.
type Window struct {
	Name        string
	From, Until time.Time

	Days Days
	At   Clock // by a clock in Zone
	For  time.Duration
	Zone *time.Location // nil is UTC
}

// Days are days of the week; the zero Days are all of them.
type Days uint8

// And is d with one day more.
func (d Days) And(day time.Weekday) Days { return d | 1<<day }

func (d Days) has(day time.Weekday) bool { return d == 0 || d&(1<<day) != 0 }

// String is the days as the configuration writes them, Monday first.
func (d Days) String() string {
	if d == 0 || d == 1<<7-1 {
		return "every day"
	}
	var names []string
	for i := range 7 {
		if day := time.Weekday((i + 1) % 7); d.has(day) {
			names = append(names, day.String()[:3])
		}
	}
	return strings.Join(names, ", ")
}

// Covers reports whether any of the time from from to until, both included,
// lies in the window: a run that ends in it was run in it.
func (w Window) Covers(from, until time.Time) bool {
	begins, ends, comes := w.Next(from)
	return comes && !begins.After(until) && ends.After(from)
}

// Next is the stretch of the window that t lies in, or else the next one;
// comes is false if there is none any more.
func (w Window) Next(t time.Time) (from, until time.Time, comes bool) {
	if !w.From.IsZero() {
		return w.From, w.Until, w.Until.After(t)
	}
	const day = 24 * time.Hour
	for n := -int(w.For/day) - 1; n <= 8; n++ {
		from = w.At.on(t, n, w.Zone)
		if until = from.Add(w.For); w.Days.has(from.Weekday()) && until.After(t) {
			return from, until, true
		}
	}
	return time.Time{}, time.Time{}, false
}

// Covering is the first of windows that covers the time from from to until.
func Covering(windows []Window, from, until time.Time) (w Window, found bool) {
	for _, w := range windows {
		if w.Covers(from, until) {
			return w, true
		}
	}
	return Window{}, false
}

// Coming is the stretch of windows that now lies in, or the one that comes
// next, and whose it is; found is false if none comes.
func Coming(windows []Window, now time.Time) (w Window, from, until time.Time, found bool) {
	for _, one := range windows {
		begins, ends, comes := one.Next(now)
		if comes && (!found || begins.Before(from)) {
			w, from, until, found = one, begins, ends, true
		}
	}
	return w, from, until, found
}
