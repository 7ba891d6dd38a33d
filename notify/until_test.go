package notify

import (
	"errors"
	"testing"
	"time"
)

func TestASnoozeLastsAsLongAsItSays(t *testing.T) {
	zone := kyiv(t)
	at := func(month time.Month, day, hour, minute int) time.Time {
		return time.Date(2026, month, day, hour, minute, 0, 0, zone)
	}
	for _, c := range []struct {
		text string
		now  time.Time
		want time.Time
	}{
		{"30m", at(11, 3, 3, 0), at(11, 3, 3, 30)},
		{" 2h ", at(11, 3, 23, 0), at(11, 4, 1, 0)},
		{"168h", at(11, 3, 3, 0), at(11, 10, 3, 0)},
		{"09:00", at(11, 3, 3, 0), at(11, 3, 9, 0)},
		{"09:00", at(11, 3, 9, 0), at(11, 4, 9, 0)},
		{"9:00", at(11, 30, 14, 0), at(12, 1, 9, 0)},
		{"09:00", at(12, 31, 23, 59), time.Date(2027, 1, 1, 9, 0, 0, 0, zone)},
		// Kyiv puts its clocks forward on 29 March and back on 25 October.
		{"09:00", at(3, 28, 22, 0), at(3, 29, 9, 0)},
		{"09:00", at(10, 24, 22, 0), at(10, 25, 9, 0)},
		{"2h", at(3, 29, 2, 0), at(3, 29, 5, 0)},
		{"03:30", at(3, 28, 22, 0), at(3, 29, 4, 30)}, // a time that this day does not have
	} {
		got, err := SnoozeUntil(c.text, c.now)
		if err != nil || !got.Equal(c.want) {
			t.Errorf("%q at %v lasts until %v, %v, want %v", c.text, c.now, got, err, c.want)
		}
	}
	if night, _ := SnoozeUntil("09:00", at(3, 28, 22, 0)); night.Sub(at(3, 28, 22, 0)) != 10*time.Hour {
		t.Errorf("the night that clocks go forward has %v until 9", night.Sub(at(3, 28, 22, 0)))
	}
	for _, text := range []string{"", "0", "2", "tomorrow", "-2h", "0s", "59s", "169h", "25:00", "9", "09:00:00", "2h\x00"} {
		if got, err := SnoozeUntil(text, at(11, 3, 3, 0)); !errors.Is(err, ErrNoTime) {
			t.Errorf("%q lasts until %v, %v", text, got, err)
		}
	}
}

func FuzzASnoozeEndsWithinAWeek(f *testing.F) {
	for _, text := range []string{"30m", "2h", "09:00", "23:59", "1e9h", "9999999999h"} {
		f.Add(text, int64(1_793_000_000))
	}
	zone := kyiv(f)
	f.Fuzz(func(t *testing.T, text string, unix int64) {
		now := time.Unix(unix%(1<<33), 0)
		until, err := SnoozeUntil(text, now.In(zone))
		if err == nil && (!until.After(now) || until.Sub(now) > 7*24*time.Hour) {
			t.Errorf("%q at %v lasts until %v", text, now, until)
		}
	})
}

func FuzzAButtonsValueIsReadAsItWasWritten(f *testing.F) {
	f.Add("inc-42/30m", int64(42))
	f.Add("inc-", int64(1))
	f.Fuzz(func(t *testing.T, text string, n int64) {
		if number, _, ok := idOf(text); ok && number <= 0 {
			t.Errorf("%q is incident %d", text, number)
		}
		number, rest, ok := idOf(value(n) + "/" + text)
		if ok != (n > 0) || ok && (number != n || rest != text) {
			t.Errorf("%d with %q is read as %d with %q, %t", n, text, number, rest, ok)
		}
	})
}

func FuzzWhatIsTypedMeansAnIncidentOrNothing(f *testing.F) {
	for _, text := range []string{"status", "ack 42", "ack inc-42", "ACK #42", "snooze 42 2h", "snooze inc-42/2h", "ack inc-inc-4", ""} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		switch got := readTyped(text); got.verb {
		case "ack", "snooze":
			if got.number <= 0 || (got.until != "") != (got.verb == "snooze") {
				t.Errorf("%q is %+v", text, got)
			}
		case "status", "help":
			if got.number != 0 || got.until != "" {
				t.Errorf("%q is %+v", text, got)
			}
		default:
			t.Errorf("%q is %+v", text, got)
		}
	})
}
