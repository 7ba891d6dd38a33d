package cli

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/forewarn/forewarn/probes"
)

// tell prints a run as soon as its turn has come. Where standard output gets a
// report for programs, standard error says in a line how the run went.
func (o *once) tell(w walked, p *progress, several bool) {
	if o.quiet && w.result.Verdict.Good() {
		return
	}
	if o.format != "text" {
		if !o.quiet {
			p.say(headline(w.result, false))
		}
		return
	}
	p.beside(func() {
		colour := hasColours(o.out)
		brief := several && !o.verbose && (w.result.Verdict == probes.Passed || w.result.Start.IsZero())
		if o.long {
			fmt.Fprintln(o.out)
		}
		o.long = !brief
		if brief {
			fmt.Fprintln(o.out, headline(w.result, colour))
			return
		}
		if o.verbose {
			fmt.Fprintln(o.out, w.transcript)
		}
		printRun(o.out, w.result, colour)
		if !o.verbose {
			printWire(o.out, w)
		}
	})
}

// finish prints what there is to say of all runs together.
func (o *once) finish(r round) error {
	if o.format != "text" {
		return writerOf(o.format)(o.out, r)
	}
	if len(r.runs) > 1 && !o.quiet {
		fmt.Fprintf(o.out, "\n%s\n", r.summary())
	}
	return nil
}

// summary counts the runs by verdict.
func (r round) summary() string {
	counts := map[probes.Verdict]int{}
	for _, w := range r.runs {
		counts[w.result.Verdict]++
	}
	var parts []string
	for _, v := range []probes.Verdict{probes.Passed, probes.PassedOnRetry, probes.Failed, probes.Unknown, probes.Skipped} {
		if counts[v] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[v], v))
		}
	}
	return fmt.Sprintf("%s in %s: %s", count(len(r.runs), "journey"), short(r.took), strings.Join(parts, ", "))
}

// printRun writes one run for a reader: a line per step, then why it failed.
func printRun(w io.Writer, r probes.Result, colour bool) {
	fmt.Fprintln(w, headline(r, colour))
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, s := range r.Steps {
		fmt.Fprintf(table, "  %s %s\t%s\t%s\t%s\n", painted(s.Verdict, colour), s.Name, stepStatus(s), stepTime(s), stepStory(s))
	}
	_ = table.Flush() // the writer behind it reports its own errors
	for _, s := range r.Steps {
		for i, a := range s.Attempts {
			if s.Polled {
				break // the earlier answers were as right; there may be a hundred
			}
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

// printWire writes what was sent and what came at the step that decided a run.
func printWire(w io.Writer, run walked) {
	if wire := run.transcript.Wire(run.result.Step); wire != "" && !run.result.Verdict.Good() {
		fmt.Fprintf(w, "\n%s\n", indent(wire, "    "))
	}
}

// headline is a run in one line.
func headline(r probes.Result, colour bool) string {
	line := fmt.Sprintf("%s %s  %s", painted(r.Verdict, colour), r.Journey, r.Verdict)
	switch {
	case r.Verdict.Good():
		return fmt.Sprintf("%s in %s, %s%s", line, short(r.Duration), count(len(r.Steps), "step"), waited(r))
	case r.TimedOut && r.Step != "":
		return fmt.Sprintf("%s at %s after %s", line, r.Step, short(r.Duration))
	case r.Step != "":
		return line + " at " + r.Step
	case r.Failure != nil:
		return line + ": " + r.Failure.Message
	}
	return line
}

// waited says how long a run stood back for others, "" if not.
func waited(r probes.Result) string {
	if r.Waited == 0 {
		return ""
	}
	return ", after waiting " + short(r.Waited) + " for its turn"
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

// painted is the mark in its colour. All codes are equally long, so that
// columns stay columns.
func painted(v probes.Verdict, colour bool) string {
	if !colour {
		return mark(v)
	}
	code := map[probes.Verdict]int{probes.Passed: 32, probes.PassedOnRetry: 33, probes.Failed: 31, probes.Unknown: 33, probes.Skipped: 90}[v]
	return fmt.Sprintf("\x1b[%dm%s\x1b[0m", code, mark(v))
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
