package predict

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// drawn is a noisy rise with gaps, drawn from a seed.
func drawn(seed uint64, minutes int) []Sample {
	r := rand.New(rand.NewPCG(seed, 1))
	onset := minutes/2 + r.IntN(minutes/4)
	slope := 0.001 + 0.006*r.Float64()
	var out []Sample
	for i := range minutes {
		if r.Float64() < 0.05 {
			continue
		}
		v := 0.4*math.Exp(0.15*r.NormFloat64()) + slope*float64(max(0, i-onset))
		out = append(out, Sample{At: float64(1_700_000_040 + 60*i), Value: v})
	}
	return out
}

// forecasts are what a fresh tracker says after each sample.
func forecasts(r Rule, samples []Sample) []Forecast {
	tr := NewTracker(r)
	var out []Forecast
	for _, s := range samples {
		tr.Observe(s)
		out = append(out, tr.Forecast(s.At))
	}
	return out
}

func TestSameSamplesGiveTheSameForecasts(t *testing.T) {
	samples := drawn(1, 600)
	if d := cmp.Diff(forecasts(hourlyRule(), samples), forecasts(hourlyRule(), samples), cmpopts.EquateNaNs()); d != "" {
		t.Error(d)
	}
}

// A restart feeds the stored samples without asking in between.
func TestAskingChangesNothing(t *testing.T) {
	for seed := range uint64(5) {
		samples := drawn(seed, 600)
		asked, quiet := NewTracker(hourlyRule()), NewTracker(hourlyRule())
		for _, s := range samples {
			asked.Observe(s)
			asked.Forecast(s.At)
			asked.Forecast(s.At + 7)
			quiet.Observe(s)
		}
		now := samples[len(samples)-1].At + 30
		if d := cmp.Diff(asked.Forecast(now), quiet.Forecast(now), cmpopts.EquateNaNs()); d != "" {
			t.Error(d)
		}
	}
}

func TestTheFutureNeverChangesThePast(t *testing.T) {
	samples := drawn(2, 600)
	whole := forecasts(hourlyRule(), samples)
	for _, cut := range []int{50, 333, 480} {
		if d := cmp.Diff(whole[:cut], forecasts(hourlyRule(), samples[:cut]), cmpopts.EquateNaNs()); d != "" {
			t.Errorf("cut at %d: %s", cut, d)
		}
	}
}

func TestTheOrderOfEqualTimesDoesNotMatter(t *testing.T) {
	var one, other []Sample
	for _, s := range drawn(3, 500) {
		twin := Sample{At: s.At, Value: s.Value * 1.1}
		one, other = append(one, s, twin), append(other, twin, s)
	}
	a, b := NewTracker(hourlyRule()), NewTracker(hourlyRule())
	for i := 0; i < len(one); i += 2 {
		a.Observe(one[i])
		a.Observe(one[i+1])
		b.Observe(other[i])
		b.Observe(other[i+1])
		at := one[i].At
		if d := cmp.Diff(a.Forecast(at), b.Forecast(at), cmpopts.EquateNaNs(), cmpopts.EquateApprox(1e-6, 1e-9)); d != "" {
			t.Fatal(d)
		}
	}
}

func TestShiftingTimeShiftsTheForecast(t *testing.T) {
	const shift = 7 * day
	samples := drawn(4, 600)
	var later []Sample
	for _, s := range samples {
		s.At += shift
		later = append(later, s)
	}
	a, b := forecasts(hourlyRule(), samples), forecasts(hourlyRule(), later)
	for i := range b {
		b[i].At -= shift
		if b[i].Since > 0 {
			b[i].Since -= shift
		}
		if b[i].Crosses() {
			b[i].Crossing.Earliest -= shift
			b[i].Crossing.Expected -= shift
			b[i].Crossing.Latest -= shift
		}
	}
	if d := cmp.Diff(a, b, cmpopts.EquateNaNs(), cmpopts.EquateApprox(1e-9, 1e-6)); d != "" {
		t.Error(d)
	}
}

func TestScalingValuesScalesOnlyTheLevel(t *testing.T) {
	for _, factor := range []float64{1024, 1. / 4096, 1000} {
		samples := drawn(5, 600)
		scaled := hourlyRule()
		scaled.Limit *= factor
		a := forecasts(hourlyRule(), samples)
		for i := range samples {
			samples[i].Value *= factor
		}
		b := forecasts(scaled, samples)
		for i := range b {
			b[i].Stat, b[i].Level, b[i].Slope = b[i].Stat/factor, b[i].Level/factor, b[i].Slope/factor
		}
		if d := cmp.Diff(a, b, cmpopts.EquateNaNs(), cmpopts.EquateApprox(1e-5, 1e-9)); d != "" {
			t.Errorf("factor %g: %s", factor, d)
		}
	}
}

// Falling below a limit is rising above it, upside down.
func TestFallingMirrorsRising(t *testing.T) {
	rule := hourlyRule()
	rule.Limit, rule.Stat = 10, Mean
	below := rule
	below.Limit, below.Below = -10, true
	up, down := drawn(6, 600), drawn(6, 600)
	for i := range up {
		up[i].Value = up[i].Value*10 - 20 // mixed signs: no geometric means
		down[i].Value = -up[i].Value
	}
	a, b := forecasts(rule, up), forecasts(below, down)
	for i := range b {
		b[i].Stat, b[i].Level, b[i].Slope = -b[i].Stat, -b[i].Level, -b[i].Slope
	}
	if d := cmp.Diff(a, b, cmpopts.EquateNaNs(), cmpopts.EquateApprox(1e-6, 1e-9)); d != "" {
		t.Error(d)
	}
}

// sane reports what no forecast may ever hold.
func sane(f Forecast, now float64) string {
	c := f.Crossing
	switch {
	case math.IsNaN(f.Level) || math.IsInf(f.Level, 0) || math.IsNaN(f.Slope) || math.IsInf(f.Slope, 0) || math.IsInf(f.Stat, 0):
		return "a figure is not finite"
	case !f.Crosses() && (c != Crossing{} || f.Agree != 0):
		return "silent, and yet a crossing"
	case f.Crosses() && !(now <= c.Earliest && c.Earliest <= c.Expected && c.Expected <= c.Latest && c.Latest < math.Inf(1)):
		return "the crossing is out of order"
	case f.Crosses() && f.Agree < 1:
		return "a crossing nobody agrees on"
	}
	return ""
}

func TestHugeJumpyAndBrokenSeriesNeverBreakIt(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	wild := []float64{0, -1, 1e300, -1e300, 1e-300, math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, 5e-324, 1}
	for round := range 200 {
		rule := Rule{Stat: Stat(r.IntN(5)), Window: wild[r.IntN(len(wild))], Limit: wild[r.IntN(len(wild))], Ahead: []float64{7200, 60, 0, -5, math.NaN(), 1e300}[r.IntN(6)],
			Interval: []float64{60, 0, -1, 1e300, math.NaN(), math.Inf(1)}[r.IntN(6)], Below: round%2 == 0, Sustain: wild[r.IntN(len(wild))], MinSamples: r.IntN(5) - 1}
		if r.IntN(2) == 0 {
			rule.Window, rule.Interval, rule.Ahead, rule.Limit = 600, 60, 7200, 1
		}
		tr, now := NewTracker(rule), 1.7e9
		for range 400 {
			now += []float64{60, 0, -60, 1, 1e6, -1e7, 60, 60, 60, 60, 60}[r.IntN(11)]
			s := Sample{At: now, Value: r.Float64()}
			if r.IntN(4) == 0 {
				s = Sample{At: now, Value: wild[r.IntN(len(wild))], Bad: wild[r.IntN(len(wild))], Total: wild[r.IntN(len(wild))]}
			}
			tr.Observe(s)
			if why := sane(tr.Forecast(now), now); why != "" {
				t.Fatalf("%s: %+v of rule %+v", why, tr.Forecast(now), rule)
			}
		}
	}
}

func FuzzForecastIsSane(f *testing.F) {
	f.Add([]byte("a rise of no particular kind, long enough to be one"), 1.0, 7200.0, 60.0)
	f.Add([]byte{0, 255, 0, 255, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18}, 0.5, 600.0, 5.0)
	f.Fuzz(func(t *testing.T, series []byte, limit, ahead, interval float64) {
		tr := NewTracker(Rule{Stat: Mean, Window: 600, Limit: limit, Ahead: ahead, Interval: interval})
		now := 1.7e9
		for len(series) >= 2 {
			word := binary.LittleEndian.Uint16(series)
			series = series[2:]
			now += float64(word%64) * 4
			tr.Observe(Sample{At: now, Value: limit * float64(word) / 40000})
			if why := sane(tr.Forecast(now), now); why != "" {
				t.Fatalf("%s: %+v", why, tr.Forecast(now))
			}
		}
	})
}
