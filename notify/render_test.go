package notify

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/chart"
	"github.com/forewarn/forewarn/explain"
	"github.com/forewarn/forewarn/impact"
	"github.com/forewarn/forewarn/internal/golden"
	"github.com/forewarn/forewarn/predict"
	"github.com/forewarn/forewarn/probes"
)

// at is a time of the story that these tests tell: a warning at 13:18, the
// limit crossed at 13:56, burning at 13:59, Ana has it, all over at 14:30.
func at(hour, minute int) time.Time {
	return time.Date(2026, 11, 18, hour, minute, 0, 0, time.UTC)
}

func kyiv(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Kyiv")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func latency() alert.Limit {
	return alert.Limit{
		Key: alert.Key{Journey: "checkout", Limit: "journey latency"}, Signal: alert.Latency, Value: 1.5, Stat: "p50",
		Window: 10 * time.Minute, Ahead: 2 * time.Hour, Confirm: alert.Confirm{Over: 3, Of: 5}, Every: time.Minute,
	}
}

func subject() Subject {
	return Subject{
		Title: "Buy a coffee", Feature: "checkout", Steps: []string{"open login", "log in", "pay", "cancel order"},
		Runbook: "https://wiki.example/checkout", Links: []Link{{"status", "https://forewarn.example/i/42"}},
		Change: "deploy payments v812", ChangeAt: at(12, 22), Why: slower(), Business: worth(),
		Rule: alert.Record{Came: 8, DidNotCome: 2, Averted: 1, Moot: 3, Inside: 7, MedianLead: 38 * time.Minute},
	}
}

// worth is 42 completions an hour of 61 EUR.
func worth() impact.Business {
	value, _ := impact.ParseAmount("61 EUR")
	return impact.Business{Value: value, PerDay: impact.Exactly(1000), Loss: impact.PublicLoss(), Public: true,
		Good: 400 * time.Millisecond, Where: "[journey.business]"}
}

// slower is what carries the story's change, which began at 13:05.
func slower() *explain.Change {
	const ms = time.Millisecond
	return &explain.Change{
		Since: at(13, 5), Before: 560 * ms, After: 1010 * ms, Earlier: 60, Later: 13, Judged: 13,
		Parts: []explain.Part{
			{Step: "pay", Phase: "wait", Before: 110 * ms, After: 530 * ms},
			{Step: "log in", Phase: "wait", Before: 180 * ms, After: 210 * ms},
			{Step: "open login", Phase: "wait", Before: 270 * ms, After: 270 * ms},
		},
		Places: []explain.Place{{Location: "kyiv", Before: 560 * ms, After: 1010 * ms, Runs: 13}},
	}
}

// rising is the course of the story: steady at 560 ms until 13:05, since then
// on its way to the limit at 14:00.
func rising(now time.Time) *chart.Chart {
	c := &chart.Chart{Limit: 1.5, Now: now}
	for t := at(11, 0); !t.After(now); t = t.Add(time.Minute) {
		v := 0.56
		if since := t.Sub(at(13, 5)).Minutes(); since > 0 {
			v = 0.56 + 0.45*since/13
			if since > 13 {
				v = 1.01 + 0.49*(since-13)/42
			}
		}
		noise := 0.03 * math.Sin(7*float64(t.Unix()/60))
		c.Runs = append(c.Runs, chart.Point{At: t, Value: v + 4*noise})
		c.Course = append(c.Course, chart.Point{At: t, Value: v + noise})
	}
	p := promise().Crossing
	if !now.Before(at(13, 18)) {
		c.Forecast = &chart.Forecast{From: chart.Point{At: at(13, 18), Value: 1.01}, Limit: 1.5,
			Earliest: moment(p.Earliest), Expected: moment(p.Expected), Latest: moment(p.Latest)}
	}
	return c
}

// failing is a step that failed so many of five runs since 13:56.
func failing(step string, runs int) *explain.Change {
	return &explain.Change{
		Since: at(13, 56), Earlier: 60, Later: 5 - runs, Failed: runs, Judged: 5,
		Failures: []explain.Failing{{Step: step, Kind: probes.FailExpect, Runs: runs}},
	}
}

// promise is the warning of 13:18: 14:00, surely between 13:46 and 14:23.
func promise() *alert.Promise {
	unix := func(t time.Time) float64 { return float64(t.Unix()) }
	c := predict.Crossing{Earliest: unix(at(13, 46)), Expected: unix(at(14, 0)), Latest: unix(at(14, 23))}
	return &alert.Promise{Made: at(13, 18), Crossing: c, First: c, Number: 42, Ahead: 2 * time.Hour, Since: at(13, 5)}
}

func soonIncident() alert.Incident {
	return alert.Incident{
		Limit: latency(), Location: "kyiv", State: alert.Soon, Revision: 1, Number: 42, Opened: at(13, 18),
		LastRun: at(13, 18), Value: 1.01, Worst: 1.01, WorstAt: at(13, 18), Promise: promise(),
	}
}

func burningIncident() alert.Incident {
	in := soonIncident()
	in.State, in.Burned, in.Value, in.Worst, in.WorstAt = alert.Burning, at(13, 59), 1.84, 1.92, at(13, 58)
	in.Promise.Crossed = at(13, 56)
	for i, over := range []bool{false, true, true, false, true} {
		in.Runs = append(in.Runs, alert.Run{At: at(13, 56+i).Add(-time.Minute), Over: over})
	}
	return in
}

func resolvedIncident() alert.Incident {
	in := burningIncident()
	in.State, in.Number, in.Resolved, in.Value, in.Good = alert.Quiet, 42, at(14, 30), 0.64, 5
	in.AckBy, in.AckAt = "Ana", at(14, 4)
	return in
}

// telling is one thing to be told, and when.
type telling struct {
	in  alert.Incident
	ev  alert.Event
	s   Subject
	now time.Time
}

func (x telling) message(t testing.TB) Message {
	if !x.in.Burned.IsZero() {
		x.s.Toll = tolled(x.in, x.now)
	}
	m := Render(x.in, x.ev, x.s, x.now.In(kyiv(t)))
	m.ID = "inc-42/" + strings.ReplaceAll(string(x.ev.Kind), " ", "-") + "/1/slack"
	return m
}

// tolled is a run a minute since the first of those that confirmed in: slow, or
// failed as often as its signal says.
func tolled(in alert.Incident, now time.Time) Toll {
	toll := Toll{Since: in.Burned.Add(-tollLead(in.Limit)), Until: now}
	if !in.Resolved.IsZero() {
		toll.Until = in.Resolved
	}
	for t := toll.Since; t.Before(toll.Until) && len(toll.Runs) < 100; t = t.Add(time.Minute) {
		r := TollRun{Took: time.Duration(in.Worst * float64(time.Second))}
		switch {
		case in.Limit.Signal == alert.Availability:
			r = TollRun{Failed: !t.Before(at(13, 56)), Took: 560 * time.Millisecond}
		case in.Limit.Signal == alert.Errors:
			r = TollRun{Failed: t.Minute() == 56, Took: 560 * time.Millisecond}
		}
		toll.Runs = append(toll.Runs, r)
	}
	return toll
}

func tell(in alert.Incident, k alert.EventKind, now time.Time, change ...func(*telling)) telling {
	x := telling{in, alert.Event{Kind: k, At: now, Number: 42, Revision: 1, Promise: in.Promise}, subject(), now}
	if in.Open() && in.Promise != nil {
		x.s.Course = rising(now)
	}
	if in.Burns() {
		x.s.Why.After, x.s.Why.Parts[0].After = 1840*time.Millisecond, 1360*time.Millisecond
	}
	for _, c := range change {
		c(&x)
	}
	return x
}

// tellings has every kind of event, and every way in which its words differ.
func tellings() map[string]telling {
	settled := func(o alert.Outcome, crossed time.Time) func(*telling) {
		return func(x *telling) {
			p := promise()
			p.Crossed = crossed
			x.ev.Promise, x.ev.Outcome = p, o
		}
	}
	with := func(f func(*alert.Incident)) func(*telling) { return func(x *telling) { f(&x.in) } }
	acked := with(func(in *alert.Incident) { in.AckBy, in.AckAt = "Ana", at(14, 4) })
	by := func(x *telling) { x.ev.By = "Ana" }
	closed := func(x *telling) { x.in.State, x.in.Resolved, x.in.ClosedBy = alert.Quiet, x.now, "Ana" }
	signal := func(s alert.Signal, limit, value float64) func(*telling) {
		return with(func(in *alert.Incident) {
			in.Limit.Signal, in.Limit.Value, in.Value, in.Worst = s, limit, value, value
		})
	}
	down := func(x *telling) {
		x.in.Limit.Signal, x.in.Limit.Limit, x.in.Limit.Ahead, x.in.Promise = alert.Availability, "availability", 0, nil
		x.in.Why, x.in.FailedAt, x.in.Value = `status is 503, not 201: "no healthy upstream"`, "pay", 1
		x.s.Why = failing("pay", 3)
	}
	job := func(x *telling) {
		x.s.Job, x.s.Title, x.s.Feature, x.s.Steps = true, "Nightly backup", "backup", []string{"ping"}
		x.in.Why, x.in.FailedAt = "no ping for 25 h: one is due every 24 h, with 1 h of grace", "ping"
		x.s.Why = failing("ping", 1)
	}
	demoted := func(x *telling) {
		x.s.Rule = alert.Record{Came: 2, DidNotCome: 10, Inside: 1, MedianLead: 20 * time.Minute}
		if x.in.Burns() || !x.in.Resolved.IsZero() {
			p := promise()
			p.Demoted = true
			x.in.Promise = p
		}
	}
	rule := func(x *telling) { x.ev.Number = 0 }
	urged := func(to []string) func(*telling) {
		return func(x *telling) {
			x.ev.Mention, x.ev.To = []string{"U0ANAANA1"}, to
			if to != nil {
				x.in.Escalated, x.in.EscalatedTo = x.now, to
			}
		}
	}
	return map[string]telling{
		"soon-all-rules":    tell(soonIncident(), alert.WentSoon, at(13, 18), func(x *telling) { x.s.Rule.DidNotCome, x.s.All = 1, x.s.Rule }),
		"burning-demoted":   tell(burningIncident(), alert.WentBurning, at(13, 59), demoted),
		"resolved-demoted":  tell(resolvedIncident(), alert.WentResolved, at(14, 30), demoted),
		"settled-demoted":   tell(soonIncident(), alert.Settled, at(14, 58), settled(alert.DidNotCome, time.Time{}), demoted),
		"soon":              tell(soonIncident(), alert.WentSoon, at(13, 18)),
		"soon-first-ever":   tell(soonIncident(), alert.WentSoon, at(13, 18), func(x *telling) { x.s = Subject{Title: "Buy a coffee"} }),
		"soon-no-value":     tell(soonIncident(), alert.WentSoon, at(13, 18), func(x *telling) { x.s.Business.PerDay = impact.Range{} }),
		"burning-no-value":  tell(burningIncident(), alert.WentBurning, at(13, 59), func(x *telling) { x.s.Business = impact.Business{Where: "[journey.business]"} }),
		"closed-no-value":   tell(burningIncident(), alert.Closed, at(14, 20), closed, by, acked, func(x *telling) { x.s.Business.Good = 0 }),
		"resolved-no-value": tell(resolvedIncident(), alert.WentResolved, at(14, 30), func(x *telling) { x.s.Business.Value = impact.Amount{} }),
		"soon-step":         tell(soonIncident(), alert.WentSoon, at(13, 18), with(func(in *alert.Incident) { in.Limit.Step = "pay" })),
		"soon-errors":       tell(soonIncident(), alert.WentSoon, at(13, 18), signal(alert.Errors, 0.05, 0.031), func(x *telling) { x.s.Why = failing("pay", 2); x.s.Why.Since = at(13, 5) }),
		"soon-usual":        tell(soonIncident(), alert.WentSoon, at(13, 18), usual),
		"soon-no-carrier":   tell(soonIncident(), alert.WentSoon, at(13, 18), noCarrier),
		"soon-two-places":   tell(soonIncident(), alert.WentSoon, at(13, 18), twoPlaces),
		"soon-cert":         tell(soonIncident(), alert.WentSoon, at(13, 18), signal(alert.Cert, 14, 16.2)),
		"sooner":            tell(soonIncident(), alert.Sooner, at(13, 30), sooner),
		"receded":           tell(soonIncident(), alert.Receded, at(13, 50), with(func(in *alert.Incident) { in.State, in.Resolved, in.Value = alert.Quiet, at(13, 50), 0.7 })),
		"burning":           tell(burningIncident(), alert.WentBurning, at(13, 59)),
		"burning-late":      tell(burningIncident(), alert.WentBurning, at(13, 59), func(x *telling) { x.now = at(14, 20) }),
		"burning-unseen":    tell(burningIncident(), alert.WentBurning, at(13, 59), with(func(in *alert.Incident) { in.Promise = nil })),
		"burning-errors":    tell(burningIncident(), alert.WentBurning, at(13, 59), signal(alert.Errors, 0.05, 0.062)),
		"burning-cert":      tell(burningIncident(), alert.WentBurning, at(13, 59), signal(alert.Cert, 14, 13.9)),
		"burning-down":      tell(burningIncident(), alert.WentBurning, at(13, 59), down),
		"burning-over":      tell(resolvedIncident(), alert.WentBurning, at(13, 59), func(x *telling) { x.now = at(15, 0) }),
		"burning-keeps":     tell(burningIncident(), alert.KeptQuiet, at(14, 1), down, func(x *telling) { x.s.Held = []string{"Search", "Checkout"} }),
		"burning-keeps-all": tell(burningIncident(), alert.KeptQuiet, at(14, 1), down, func(x *telling) { x.s.Held = manyNames() }),
		"resolved-keeps":    tell(resolvedIncident(), alert.WentResolved, at(14, 30), down, func(x *telling) { x.s.Held = []string{"Search"} }),
		"resolved-let-go":   tell(resolvedIncident(), alert.LetGo, at(14, 31), down),
		"crowd":             tell(burningIncident(), alert.Shared, at(14, 1), down, crowded),
		"crowd-lead-over":   tell(resolvedIncident(), alert.Shared, at(14, 31), down, crowded),
		"crowd-acked":       tell(burningIncident(), alert.Acknowledged, at(14, 4), down, by, crowded, func(x *telling) { x.s.Mates[1].In.AckBy, x.s.Mates[1].In.AckAt = "Ana", at(14, 4) }),
		"crowd-over":        tell(resolvedIncident(), alert.AllOver, at(14, 35), down, crowded, crowdEnds),
		"storm":             tell(burningIncident(), alert.WentBurning, at(14, 2), down, stormy),
		"storm-over":        tell(resolvedIncident(), alert.AllOver, at(14, 35), down, stormy, crowdEnds),
		"never-passed":      tell(burningIncident(), alert.NeverPassed, at(13, 59), down, with(func(in *alert.Incident) { in.Tries = 5 })),
		"job-missed":        tell(burningIncident(), alert.WentBurning, at(13, 59), down, job),
		"job-never-heard":   tell(burningIncident(), alert.NeverPassed, at(13, 59), down, job, with(func(in *alert.Incident) { in.Why = "no ping has ever come: does the job know its address?" })),
		"job-resolved":      tell(resolvedIncident(), alert.WentResolved, at(14, 30), down, job, with(func(in *alert.Incident) { in.Good = 1 })),
		"job-closed":        tell(burningIncident(), alert.Closed, at(14, 20), closed, by, down, job),
		"burns-again":       tell(burningIncident(), alert.BurnsAgain, at(14, 12)),
		"reminded":          tell(burningIncident(), alert.Reminded, at(14, 14), urged(nil)),
		"reminded-down":     tell(burningIncident(), alert.Reminded, at(15, 14), down, urged(nil)),
		"escalated":         tell(burningIncident(), alert.Escalated, at(14, 14), urged([]string{"S0ONCALL1", "mail"})),
		"escalated-taken":   tell(burningIncident(), alert.Escalated, at(14, 14), urged([]string{"mail"}), acked),
		"demoted":           tell(alert.Incident{Limit: latency(), State: alert.Quiet, Demoted: true}, alert.Demoted, at(13, 59), demoted, rule),
		"promoted":          tell(alert.Incident{Limit: latency(), State: alert.Quiet}, alert.Promoted, at(13, 59), rule),
		"promoted-anew":     tell(alert.Incident{Limit: latency(), State: alert.Quiet}, alert.Promoted, at(13, 59), rule, func(x *telling) { x.s.Rule = alert.Record{} }),
		"resolved-late":     tell(resolvedIncident(), alert.WentResolved, at(14, 30), with(func(in *alert.Incident) { in.Escalated = at(14, 3) })),
		"flapping":          tell(burningIncident(), alert.BurnsAgain, at(14, 12), down, with(func(in *alert.Incident) { in.Turns = 14 })),
		"flapping-returned": tell(burningIncident(), alert.WentBurning, at(13, 59), down, with(func(in *alert.Incident) { in.Turns, in.Returns = 1, 2 })),
		"acknowledged":      tell(burningIncident(), alert.Acknowledged, at(14, 4), acked, by),
		"acknowledged-soon": tell(soonIncident(), alert.Acknowledged, at(13, 20), acked, by),
		"acknowledged-good": tell(burningIncident(), alert.Acknowledged, at(14, 4), acked, by, with(func(in *alert.Incident) { in.State, in.Runs, in.Good = alert.Clearing, nil, 2 })),
		"snoozed":           tell(burningIncident(), alert.Snoozed, at(14, 5), by, with(func(in *alert.Incident) { in.SnoozedUntil = at(14, 35) })),
		"closed":            tell(burningIncident(), alert.Closed, at(14, 20), closed, by, acked),
		"closed-down":       tell(burningIncident(), alert.Closed, at(14, 20), closed, by, down),
		"closed-soon":       tell(soonIncident(), alert.Closed, at(13, 50), closed, by),
		"resolved":          tell(resolvedIncident(), alert.WentResolved, at(14, 30)),
		"resolved-down":     tell(resolvedIncident(), alert.WentResolved, at(14, 30), down),
		"cannot-see":        tell(burningIncident(), alert.CannotSee, at(14, 10), with(func(in *alert.Incident) { in.Blind, in.BlindWhy = at(14, 5), "no route to host" })),
		"cannot-see-quiet":  tell(resolvedIncident(), alert.CannotSee, at(14, 50), with(func(in *alert.Incident) { in.Blind = at(14, 45) }), func(x *telling) { x.ev.Number = 0 }),
		"sees-again":        tell(burningIncident(), alert.SeesAgain, at(14, 16)),
		"sees-again-quiet":  tell(resolvedIncident(), alert.SeesAgain, at(14, 55), func(x *telling) { x.ev.Number = 0 }),
		"rule-removed":      tell(burningIncident(), alert.RuleRemoved, at(14, 20), with(func(in *alert.Incident) { in.State = alert.Unset })),
		"settled-came":      tell(burningIncident(), alert.Settled, at(13, 59), settled(alert.Came, at(13, 56))),
		"settled-averted":   tell(soonIncident(), alert.Settled, at(14, 58), settled(alert.Averted, time.Time{})),
		"settled-not-come":  tell(soonIncident(), alert.Settled, at(14, 58), settled(alert.DidNotCome, time.Time{})),
		"settled-moot":      tell(soonIncident(), alert.Settled, at(14, 58), settled(alert.Moot, time.Time{})),
	}
}

// manyNames are more journeys than a message lists, some with hostile names.
func manyNames() []string {
	names := []string{"<!channel> *bold*", strings.Repeat("long ", 200)}
	for i := range 12 {
		names = append(names, fmt.Sprintf("journey %d", i+1))
	}
	return names
}

// crowded is told with two others at its host: one that fails, one foreseen.
func crowded(x *telling) {
	x.in.Host = "shop.example"
	fails, soon := burningIncident(), soonIncident()
	fails.Limit.Signal, fails.Limit.Limit, fails.Limit.Journey, fails.Promise, fails.Number, fails.Under = alert.Availability, "availability", "search", nil, 43, 42
	soon.Number, soon.Under = 44, 42
	search := x.s.Business
	search.PerDay = impact.Exactly(900)
	x.s.Mates = []Mate{
		{"Buy a coffee", x.in, x.s.Business, Toll{Since: at(13, 56), Until: at(14, 1), Runs: slices.Repeat([]TollRun{{Failed: true}}, 5)}},
		{"Search", fails, search, Toll{Since: at(13, 54), Until: at(14, 1), Runs: slices.Repeat([]TollRun{{Failed: true}}, 7)}},
		{"<!here> *cart*", soon, impact.Business{}, Toll{}},
	}
}

// stormy is told with 30 others, 10 more before them.
func stormy(x *telling) {
	crowded(x)
	x.in.Host, x.in.Storm = "", at(13, 57)
	x.s.Mates[0].In = x.in
	for i, name := range manyNames() {
		one := x.s.Mates[1+i%2].In
		one.Number, one.Limit.Journey = int64(45+i), name
		x.s.Mates = append(x.s.Mates, Mate{name, one, x.s.Mates[1+i%2].Business, x.s.Mates[1+i%2].Toll})
	}
	x.s.Stormed = len(x.s.Mates) + 10
}

// crowdEnds lets all be over.
func crowdEnds(x *telling) {
	for i := range x.s.Mates {
		in := &x.s.Mates[i].In
		in.State, in.Resolved = alert.Quiet, at(14, 20+i%12)
	}
}

// usual is a warning that rests on the time of day.
func usual(x *telling) {
	x.in.Promise.Since, x.in.Promise.Usual, x.s.Why = time.Time{}, "as on 4 of the last 5 days of this kind", nil
}

// noCarrier is a change that all parts have a share in, after a rollback.
func noCarrier(x *telling) {
	for i := range x.s.Why.Parts {
		p := &x.s.Why.Parts[i]
		p.Phase, p.After = []string{"wait", "tls", "transfer"}[i], p.Before+150*time.Millisecond
	}
	x.s.Since, x.s.SinceAt = "rollback payments v811", at(13, 12)
}

// twoPlaces is a change that only one of two vantage points sees.
func twoPlaces(x *telling) {
	x.s.Why.Places = append(x.s.Why.Places, explain.Place{Location: "nyc", Before: 600 * time.Millisecond, After: 605 * time.Millisecond, Runs: 13})
}

func sooner(x *telling) {
	p := promise()
	p.Crossing.Earliest, p.Crossing.Expected, p.Crossing.Latest =
		float64(at(13, 36).Unix()), float64(at(13, 42).Unix()), float64(at(13, 51).Unix())
	p.Updated = at(13, 30)
	x.in.Promise, x.ev.Promise, x.in.Value = p, p, 1.31
}

func TestEveryKindOfEventReadsAsItsGoldenFile(t *testing.T) {
	seen := map[alert.EventKind]bool{}
	for name, x := range tellings() {
		seen[x.ev.Kind] = true
		m := x.message(t)
		terminal := &Terminal{}
		golden.Compare(t, "testdata/"+name+".json", string(payload(t, m)))
		golden.Compare(t, "testdata/"+name+".txt", terminal.lines(m))
	}
	for _, k := range []alert.EventKind{alert.WentSoon, alert.Sooner, alert.Receded, alert.WentBurning, alert.BurnsAgain,
		alert.WentResolved, alert.NeverPassed, alert.CannotSee, alert.SeesAgain, alert.Acknowledged, alert.Snoozed,
		alert.Closed, alert.RuleRemoved, alert.Settled, alert.Reminded, alert.Escalated,
		alert.Demoted, alert.Promoted, alert.KeptQuiet, alert.LetGo, alert.Shared, alert.AllOver} {
		if !seen[k] {
			t.Errorf("no golden file for the event %q", k)
		}
	}
}

// Nobody hears a click without an app token: the message names the command
// instead, as long as there is something to acknowledge.
func TestWithoutButtonsAMessageNamesTheCommand(t *testing.T) {
	for name, want := range map[string]bool{
		"soon": true, "burning": true, "never-passed": true, "acknowledged": false, "resolved": false,
		"receded": false, "rule-removed": false, "settled-came": false, "cannot-see-quiet": false, "closed": false,
	} {
		x := tellings()[name]
		x.s.Command = "forewarn"
		m := x.message(t)
		m.Buttons = nil
		got := payload(t, m)
		if says := bytes.Contains(got, []byte("to acknowledge: forewarn incident ack 42")); says != want {
			t.Errorf("%s names the command: %t", name, says)
		}
		if bytes.Contains(got, []byte(`"actions"`)) {
			t.Errorf("%s has buttons", name)
		}
		if name == "burning" {
			golden.Compare(t, "testdata/burning-without-buttons.json", string(got))
			golden.Compare(t, "testdata/burning-without-buttons.txt", (&Terminal{}).lines(m))
		}
	}
}

// payload is what Slack gets for m: the message, and its reply if it has one.
func payload(t testing.TB, m Message) []byte {
	t.Helper()
	all := map[string]any{"text": entities(m.Text), "metadata": metadata(m), "blocks": blocks(m, m.ID)}
	if m.Op == Follow {
		all["reply"] = reply(m, m.ID)
	}
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(all); err != nil {
		t.Fatal(err)
	}
	return text.Bytes()
}
