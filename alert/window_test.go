package alert

import (
	"testing"
	"time"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func clockAt(t testing.TB, s string) Clock {
	t.Helper()
	c, ok := ParseClock(s)
	if !ok {
		t.Fatalf("%q is no clock time", s)
	}
	return c
}

func utc(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.Parse("2006-01-02 15:04", s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// In 2026 the clocks of Kyiv go forward at 03:00 on 29 March and back at 04:00
// on 25 October, both times at 01:00 UTC. Those of New York go back at 06:00
// UTC on 1 November; Lord Howe's by half an hour.
func TestAClockShowsItsTimeOnBothDaysOnWhichItIsSet(t *testing.T) {
	for _, c := range []struct{ zone, clock, day, want string }{
		{"Europe/Kyiv", "02:30", "2026-03-28 12:00", "2026-03-28 00:30"},
		{"Europe/Kyiv", "02:30", "2026-03-29 12:00", "2026-03-29 00:30"},
		{"Europe/Kyiv", "03:30", "2026-03-29 12:00", "2026-03-29 01:30"}, // never shown: as if not set
		{"Europe/Kyiv", "04:00", "2026-03-29 12:00", "2026-03-29 01:00"},
		{"Europe/Kyiv", "03:30", "2026-03-30 12:00", "2026-03-30 00:30"},
		{"Europe/Kyiv", "02:30", "2026-10-25 12:00", "2026-10-24 23:30"},
		{"Europe/Kyiv", "03:30", "2026-10-25 12:00", "2026-10-25 00:30"}, // shown twice: the first
		{"Europe/Kyiv", "04:00", "2026-10-25 12:00", "2026-10-25 02:00"},
		{"America/New_York", "01:30", "2026-11-01 12:00", "2026-11-01 05:30"},
		{"America/New_York", "23:00", "2026-11-01 12:00", "2026-11-02 04:00"},
		{"Australia/Lord_Howe", "01:45", "2026-04-05 00:00", "2026-04-04 14:45"},
		{"UTC", "00:00", "2026-03-29 12:00", "2026-03-29 00:00"},
	} {
		got := clockAt(t, c.clock).on(utc(t, c.day), 0, zone(t, c.zone)).UTC()
		if want := utc(t, c.want); !got.Equal(want) {
			t.Errorf("%s in %s on the day of %s is %v, want %v", c.clock, c.zone, c.day, got, want)
		}
	}
}

func TestQuietHoursEndInTheMorningAlsoWhenTheClockIsSet(t *testing.T) {
	night := Hours{From: clockAt(t, "22:00"), Until: clockAt(t, "07:00"), Zone: zone(t, "Europe/Kyiv")}
	noon := Hours{From: clockAt(t, "12:00"), Until: clockAt(t, "13:00"), Zone: zone(t, "Europe/Kyiv")}
	for _, c := range []struct {
		hours Hours
		now   string
		want  string // "" is not quiet
	}{
		{night, "2026-03-28 19:59", ""},
		{night, "2026-03-28 20:00", "2026-03-29 04:00"}, // a night of eight hours
		{night, "2026-03-29 03:59", "2026-03-29 04:00"},
		{night, "2026-03-29 04:00", ""},
		{night, "2026-10-24 18:59", ""},
		{night, "2026-10-24 19:00", "2026-10-25 05:00"}, // one of ten
		{night, "2026-10-25 04:59", "2026-10-25 05:00"},
		{night, "2026-10-25 05:00", ""},
		{noon, "2026-06-01 09:00", "2026-06-01 10:00"},
		{noon, "2026-06-01 10:00", ""},
		{Hours{}, "2026-06-01 00:00", ""},
	} {
		var want time.Time
		if c.want != "" {
			want = utc(t, c.want)
		}
		if got := c.hours.End(utc(t, c.now)); !got.Equal(want) {
			t.Errorf("%v at %s ends %v, want %v", c.hours, c.now, got, want)
		}
	}
}

func TestAWindowComesOnItsDaysAndLastsItsTime(t *testing.T) {
	kyiv := zone(t, "Europe/Kyiv")
	sundays := Window{Days: Days(0).And(time.Sunday), At: clockAt(t, "02:00"), For: 3 * time.Hour, Zone: kyiv}
	nightly := Window{At: clockAt(t, "23:00"), For: 2 * time.Hour, Zone: kyiv}
	once := Window{From: utc(t, "2026-06-01 10:00"), Until: utc(t, "2026-06-01 12:00")}
	for _, c := range []struct {
		w                Window
		now, from, until string // "" is never
	}{
		{sundays, "2026-03-23 00:00", "2026-03-29 00:00", "2026-03-29 03:00"}, // 02:00 to 06:00 by the clock
		{sundays, "2026-03-29 02:59", "2026-03-29 00:00", "2026-03-29 03:00"},
		{sundays, "2026-03-29 03:00", "2026-04-04 23:00", "2026-04-05 02:00"},
		{sundays, "2026-10-24 12:00", "2026-10-24 23:00", "2026-10-25 02:00"}, // 02:00 to 04:00
		{nightly, "2026-10-25 22:59", "2026-10-25 21:00", "2026-10-25 23:00"}, // it began yesterday by the clock
		{nightly, "2026-10-25 23:00", "2026-10-26 21:00", "2026-10-26 23:00"},
		{once, "2026-05-01 00:00", "2026-06-01 10:00", "2026-06-01 12:00"},
		{once, "2026-06-01 12:00", "", ""},
	} {
		from, until, comes := c.w.Next(utc(t, c.now))
		if !comes || c.from == "" {
			if comes != (c.from != "") {
				t.Errorf("%+v after %s: comes is %t", c.w, c.now, comes)
			}
			continue
		}
		if !from.Equal(utc(t, c.from)) || !until.Equal(utc(t, c.until)) {
			t.Errorf("after %s it is %v to %v, want %s to %s", c.now, from.UTC(), until.UTC(), c.from, c.until)
		}
	}
}

func TestARunThatReachesIntoAWindowWasRunInIt(t *testing.T) {
	w := Window{From: utc(t, "2026-06-01 10:00"), Until: utc(t, "2026-06-01 12:00")}
	for _, c := range []struct {
		from, until string
		want        bool
	}{
		{"2026-06-01 09:58", "2026-06-01 09:59", false},
		{"2026-06-01 09:59", "2026-06-01 10:00", true},
		{"2026-06-01 11:59", "2026-06-01 12:05", true},
		{"2026-06-01 12:00", "2026-06-01 12:00", false},
		{"2026-06-01 09:00", "2026-06-01 13:00", true},
	} {
		if got := w.Covers(utc(t, c.from), utc(t, c.until)); got != c.want {
			t.Errorf("%s to %s: %t", c.from, c.until, got)
		}
	}
}

func FuzzAWindowThatComesCoversItsBeginningAndNotItsEnd(f *testing.F) {
	f.Add(int64(1774700000), uint16(150), uint16(90), uint8(1))
	f.Fuzz(func(t *testing.T, unix int64, at, minutes uint16, days uint8) {
		if unix < 0 || unix > 1<<33 {
			t.Skip()
		}
		w := Window{Days: Days(days & 127), At: Clock(time.Duration(at%1440) * time.Minute),
			For: time.Duration(minutes%1380+1) * time.Minute, Zone: zone(t, "Europe/Kyiv")}
		now := time.Unix(unix, 0)
		from, until, comes := w.Next(now)
		if !comes || !until.After(now) || until.Sub(from) != w.For {
			t.Fatalf("%v to %v, comes %t", from, until, comes)
		}
		if !w.Covers(from, from) || w.Days != 0 && w.Days.has(from.Weekday()) == false {
			t.Fatalf("%v does not cover its beginning %v", w, from)
		}
	})
}
