package probes

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

// How much a transcript tells, in bytes: the sums of its parts stay below
// 64 kB. The step that decided the run has more room than the others.
const (
	maxSummary = 8 << 10
	maxDecider = 24 << 10
	maxOthers  = 31 << 10 // together
	maxBody    = 2 << 10
	maxLine    = 500
	maxHeaders = 40 // lines of one message
)

// Transcript tells one run in full: what was sent, what came, how long it
// took, what was expected. It holds what it tells until it is dropped; the
// text is made when it is asked for.
type Transcript struct {
	result  Result
	records []record
	redact  *Redactor
}

func (r *run) transcript() Transcript { return Transcript{r.result, r.records, r.redact} }

// String is the transcript as lines of text, without secrets and never longer
// than 64 kB. Values of cookies and of headers that give access are masked.
func (t Transcript) String() string {
	if t.result.Start.IsZero() {
		return ""
	}
	parts := []string{clip(t.summary(), maxSummary)}
	for _, rec := range t.records {
		room := maxOthers / len(t.records)
		if rec.result.Name == t.result.Step {
			room = maxDecider
		}
		parts = append(parts, clip(t.step(rec), room))
	}
	return strings.Join(parts, "\n")
}

// scroll is a text that grows by lines fit to be shown.
type scroll struct {
	strings.Builder
	redact *Redactor
}

func (s *scroll) line(format string, values ...any) {
	s.WriteString(clip(printable(s.redact.String(fmt.Sprintf(format, values...))), maxLine))
	s.WriteByte('\n')
}

func (t Transcript) summary() string {
	s := &scroll{redact: t.redact}
	s.line("journey %s: %s%s%s", t.result.Journey, t.result.Verdict, t.where(), t.took())
	s.line("  started %s%s%s", t.result.Start.UTC().Format("2006-01-02 15:04:05.000 UTC"), t.late(), t.from())
	if waited := t.result.Waited; waited > 0 {
		s.line("  waited %s for its turn, which is in no latency", round(waited))
	}
	if lag := t.result.Lag; lag >= worthTelling {
		s.line("  this machine's own timers came up to %s late meanwhile", round(lag))
	}
	for _, step := range t.result.Steps {
		s.line("  %s", outcome(step))
	}
	if len(t.records) == 0 || t.result.Step == "" {
		s.failure(t.result.Failure)
	}
	return s.String()
}

func (t Transcript) where() string {
	if t.result.Step == "" {
		return ""
	}
	return " at step " + t.result.Step
}

func (t Transcript) took() string {
	took, atLeast, ok := t.result.Latency("")
	switch {
	case !ok:
		return ""
	case atLeast:
		return " after more than " + round(took)
	}
	return " in " + round(took)
}

func (t Transcript) late() string {
	if t.result.Due.IsZero() {
		return ""
	}
	return ", " + round(t.result.Start.Sub(t.result.Due)) + " after it was due"
}

func (t Transcript) from() string {
	if t.result.Location == "" {
		return ""
	}
	return ", from " + t.result.Location
}

// outcome is one step in one line.
func outcome(s StepResult) string {
	line := fmt.Sprintf("%-8s %s", s.Verdict, s.Name)
	switch {
	case s.Always:
		line += ", the cleanup"
	case s.Optional:
		line += ", optional"
	}
	if len(s.Hops) > 0 {
		line += fmt.Sprintf(" (%s%s)", round(s.Took()), attemptCount(s))
	}
	if s.Failure != nil {
		line += ": " + s.Failure.Message
	}
	return line
}

// attemptCount is how often the step's request was sent, if more than once.
func attemptCount(s StepResult) string {
	switch {
	case len(s.Attempts) == 0:
		return ""
	case s.Polled:
		return fmt.Sprintf(", the last of %d polls", len(s.Attempts)+1)
	}
	return fmt.Sprintf(" in %d attempts", len(s.Attempts)+1)
}

func (t Transcript) step(rec record) string {
	s := &scroll{redact: t.redact}
	s.line("--- %s: %s", rec.result.Name, rec.result.Verdict)
	if rec.result.Verdict == Skipped {
		s.line("%s", rec.result.Failure.Message)
		return s.String()
	}
	for i, earlier := range rec.result.Attempts {
		s.attempt(i+1, earlier.Start.Sub(t.result.Start), earlier.Status, earlier.Duration)
		s.failure(earlier.Failure)
		s.try(rec.tries[i])
	}
	if last := rec.result; len(last.Attempts) > 0 && len(last.Hops) > 0 {
		s.attempt(len(last.Attempts)+1, last.Start.Sub(t.result.Start), last.Status, last.Duration)
	}
	s.failure(rec.result.Failure)
	s.try(try{rec.hops, rec.notes})
	return s.String()
}

// attempt begins what is told of one of several requests of a step.
func (s *scroll) attempt(n int, after time.Duration, status int, took time.Duration) {
	came := "no response"
	if status > 0 {
		came = fmt.Sprintf("status %d", status)
	}
	s.line("attempt %d, %s after the run began: %s in %s", n, round(after), came, round(took))
}

// try tells what was sent, what came and what was expected of it.
func (s *scroll) try(t try) {
	for _, n := range t.notes {
		s.line("%-4s %s", n.mark, n.text)
	}
	for i, h := range t.hops {
		s.hop(h, i == len(t.hops)-1)
	}
}

// hop tells one request and its answer; the body only of the last one.
func (s *scroll) hop(h hop, last bool) {
	s.line("> %s %s", h.Method, h.URL)
	s.header("> ", h.header)
	s.body("> ", h.body)
	if h.Status > 0 {
		s.line("< %s %d %s", h.answer.proto, h.Status, http.StatusText(h.Status))
		s.header("< ", h.answer.header)
	}
	if last {
		s.body("< ", string(h.answer.text()))
		if h.answer.cut {
			s.line("< (the body is longer than what was read, %s)", bytesText(int64(len(h.answer.body))))
		}
	}
	s.line("%s", timing(h.Hop))
}

func timing(h Hop) string {
	var parts []string
	for p := resolving; p <= transferring; p++ {
		if d := *h.Phases.at(p); d > 0 {
			parts = append(parts, p.String()+" "+round(d))
		}
	}
	line := fmt.Sprintf("time %s = %s", round(h.Elapsed), strings.Join(parts, " + "))
	if h.Addr != "" {
		line += ", to " + h.Addr
	}
	if h.Reused {
		line += " (same connection)"
	}
	return line
}

func (s *scroll) header(mark string, header http.Header) {
	names := make([]string, 0, len(header))
	for name := range header {
		names = append(names, name)
	}
	slices.Sort(names)
	told := 0
	for _, name := range names {
		for _, value := range header[name] {
			if told++; told > maxHeaders {
				s.line("%s…", mark)
				return
			}
			s.line("%s%s: %s", mark, name, masked(name, value))
		}
	}
}

// body shows the beginning of a body, line by line.
func (s *scroll) body(mark, body string) {
	if body == "" {
		return
	}
	if strings.ContainsRune(body, 0) {
		s.line("%s(%s that are no text)", mark, bytesText(int64(len(body))))
		return
	}
	s.line("%s", strings.TrimSpace(mark))
	seen := body[:min(len(body), s.redact.reach(maxBody))]
	shown := printable(s.redact.prefix(seen, maxBody))
	for line := range strings.Lines(shown) {
		s.line("%s%s", mark, strings.TrimSuffix(line, "\n"))
	}
	if len(body) > maxBody {
		s.line("%s… (%s)", mark, bytesText(int64(len(body))))
	}
}

// failure tells what went wrong, with the evidence below it.
func (s *scroll) failure(f *Failure) {
	if f == nil {
		return
	}
	s.line("error: %s", f.Message)
	for line := range strings.Lines(f.Evidence) {
		s.line("  | %s", strings.TrimSuffix(line, "\n"))
	}
}

var access = regexp.MustCompile(`(?i)auth|token|secret|session|csrf|xsrf|password|api-?key`)

// masked is a header's value without what would give access: of a cookie the
// name and the attributes are left, of credentials their scheme.
func masked(name, value string) string {
	switch {
	case name == "Cookie":
		pairs := strings.Split(value, "; ")
		for i := range pairs {
			pairs[i] = maskValue(pairs[i])
		}
		return strings.Join(pairs, "; ")
	case name == "Set-Cookie":
		pair, attributes, more := strings.Cut(value, ";")
		if more {
			attributes = ";" + attributes
		}
		return maskValue(pair) + attributes
	case strings.HasSuffix(name, "Authorization"):
		scheme, _, _ := strings.Cut(value, " ")
		return scheme + " " + Mask
	case access.MatchString(name):
		return Mask
	}
	return value
}

func maskValue(pair string) string {
	name, _, _ := strings.Cut(pair, "=")
	return name + "=" + Mask
}

func round(d time.Duration) string { return d.Round(10 * time.Microsecond).String() }
