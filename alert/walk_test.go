package alert_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/predict"
)

// Whatever happens in whatever order: every message that opens is followed by
// exactly one that closes, every forecast is settled exactly once, and in the
// end, when all is well for long enough, nothing is open.
func TestRandomLivesEndQuietly(t *testing.T) {
	const seeds = 300
	var seen tally
	for seed := range seeds {
		w := walk{keeper: keeper{t: t}, rand: rand.New(rand.NewPCG(uint64(seed), 0)), limit: latency(), at: noon}
		if seed%3 == 1 {
			w.limit = availability()
		}
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			w.t = t
			for range 600 {
				w.step()
			}
			w.rest()
			w.check()
		})
		seen.add(w.events)
	}
	for _, k := range []alert.EventKind{alert.WentSoon, alert.Sooner, alert.Receded, alert.WentBurning, alert.BurnsAgain, alert.WentResolved,
		alert.NeverPassed, alert.CannotSee, alert.SeesAgain, alert.Acknowledged, alert.Snoozed, alert.RuleRemoved, alert.Settled, alert.KeptQuiet, alert.LetGo} {
		if seen.kinds[k] < 10 {
			t.Errorf("%q happened only %d times: the walks prove little of it", k, seen.kinds[k])
		}
	}
	for _, o := range []alert.Outcome{alert.Came, alert.Averted, alert.Moot, alert.DidNotCome} {
		if seen.outcomes[o] < 10 {
			t.Errorf("%q happened only %d times: the walks prove little of it", o, seen.outcomes[o])
		}
	}
	t.Log(seen)
}

type tally struct {
	kinds    map[alert.EventKind]int
	outcomes map[alert.Outcome]int
}

func (a *tally) add(events []alert.Event) {
	if a.kinds == nil {
		a.kinds, a.outcomes = map[alert.EventKind]int{}, map[alert.Outcome]int{}
	}
	for _, e := range events {
		a.kinds[e.Kind]++
		a.outcomes[e.Outcome]++
	}
}

// walk is one random life of one limit. Its moods last a while, as those of a
// real service do.
type walk struct {
	keeper
	rand  *rand.Rand
	limit alert.Limit
	at    time.Time

	bad, blind, crossing, planned float64 // chances of each run
}

func (w *walk) step() {
	if w.chance(0.06) {
		w.bad, w.blind, w.crossing, w.planned = w.mood(0.6), w.mood(0.2), w.mood(0.5), w.mood(0.1)
	}
	w.at = w.at.Add(time.Minute)
	if w.chance(0.01) {
		w.at = w.at.Add(time.Duration(w.rand.IntN(300)) * time.Minute) // not running
	}
	switch {
	case w.chance(0.01):
		w.keep(alert.Acknowledge(w.in, "anna", w.at))
	case w.chance(0.01):
		w.keep(alert.Snooze(w.in, "anna", w.at.Add(time.Duration(w.rand.IntN(90))*time.Minute), w.at))
	case w.chance(0.01):
		w.keep(alert.Useful(w.in, w.at))
	case w.chance(0.003):
		w.keep(alert.Close(w.in, "anna", w.at))
	case w.chance(0.003):
		w.keep(alert.Remove(w.in, w.at))
	case w.chance(0.003):
		w.limit.Value = 1 + float64(w.rand.IntN(2))
	}
	ev := alert.Evidence{At: w.at, Run: alert.RunUnder, Passed: true, Value: w.rand.Float64(), Forecast: flat(),
		Maintenance: w.chance(w.planned), Held: w.chance(0.02), Changed: w.chance(0.004)}
	if w.at.Hour()%4 == 0 { // an hour of trouble elsewhere
		ev.HeldBy = alert.Holder{Journey: "login", Burned: w.at.Truncate(time.Hour), Number: 4711}
	}
	switch {
	case w.chance(w.blind):
		ev.Run, ev.Passed = alert.RunUnknown, false
	case w.chance(w.bad):
		ev.Run, ev.Value, ev.Passed, ev.Why = alert.RunOver, 2+w.rand.Float64(), w.limit.Signal != alert.Availability, "too slow"
	case w.chance(0.05):
		ev.Run = alert.NoRun
	}
	if w.chance(w.crossing) {
		ev.Forecast = crossing(w.at, 1+w.rand.IntN(100), 1+w.rand.IntN(3))
	}
	w.decide(ev, w.limit)
	if w.reason == "" {
		w.t.Fatalf("no reason for %+v", ev)
	}
}

func (w *walk) chance(p float64) bool { return w.rand.Float64() < p }

// mood is sometimes a constant chance, and 0 for the most part.
func (w *walk) mood(p float64) float64 {
	if w.chance(p) {
		return w.rand.Float64()
	}
	return 0
}

// rest lets all be well for a day.
func (w *walk) rest() {
	for range 24 * 60 {
		w.at = w.at.Add(time.Minute)
		w.decide(alert.Evidence{At: w.at, Run: alert.RunUnder, Passed: true, Value: 0.1, Forecast: predict.Forecast{Silence: predict.Flat}}, w.limit)
	}
	if w.in.State != alert.Quiet || len(w.in.Pending) > 0 || w.in.BlindTold {
		w.t.Fatalf("after a day of good runs: %+v", w.in)
	}
}

func (w *walk) check() {
	var open, burning, blind, quiet bool
	opened := map[int64]int{}
	promised, settled := map[time.Time]int{}, map[time.Time]int{}
	for i, e := range w.events {
		fail := func(text string) { w.t.Fatalf("event %d, %s at %s: %s\n%v", i, e.Kind, e.At, text, w.kinds()) }
		if e.Revision != i+1 {
			fail(fmt.Sprint("revision ", e.Revision))
		}
		switch e.Kind {
		case alert.WentSoon, alert.NeverPassed:
			if open {
				fail("a second message for one incident")
			}
			open, burning = true, e.Kind == alert.NeverPassed
			opened[e.Number]++
		case alert.WentBurning:
			if burning {
				fail("a second burning for one incident")
			}
			if !open {
				opened[e.Number]++
			}
			open, burning = true, true
		case alert.Sooner, alert.BurnsAgain, alert.Acknowledged, alert.Snoozed:
			if !open {
				fail("an edit of nothing")
			}
		case alert.Receded, alert.WentResolved:
			if !open || burning != (e.Kind == alert.WentResolved) {
				fail("closes what is not open")
			}
			open, burning = false, false
		case alert.Closed:
			if !open {
				fail("closes what is not open")
			}
			open, burning = false, false
		case alert.RuleRemoved:
			if !open && !blind {
				fail("closes what is not open")
			}
			open, burning, blind = false, false, false
		case alert.KeptQuiet, alert.LetGo:
			if quiet == (e.Kind == alert.KeptQuiet) {
				fail("said twice")
			}
			quiet = !quiet
		case alert.CannotSee, alert.SeesAgain:
			if blind == (e.Kind == alert.CannotSee) {
				fail("said twice")
			}
			blind = !blind
		case alert.Settled:
			settled[e.Promise.Made]++
			if e.Number == 0 || e.Number != e.Promise.Number || opened[e.Number] == 0 {
				fail("of no incident")
			}
		}
		if e.Kind == alert.WentSoon {
			promised[e.Promise.Made]++
		}
		if e.Number == 0 && e.Kind != alert.CannotSee && e.Kind != alert.SeesAgain && e.Kind != alert.RuleRemoved {
			fail("without a number")
		}
	}
	for n, times := range opened {
		if times != 1 {
			w.t.Errorf("incident %d was opened %d times", n, times)
		}
	}
	for made := range promised {
		if promised[made] != 1 || settled[made] != 1 {
			w.t.Errorf("the forecast of %s was told %d times and settled %d times", made, promised[made], settled[made])
		}
	}
	if len(settled) != len(promised) {
		w.t.Errorf("%d forecasts, %d settled", len(promised), len(settled))
	}
	if !slices.IsSortedFunc(w.events, func(a, b alert.Event) int { return a.At.Compare(b.At) }) {
		w.t.Error("events are not in order of time")
	}
}
