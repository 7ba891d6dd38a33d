package notify

import (
	"strings"
	"testing"
	"time"

	"github.com/forewarn/forewarn/alert"
)

func TestAClockTimeHasItsDayWhereThatIsNotToday(t *testing.T) {
	kyiv, err := time.LoadLocation("Europe/Kyiv")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 3, 2, 0, 30, 0, 0, kyiv) // in UTC it is still Sunday
	for _, c := range []struct {
		t    time.Time
		want string
	}{
		{now, "00:30"},
		{now.Add(-29 * time.Minute).UTC(), "00:01"},
		{now.Add(-31 * time.Minute).UTC(), "Sun 1 Mar 23:59"},
		{now.Add(23 * time.Hour), "23:30"},
		{now.Add(24 * time.Hour), "Tue 3 Mar 00:30"},
		{now.AddDate(1, 0, 0), "Tue 2 Mar 00:30"},
	} {
		if got := Clock(c.t, now); got != c.want {
			t.Errorf("beside %v, %v is %q, want %q", now, c.t, got, c.want)
		}
	}
}

// Before midnight a crossing after it would read as one that has passed.
func TestAMessageNamesTheDayOfWhatIsNotToday(t *testing.T) {
	now := time.Date(2026, 3, 1, 23, 40, 0, 0, time.UTC)
	for _, c := range []struct {
		t     time.Time
		every time.Duration
		text  string
		slack string
	}{
		{now.Add(19 * time.Minute), time.Minute, "23:59 UTC", "{time}"},
		{now.Add(42 * time.Minute), time.Minute, "Mon 2 Mar 00:22 UTC", "{date_short_pretty} {time}"},
		{now.Add(42 * time.Minute), time.Second, "Mon 2 Mar 00:22:00 UTC", "{date_short_pretty} {time_secs}"},
		{now.Add(-12 * time.Hour), time.Second, "Sun 1 Mar 11:40 UTC", "{date_short_pretty} {time}"}, // read tomorrow
	} {
		d := draft{in: alert.Incident{}, s: Subject{Every: c.every}, now: now}
		piece := d.clock(c.t)
		if piece.Text != c.text {
			t.Errorf("at %v, %v is %q, want %q", now, c.t, piece.Text, c.text)
		}
		if got, want := mrkdwn(Text{piece}), "^"+c.slack+"|"+c.text+">"; !strings.HasSuffix(got, want) {
			t.Errorf("Slack gets %q, want it to end with %q", got, want)
		}
	}
}
