package cli

import (
	"io"
	"time"

	"github.com/forewarn/forewarn/probes"
)

// roundReport is one round as --format json writes it. Durations are in
// microseconds; what did not happen is left out, never 0. docs/ci.md tells
// what each key means; a key that is there now stays as long as Version does.
type roundReport struct {
	Version  int         `json:"version"`
	Forewarn string      `json:"forewarn"`
	Location string      `json:"location"`
	Start    time.Time   `json:"start"`
	Took     int64       `json:"took_us"`
	ExitCode int         `json:"exit_code"`
	Runs     []runReport `json:"runs"`
}

type runReport struct {
	Journey  string          `json:"journey"`
	Title    string          `json:"title"`
	Tags     []string        `json:"tags,omitempty"`
	Start    *time.Time      `json:"start,omitempty"`
	Verdict  string          `json:"verdict"`
	Duration *int64          `json:"duration_us,omitempty"`
	TimedOut bool            `json:"timed_out,omitempty"`
	Lag      *int64          `json:"lag_us,omitempty"`    // our own timers came so late meanwhile
	Waited   *int64          `json:"waited_us,omitempty"` // for its turn, at a lock or a host; in no latency
	Failure  *failureReport  `json:"failure,omitempty"`
	Cleanup  []failureReport `json:"cleanup_failures,omitempty"` // beside failure
	Steps    []stepReport    `json:"steps"`
}

type stepReport struct {
	Name     string          `json:"name"`
	Verdict  string          `json:"verdict"`
	Always   bool            `json:"always,omitempty"`
	Optional bool            `json:"optional,omitempty"`
	Polled   bool            `json:"polled,omitempty"`
	Attempts []attemptReport `json:"attempts,omitempty"` // before the one that all below is of
	Duration *int64          `json:"duration_us,omitempty"`
	Phases   *phaseReport    `json:"phases,omitempty"`
	Reused   *bool           `json:"reused,omitempty"`
	Status   int             `json:"status,omitempty"`
	Bytes    *int64          `json:"bytes,omitempty"`
	Cut      bool            `json:"body_cut,omitempty"`
	Proto    string          `json:"proto,omitempty"`
	Hops     []hopReport     `json:"hops,omitempty"`
	Failure  *failureReport  `json:"failure,omitempty"`
}

type attemptReport struct {
	Start    time.Time      `json:"start"`
	Duration int64          `json:"duration_us"`
	Phases   phaseReport    `json:"phases"`
	Reused   bool           `json:"reused"`
	TimedOut bool           `json:"timed_out,omitempty"`
	Status   int            `json:"status,omitempty"`
	Failure  *failureReport `json:"failure,omitempty"`
}

type hopReport struct {
	Method   string      `json:"method"`
	URL      string      `json:"url"`
	Status   int         `json:"status,omitempty"`
	Addr     string      `json:"addr,omitempty"`
	Reused   bool        `json:"reused"`
	Duration int64       `json:"duration_us"`
	Phases   phaseReport `json:"phases"`
}

type phaseReport struct {
	Resolve  int64 `json:"resolve_us"`
	Connect  int64 `json:"connect_us"`
	TLS      int64 `json:"tls_us"`
	Wait     int64 `json:"wait_us"`
	Transfer int64 `json:"transfer_us"`
}

type failureReport struct {
	Step     string `json:"step,omitempty"`
	Kind     string `json:"kind"`
	Phase    string `json:"phase,omitempty"`
	Message  string `json:"message"`
	Evidence string `json:"evidence,omitempty"`
}

// writeRuns writes a round as one JSON object.
func writeRuns(w io.Writer, r round) error {
	report := roundReport{
		Version: 1, Forewarn: programVersion(), Location: r.location, Start: r.start.UTC(),
		Took: r.took.Microseconds(), ExitCode: r.code, Runs: []runReport{},
	}
	for _, run := range r.runs {
		report.Runs = append(report.Runs, newRunReport(run))
	}
	return writeJSON(w, report)
}

func newRunReport(run walked) runReport {
	r := run.result
	report := runReport{
		Journey: r.Journey, Title: run.journey.Title, Tags: run.journey.Tags,
		Verdict: r.Verdict.String(), TimedOut: r.TimedOut, Failure: newFailureReport(r.Step, r.Failure),
		Steps: []stepReport{},
	}
	if start := r.Start.UTC(); !start.IsZero() {
		report.Start = &start
	}
	if took, _, ok := r.Latency(""); ok {
		report.Duration = microseconds(took)
	}
	if r.Lag > 0 {
		report.Lag = microseconds(r.Lag)
	}
	if r.Waited > 0 {
		report.Waited = microseconds(r.Waited)
	}
	for _, s := range r.Cleanup() {
		report.Cleanup = append(report.Cleanup, *newFailureReport(s.Name, s.Failure))
	}
	for _, s := range r.Steps {
		report.Steps = append(report.Steps, newStepReport(s))
	}
	return report
}

func newStepReport(s probes.StepResult) stepReport {
	report := stepReport{
		Name: s.Name, Verdict: s.Verdict.String(), Always: s.Always, Optional: s.Optional, Polled: s.Polled, Status: s.Status,
		Cut: s.Cut, Proto: s.Proto, Failure: newFailureReport("", s.Failure),
	}
	if len(s.Hops) > 0 {
		phases := newPhaseReport(s.Phases)
		report.Duration, report.Phases, report.Reused = microseconds(s.Duration), &phases, &s.Reused
	}
	for _, a := range s.Attempts {
		report.Attempts = append(report.Attempts, attemptReport{
			a.Start.UTC(), a.Duration.Microseconds(), newPhaseReport(a.Phases), a.Reused, a.TimedOut, a.Status, newFailureReport("", a.Failure),
		})
	}
	if s.Status > 0 {
		report.Bytes = &s.Bytes
	}
	for _, h := range s.Hops {
		report.Hops = append(report.Hops, hopReport{
			Method: h.Method, URL: h.URL, Status: h.Status, Addr: h.Addr, Reused: h.Reused,
			Duration: h.Elapsed.Microseconds(), Phases: newPhaseReport(h.Phases),
		})
	}
	return report
}

func newPhaseReport(p probes.Phases) phaseReport {
	return phaseReport{
		p.Resolve.Microseconds(), p.Connect.Microseconds(), p.TLS.Microseconds(),
		p.Wait.Microseconds(), p.Transfer.Microseconds(),
	}
}

func newFailureReport(step string, f *probes.Failure) *failureReport {
	if f == nil {
		return nil
	}
	return &failureReport{step, string(f.Kind), f.Phase, f.Message, f.Evidence}
}
