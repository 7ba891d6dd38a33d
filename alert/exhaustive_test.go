package alert_test

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/predict"
)

// Every state meets every evidence, under every flag.
func TestEveryDecisionKeepsTheRules(t *testing.T) {
	combinations := 0
	reached := map[alert.Reason]bool{}
	for _, l := range limits() {
		before, stored := incidents(l), incidents(l)
		for i, in := range incidents(l) {
			stored[i] = restored(t, in)
			for _, ev := range evidences() {
				combinations++
				out, events, why := alert.Decide(in, ev, l)
				reached[why] = true
				broken := rules(in, out, events, why, ev, l)
				if combinations%7 == 0 { // 7 shares no factor with the flags, so all of them meet it
					broken = append(broken, restarted(stored[i], ev, l, out, events, why)...)
				}
				if broken != nil {
					t.Fatalf("%q\n in: %+v\n ev: %+v\nlimit: %+v\nout: %+v\nevents: %+v\nreason: %s", broken, in, ev, l, out, events, why)
				}
			}
			if !reflect.DeepEqual(in, before[i]) {
				t.Fatalf("an incident that came in was written to:\n%+v\nbefore:\n%+v", in, before[i])
			}
		}
	}
	if combinations < 50_000 {
		t.Errorf("only %d combinations were walked", combinations)
	}
	for _, row := range strings.Split(strings.TrimSpace(alert.Table()), "\n")[2:] {
		cells := strings.Split(row, " | ")
		why := alert.Reason(strings.TrimSuffix(cells[4], " |"))
		if !reached[why] && why != alert.SightIsBack { // which leaves the decision to other rows
			t.Errorf("no combination reaches %q", why)
		}
	}
	t.Logf("%d combinations", combinations)
}

// restarted says whether stored, the same incident read back from a database,
// is decided otherwise.
func restarted(stored alert.Incident, ev alert.Evidence, l alert.Limit, out alert.Incident, events []alert.Event, why alert.Reason) []string {
	again, sameEvents, sameWhy := alert.Decide(stored, ev, l)
	if sameWhy != why || !reflect.DeepEqual(sameEvents, events) || !reflect.DeepEqual(again, out) {
		return []string{"a restart before it decides otherwise"}
	}
	return nil
}

// limits differ in what the table makes of them.
func limits() []alert.Limit {
	cert := latency()
	cert.Signal, cert.Value, cert.Below = alert.Cert, 14, true
	heartbeat := availability()
	heartbeat.Good = 1
	return []alert.Limit{latency(), cert, availability(), heartbeat}
}

// incidents are all sorts of pasts, looked at next a minute after noon.
func incidents(l alert.Limit) []alert.Incident {
	base := alert.Incident{Limit: l, LastRun: noon, Value: l.Value / 2, Revision: 7}
	over := []alert.Run{{At: minute(-2), Over: true, Value: 2}, {At: minute(-1), Value: 0.5}, {At: noon, Over: true, Value: 3}}
	promise := alert.Promise{Made: minute(-30), Ahead: 2 * time.Hour, Crossing: crossing(minute(-30), 90, 2).Crossing, First: crossing(minute(-30), 90, 2).Crossing}
	due := alert.Promise{Made: minute(-600), Ahead: 2 * time.Hour, Seen: 600, First: crossing(minute(-600), 60, 2).Crossing}

	all := []alert.Incident{{}}
	for s := alert.Unset; s <= alert.Clearing; s++ {
		for bits := range 64 {
			in := base
			in.State = s
			if in.Open() {
				in.Number, in.Opened = 3, minute(-30)
			}
			if bits&1 != 0 {
				in.Runs = over
			}
			if bits&2 != 0 {
				in.Good, in.Tries = 4, 4
			}
			if bits&4 != 0 {
				in.AckBy, in.AckAt, in.SnoozedUntil = "anna", noon, minute(60)
			}
			if bits&8 != 0 {
				in.Blind, in.BlindTold = minute(-5), bits&16 != 0
			}
			if bits&32 != 0 && s != alert.Unset {
				in.HeldBy = alert.Holder{Journey: "login", Burned: minute(-50 + bits), Number: 1}
				in.Promise, in.Pending, in.Lost = &promise, []alert.Promise{due, promise}, 29*time.Minute
			}
			all = append(all, in)
		}
	}
	return all
}

func evidences() []alert.Evidence {
	at := minute(1)
	nan := crossing(at, 60, 2)
	nan.Crossing.Expected = math.NaN()
	forecasts := []predict.Forecast{{}, flat(), crossing(at, 60, 1), crossing(at, 60, 2), crossing(at, 10, 2), crossing(at, -5, 2), nan, {Silence: predict.IsAcross}}
	var all []alert.Evidence
	for kind := alert.NoRun; kind <= alert.RunUnknown; kind++ {
		for _, f := range forecasts {
			for bits := range 16 {
				ev := alert.Evidence{At: at, Run: kind, Forecast: f, Value: 0.5, Why: "reset by peer",
					Passed: bits&1 != 0, Maintenance: bits&2 != 0, Held: bits&4 != 0, Changed: bits&1 != 0, Demoted: bits&1 != 0}
				if bits&8 != 0 {
					ev.HeldBy = alert.Holder{Journey: "login", Burned: minute(-3), Number: 2}
				}
				if kind == alert.RunOver {
					ev.Value = 20
				}
				all = append(all, ev)
			}
		}
		all = append(all, alert.Evidence{At: at, Run: kind, Value: math.NaN()}, alert.Evidence{At: at, Run: kind, Value: math.Inf(1)},
			alert.Evidence{At: noon, Run: kind}, alert.Evidence{At: minute(-180), Run: kind})
	}
	return all
}

// move is the only change of state that an event goes with.
type move struct{ from, to alert.State }

func moves() map[alert.EventKind][]move {
	return map[alert.EventKind][]move{
		alert.WentSoon:     {{alert.Quiet, alert.Soon}},
		alert.Sooner:       {{alert.Soon, alert.Soon}},
		alert.Receded:      {{alert.Soon, alert.Quiet}},
		alert.WentBurning:  {{alert.Quiet, alert.Burning}, {alert.Soon, alert.Burning}},
		alert.NeverPassed:  {{alert.Unset, alert.Burning}},
		alert.BurnsAgain:   {{alert.Clearing, alert.Burning}},
		alert.WentResolved: {{alert.Clearing, alert.Quiet}},
	}
}

// rules are those that out breaks, as the next of in.
func rules(in, out alert.Incident, events []alert.Event, why alert.Reason, ev alert.Evidence, l alert.Limit) []string {
	var broken []string
	must := func(ok bool, format string, args ...any) {
		if !ok {
			broken = append(broken, fmt.Sprintf(format, args...))
		}
	}
	changes := 0
	for i, e := range events {
		must(e.Revision == in.Revision+i+1, "event %d has revision %d after %d", i, e.Revision, in.Revision)
		must(e.At.Equal(ev.At), "%s is told at another time", e.Kind)
		must((e.Kind == alert.Settled) == (e.Outcome != ""), "%s with outcome %q", e.Kind, e.Outcome)
		if allowed, changing := moves()[e.Kind]; changing {
			changes++
			atOnce := l.Good == 1 && e.Kind == alert.WentResolved && in.State == alert.Burning && out.State == alert.Quiet
			must(atOnce || slices.Contains(allowed, move{in.State, out.State}), "%s goes with %s -> %s", e.Kind, in.State, out.State)
		}
	}
	silent := in.State == out.State || move{in.State, out.State} == move{alert.Unset, alert.Quiet} ||
		move{in.State, out.State} == move{alert.Burning, alert.Clearing}
	must(changes <= 1, "two messages for one state")
	must(changes == 1 || silent, "%s -> %s without a word", in.State, out.State)
	must(why != "", "no reason")
	must(out.Revision == in.Revision+len(events), "revision %d after %d events", out.Revision, len(events))
	must(len(out.Runs) <= l.Confirm.Of, "%d runs are kept", len(out.Runs))
	must(out.Open() || out.Number == 0, "a closed incident has a number")

	opened := !in.Open() && out.Open()
	if ev.Run == alert.RunUnknown {
		must(out.State == in.State, "unknown evidence changed the state")
		must(len(events) == 0 || len(events) == 1 && events[0].Kind == alert.CannotSee, "unknown evidence says %v", events)
	}
	must(!opened || !ev.Maintenance, "maintenance opened an incident")
	must(!opened || ev.HeldBy == alert.Holder{}, "opened while what it depends on burns")
	must(out.HeldBy == in.HeldBy || len(events) > 0, "held by %v after %v, without a word", out.HeldBy, in.HeldBy)
	must(!opened || !ev.Held || l.Signal == alert.Availability, "opened while availability burns")
	confirmed := ev.Run == alert.RunOver && ev.Value == 20 && in.LastRun.Equal(noon) && len(in.Runs) == 3 && !ev.Maintenance && ev.At.Equal(minute(1))
	if confirmed && (in.State == alert.Soon || in.State == alert.Quiet && (!ev.Held || l.Signal == alert.Availability) && ev.HeldBy == alert.Holder{}) {
		must(out.State == alert.Burning, "three of four runs are over, and nothing burns")
	}
	if in.State == alert.Unset && in.LastRun.IsZero() {
		must(len(events) == 0, "the zero incident says %v", events)
	}
	return broken
}
