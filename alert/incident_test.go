package alert_test

import (
	"testing"
	"time"

	"github.com/forewarn/forewarn/alert"
)

// burned is a keeper whose limit burns since two minutes after noon. Its worst
// run was the first of those that confirmed it.
func burned(t *testing.T) *keeper {
	k := &keeper{t: t}
	k.decide(under(minute(-1), flat()), latency())
	for i, seconds := range []float64{5, 2, 3} {
		ev := over(minute(i))
		ev.Value, ev.Why, ev.FailedAt = seconds, "too slow", "pay"
		k.decide(ev, latency())
	}
	if k.in.State != alert.Burning {
		t.Fatalf("the state is %s: %s", k.in.State, k.reason)
	}
	return k
}

func TestAnIncidentKnowsItsWorstRun(t *testing.T) {
	k := burned(t)
	if k.in.Worst != 5 || !k.in.WorstAt.Equal(noon) {
		t.Errorf("the worst is %v at %s, want the first run that confirmed", k.in.Worst, k.in.WorstAt)
	}
	ev := over(minute(3))
	ev.Value = 9
	k.decide(ev, latency())
	k.decide(under(minute(4), flat()), latency())
	if k.in.Worst != 9 || !k.in.WorstAt.Equal(minute(3)) || k.in.Value != 0.2 {
		t.Errorf("the worst is %v at %s and the last %v", k.in.Worst, k.in.WorstAt, k.in.Value)
	}
	if k.in.Why != "too slow" || k.in.FailedAt != "pay" {
		t.Errorf("the reason is lost: %q at %q", k.in.Why, k.in.FailedAt)
	}
}

func TestAnIncidentKnowsItsTimes(t *testing.T) {
	k := burned(t)
	k.keep(alert.Snooze(k.in, "anna", minute(600), minute(3)))
	k.decide(under(minute(4), flat()), latency())
	for i := 5; i < 8; i++ {
		k.decide(over(minute(i)), latency())
	}
	if !k.said(alert.BurnsAgain) || !k.in.Burned.Equal(minute(2)) || !k.in.Opened.Equal(minute(2)) || !k.in.Entered.Equal(minute(7)) {
		t.Errorf("burning again: opened %s, burned %s, entered %s", k.in.Opened, k.in.Burned, k.in.Entered)
	}
	if !k.in.Muted(minute(599)) {
		t.Error("burning again ended a snooze that was made while it burned")
	}
	for i := 8; i < 13; i++ {
		k.decide(under(minute(i), flat()), latency())
	}
	if k.in.State != alert.Quiet || !k.in.Resolved.Equal(minute(12)) || k.in.Number != 0 || k.in.Muted(minute(13)) {
		t.Errorf("%s, resolved %s, number %d, snoozed until %s", k.in.State, k.in.Resolved, k.in.Number, k.in.SnoozedUntil)
	}
	if last := k.events[len(k.events)-1]; last.Kind != alert.WentResolved || last.Number != 1 {
		t.Errorf("the last event is %+v", last)
	}
}

func TestBurningEndsASnoozeMadeWhileSoon(t *testing.T) {
	k := soon(t)
	k.keep(alert.Snooze(k.in, "anna", minute(600), minute(1)))
	for i := 2; i < 5; i++ {
		k.decide(over(minute(i)), latency())
	}
	if k.in.State != alert.Burning || k.in.Muted(minute(5)) {
		t.Errorf("%s, snoozed until %s", k.in.State, k.in.SnoozedUntil)
	}
}

// What the last incident was forecast as says nothing of the next.
func TestWhatBurnsUnannouncedHasNoForecast(t *testing.T) {
	k := soon(t)
	for i := 1; i < 40; i++ {
		k.decide(under(minute(i), flat()), latency())
	}
	if !k.said(alert.Receded) || k.in.Promise == nil {
		t.Fatalf("events %v", k.kinds())
	}
	for i := 40; i < 43; i++ {
		k.decide(over(minute(i)), latency())
	}
	if k.in.State != alert.Burning || k.in.Promise != nil || k.in.Number != 2 {
		t.Errorf("%s of incident %d, forecast %+v", k.in.State, k.in.Number, k.in.Promise)
	}
	for _, e := range k.events {
		if e.Kind == alert.Settled && e.Number != 1 {
			t.Errorf("the forecast of incident 1 is settled as one of %d", e.Number)
		}
	}
	if since := k.in.Opened.Sub(noon); since != 42*time.Minute {
		t.Errorf("opened after %s", since)
	}
}

// What the runs so far outweigh is not waited for; a maintenance window and a
// run that is within the limit still open nothing.
func TestWhatIsConfirmedAlreadyBurnsAtOnce(t *testing.T) {
	for _, c := range []struct {
		name string
		ev   alert.Evidence
		want alert.State
	}{
		{"over", alert.Evidence{Run: alert.RunOver, Value: 2}, alert.Quiet},
		{"over for good", alert.Evidence{Run: alert.RunOver, Value: 2, Confirmed: true}, alert.Burning},
		{"in maintenance", alert.Evidence{Run: alert.RunOver, Value: 2, Confirmed: true, Maintenance: true}, alert.Quiet},
		{"under", alert.Evidence{Run: alert.RunUnder, Value: 0.5, Confirmed: true}, alert.Quiet},
	} {
		k := keeper{t: t}
		k.decide(alert.Evidence{At: minute(0), Run: alert.RunUnder, Value: 0.5, Passed: true, Forecast: flat()}, latency())
		c.ev.At, c.ev.Forecast = minute(1), flat()
		k.decide(c.ev, latency())
		if k.in.State != c.want {
			t.Errorf("%s: %v, want %v", c.name, k.in.State, c.want)
		}
	}
}
