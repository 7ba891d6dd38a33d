package explain

import (
	"cmp"
	"slices"
	"time"

	"github.com/forewarn/forewarn/probes"
)

// Fewest is how many whole runs there must be on either side of an onset for
// a change to be told from chance.
const Fewest = 3

// Change is a typical run after an onset beside one before it. The parts add
// up to the whole, before and after.
type Change struct {
	Since          time.Time     // the onset
	Before, After  time.Duration // of the whole journey, or of the step that was asked about
	Earlier, Later int           // runs behind them
	Parts          []Part        // every phase of every step that took time; the one that grew most first
	Places         []Place       // vantage points, in order of name
	Failures       []Failing     // of the runs since the onset; the most frequent first
	Failed, Judged int           // of those runs
}

// Part is one phase of one step.
type Part struct {
	Step, Phase   string // Phase is "resolve", "connect", "tls", "wait" or "transfer"
	Before, After time.Duration
}

// By is by how much the part grew; less than 0 if it shrank.
func (p Part) By() time.Duration { return p.After - p.Before }

// Place is the whole as one vantage point saw it.
type Place struct {
	Location      string
	Before, After time.Duration
	Runs          int // after the onset
}

// Failing is a step that failed runs, and how often in one way.
type Failing struct {
	Step string
	Kind probes.FailureKind
	Runs int
}

// By is by how much the whole grew.
func (c Change) By() time.Duration { return c.After - c.Before }

// Since is what changed at onset, of runs in any order: those that started
// before it, and those that did not. step narrows it to one step; "" is the
// whole journey. Runs that confirm others, that were made in maintenance, or
// that are unknown count nowhere; those that did not come to their end are in
// Failures alone. ok is false with less than [Fewest] whole runs on either
// side.
func Since(onset time.Time, runs []probes.Result, step string) (c Change, ok bool) {
	c.Since = onset
	var before, after []timed
	for _, r := range runs {
		if r.Confirm || r.Maintenance || r.Verdict == probes.Unknown {
			continue
		}
		later := !r.Start.Before(onset)
		if later {
			c.judge(r, step)
		}
		switch t, whole := times(r, step); {
		case !whole:
		case later:
			after = append(after, t)
		default:
			before = append(before, t)
		}
	}
	slices.SortStableFunc(c.Failures, func(a, b Failing) int { return b.Runs - a.Runs })
	c.Earlier, c.Later = len(before), len(after)
	if len(before) < Fewest || len(after) < Fewest {
		return c, false
	}
	was, is := typical(before), typical(after)
	c.Before, c.After = was.whole, is.whole
	c.Parts = parts(was, is)
	c.Places = places(before, after)
	return c, true
}

// judge counts what a run since the onset says beside its times.
func (c *Change) judge(r probes.Result, step string) {
	c.Judged++
	for _, s := range r.Steps {
		wanted := step == s.Name || step == "" && r.Step == s.Name
		if s.Verdict != probes.Failed || !wanted {
			continue
		}
		c.Failed++
		kind := probes.FailureKind("")
		if s.Failure != nil {
			kind = s.Failure.Kind
		}
		c.fails(s.Name, kind)
	}
}

func (c *Change) fails(step string, kind probes.FailureKind) {
	i := slices.IndexFunc(c.Failures, func(f Failing) bool { return f.Step == step && f.Kind == kind })
	if i < 0 {
		i = len(c.Failures)
		c.Failures = append(c.Failures, Failing{Step: step, Kind: kind})
	}
	c.Failures[i].Runs++
}

// parts are the phases of both sides, the one that grew most first.
func parts(was, is timed) []Part {
	all := make(map[phase]Part, len(is.parts))
	for at, d := range was.parts {
		all[at] = Part{Step: at.step, Phase: at.name, Before: d}
	}
	for at, d := range is.parts {
		all[at] = Part{Step: at.step, Phase: at.name, Before: was.parts[at], After: d}
	}
	var sorted []Part
	for _, p := range all {
		sorted = append(sorted, p)
	}
	slices.SortFunc(sorted, func(a, b Part) int {
		return cmp.Or(cmp.Compare(b.By(), a.By()), cmp.Compare(a.Step, b.Step), cmp.Compare(a.Phase, b.Phase))
	})
	return sorted
}

// places are the vantage points that saw enough on both sides.
func places(before, after []timed) []Place {
	at := func(all []timed, location string) []timed {
		return slices.DeleteFunc(slices.Clone(all), func(t timed) bool { return t.from != location })
	}
	var names []string
	for _, t := range after {
		names = append(names, t.from)
	}
	slices.Sort(names)
	var all []Place
	for _, name := range slices.Compact(names) {
		was, is := at(before, name), at(after, name)
		if len(was) >= Fewest && len(is) >= Fewest {
			all = append(all, Place{Location: name, Before: typical(was).whole, After: typical(is).whole, Runs: len(is)})
		}
	}
	return all
}
