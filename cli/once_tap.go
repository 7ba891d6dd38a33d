package cli

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/forewarn/forewarn/probes"
)

// tapVersion begins a report. It is TAP 13, which every harness reads; one that
// knows TAP 14 reads the subtests as well, and to all others they are no tests.
const tapVersion = "TAP version 13"

// writeTAP writes a round as TAP: a subtest for each journey, a test point for
// each step, and what went wrong as YAML below it.
func writeTAP(w io.Writer, r round) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n1..%d\n", tapVersion, len(r.runs))
	for i, run := range r.runs {
		fmt.Fprintf(&b, "# Subtest: %s\n    1..%d\n", tapText(run.result.Journey), len(run.result.Steps))
		for n, step := range run.result.Steps {
			tapStep(&b, n+1, run.result, step)
		}
		tapRun(&b, i+1, run.result)
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

// tapStep writes a step as a test point of a subtest. The failure of an
// optional one is a TODO, which harnesses count as no failure.
func tapStep(b *strings.Builder, number int, r probes.Result, s probes.StepResult) {
	const prefix = "    "
	ok, directive := "ok", ""
	switch end := endingOf(r, s); {
	case end == skipped && s.Verdict == probes.Skipped:
		directive = " # SKIP " + tapText(s.Failure.Message)
	case end == skipped:
		ok, directive = "not ok", " # TODO optional"
	case end != well:
		ok = "not ok"
	}
	fmt.Fprintf(b, "%s%s %d - %s%s\n", prefix, ok, number, tapText(s.Name), directive)
	if ok == "ok" && directive != "" {
		return
	}
	var yaml []string
	if len(s.Hops) > 0 {
		yaml = append(yaml, "duration_ms: "+millis(s.Took()))
	}
	if n := attemptsOf(s); n != "" {
		yaml = append(yaml, "took: "+n)
	}
	tapYAML(b, prefix, append(yaml, tapFailure(s.Failure)...))
}

// tapRun writes a run as the test point that its subtest is summed up in.
func tapRun(b *strings.Builder, number int, r probes.Result) {
	if r.Verdict == probes.Skipped {
		fmt.Fprintf(b, "ok %d - %s # SKIP %s\n", number, tapText(r.Journey), tapText(r.Failure.Message))
		return
	}
	ok := "not ok"
	if r.Verdict.Good() {
		ok = "ok"
	}
	fmt.Fprintf(b, "%s %d - %s\n", ok, number, tapText(r.Journey))
	yaml := []string{"verdict: " + r.Verdict.String()}
	if took, _, known := r.Latency(""); known {
		yaml = append(yaml, "duration_ms: "+millis(took))
	}
	tapYAML(b, "", append(yaml, tapFailure(r.Failure)...))
}

// tapYAML writes the block below a test point.
func tapYAML(b *strings.Builder, prefix string, lines []string) {
	if len(lines) > 0 {
		fmt.Fprintf(b, "%s  ---\n%s\n%s  ...\n", prefix, indent(strings.Join(lines, "\n"), prefix+"  "), prefix)
	}
}

// tapFailure is a failure as lines of YAML. A text in quotes as Go writes it
// is one in YAML.
func tapFailure(f *probes.Failure) []string {
	if f == nil {
		return nil
	}
	severity := "error"
	if judged(f.Kind) {
		severity = "fail"
	}
	lines := []string{"severity: " + severity, "kind: " + string(f.Kind), "message: " + strconv.Quote(f.Message)}
	if f.Phase != "" {
		lines = append(lines, "phase: "+f.Phase)
	}
	if f.Evidence == "" {
		return lines
	}
	lines = append(lines, "evidence:")
	for line := range strings.Lines(f.Evidence) {
		lines = append(lines, "  - "+strconv.Quote(strings.TrimSuffix(line, "\n")))
	}
	return lines
}

// tapText is a text in which nothing is a directive or a line break.
func tapText(s string) string {
	return strings.NewReplacer(`\`, `\\`, "#", `\#`, "\n", " ", "\r", " ").Replace(s)
}

func millis(d time.Duration) string {
	return strconv.FormatFloat(float64(d.Microseconds())/1000, 'f', -1, 64)
}
