package scenario

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/forewarn/forewarn/alert"
)

// Report is what came of a scenario.
type Report struct {
	Scenario Scenario
	Looks    []Look    // everything that happened, in order of time
	Problems []Problem // where it differs from what is expected
}

// Look is one look at one limit, or something that happened.
type Look struct {
	At     time.Duration // from the first run
	Input  string        // the run, or what happened
	Limit  string        // "" of what happened to all
	State  alert.State   // after it
	Events []alert.Event
	Reason alert.Reason
}

// Problem is one difference between what was expected and what came.
type Problem struct {
	At   time.Duration
	Line int // of the expectation; 0 if there is none
	Text string
}

// OK reports whether everything came as expected, and nothing else.
func (r Report) OK() bool { return len(r.Problems) == 0 }

func (r *Report) add(l Look) { r.Looks = append(r.Looks, l) }

func (r *Report) note(h happening) { r.add(Look{At: h.at, Input: h.text}) }

func (r *Report) problem(at time.Duration, line int, text string) {
	r.Problems = append(r.Problems, Problem{At: at, Line: line, Text: text})
}

// compare holds what was said against what is expected.
func (r *Report) compare() {
	taken := map[[2]int]bool{} // look and event that an expectation has found
	for _, e := range r.Scenario.at {
		if e.isState {
			r.compareState(e)
		} else if !r.find(e, taken) {
			r.problem(e.from, e.line, fmt.Sprintf("want %s at %s, %s", e.text, e.when(), r.nearest(e)))
		}
	}
	if !r.Scenario.only {
		return
	}
	for i, look := range r.Looks {
		for j, ev := range look.Events {
			if ev.Told() && !taken[[2]int{i, j}] {
				r.problem(look.At, 0, fmt.Sprintf("%s says %s, which nobody expects", look.Limit, name(ev)))
			}
		}
	}
}

func (r *Report) find(e expectation, taken map[[2]int]bool) bool {
	for i, look := range r.Looks {
		for j, ev := range look.Events {
			if at := [2]int{i, j}; !taken[at] && e.meets(look.Limit, look.At, ev) {
				taken[at] = true
				return true
			}
		}
	}
	return false
}

// nearest tells when what is expected came instead.
func (r *Report) nearest(e expectation) string {
	anytime := e
	anytime.from, anytime.until = 0, longest*2
	var came []string
	for _, look := range r.Looks {
		for _, ev := range look.Events {
			if anytime.meets(look.Limit, look.At, ev) {
				came = append(came, brief(look.At))
			}
		}
	}
	if came == nil {
		return "it never came"
	}
	return "it came at " + strings.Join(came, ", ")
}

func (r *Report) compareState(e expectation) {
	seen := false
	for _, look := range r.Looks {
		if look.Reason == "" || !e.covers(look.Limit, look.At) || e.limit == "" && look.Limit != r.main() {
			continue
		}
		seen = true
		if look.State != e.state {
			r.problem(look.At, e.line, fmt.Sprintf("want state %s, got %s", e.state, look.State))
			return
		}
		if e.reason != "" && look.Reason != e.reason {
			r.problem(look.At, e.line, fmt.Sprintf("want reason %q, got %q", e.reason, look.Reason))
			return
		}
	}
	if !seen {
		r.problem(e.from, e.line, fmt.Sprintf("nothing was looked at, at %s", e.when()))
	}
}

// main is the limit that is meant where none is named: the first one looked
// at that is not availability, unless that is alone.
func (r *Report) main() string {
	i := slices.IndexFunc(r.Looks, func(l Look) bool { return l.Limit != "" && l.Limit != string(alert.Availability) })
	if i < 0 {
		return string(alert.Availability)
	}
	return r.Looks[i].Limit
}

// brief is d without the zero units that time.Duration prints.
func brief(d time.Duration) string {
	if d == 0 {
		return "0m"
	}
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
