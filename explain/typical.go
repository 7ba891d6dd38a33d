package explain

import (
	"cmp"
	"slices"
	"time"

	"github.com/forewarn/forewarn/probes"
)

// phase names a part of a run.
type phase struct{ step, name string }

// timed is how long one whole run took, and its parts, which add up to it.
type timed struct {
	from  string
	whole time.Duration
	parts map[phase]time.Duration
}

// times takes the times of a run apart; false if it did not come to its end.
func times(r probes.Result, step string) (t timed, whole bool) {
	if _, atLeast, ok := r.Latency(step); !ok || atLeast {
		return t, false
	}
	t = timed{from: r.Location, parts: map[phase]time.Duration{}}
	for _, s := range r.Steps {
		if step == s.Name || step == "" && !s.Always && !s.Optional {
			t.add(s)
		}
	}
	return t, true
}

func (t *timed) add(s probes.StepResult) {
	p := s.Spent()
	for _, part := range []struct {
		name string
		took time.Duration
	}{{"resolve", p.Resolve}, {"connect", p.Connect}, {"tls", p.TLS}, {"wait", p.Wait}, {"transfer", p.Transfer}} {
		if part.took > 0 {
			t.parts[phase{s.Name, part.name}] += part.took
			t.whole += part.took
		}
	}
}

// typical is the mean of the middle half of runs, by how long the whole took:
// nearly as hard to mislead by a few slow ones as a median, and its parts add
// up to it, as medians of parts do not.
func typical(runs []timed) timed {
	sorted := slices.Clone(runs)
	slices.SortStableFunc(sorted, func(a, b timed) int { return cmp.Compare(a.whole, b.whole) })
	tail := len(sorted) / 4
	middle := sorted[tail : len(sorted)-tail]
	n := time.Duration(len(middle))
	sum := timed{parts: map[phase]time.Duration{}}
	for _, t := range middle {
		for at, d := range t.parts {
			sum.parts[at] += d
		}
	}
	for at, d := range sum.parts {
		sum.parts[at] = d / n
		sum.whole += d / n
	}
	return sum
}
