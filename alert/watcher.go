package alert

import (
	"math"
	"time"

	"github.com/forewarn/forewarn/predict"
)

// Reading is one run as one limit sees it, not judged yet.
type Reading struct {
	At          time.Time
	Passed      bool    // the whole run passed
	Unknown     bool    // our own fault, or the run is missing
	Extra       bool    // confirms a failed run, beside the schedule: it counts for availability alone
	Failed      bool    // the run, or the limit's step, failed
	Value       float64 // latency in seconds, days left; NaN if the run has none
	AtLeast     bool    // Value is a lower bound: a timeout
	FailedAt    string
	Why         string
	Maintenance bool
}

// Watcher turns the runs of one journey into the evidence for one limit, with
// what the trend says. It is the same for live runs, replayed history and
// scenarios: the same readings in the same order give the same evidence.
// It is not safe for concurrent use.
type Watcher struct {
	limit   Limit
	tracker *predict.Tracker // nil where nothing is forecast
	widened float64          // factor on its intervals
	window  []Reading        // of an Errors limit, oldest first
}

// NewWatcher returns a watcher of l that has seen nothing. Daily profiles are
// in zone; nil is UTC.
func NewWatcher(l Limit, zone *time.Location) *Watcher {
	w := &Watcher{limit: l, widened: 1}
	if l.Forecasts() {
		w.tracker = predict.NewTracker(l.Rule(zone))
	}
	return w
}

// Rule is what a forecast has to know of l. Figures are forecast from 3 runs
// on; a crossing shorter than Confirm.Of runs is none.
func (l Limit) Rule(zone *time.Location) predict.Rule {
	const fewest = 3
	return predict.Rule{
		Stat: l.stat(), Window: l.Window.Seconds(), MinSamples: fewest,
		Limit: l.Value, Below: l.Below, Ahead: l.Ahead.Seconds(),
		Sustain:  (time.Duration(l.Confirm.plain().Of) * l.interval()).Seconds(),
		Interval: l.interval().Seconds(), Zone: zone,
	}
}

func (l Limit) stat() predict.Stat {
	switch l.Stat {
	case "mean":
		return predict.Mean
	case "p90":
		return predict.P90
	case "p95":
		return predict.P95
	case "ratio":
		return predict.Ratio
	}
	return predict.Median
}

// Calibrate stretches the intervals of the forecasts to come by a factor, as
// [Ledger.Widen] finds it.
func (w *Watcher) Calibrate(factor float64) {
	if w.tracker != nil {
		w.widened = factor
		w.tracker.Calibrate(factor)
	}
}

// Look is the evidence of one more run. Readings come in order of time.
func (w *Watcher) Look(r Reading) Evidence {
	ev := Evidence{At: r.At, Value: math.NaN(), Passed: r.Passed && !r.Extra, FailedAt: r.FailedAt, Why: r.Why, Maintenance: r.Maintenance}
	switch {
	case r.Unknown:
		ev.Run = RunUnknown
	case !r.Extra || w.limit.Signal == Availability:
		w.judge(r, &ev)
	}
	ev.Forecast.Silence = predict.NoData
	if w.tracker != nil {
		if sample, ok := w.sample(r); ok {
			w.tracker.Observe(sample)
		}
		ev.Forecast, ev.Widened = w.tracker.Forecast(seconds(r.At)), w.widened
	}
	return ev
}

// Learn takes one more run of the past, of which nobody asks what it said.
// All evidence from then on is as if it had been looked at, at a small part of
// the cost.
func (w *Watcher) Learn(r Reading) {
	if w.limit.Signal == Errors && !r.Unknown && !r.Extra {
		w.share(r)
	}
	if sample, ok := w.sample(r); ok && w.tracker != nil {
		w.tracker.Learn(sample)
	}
}

// sample is what r adds to the trend, if it does: runs in maintenance stay out.
func (w *Watcher) sample(r Reading) (s predict.Sample, ok bool) {
	if r.Unknown || r.Extra || r.Maintenance {
		return s, false
	}
	s = predict.Sample{At: seconds(r.At), Value: r.Value, AtLeast: r.AtLeast}
	if w.limit.Signal == Errors {
		return predict.Sample{At: s.At, Bad: count(r.Failed), Total: 1}, true
	}
	return s, !math.IsNaN(r.Value)
}

// judge takes from a run that counts what it says of the limit.
func (w *Watcher) judge(r Reading, ev *Evidence) {
	switch w.limit.Signal {
	case Availability:
		ev.Run = runKind(r.Failed)
		return
	case Errors:
		ev.Value = w.share(r)
	default:
		ev.Value, ev.AtLeast = r.Value, r.AtLeast
	}
	if !math.IsNaN(ev.Value) {
		ev.Run = w.limit.Judge(ev.Value, ev.AtLeast)
	}
}

// share is the share of failed runs in the limit's window, this one included.
// A window that is not full yet counts what it lacks as passed: one failure in
// the first run is not a rate of 100 %. Maintenance stays out of the window.
func (w *Watcher) share(r Reading) float64 {
	if !r.Maintenance {
		w.window = append(w.window, r)
	}
	for len(w.window) > 0 && !w.window[0].At.After(r.At.Add(-w.limit.Window)) {
		w.window = w.window[1:]
	}
	var failed float64
	for _, old := range w.window {
		failed += count(old.Failed)
	}
	full := int(w.limit.Window / w.limit.interval())
	return failed / float64(max(1, full, len(w.window)))
}

func runKind(over bool) RunKind {
	if over {
		return RunOver
	}
	return RunUnder
}

func count(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// seconds is t in unix seconds, to the millisecond: as the database keeps it.
func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }
