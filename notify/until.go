package notify

import (
	"errors"
	"strings"
	"time"
)

// ErrNoTime is what [SnoozeUntil] says of words that are no time.
var ErrNoTime = errors.New(`write how long, as 30m or 2h and at most 7 days, or until when, as 09:00`)

// SnoozeUntil reads until when a snooze of now lasts: "2h" from now, or the
// next "09:00" of the clocks of its location.
func SnoozeUntil(text string, now time.Time) (time.Time, error) {
	const longest = 7 * 24 * time.Hour
	text = strings.TrimSpace(text)
	if clock, err := time.Parse("15:04", text); err == nil {
		return next(clock, now), nil
	}
	length, err := time.ParseDuration(text)
	if err != nil || length < time.Minute || length > longest {
		return time.Time{}, ErrNoTime
	}
	return now.Add(length), nil
}

// next is when clocks show the time of day of clock for the next time after
// now. On the day that skips that time, it is when clocks were put forward.
func next(clock, now time.Time) time.Time {
	for day := now.Day(); ; day++ {
		at := time.Date(now.Year(), now.Month(), day, clock.Hour(), clock.Minute(), 0, 0, now.Location())
		if at.After(now) {
			return at
		}
	}
}
