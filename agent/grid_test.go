package agent

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// Whoever starts an agent sees something at once, and all journeys within
// seconds, spread so that none measures the others.
func TestOneJourneyBeginsAtOnceAndTheOthersSpread(t *testing.T) {
	for _, n := range []int{1, 50} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, steady)
			defer w.close()
			time.Sleep(20 * time.Second) // the fake clock begins at a full minute
			begun := time.Now()
			var s Settings
			for i := range n {
				one := watch(fmt.Sprint("journey ", i))
				one.Journey.Every, one.Journey.Timeout = time.Hour, time.Minute
				s.Watches = append(s.Watches, one)
			}
			w.run(7*time.Second, s)
			first, at := time.Hour, map[time.Duration]int{}
			for _, seen := range w.seen {
				after := seen[0].Result.Start.Sub(begun)
				first = min(first, after)
				at[after/(100*time.Millisecond)]++
			}
			if len(w.seen) < n*4/5 || first > 2*time.Millisecond { // those with a slot in the next minutes wait for it
				t.Errorf("%d of %d journeys ran, the first after %v", len(w.seen), n, first)
			}
			for tenth, together := range at {
				if n > 1 && together > n/5 {
					t.Errorf("%d of %d ran within the same tenth of a second, after %v", together, n, tenth*100*time.Millisecond)
				}
			}
		})
	}
}

// A slot is a number of seconds since 1970: the clock on the wall may jump.
func TestSlotsDoNotNoticeThatSummerTimeBeginsOrEnds(t *testing.T) {
	kyiv, err := time.LoadLocation("Europe/Kyiv")
	if err != nil {
		t.Skip("SKIPPED: no time zone database")
	}
	for _, every := range []time.Duration{time.Minute, time.Hour, 24 * time.Hour} {
		for _, change := range []time.Time{time.Date(2025, 3, 30, 0, 0, 0, 0, kyiv), time.Date(2025, 10, 26, 0, 0, 0, 0, kyiv)} {
			g := newGrid("checkout", every)
			slot, end := g.after(change.AddDate(0, 0, -1)), change.AddDate(0, 0, 2)
			if _, before := change.Zone(); before == offsetOf(end) {
				t.Fatalf("no change of the clock on %v", change)
			}
			for ; slot.Before(end); slot = g.after(slot) {
				if next := g.after(slot); next.Sub(slot) != every || !g.at(next.In(time.UTC)).Equal(next) {
					t.Fatalf("from %v to %v it is %v, want %v", slot, next, next.Sub(slot), every)
				}
			}
		}
	}
}

func offsetOf(t time.Time) int {
	_, seconds := t.Zone()
	return seconds
}

// A clock that is set back by half a second makes the timers that run early:
// what they begin is the run of their slot, and not another of the last one.
func TestATimerThatIsEarlyTakesItsOwnSlot(t *testing.T) {
	g := newGrid("checkout", time.Minute)
	slot := g.after(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
	for from, want := range map[time.Duration]time.Time{
		-2 * time.Second: slot.Add(-time.Minute), -time.Second: slot, -time.Millisecond: slot,
		0: slot, 58 * time.Second: slot,
	} {
		if got := g.turn(slot.Add(from)); !got.Equal(want) {
			t.Errorf("%v from a slot it is the turn of one %v from it", from, got.Sub(slot))
		}
	}
}
