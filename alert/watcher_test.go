package alert

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// pastOf is a random past of all that a run can be, in order of time.
func pastOf(r *rand.Rand) []Reading {
	at := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	var past []Reading
	maintenance := false
	for i := range 300 + r.IntN(600) {
		if at = at.Add(time.Minute); r.IntN(100) == 0 {
			at = at.Add(time.Duration(r.IntN(300)) * time.Minute)
		}
		if r.IntN(60) == 0 {
			maintenance = !maintenance
		}
		seen := Reading{At: at, Value: 0.3 + float64(i)/1500 + 0.1*r.Float64(), Maintenance: maintenance && i%3 > 0}
		switch r.IntN(20) {
		case 0:
			seen.Unknown, seen.Value = true, math.NaN()
		case 1:
			seen.Failed, seen.Value = true, math.NaN()
		case 2:
			seen.AtLeast, seen.Failed, seen.Value = true, true, 2
		case 3:
			seen.Extra = true
		}
		seen.Passed = !seen.Failed && !seen.Unknown
		past = append(past, seen)
	}
	return past
}

// What was learnt and what was looked at lead to the same evidence: so a
// restart, which learns, changes nothing.
func TestLearningThePastIsLookingAtIt(t *testing.T) {
	limits := []Limit{
		{Signal: Availability, Stat: "ratio", Every: time.Minute},
		{Signal: Latency, Value: 0.8, Stat: "p50", Window: 10 * time.Minute, Ahead: 2 * time.Hour, Every: time.Minute},
		{Signal: Errors, Value: 0.2, Stat: "ratio", Window: 100 * time.Minute, Ahead: 4 * time.Hour, Every: time.Minute},
		{Signal: Cert, Value: 14, Below: true, Every: time.Minute},
	}
	r := rand.New(rand.NewPCG(3, 1))
	for range 25 {
		past := pastOf(r)
		cut := r.IntN(len(past))
		for _, l := range limits {
			looked, learnt := NewWatcher(l, nil), NewWatcher(l, nil)
			for i, reading := range past {
				want := looked.Look(reading)
				if i < cut {
					learnt.Learn(reading)
					continue
				}
				if d := cmp.Diff(want, learnt.Look(reading), cmpopts.EquateNaNs()); d != "" {
					t.Fatalf("%s: run %d after %d learnt (-looked at +learnt):\n%s", l.Signal, i, cut, d)
				}
			}
		}
	}
}
