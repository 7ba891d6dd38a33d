package alert_test

import (
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/forewarn/forewarn/alert"
	"github.com/google/go-cmp/cmp"
)

// daily looks each minute from a time on, but for gaps, and tells by the
// team's clock when the digest was told.
func daily(t *testing.T, g alert.Daily, from, until time.Time, gap func(time.Time) bool) (told []string, events []alert.Event) {
	t.Helper()
	var in alert.Incident
	for now := from; now.Before(until); now = now.Add(time.Minute) {
		if gap != nil && gap(now) {
			continue
		}
		var said []alert.Event
		in, said, _ = g.On(restored(t, in), now)
		for _, e := range said {
			told, events = append(told, e.At.In(g.Zone).Format("Mon 2 15:04")), append(events, e)
		}
	}
	return told, events
}

func kyiv(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Kyiv")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func nine(t *testing.T) alert.Daily {
	return alert.Daily{Told: true, At: alert.Clock(9 * time.Hour), Zone: kyiv(t)}
}

func TestTheDigestIsToldOnceADayAlsoWhenTheClockIsSet(t *testing.T) {
	g := nine(t)
	for _, c := range []struct {
		from time.Time
		at   alert.Clock
		want []string
	}{
		{time.Date(2026, 3, 27, 0, 0, 0, 0, g.Zone), alert.Clock(9 * time.Hour), []string{"Fri 27 09:00", "Sat 28 09:00", "Sun 29 09:00", "Mon 30 09:00"}},
		{time.Date(2026, 10, 23, 0, 0, 0, 0, g.Zone), alert.Clock(9 * time.Hour), []string{"Fri 23 09:00", "Sat 24 09:00", "Sun 25 09:00", "Mon 26 09:00"}},
		// 03:30 is skipped on 29 March, and shown twice on 25 October.
		{time.Date(2026, 3, 27, 0, 0, 0, 0, g.Zone), alert.Clock(3*time.Hour + 30*time.Minute), []string{"Fri 27 03:30", "Sat 28 03:30", "Sun 29 04:30", "Mon 30 03:30"}},
		{time.Date(2026, 10, 23, 0, 0, 0, 0, g.Zone), alert.Clock(3*time.Hour + 30*time.Minute), []string{"Fri 23 03:30", "Sat 24 03:30", "Sun 25 03:30", "Mon 26 03:30"}},
	} {
		g.At = c.at
		told, events := daily(t, g, c.from, c.from.AddDate(0, 0, 4), nil)
		if diff := cmp.Diff(c.want, told); diff != "" {
			t.Errorf("from %v at %v (-want +got):\n%s", c.from, c.at, diff)
		}
		for i, e := range events[1:] {
			if !e.Since.Equal(events[i].At) {
				t.Errorf("that of %v begins at %v, not where the one before ended", e.At, e.Since)
			}
		}
	}
}

func TestAMissedDigestIsToldLateOnTheSameDayOrNotAtAll(t *testing.T) {
	g := nine(t)
	day := func(d, hour int) time.Time { return time.Date(2026, 11, d, hour, 0, 0, 0, g.Zone) }
	off := func(now time.Time) bool { // from Monday 20:00 until Tuesday 15:00, and all of Thursday
		return now.After(day(16, 20)) && now.Before(day(17, 15)) || !now.Before(day(19, 0)) && now.Before(day(20, 0))
	}
	told, events := daily(t, g, day(16, 8), day(21, 0), off)
	want := []string{"Mon 16 09:00", "Tue 17 15:00", "Wed 18 09:00", "Fri 20 09:00"}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if last := events[3]; !last.Since.Equal(day(18, 9)) || !last.Until.Equal(day(21, 0)) {
		t.Errorf("Friday's tells from %v on, and until %v", last.Since, last.Until)
	}
}

func TestTheFirstDigestIsToldOnceItsTimeHasCome(t *testing.T) {
	g := nine(t)
	from := time.Date(2026, 11, 16, 12, 0, 0, 0, g.Zone)
	if told, _ := daily(t, g, from, from.AddDate(0, 0, 1), nil); !cmp.Equal(told, []string{"Tue 17 09:00"}) {
		t.Errorf("begun at noon: told %q", told)
	}
}

func TestAnotherTimeOnTheSameDayIsNoSecondDigest(t *testing.T) {
	g := nine(t)
	var in alert.Incident
	from := time.Date(2026, 11, 16, 8, 0, 0, 0, g.Zone)
	told := 0
	for now := from; now.Before(from.Add(24 * time.Hour)); now = now.Add(time.Minute) {
		if now.Sub(from) > 3*time.Hour {
			g.At = alert.Clock(17 * time.Hour)
		}
		var events []alert.Event
		in, events, _ = g.On(in, now)
		told += len(events)
	}
	if told != 1 {
		t.Errorf("told %d times", told)
	}
}

func TestNoDigestIsToldWhereNoneIsAskedFor(t *testing.T) {
	now := time.Date(2026, 11, 16, 12, 0, 0, 0, time.UTC)
	if _, events, why := (alert.Daily{}).On(alert.Incident{Entered: now.AddDate(0, 0, -3)}, now); events != nil || why != alert.NotDue {
		t.Errorf("told %v: %s", events, why)
	}
}
