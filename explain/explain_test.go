package explain

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/forewarn/forewarn/probes"
	"github.com/google/go-cmp/cmp"
)

const ms = time.Millisecond

func onset() time.Time { return time.Date(2026, 11, 18, 13, 0, 0, 0, time.UTC) }

// run is one run that passed, so many minutes after the onset.
func run(minute int, steps ...probes.StepResult) probes.Result {
	r := probes.Result{Journey: "checkout", Location: "kyiv", Start: onset().Add(time.Duration(minute) * time.Minute), Verdict: probes.Passed, Steps: steps}
	for _, s := range steps {
		if !s.Always && !s.Optional {
			r.Duration += s.Took()
		}
	}
	return r
}

func step(name string, p probes.Phases) probes.StepResult {
	return probes.StepResult{Name: name, Verdict: probes.Passed, Start: onset(), Duration: p.Sum(), Phases: p, Status: 200}
}

// journey is ten runs before and ten after the onset, each as take makes it.
func journey(take func(after bool) []probes.StepResult) []probes.Result {
	var runs []probes.Result
	for i := -10; i < 10; i++ {
		runs = append(runs, run(i, take(i >= 0)...))
	}
	return runs
}

func TestTheStepAndThePhaseThatGrewCarryTheChange(t *testing.T) {
	runs := journey(func(after bool) []probes.StepResult {
		wait := 100 * ms
		if after {
			wait = 550 * ms
		}
		return []probes.StepResult{
			step("log in", probes.Phases{Connect: 10 * ms, TLS: 20 * ms, Wait: 50 * ms, Transfer: 5 * ms}),
			step("pay", probes.Phases{Wait: wait, Transfer: 10 * ms}),
		}
	})
	c, ok := Since(onset(), runs, "")
	if !ok {
		t.Fatalf("twenty runs are not enough: %+v", c)
	}
	if got, want := [2]time.Duration{c.Before, c.After}, [2]time.Duration{195 * ms, 645 * ms}; got != want {
		t.Errorf("before and after: %v, want %v", got, want)
	}
	if got, ok := c.Carrier(); !ok || got != (Carrier{"pay", "wait", 450 * ms}) {
		t.Errorf("carried by %+v, %t", got, ok)
	}
	if c.Parts[0] != (Part{"pay", "wait", 100 * ms, 550 * ms}) {
		t.Errorf("the part that grew most is %+v", c.Parts[0])
	}
}

func TestOnePhaseInAllStepsCarriesTheChange(t *testing.T) {
	runs := journey(func(after bool) []probes.StepResult {
		lookup := 5 * ms
		if after {
			lookup = 105 * ms
		}
		var steps []probes.StepResult
		for _, name := range []string{"a", "b", "c"} {
			steps = append(steps, step(name, probes.Phases{Resolve: lookup, Wait: 50 * ms}))
		}
		return steps
	})
	c, _ := Since(onset(), runs, "")
	if got, ok := c.Carrier(); !ok || got != (Carrier{"", "resolve", 300 * ms}) {
		t.Errorf("carried by %+v, %t", got, ok)
	}
}

func TestWhatIsSpreadOverAllIsCarriedByNothing(t *testing.T) {
	runs := journey(func(after bool) []probes.StepResult {
		d := 50 * ms
		if after {
			d = 100 * ms
		}
		return []probes.StepResult{
			step("a", probes.Phases{Wait: d}), step("b", probes.Phases{Transfer: d}), step("c", probes.Phases{Connect: d}),
		}
	})
	c, ok := Since(onset(), runs, "")
	if got, carried := c.Carrier(); !ok || carried {
		t.Errorf("three phases of three steps grew alike, and %+v carries it", got)
	}
}

func TestNothingCarriesWhatDidNotGrow(t *testing.T) {
	runs := journey(func(after bool) []probes.StepResult {
		d := 100 * ms
		if after {
			d = 103 * ms
		}
		return []probes.StepResult{step("a", probes.Phases{Wait: d})}
	})
	c, ok := Since(onset(), runs, "")
	if got, carried := c.Carrier(); !ok || c.Grew() || carried {
		t.Errorf("%v more of 100 ms is carried by %+v", c.By(), got)
	}
}

func TestThePartsAddUpToTheWhole(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	some := func(most int) time.Duration { return time.Duration(random.IntN(most)) * time.Microsecond }
	runs := journey(func(bool) []probes.StepResult {
		return []probes.StepResult{
			step("a", probes.Phases{Resolve: some(9000), Connect: some(9000), TLS: some(9000), Wait: some(900_000), Transfer: some(9000)}),
			step("b", probes.Phases{Wait: some(900_000), Transfer: some(90_000)}),
		}
	})
	for _, of := range []string{"", "a", "b"} {
		c, ok := Since(onset(), runs, of)
		if !ok {
			t.Fatal("not enough runs")
		}
		var before, after time.Duration
		for _, p := range c.Parts {
			before, after = before+p.Before, after+p.After
		}
		if before != c.Before || after != c.After {
			t.Errorf("%q: parts add up to %v and %v, the whole is %v and %v", of, before, after, c.Before, c.After)
		}
	}
}

func TestAFewSlowRunsDoNotChangeWhatIsTypical(t *testing.T) {
	runs := journey(func(bool) []probes.StepResult { return []probes.StepResult{step("a", probes.Phases{Wait: 100 * ms})} })
	for _, i := range []int{12, 17} {
		runs[i] = run(i-10, step("a", probes.Phases{Wait: 9 * time.Second}))
	}
	if c, _ := Since(onset(), runs, ""); c.After != 100*ms {
		t.Errorf("two of ten runs took 9 s, and the typical one takes %v", c.After)
	}
}

func TestWhatSaysNothingOfTheTimesIsLeftOut(t *testing.T) {
	usual := func(bool) []probes.StepResult {
		cleanup := step("clean up", probes.Phases{Wait: time.Hour})
		cleanup.Always = true
		return []probes.StepResult{step("a", probes.Phases{Wait: 100 * ms}), cleanup}
	}
	runs := journey(usual)
	confirming, planned, unknown := run(1, usual(true)...), run(2, usual(true)...), run(3, usual(true)...)
	confirming.Confirm, planned.Maintenance, unknown.Verdict = true, true, probes.Unknown
	cut := step("a", probes.Phases{Wait: 20 * time.Second})
	cut.Verdict, cut.TimedOut, cut.Failure = probes.Failed, true, &probes.Failure{Kind: probes.FailTimeout}
	timedOut := run(4, cut)
	timedOut.Verdict, timedOut.TimedOut, timedOut.Step = probes.Failed, true, "a"
	c, ok := Since(onset(), append(runs, confirming, planned, unknown, timedOut), "")
	if !ok || c.Earlier != 10 || c.Later != 10 || c.After != 100*ms {
		t.Errorf("%d runs before, %d after, which take %v", c.Earlier, c.Later, c.After)
	}
	if want := []Failing{{"a", probes.FailTimeout, 1}}; !cmp.Equal(c.Failures, want) || c.Failed != 1 || c.Judged != 11 {
		t.Errorf("%d of %d failed: %+v", c.Failed, c.Judged, c.Failures)
	}
}

// failing is a run that failed at one step, in one way.
func failing(minute int, at string, kind probes.FailureKind, steps ...string) probes.Result {
	var all []probes.StepResult
	for _, name := range steps {
		s := step(name, probes.Phases{Wait: 100 * ms})
		if name == at {
			s.Verdict, s.Failure = probes.Failed, &probes.Failure{Kind: kind}
		}
		all = append(all, s)
	}
	r := run(minute, all...)
	r.Verdict, r.Step = probes.Failed, at
	return r
}

func TestFailuresAreCountedByStepAndKindTheMostFrequentFirst(t *testing.T) {
	runs := journey(func(bool) []probes.StepResult {
		return []probes.StepResult{step("a", probes.Phases{Wait: 100 * ms}), step("b", probes.Phases{Wait: 100 * ms})}
	})
	runs = append(runs, failing(-1, "a", probes.FailConnect, "a"), // before the onset
		failing(1, "b", probes.FailTimeout, "a", "b"),
		failing(2, "a", probes.FailExpect, "a"), failing(3, "a", probes.FailTimeout, "a"), failing(4, "a", probes.FailExpect, "a"))
	for step, want := range map[string][]Failing{
		"":  {{"a", probes.FailExpect, 2}, {"b", probes.FailTimeout, 1}, {"a", probes.FailTimeout, 1}},
		"a": {{"a", probes.FailExpect, 2}, {"a", probes.FailTimeout, 1}},
		"b": {{"b", probes.FailTimeout, 1}},
		"c": nil,
	} {
		c, _ := Since(onset(), runs, step)
		failed := 0
		for _, f := range want {
			failed += f.Runs
		}
		if d := cmp.Diff(want, c.Failures); d != "" || c.Failed != failed || c.Judged != 14 {
			t.Errorf("step %q: %d of %d failed\n%s", step, c.Failed, c.Judged, d)
		}
	}
}

// A step that runs after the one that ended the journey, cleanup, does not
// fail the journey; asked about, it is counted.
func TestOnlyTheStepThatEndedAJourneyFailsIt(t *testing.T) {
	r := failing(1, "a", probes.FailExpect, "a", "cleanup")
	r.Steps[1].Always, r.Steps[1].Verdict, r.Steps[1].Failure = true, probes.Failed, nil
	for step, want := range map[string][]Failing{"": {{"a", probes.FailExpect, 1}}, "cleanup": {{"cleanup", "", 1}}} {
		if c, _ := Since(onset(), []probes.Result{r}, step); !cmp.Equal(c.Failures, want) || c.Failed != 1 {
			t.Errorf("step %q: %d, %+v", step, c.Failed, c.Failures)
		}
	}
}

func TestThreeRunsOnEitherSideAreEnough(t *testing.T) {
	var runs []probes.Result
	for i := -Fewest; i < Fewest; i++ {
		runs = append(runs, run(i, step("a", probes.Phases{Wait: 100 * ms})))
	}
	if c, ok := Since(onset(), runs, ""); !ok || c.Earlier != Fewest || c.Later != Fewest || len(c.Places) != 1 {
		t.Errorf("%d and %d runs are too few: %+v", c.Earlier, c.Later, c.Places)
	}
}

func TestOfTwoThatGrewAlikeTheFirstByNameCarries(t *testing.T) {
	for _, order := range [][]Part{
		{{"pay", "connect", 0, 300 * ms}, {"pay", "wait", 0, 300 * ms}, {"log in", "wait", 50 * ms, 50 * ms}},
		{{"log in", "wait", 50 * ms, 50 * ms}, {"pay", "wait", 0, 300 * ms}, {"pay", "connect", 0, 300 * ms}},
	} {
		c := Change{Before: 100 * ms, After: 700 * ms, Parts: order}
		if got, ok := c.Carrier(); !ok || got != (Carrier{Step: "pay", By: 600 * ms}) {
			t.Errorf("carried by %+v, %t", got, ok)
		}
		if name, by := c.most(func(p Part) string { return p.Phase }, func(p Part) bool { return p.Step == "pay" }); name != "connect" || by != 300*ms {
			t.Errorf("%s grew most, by %v", name, by)
		}
	}
}

func TestTooFewRunsSayNothing(t *testing.T) {
	steps := []probes.StepResult{step("a", probes.Phases{Wait: 100 * ms})}
	for _, runs := range [][]probes.Result{
		nil,
		{run(-1, steps...), run(1, steps...), run(2, steps...), run(3, steps...)},
		{run(-3, steps...), run(-2, steps...), run(-1, steps...), run(1, steps...)},
	} {
		c, ok := Since(onset(), runs, "")
		if got, carried := c.Carrier(); ok || carried {
			t.Errorf("%d runs: %+v, carried by %+v", len(runs), c, got)
		}
	}
}

func TestEachVantagePointIsAsked(t *testing.T) {
	var runs []probes.Result
	for i := -10; i < 10; i++ {
		for place, slow := range map[string]time.Duration{"kyiv": 400 * ms, "nyc": 0} {
			d := 100 * ms
			if i >= 0 {
				d += slow
			}
			r := run(i, step("a", probes.Phases{Wait: d}))
			r.Location = place
			runs = append(runs, r)
		}
	}
	c, _ := Since(onset(), runs, "")
	want := []Place{{"kyiv", 100 * ms, 500 * ms, 10}, {"nyc", 100 * ms, 100 * ms, 10}}
	if d := cmp.Diff(want, c.Places); d != "" {
		t.Error(d)
	}
}
