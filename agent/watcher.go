package agent

import (
	"math"
	"slices"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/predict"
	"github.com/forewarn/forewarn/probes"
)

// watcher turns the results of one journey into the evidence for one limit.
// It keeps the series' state; the same results in the same order always give
// the same evidence, whether they come from the network or from the database.
type watcher struct {
	limit    alert.Limit
	tracker  *predict.Tracker // nil where nothing is forecast
	outcomes []outcome        // of an Errors limit: the runs of its window, oldest first
}

type outcome struct {
	at     time.Time
	failed bool
}

func newWatcher(l alert.Limit, zone *time.Location) *watcher {
	w := &watcher{limit: l}
	if l.Ahead > 0 && (l.Signal == alert.Latency || l.Signal == alert.Errors) {
		w.tracker = predict.NewTracker(rule(l, zone))
	}
	return w
}

// rule translates a limit into what the forecast needs to know of it.
func rule(l alert.Limit, zone *time.Location) predict.Rule {
	stats := map[string]predict.Stat{
		"p50": predict.Median, "mean": predict.Mean, "p90": predict.P90, "p95": predict.P95, "ratio": predict.Ratio,
	}
	return predict.Rule{
		Stat:       stats[l.Stat],
		Window:     l.Window.Seconds(),
		MinSamples: 3,
		Limit:      l.Value,
		Below:      l.Below,
		Ahead:      l.Ahead.Seconds(),
		Sustain:    (time.Duration(l.Confirm.Of) * l.Every).Seconds(),
		Interval:   l.Every.Seconds(),
		Zone:       zone,
	}
}

// look reads one result. Times are cut to the millisecond and durations to
// the microsecond, as the database keeps them, so that a replay sees the same.
func (w *watcher) look(r probes.Result) alert.Evidence {
	ev := alert.Evidence{
		At:          r.Start.Round(0).Truncate(time.Millisecond),
		Value:       math.NaN(),
		Passed:      r.Verdict == probes.Passed,
		Maintenance: r.Maintenance,
	}
	if r.Verdict == probes.Unknown {
		ev.Run = alert.RunUnknown
	} else if !r.Confirm {
		w.read(r, &ev)
	}
	if r.Verdict == probes.Failed {
		ev.FailedAt = r.Step
		if r.Failure != nil {
			ev.Why = r.Failure.Message
		}
	}
	if w.tracker != nil {
		ev.Forecast = w.tracker.Forecast(seconds(ev.At))
	} else {
		ev.Forecast.Silence = predict.NoData
	}
	return ev
}

// read takes from a run that counts what it says of this limit.
func (w *watcher) read(r probes.Result, ev *alert.Evidence) {
	switch w.limit.Signal {
	case alert.Availability:
		failed := r.Verdict == probes.Failed
		ev.Value = share(failed)
		ev.Run = over(failed)
	case alert.Latency:
		latency, atLeast, ok := r.Latency(w.limit.Step)
		if !ok {
			return
		}
		ev.Value, ev.AtLeast = latency.Truncate(time.Microsecond).Seconds(), atLeast
		ev.Run = over(ev.Value > w.limit.Value)
		w.observe(predict.Sample{At: seconds(ev.At), Value: ev.Value, AtLeast: atLeast}, ev)
	case alert.Errors:
		failed := r.Verdict == probes.Failed
		if w.limit.Step != "" {
			failed = stepFailed(r, w.limit.Step)
		}
		ev.Value = w.failing(outcome{ev.At, failed})
		ev.Run = over(ev.Value > w.limit.Value)
		w.observe(predict.Sample{At: seconds(ev.At), Bad: share(failed), Total: 1}, ev)
	case alert.Cert:
		left, ok := r.CertDays(w.limit.Step)
		if !ok {
			return
		}
		ev.Value = left
		ev.Run = over(left < w.limit.Value)
	}
}

// observe feeds the trend, unless the run took place in a maintenance window.
func (w *watcher) observe(s predict.Sample, ev *alert.Evidence) {
	if w.tracker != nil && !ev.Maintenance {
		w.tracker.Observe(s)
	}
}

// failing is the share of failed runs in the limit's window, this one
// included. A window that is not full yet counts its missing runs as passed:
// one failure in the first run is not a rate of 100 %.
func (w *watcher) failing(o outcome) float64 {
	w.outcomes = append(w.outcomes, o)
	start := o.at.Add(-w.limit.Window)
	first := 0
	for first < len(w.outcomes) && !w.outcomes[first].at.After(start) {
		first++
	}
	w.outcomes = append(w.outcomes[:0], w.outcomes[first:]...)
	bad := 0
	for _, o := range w.outcomes {
		if o.failed {
			bad++
		}
	}
	full := int(w.limit.Window / w.limit.Every)
	return float64(bad) / float64(max(full, len(w.outcomes)))
}

func stepFailed(r probes.Result, name string) bool {
	return slices.ContainsFunc(r.Steps, func(s probes.StepResult) bool {
		return s.Name == name && s.Verdict == probes.Failed
	})
}

func over(yes bool) alert.RunKind {
	if yes {
		return alert.RunOver
	}
	return alert.RunUnder
}

func share(failed bool) float64 {
	if failed {
		return 1
	}
	return 0
}

func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }
