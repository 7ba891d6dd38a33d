package agent

import (
	"math"
	"slices"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/probes"
)

// watcher shows the results of one journey to the watcher of one limit.
type watcher struct {
	limit alert.Limit
	of    *alert.Watcher
}

func newWatcher(l alert.Limit, zone *time.Location) *watcher {
	return &watcher{l, alert.NewWatcher(l, zone)}
}

// look is the evidence of one result. The same results in the same order
// give the same evidence, from the network or from the database.
func (w *watcher) look(r probes.Result) alert.Evidence { return w.of.Look(reading(r, w.limit)) }

// learn takes a result of the past; see [alert.Watcher.Learn].
func (w *watcher) learn(r probes.Result) { w.of.Learn(reading(r, w.limit)) }

// reading is r as limit l sees it. Times are cut to the millisecond and
// durations to the microsecond, as the database keeps them.
func reading(r probes.Result, l alert.Limit) alert.Reading {
	seen := alert.Reading{
		At:          r.Start.Round(0).Truncate(time.Millisecond),
		Passed:      r.Verdict.Good(),
		Unknown:     r.Verdict == probes.Unknown,
		Extra:       r.Confirm,
		Failed:      failed(r, l.Step),
		Value:       math.NaN(),
		Maintenance: r.Maintenance,
	}
	switch l.Signal {
	case alert.Latency:
		if took, atLeast, ok := r.Latency(l.Step); ok {
			seen.Value, seen.AtLeast = took.Truncate(time.Microsecond).Seconds(), atLeast
		}
	case alert.Cert:
		if left, ok := r.CertDays(l.Step); ok {
			seen.Value = left
		}
	}
	switch r.Verdict {
	case probes.Failed:
		seen.FailedAt, seen.Why = r.Step, r.Why()
	case probes.Unknown:
		seen.Why = r.Why() // for whom it is told to that we cannot see
	}
	return seen
}

// failed reports whether the run failed, or the named step of it.
func failed(r probes.Result, step string) bool {
	if step == "" {
		return r.Verdict == probes.Failed
	}
	return slices.ContainsFunc(r.Steps, func(s probes.StepResult) bool {
		return s.Name == step && s.Verdict == probes.Failed
	})
}
