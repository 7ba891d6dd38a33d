package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/forewarn/forewarn/probes"
)

// runReport is one run as `once --json` prints it. Durations are in
// microseconds; what did not happen is left out, never 0.
type runReport struct {
	Journey  string          `json:"journey"`
	Location string          `json:"location,omitempty"`
	Start    time.Time       `json:"start"`
	Verdict  string          `json:"verdict"`
	Duration *int64          `json:"duration_us,omitempty"`
	TimedOut bool            `json:"timed_out,omitempty"`
	Late     *int64          `json:"late_us,omitempty"` // start minus due, of a scheduled run
	Lag      *int64          `json:"lag_us,omitempty"`  // our own timers came so late meanwhile
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

// reportRuns writes runs as one JSON array.
func reportRuns(w io.Writer, results []probes.Result) error {
	reports := []runReport{}
	for _, r := range results {
		reports = append(reports, newRunReport(r))
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(reports); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

func newRunReport(r probes.Result) runReport {
	report := runReport{
		Journey: r.Journey, Location: r.Location, Start: r.Start.UTC(),
		Verdict: r.Verdict.String(), TimedOut: r.TimedOut, Failure: newFailureReport(r.Step, r.Failure),
		Steps: []stepReport{},
	}
	if took, _, ok := r.Latency(""); ok {
		report.Duration = microseconds(took)
	}
	if !r.Due.IsZero() {
		report.Late = microseconds(r.Start.Sub(r.Due))
	}
	if r.Lag > 0 {
		report.Lag = microseconds(r.Lag)
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

func microseconds(d time.Duration) *int64 {
	us := d.Microseconds()
	return &us
}

// printRun writes one run for a reader: a line per step, then why it failed.
func printRun(w io.Writer, r probes.Result) {
	fmt.Fprintf(w, "%s %s%s\n", mark(r.Verdict), r.Journey, headline(r))
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, s := range r.Steps {
		fmt.Fprintf(table, "  %s %s\t%s\t%s\t%s\n", mark(s.Verdict), s.Name, stepStatus(s), stepTime(s), stepStory(s))
	}
	_ = table.Flush() // the writer behind it reports its own errors
	for _, s := range r.Steps {
		for i, a := range s.Attempts {
			fmt.Fprintf(w, "\n  %s, attempt %d in %s: %s\n", s.Name, i+1, short(a.Duration), a.Failure.Message)
		}
		if s.Failure != nil && s.Verdict != probes.Skipped {
			fmt.Fprintf(w, "\n  %s%s: %s\n", s.Name, role(s), s.Failure.Message)
			if s.Failure.Evidence != "" {
				fmt.Fprintln(w, indent(s.Failure.Evidence, "    "))
			}
		}
	}
}

func headline(r probes.Result) string {
	if took, _, ok := r.Latency(""); ok && (r.Verdict.Good() || r.TimedOut) {
		return "  " + r.Verdict.String() + " in " + short(took)
	}
	return "  " + r.Verdict.String()
}

// role tells of a step whose failure is not that of the way itself.
func role(s probes.StepResult) string {
	switch {
	case s.Always:
		return ", the cleanup"
	case s.Optional:
		return ", optional"
	}
	return ""
}

func stepStatus(s probes.StepResult) string {
	switch {
	case s.Status > 0:
		return fmt.Sprint(s.Status)
	case s.Verdict == probes.Skipped:
		return "skipped"
	default:
		return "-"
	}
}

func stepTime(s probes.StepResult) string {
	if len(s.Hops) == 0 {
		return "-"
	}
	return short(s.Took())
}

// stepStory is where the time of a step went, or why it made no request.
func stepStory(s probes.StepResult) string {
	if len(s.Hops) == 0 && s.Failure != nil {
		return s.Failure.Message
	}
	story := phaseList(s.Spent())
	switch n := len(s.Attempts) + 1; {
	case s.Polled:
		story += fmt.Sprintf(", poll %d", n)
	case n > 1:
		story += fmt.Sprintf(", %d attempts", n)
	}
	return story
}

// phaseList names the phases that took part, in order.
func phaseList(p probes.Phases) string {
	var parts []string
	add := func(name string, d time.Duration) {
		if d > 0 {
			parts = append(parts, name+" "+short(d))
		}
	}
	add("resolve", p.Resolve)
	add("connect", p.Connect)
	add("tls", p.TLS)
	add("wait", p.Wait)
	add("transfer", p.Transfer)
	return strings.Join(parts, ", ")
}

func mark(v probes.Verdict) string {
	switch v {
	case probes.Passed, probes.PassedOnRetry:
		return "✓"
	case probes.Failed:
		return "✗"
	case probes.Skipped:
		return "-"
	default:
		return "?"
	}
}

// short is a duration with about three digits.
func short(d time.Duration) string {
	switch {
	case d >= time.Minute:
		return d.Round(time.Second).String()
	case d >= 10*time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d >= time.Second:
		return fmt.Sprintf("%.2f s", d.Seconds())
	case d >= 10*time.Millisecond:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	default:
		return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000)
	}
}

// indent puts prefix before every line that is not empty.
func indent(text, prefix string) string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	for i, line := range lines {
		if line != "" {
			lines[i] = prefix + line
		}
	}
	return strings.Join(lines, "\n")
}
