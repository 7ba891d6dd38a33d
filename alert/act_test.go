package alert_test

import (
	"math"
	"testing"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/google/go-cmp/cmp"
)

// What comes late, or twice, changes nothing at all and says why.
func TestStaleActsChangeNothingAndSayWhy(t *testing.T) {
	open := soon(t)
	open.keep(alert.Acknowledge(open.in, "anna", minute(1)))
	open.keep(alert.Snooze(open.in, "anna", minute(60), minute(2)))
	open.keep(alert.Useful(open.in, minute(3)))
	quiet := alert.Incident{State: alert.Quiet, Limit: latency()}

	type act func(alert.Incident) (alert.Incident, []alert.Event, alert.Reason)
	acknowledge := func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
		return alert.Acknowledge(in, "boris", minute(4))
	}
	snooze := func(until time.Time) act {
		return func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
			return alert.Snooze(in, "boris", until, minute(4))
		}
	}
	useful := func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
		return alert.Useful(in, minute(4))
	}
	for _, c := range []struct {
		name string
		in   alert.Incident
		do   act
		want alert.Reason
	}{
		{"acknowledge what somebody has", open.in, acknowledge, alert.AlreadyHasIt},
		{"acknowledge what is over", quiet, acknowledge, alert.NothingOpen},
		{"acknowledge what nobody has looked at", alert.Incident{}, acknowledge, alert.NothingOpen},
		{"snooze until the past", open.in, snooze(minute(4)), alert.AlreadyOver},
		{"snooze until the same time", open.in, snooze(minute(60)), alert.AlreadySnoozed},
		{"snooze what is over", quiet, snooze(minute(60)), alert.NothingOpen},
		{"close what is over", quiet, func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
			return alert.Close(in, "boris", minute(4))
		}, alert.NothingOpen},
		{"useful again", open.in, useful, alert.NothingPending},
		{"useful without a forecast", quiet, useful, alert.NothingPending},
	} {
		got, events, why := c.do(c.in)
		if diff := cmp.Diff(c.in, got); diff != "" || len(events) > 0 || why != c.want {
			t.Errorf("%s: says %v because %q, want %q; changes (-before +after):\n%s", c.name, events, why, c.want, diff)
		}
	}
}

func TestActsNameWhoActed(t *testing.T) {
	k := soon(t)
	k.keep(alert.Acknowledge(k.in, "anna", minute(1)))
	k.keep(alert.Snooze(k.in, "boris", minute(60), minute(2)))
	want := []alert.Event{
		{Kind: alert.Acknowledged, At: minute(1), Number: 1, Revision: 2, By: "anna"},
		{Kind: alert.Snoozed, At: minute(2), Number: 1, Revision: 3, By: "boris"},
	}
	if diff := cmp.Diff(want, k.events[1:]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if k.in.AckBy != "anna" || !k.in.AckAt.Equal(minute(1)) || !k.in.Muted(minute(59)) || k.in.Muted(minute(60)) {
		t.Errorf("anna has it, boris snoozed it for an hour: %+v", k.in)
	}
}

// An act leaves the incident that came in alone: a store may try it again.
func TestActsDoNotWriteIntoWhatTheyAreGiven(t *testing.T) {
	k := soon(t)
	before := restored(t, k.in)
	alert.Acknowledge(k.in, "anna", minute(1))
	alert.Useful(k.in, minute(1))
	alert.Snooze(k.in, "anna", minute(60), minute(1))
	alert.Close(k.in, "anna", minute(1))
	alert.Remove(k.in, minute(1))
	if diff := cmp.Diff(before, restored(t, k.in)); diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}
}

func TestARemovedRuleMayComeBackAndBeginsAnew(t *testing.T) {
	k := soon(t)
	k.keep(alert.Remove(k.in, minute(1)))
	once := k.in
	k.keep(alert.Remove(k.in, minute(2)))
	if diff := cmp.Diff(once, k.in); diff != "" || k.reason != alert.NowForgotten {
		t.Errorf("removing twice (%s) changes:\n%s", k.reason, diff)
	}
	want := []alert.EventKind{alert.WentSoon, alert.RuleRemoved, alert.Settled}
	if diff := cmp.Diff(want, k.kinds()); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	if k.events[1].Number != 1 || k.events[2].Outcome != alert.Moot {
		t.Errorf("events %+v", k.events[1:])
	}
	k.decide(under(minute(3), flat()), latency())
	if k.in.State != alert.Quiet || k.reason != alert.FirstPassed {
		t.Errorf("state %s: %s", k.in.State, k.reason)
	}
}

func TestARemovedRuleTakesBackThatWeCannotSee(t *testing.T) {
	k := &keeper{t: t}
	for i := range 6 {
		k.decide(alert.Evidence{At: minute(i), Run: alert.RunUnknown, Why: "no route"}, availability())
	}
	if k.in.Why != "" {
		t.Errorf("our own fault %q is told as one of the product", k.in.Why)
	}
	if k.in.BlindWhy != "no route" || !k.in.Blind.Equal(noon) {
		t.Errorf("blind since %s because %q", k.in.Blind, k.in.BlindWhy)
	}
	k.keep(alert.Remove(k.in, minute(6)))
	want := []alert.EventKind{alert.CannotSee, alert.RuleRemoved}
	if diff := cmp.Diff(want, k.kinds()); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

// A message stays in Slack for years: its buttons mean its own incident.
func TestAnActOfAnOlderIncidentLeavesTheNewerAlone(t *testing.T) {
	newer := soon(t).in
	newer.Pending[0].Number = newer.Number // as the store does
	for _, kind := range []alert.ActKind{alert.ToAcknowledge, alert.ToSnooze, alert.ToClose, alert.ToSayUseful, alert.ToSayNotUseful} {
		for number, stale := range map[int64]bool{newer.Number - 1: true, newer.Number + 1: true, newer.Number: false} {
			a := alert.Act{Kind: kind, Number: number, At: minute(4), By: "anna", Until: minute(60)}
			got, events, why := a.On(newer)
			same := cmp.Equal(newer, got) && len(events) == 0
			if want := stale || kind == alert.ToSayNotUseful; same != want {
				t.Errorf("%s on incident %d while %d is open: changes nothing: %t, want %t (%s)", kind, number, newer.Number, same, want, why)
			}
		}
	}
}

func TestClosingAForecastKeepsItQuietUntilItsTimeIsOver(t *testing.T) {
	k := soon(t)
	latest := k.in.Promise.Crossing.Latest
	k.keep(alert.Close(k.in, "anna", minute(1)))
	if k.reason != alert.NowClosed || k.in.State != alert.Quiet || k.in.ClosedBy != "anna" || k.in.Number != 0 {
		t.Fatalf("%s: %+v", k.reason, k.in)
	}
	if got := float64(k.in.SnoozedUntil.Unix()); got != math.Floor(latest) {
		t.Errorf("quiet until %v, want the latest crossing", k.in.SnoozedUntil)
	}
	if len(k.in.Pending) != 1 || k.in.Pending[0].Helped {
		t.Errorf("pending %+v: closing is no help", k.in.Pending)
	}
	for i := 2; i < 8; i++ { // burning speaks all the same
		k.decide(over(minute(i)), latency())
	}
	if k.in.State != alert.Burning || k.in.ClosedBy != "" {
		t.Errorf("afterwards %s, closed by %q", k.in.State, k.in.ClosedBy)
	}
}

func TestWhatIsClosedWhileItBurnsIsConfirmedAnew(t *testing.T) {
	k := soon(t)
	for i := 1; k.in.State != alert.Burning; i++ {
		k.decide(over(minute(i)), latency())
	}
	k.keep(alert.Close(k.in, "anna", minute(10)))
	opened := 0
	for i := 11; i < 14; i++ {
		if k.decide(over(minute(i)), latency()); k.in.Open() {
			opened = i
		}
	}
	if opened != 13 {
		t.Errorf("burns again at minute %d, want 13: after 3 runs", opened)
	}
}

func TestClosingWhatNobodyWasToldOfTellsNothing(t *testing.T) {
	in := soon(t).in
	demoted := *in.Promise
	demoted.Demoted = true
	in.Promise = &demoted
	if _, events, why := alert.Close(in, "anna", minute(1)); why != alert.NowClosed || len(events) != 1 || events[0].Told() {
		t.Errorf("%s: %+v", why, events)
	}
	in.State, in.Burned = alert.Burning, noon
	if _, events, _ := alert.Close(in, "anna", minute(1)); len(events) != 1 || !events[0].Told() {
		t.Errorf("burning was told, but not that it is closed: %+v", events)
	}
}
