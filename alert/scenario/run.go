package scenario

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/predict"
)

// Options are what a scenario is run against.
type Options struct {
	Limits []alert.Limit  // of the configuration; a scenario picks those of its journey
	Zone   *time.Location // of daily profiles, where the scenario names none; nil is UTC
}

// Run runs s through the code of the agent, without network, disk or clock:
// the same scenario always gives the same report. The error says which limit
// cannot be had.
func Run(s Scenario, o Options) (Report, error) {
	s = s.within(o)
	limits, err := limitsOf(s, o.Limits)
	var ledger alert.Ledger
	if err == nil {
		ledger, err = s.ledger(limits)
	}
	if err != nil {
		return Report{}, &SyntaxError{File: s.File, Line: s.Line, Source: "scenario " + s.Name, Message: err.Error()}
	}
	r := runner{s: s, ledger: ledger, noise: rand.New(rand.NewPCG(s.Seed, 0)), report: Report{Scenario: s}}
	for _, l := range limits {
		r.watched = append(r.watched, &watched{limit: l, watcher: alert.NewWatcher(l, s.Zone)})
	}
	if s.script {
		r.script = &script{silence: predict.Flat} // until the scenario says otherwise
	}
	for i := range s.length() {
		r.slot(i)
	}
	r.happen(math.MaxInt64)
	r.report.compare()
	return r.report, nil
}

// within is s with all that it leaves to the configuration.
func (s Scenario) within(o Options) Scenario {
	if s.Zone == nil && o.Zone != nil {
		s.Zone, s.Start = o.Zone, inZone(s.Start, o.Zone)
	}
	for _, l := range o.Limits {
		if s.Every == 0 && l.Journey == s.Journey {
			s.Every = l.Every
		}
	}
	if s.Every == 0 {
		s.Every = time.Minute
	}
	return s
}

// runner is a Run under way.
type runner struct {
	s       Scenario
	noise   *rand.Rand
	watched []*watched // availability first
	numbers int64      // of incidents
	done    int        // happenings that are over
	now     time.Duration
	report  Report
	ledger  alert.Ledger // what became of forecasts

	maintenance, stopped time.Duration // until
	parent               alert.Holder  // what it depends on burns, or did last
	burns                time.Duration // until
	deployed             bool          // since the last run
	script               *script       // of the forecast; nil is the real trend
}

// watched is one limit with what is known of it.
type watched struct {
	limit    alert.Limit
	watcher  *alert.Watcher
	readings []alert.Reading // for a restart
	in       alert.Incident
	removed  bool
}

// script is a forecast that the scenario gives itself.
type script struct {
	crossing [3]time.Duration
	silence  predict.Silence
	looks    int // since it is given: as many bins agree
}

// slot is the time at which run i is due.
func (r *runner) slot(i int) {
	due := time.Duration(i) * r.s.Every
	r.happen(due)
	r.now = due
	if due < r.stopped {
		return
	}
	if r.script != nil {
		r.script.looks++
	}
	run, held := r.draw(i), false
	past := r.ledger.Before(r.clock())
	for _, w := range r.watched {
		if w.removed {
			continue
		}
		reading := r.reading(i, run, w.limit)
		w.readings = append(w.readings, reading)
		w.watcher.Calibrate(past.Widen())
		ev := w.watcher.Look(reading)
		if due < r.burns {
			ev.HeldBy = r.parent
		}
		ev.Held, ev.Changed, ev.Demoted = held, r.deployed, past.Of(w.limit).Record().Demoted(ev.At)
		r.scripted(&ev, w.limit)
		in, events, why := alert.Decide(w.in, ev, w.limit)
		r.keep(w, in, events, why, run.text)
		held = held || w.limit.Signal == alert.Availability && w.in.Burns()
	}
	r.deployed = false
}

// happen does what happens until a time, that time included.
func (r *runner) happen(until time.Duration) {
	for ; r.done < len(r.s.when) && r.s.when[r.done].at <= until; r.done++ {
		h := r.s.when[r.done]
		r.now = h.at
		r.report.note(h)
		h.do(r)
	}
}

func (r *runner) scripted(ev *alert.Evidence, l alert.Limit) {
	if r.script == nil || l.Ahead <= 0 {
		return
	}
	at := func(i int) float64 { return float64(r.s.Start.Add(r.script.crossing[i]).UnixMilli()) / 1000 }
	ev.Forecast, ev.Widened = predict.Forecast{Silence: r.script.silence}, 1
	if r.script.silence == predict.None {
		ev.Forecast.Agree = r.script.looks
		ev.Forecast.Crossing = predict.Crossing{Earliest: at(0), Expected: at(1), Latest: at(2)}
	}
}

// keep keeps what was decided as a store does: as JSON, and numbered.
func (r *runner) keep(w *watched, in alert.Incident, events []alert.Event, why alert.Reason, input string) {
	if in.Open() && in.Number == 0 {
		r.numbers++
		in.Number = r.numbers
		for i := range events {
			events[i].Number = max(events[i].Number, in.Number)
		}
	}
	w.in = in
	r.learn(w, events)
	r.report.add(Look{At: r.now, Input: input, Limit: w.limit.Limit, State: in.State, Events: events, Reason: why})
}

// restart ends the agent and starts it again: incidents come back from what
// was stored, series from the readings.
func (r *runner) restart() {
	for _, w := range r.watched {
		stored, err := json.Marshal(w.in)
		w.in = alert.Incident{}
		if err == nil {
			err = json.Unmarshal(stored, &w.in)
		}
		if err != nil {
			r.report.problem(r.now, 0, "an incident cannot be stored: "+err.Error())
		}
		w.watch(w.limit, r.s.Zone)
	}
}

// watch begins anew with l, from the readings so far.
func (w *watched) watch(l alert.Limit, zone *time.Location) {
	w.limit, w.watcher = l, alert.NewWatcher(l, zone)
	for _, reading := range w.readings {
		w.watcher.Learn(reading)
	}
}

func (r *runner) clock() time.Time { return r.s.Start.Add(r.now) }

// acted keeps what was done by hand to the open incidents, or to the first
// limit if none is open.
func (r *runner) acted(do func(alert.Incident) (alert.Incident, []alert.Event, alert.Reason), all bool) {
	on := slices.DeleteFunc(slices.Clone(r.watched), func(w *watched) bool { return !all && !w.in.Open() })
	if len(on) == 0 {
		on = r.watched[:1]
	}
	for _, w := range on {
		in, events, why := do(w.in)
		r.keep(w, in, events, why, "")
	}
}
