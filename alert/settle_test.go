package alert_test

import (
	"math"
	"testing"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/predict"
	"github.com/google/go-cmp/cmp"
)

func under(at time.Time, f predict.Forecast) alert.Evidence {
	return alert.Evidence{At: at, Run: alert.RunUnder, Passed: true, Value: 0.2, Forecast: f}
}

func over(at time.Time) alert.Evidence {
	return alert.Evidence{At: at, Run: alert.RunOver, Passed: true, Value: 2, Forecast: flat()}
}

// soon is a keeper whose limit went soon at noon: a crossing is expected in
// an hour, between half an hour and two.
func soon(t *testing.T) *keeper {
	k := &keeper{t: t}
	k.decide(under(minute(-2), flat()), latency())
	k.decide(under(minute(-1), crossing(noon, 60, 1)), latency())
	k.decide(under(noon, crossing(noon, 60, 2)), latency())
	if k.in.State != alert.Soon {
		t.Fatalf("the state is %s: %s", k.in.State, k.reason)
	}
	return k
}

func TestASettledForecastKnowsItsError(t *testing.T) {
	k := soon(t)
	for i := 1; i < 50; i++ {
		k.decide(under(minute(i), crossing(noon, 60, i)), latency())
	}
	k.decide(over(minute(50)), latency())
	k.decide(under(minute(51), flat()), latency())
	k.decide(over(minute(52)), latency())
	k.decide(over(minute(53)), latency())

	last := k.events[len(k.events)-1]
	if last.Kind != alert.Settled || last.Outcome != alert.Came || last.Number != 1 {
		t.Fatalf("the last event is %+v", last)
	}
	lead, _ := last.Promise.Lead()
	late, _ := last.Promise.Error()
	if lead != 50*time.Minute || late != -10*time.Minute || !last.Promise.Inside() {
		t.Errorf("lead %s, error %s, inside %v; want 50m from the first run that confirms, -10m, true", lead, late, last.Promise.Inside())
	}
	if p := k.in.Promise; p == nil || !p.Made.Equal(noon) {
		t.Errorf("the burning message has lost its forecast: %+v", p)
	}
}

func TestSoonerChangesWhatIsSaidAndNotWhatIsMeasured(t *testing.T) {
	k := soon(t)
	k.decide(under(minute(10), crossing(minute(10), 15, 3)), latency())
	if !k.said(alert.Sooner) {
		t.Fatalf("events %v: %s", k.kinds(), k.reason)
	}
	first, told := crossing(noon, 60, 2).Crossing, crossing(minute(10), 15, 3).Crossing
	want := alert.Promise{Made: noon, First: first, Crossing: told, Updated: minute(10), Limit: 1, Ahead: 2 * time.Hour, Seen: 1, Missing: 9}
	for name, got := range map[string]alert.Promise{"shown": *k.in.Promise, "pending": k.in.Pending[0]} {
		got.Seen, got.Missing = want.Seen, want.Missing // only counted for what is pending
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if len(k.in.Pending) != 1 {
		t.Errorf("%d forecasts are pending", len(k.in.Pending))
	}
}

func TestForecastsAreSettledOnLooksWithoutARun(t *testing.T) {
	k := soon(t)
	for i := 1; i < 155; i++ {
		k.decide(under(minute(i), flat()), latency())
	}
	if k.said(alert.Settled) {
		t.Fatal("settled before the deadline")
	}
	k.decide(alert.Evidence{At: minute(155), Forecast: flat()}, latency())
	last := k.events[len(k.events)-1]
	if last.Outcome != alert.DidNotCome || last.Number != 1 {
		t.Errorf("2 h + 2 h/4 + 5 min later, a look gives %+v", last)
	}
}

func TestForecastsThatWaitAreBounded(t *testing.T) {
	k := &keeper{t: t}
	l := latency()
	l.Ahead = 14 * 24 * time.Hour // patience is longer, so incidents are closed by burning
	k.decide(under(noon, flat()), l)
	at := noon
	for range 100 {
		for i := range 2 {
			at = at.Add(time.Minute)
			k.decide(under(at, crossing(at, 60*24*14, i+1)), l)
		}
		k.in.State = alert.Quiet // as if it had receded
		k.in.Number = 0
	}
	if len(k.in.Pending) != 32 {
		t.Errorf("%d forecasts wait", len(k.in.Pending))
	}
	moot := 0
	for _, e := range k.events {
		if e.Kind == alert.Settled && e.Outcome == alert.Moot {
			moot++
		}
	}
	if moot != 68 {
		t.Errorf("%d were settled as moot, want the oldest 68 of 100", moot)
	}
}

// After a crash between save and decide, results are decided again.
func TestResultsMayBeDecidedTwice(t *testing.T) {
	k := soon(t)
	var all []alert.Evidence
	for i := 1; i < 60; i++ {
		ev := under(minute(i), crossing(noon, 60, i))
		if i > 40 && i < 48 {
			ev = over(minute(i))
		}
		all = append(all, ev)
		k.decide(ev, latency())
	}
	before, events := k.in, len(k.events)
	for _, ev := range all {
		k.decide(ev, latency())
		if k.reason != alert.AlreadyKnown {
			t.Errorf("at %s: %s", ev.At, k.reason)
		}
	}
	if diff := cmp.Diff(before, k.in); diff != "" || len(k.events) != events {
		t.Errorf("deciding again changes (-before +after):\n%s and says %v", diff, k.kinds()[events:])
	}
}

// A machine that woke up in the future, and is corrected, goes on watching.
func TestAClockSetBackDoesNotStopTheWatch(t *testing.T) {
	k := &keeper{t: t}
	k.decide(under(noon.AddDate(10, 0, 0), flat()), latency())
	k.decide(alert.Evidence{At: noon.AddDate(10, 0, 1), Run: alert.RunUnknown}, availability())
	for i := range 3 {
		k.decide(over(minute(i)), latency())
	}
	if k.in.State != alert.Burning {
		t.Errorf("three runs over, and the state is %s: %s", k.in.State, k.reason)
	}
}

// A store may call Decide again, if its transaction could not be kept.
func TestDecidingTwiceFromOneIncidentSharesNothing(t *testing.T) {
	in := restored(t, soon(t).in)
	in.State, in.Number = alert.Quiet, 0
	in.Pending = append(make([]alert.Promise, 0, 8), in.Pending...)
	in.Runs = append(make([]alert.Run, 0, 8), in.Runs...)
	first, _, _ := alert.Decide(in, under(minute(1), crossing(minute(1), 50, 2)), latency())
	want := restored(t, first)
	alert.Decide(in, over(minute(2)), latency())
	alert.Decide(in, under(minute(2), crossing(minute(2), 90, 2)), latency())
	if diff := cmp.Diff(want, restored(t, first)); diff != "" {
		t.Errorf("the second decision changed the first (-before +after):\n%s", diff)
	}
}

func TestWhatCrossedTooLateHasNoLead(t *testing.T) {
	k := soon(t) // to be kept until 150 minutes after noon
	for i := 1; i < 151; i++ {
		k.decide(under(minute(i), flat()), latency())
	}
	for i := 151; i < 156; i++ {
		k.decide(over(minute(i)), latency())
	}
	last := k.events[len(k.events)-1]
	if last.Outcome != alert.DidNotCome || !k.said(alert.WentBurning) {
		t.Fatalf("events %v, the last is %+v", k.kinds(), last)
	}
	if lead, known := last.Promise.Lead(); known {
		t.Errorf("it did not come, with a lead of %s", lead)
	}
}

func TestTheLeadBeginsAfterTheWarning(t *testing.T) {
	k := &keeper{t: t}
	k.decide(under(minute(-1), crossing(noon, 60, 1)), latency())
	ev := over(noon) // over already, but not confirmed
	ev.Forecast = crossing(noon, 60, 2)
	k.decide(ev, latency())
	k.decide(over(minute(1)), latency())
	k.decide(over(minute(2)), latency())
	last := k.events[len(k.events)-1]
	if lead, known := last.Promise.Lead(); last.Outcome != alert.Came || !known || lead != time.Minute {
		t.Errorf("%s with a lead of %s, want one minute", last.Outcome, lead)
	}
}

func TestAForecastThatNoClockCanShowIsNone(t *testing.T) {
	at := float64(minute(1).Unix())
	for name, c := range map[string]predict.Crossing{
		"never ends":   {Earliest: at + 60, Expected: at + 120, Latest: math.Inf(1)},
		"far away":     {Earliest: at + 60, Expected: at + 120, Latest: 1e15},
		"no number":    {Earliest: math.NaN(), Expected: at + 120, Latest: at + 200},
		"before time":  {Earliest: -1, Expected: at + 120, Latest: at + 200},
		"out of order": {Earliest: at + 60, Expected: at + 120, Latest: at + 100},
	} {
		k := &keeper{t: t}
		k.decide(under(noon, flat()), latency())
		k.decide(under(minute(1), predict.Forecast{Agree: 9, Crossing: c}), latency())
		if k.reason != alert.NoneOver {
			t.Errorf("%s: %s", name, k.reason)
		}
	}
}

func TestAForecastRemembersWhatItRestsOn(t *testing.T) {
	rises := crossing(noon, 60, 2)
	rises.Since = float64(noon.Add(-40 * time.Minute).Unix())
	usual := crossing(noon, 60, 2)
	usual.Cause, usual.Detail, usual.Since = predict.Peak, "crossed on 4 of the last 5 days", rises.Since
	for _, c := range []struct {
		f     predict.Forecast
		since time.Time
		usual string
	}{{rises, noon.Add(-40 * time.Minute), ""}, {usual, time.Time{}, "crossed on 4 of the last 5 days"}} {
		k := &keeper{t: t}
		k.decide(under(minute(-2), flat()), latency())
		k.decide(under(noon, c.f), latency())
		if p := k.in.Promise; p == nil || !p.Since.Equal(c.since) || p.Usual != c.usual {
			t.Errorf("want since %s, usual %q: %+v", c.since, c.usual, p)
		}
	}
}
