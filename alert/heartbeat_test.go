package alert

import (
	"testing"
	"time"
)

// A missed ping is a fact already, and so is one that comes: nothing is to be
// confirmed by runs of other days.
func TestALimitOfOneRunBurnsAndEndsWithOne(t *testing.T) {
	l := Limit{Key: Key{"backup", "availability"}, Signal: Availability, Every: 24 * time.Hour, Confirm: Confirm{1, 1}, Good: 1}
	in := Incident{}
	at := time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC)
	for day, step := range []struct {
		run  RunKind
		to   State
		says EventKind
	}{
		{RunUnder, Quiet, ""},
		{RunOver, Burning, WentBurning},
		{RunOver, Burning, ""},
		{RunUnknown, Burning, ""},
		{RunUnder, Quiet, WentResolved},
		{RunUnder, Quiet, ""},
	} {
		var events []Event
		in, events, _ = Decide(in, Evidence{At: at.AddDate(0, 0, day), Run: step.run, Passed: step.run == RunUnder}, l)
		said := EventKind("")
		if len(events) > 0 {
			said = events[0].Kind
		}
		if in.State != step.to || said != step.says {
			t.Errorf("day %d: %v, %q, want %v, %q", day, in.State, said, step.to, step.says)
		}
	}
}
