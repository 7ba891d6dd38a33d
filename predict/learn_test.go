package predict

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// wantLearns checks that a tracker that learnt samples[:cut] says of all that
// follows what one says that observed them, asked at each.
func wantLearns(t *testing.T, r Rule, samples []Sample, cut int) {
	t.Helper()
	watched, learnt := NewTracker(r), NewTracker(r)
	for i, s := range samples {
		watched.Observe(s)
		was := watched.Forecast(s.At)
		if i < cut {
			learnt.Learn(s)
			continue
		}
		learnt.Observe(s)
		if d := cmp.Diff(was, learnt.Forecast(s.At), cmpopts.EquateNaNs()); d != "" {
			t.Fatalf("sample %d after %d learnt (-observed +learnt):\n%s", i, cut, d)
		}
	}
}

// history is a random past: days of it or hours, of a wave and a rise, with
// gaps, twins and NaNs, in order of time; most samples long at the most.
func history(r *rand.Rand, most int) (Rule, []Sample) {
	interval := []float64{10, 60, 300}[r.IntN(3)]
	rule := Rule{Stat: Stat(r.IntN(5)), Window: 10 * interval, MinSamples: 1 + r.IntN(3), Limit: 1, Below: r.IntN(4) == 0,
		Ahead: []float64{120, 240, 1000}[r.IntN(3)] * interval, Interval: interval, Sustain: 5 * interval}
	n := most/7 + r.IntN(most-most/7)
	onset, slope, wave := r.IntN(n), 2*r.Float64()/float64(n), 0.2*r.Float64()
	at, noise := 1.7e9+math.Floor(1e6*r.Float64()), 0.2*r.Float64()
	var out []Sample
	for i := range n {
		if at += interval * float64(r.IntN(40)/19); r.IntN(400) == 0 {
			at += interval * float64(r.IntN(2000))
		}
		v := 0.4 + wave*math.Sin(2*math.Pi*at/day) + slope*float64(max(0, i-onset))
		s := Sample{At: at, Value: v * math.Exp(noise*r.NormFloat64())}
		if rule.Below {
			s.Value = 2 - s.Value
		}
		if rule.Stat == Ratio {
			s.Total = float64(1 + r.IntN(50))
			s.Bad = math.Floor(s.Total * min(1, max(0, s.Value)))
		} else if r.IntN(100) == 0 {
			s.Value = math.NaN()
		}
		out = append(out, s)
	}
	return rule, out
}

func TestLearningIsObserving(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 4))
	for range 60 {
		rule, samples := history(r, 3500)
		wantLearns(t, rule, samples, r.IntN(len(samples)))
	}
}

// The cut lies where it matters most: within a run of bins that foresee a
// crossing, at every one of its samples.
func TestLearningWithinAWarningIsObserving(t *testing.T) {
	samples, tr := drawn(7, 600), NewTracker(hourlyRule())
	cuts := 0
	for i, s := range samples {
		tr.Observe(s)
		if tr.Forecast(s.At).Crosses() {
			wantLearns(t, hourlyRule(), samples[:min(len(samples), i+20)], i)
			cuts++
		}
	}
	if cuts < 20 {
		t.Errorf("%d samples foresaw a crossing: too few to prove anything", cuts)
	}
}

func TestLearningTheOpenCasesIsObserving(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: takes some seconds; the open cases were not learnt")
	}
	for i, c := range readCorpus(t, "testdata/corpus/inputs.csv") {
		if i%5 == 0 {
			wantLearns(t, c.rule, c.samples, len(c.samples)*(1+i%9)/10)
		}
	}
}

// disordered is a history whose clock jumps, both ways, and whose samples may
// be late: Learn closes bins a little later than Observe and Forecast, so it
// is compared with an Observe that was not asked in between.
func disordered(r *rand.Rand) []Sample {
	at := 1.7e9
	var out []Sample
	for range 1500 {
		at += []float64{60, 60, 60, 60, 60, 0, -60, -300, 3600}[r.IntN(9)]
		if r.IntN(300) == 0 {
			at -= 1e6
		}
		out = append(out, Sample{At: at, Value: 0.3 + 0.4*r.Float64() + float64(len(out))/4000})
	}
	return out
}

func TestLearningOutOfOrderIsObserving(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 8))
	for range 50 {
		samples := disordered(r)
		watched, learnt := NewTracker(hourlyRule()), NewTracker(hourlyRule())
		for _, s := range samples {
			watched.Observe(s)
			if learnt.Learn(s); r.IntN(200) == 0 {
				learnt.recall() // as any Observe does
			}
		}
		now := samples[len(samples)-1].At
		if d := cmp.Diff(watched.Forecast(now), learnt.Forecast(now), cmpopts.EquateNaNs()); d != "" {
			t.Fatalf("(-observed +learnt):\n%s", d)
		}
	}
}

func TestLearningHoldsLittle(t *testing.T) {
	tr := NewTracker(hourlyRule())
	for i := range 100_000 {
		tr.Learn(Sample{At: 1.7e9 - float64(i%7), Value: 0.3}) // the clock stands
		n := 0
		for _, g := range tr.waiting.groups {
			n += len(g)
		}
		if n > mostWaiting*(mostAgree+1) {
			t.Fatalf("%d samples are held", n)
		}
	}
	tr.Forecast(1.7e9)
	if tr.waiting.groups != nil {
		t.Error("something is held after a forecast")
	}
}

func FuzzLearningIsObserving(f *testing.F) {
	f.Add(uint64(1), 0.5)
	f.Add(uint64(99), 0.99)
	f.Fuzz(func(t *testing.T, seed uint64, share float64) {
		rule, samples := history(rand.New(rand.NewPCG(seed, 2)), 700)
		wantLearns(t, rule, samples, int(float64(len(samples))*min(max(share, 0), 1)))
	})
}

// BenchmarkLearn and BenchmarkObserve are what it costs to know the past of
// one limit at one sample a minute, as after a restart.
func BenchmarkLearn(b *testing.B)   { benchmarkPast(b, (*Tracker).Learn) }
func BenchmarkObserve(b *testing.B) { benchmarkPast(b, (*Tracker).Observe) }

func benchmarkPast(b *testing.B, take func(*Tracker, Sample)) {
	rule := fourHours()
	rule.Ahead = 7200
	for _, days := range []int{14, 28} {
		samples := minutely(11, float64(24*days), 0.1, func(h float64) float64 { return 0.3 + 0.1*math.Sin(h*math.Pi/12) })
		b.Run(map[int]string{14: "14d", 28: "28d"}[days], func(b *testing.B) {
			for b.Loop() {
				tr := NewTracker(rule)
				for _, s := range samples {
					take(tr, s)
				}
				tr.Forecast(samples[len(samples)-1].At)
			}
		})
	}
}
