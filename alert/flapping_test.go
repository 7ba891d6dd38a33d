package alert

import (
	"testing"
	"time"
)

// flapped shows a day of runs, one a minute, to an availability limit: so many
// fail, then so many pass, over and over.
func flapped(t *testing.T, failing, passing int) (opened, posts int, last Incident) {
	t.Helper()
	l := Limit{Key: Key{Journey: "checkout", Limit: "availability"}, Signal: Availability, Every: time.Minute}
	begun := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	var in Incident
	for minute := range 24 * 60 {
		over := minute >= 10 && (minute-10)%(failing+passing) < failing
		ev := Evidence{At: begun.Add(time.Duration(minute) * time.Minute), Run: runKind(over), Passed: !over}
		var events []Event
		in, events, _ = Decide(in, ev, l)
		for _, e := range events {
			if e.Kind == WentBurning {
				opened++
			}
			if e.Kind.Posts() {
				posts++
			}
		}
	}
	return opened, posts, in
}

func TestADayOfFlappingIsTwoIncidentsAtMost(t *testing.T) {
	for _, c := range []struct{ failing, passing int }{{3, 3}, {3, 5}, {3, 6}, {4, 8}, {5, 10}, {10, 15}, {3, 25}} {
		opened, posts, last := flapped(t, c.failing, c.passing)
		if opened < 1 || opened > 2 || posts > 3 { // the first may be over once
			t.Errorf("%d failed, %d passed: %d incidents and %d messages in a day", c.failing, c.passing, opened, posts)
		}
		if !last.Flaps() || last.Calm() < shortCalm {
			t.Errorf("%d failed, %d passed: flaps %t, over after %v", c.failing, c.passing, last.Flaps(), last.Calm())
		}
		t.Logf("%d failed, %d passed: %d incidents, %d messages, %d times", c.failing, c.passing, opened, posts, last.Turns)
	}
}

// Calms of 40 minutes are longer than what a flapping incident asks for at
// first. Outages two hours apart are not flapping: each is an incident.
func TestSlowFlappingConverges(t *testing.T) {
	for _, passing := range []int{40, 55} {
		if opened, _, _ := flapped(t, 5, passing); opened > 6 {
			t.Errorf("%d incidents in a day, with calms of %d minutes", opened, passing)
		}
	}
}

func TestOneRelapseIsNoFlapping(t *testing.T) {
	in := Incident{State: Clearing, Turns: 2, Good: 5}
	if l := (Limit{Every: time.Minute}); in.Flaps() || in.enoughGood(l) != 5 {
		t.Errorf("flaps %t, over after %d good runs", in.Flaps(), in.enoughGood(l))
	}
}

func TestWhatReturnsLongAfterItWasOverDoesNotFlap(t *testing.T) {
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	over := Incident{State: Quiet, Burned: at.Add(-3 * time.Hour), Resolved: at.Add(-2 * time.Hour)}
	for ago, want := range map[time.Duration]int{2 * time.Hour: 0, 59 * time.Minute: 1} {
		over.Resolved = at.Add(-ago)
		d := decision{was: over, in: over, ev: Evidence{At: at}}
		d.enter(Burning)
		if d.in.Returns != want {
			t.Errorf("over for %v: %d returns, want %d", ago, d.in.Returns, want)
		}
	}
	over.Resolved, over.ClosedBy = at.Add(-time.Minute), "Ana"
	d := decision{was: over, in: over, ev: Evidence{At: at}}
	if d.enter(Burning); d.in.Returns != 0 {
		t.Errorf("closed by hand and burning on: %d returns", d.in.Returns)
	}
}

func TestOneThatFlapsIsOverAfterAsManyGoodRunsAsItsCalmHasMinutes(t *testing.T) {
	flapping := Incident{Turns: manyTurns}
	for every, want := range map[time.Duration]int{500 * time.Millisecond: 30, time.Minute: 30, 10 * time.Minute: 5, time.Hour: 5} {
		if got := flapping.enoughGood(Limit{Every: every}); got != want {
			t.Errorf("every %v: %d good runs, want %d", every, got, want)
		}
	}
}
