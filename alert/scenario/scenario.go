package scenario

import (
	"slices"
	"time"

	"github.com/forewarn/forewarn/alert"
)

// Scenario is one test of rules. [Parse] reads it, [Run] runs it.
type Scenario struct {
	File string
	Line int
	Name string // a sentence

	Journey string        // whose limits are taken from the configuration; "" is none
	Every   time.Duration // between runs; 0 is that of the journey, or a minute
	Timeout time.Duration // what a run of kind timeout took at least; 0 is half of Every, 30 s at most
	Start   time.Time     // of the first run
	Zone    *time.Location
	Seed    uint64

	limits []limitLine
	record []recordLine
	runs   []item            // the journey's
	cert   []item            // days left
	steps  map[string][]item // latency of single steps
	when   []happening
	at     []expectation
	only   bool // nothing else may be said
	script bool // forecasts are given by "when" lines
}

// fresh is a scenario with what holds if nothing is said.
func fresh(file string) Scenario {
	return Scenario{File: file, Seed: 1, Start: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)}
}

// named is a new scenario that begins with the settings of s.
func (s Scenario) named(name string, line int) Scenario {
	s.Name, s.Line = name, line
	s.limits = slices.Clone(s.limits)
	s.record = slices.Clone(s.record)
	return s
}

// length is how many runs are due.
func (s Scenario) length() int {
	n := max(len(s.runs), len(s.cert))
	for _, step := range s.steps {
		n = max(n, len(step))
	}
	return n
}

func (s Scenario) timeout() time.Duration {
	if s.Timeout > 0 {
		return s.Timeout
	}
	return min(30*time.Second, s.Every/2)
}

// limitLine is one line that defines or changes a limit.
type limitLine struct {
	line    int
	name    string // of the limit; "" is the first that is not availability
	signal  alert.Signal
	step    string
	removed bool
	set     []func(*alert.Limit) error
}

// happening is something that is done between or to the runs.
type happening struct {
	at   time.Duration // from the first run
	line int
	text string // as written, for the report
	do   func(*runner)
}

// expectation is one "at" line.
type expectation struct {
	from, until time.Duration // both included, as slots of runs
	line        int
	text        string // as written, for the report
	limit       string // "" is any
	event       alert.EventKind
	outcome     alert.Outcome // of Settled
	untold      bool          // kept for a demoted rule, not told
	state       alert.State
	isState     bool
	reason      alert.Reason // "" is any
}
