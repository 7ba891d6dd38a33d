package predict

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// minutely draws one sample a minute from a course in hours since the start,
// with lognormal noise.
func minutely(seed uint64, hours float64, noise float64, course func(h float64) float64) []Sample {
	r := rand.New(rand.NewPCG(seed, 7))
	var out []Sample
	for i := range int(hours * 60) {
		out = append(out, Sample{At: float64(1_700_006_400 + 60*i), Value: course(float64(i)/60) * math.Exp(noise*r.NormFloat64())})
	}
	return out
}

func fourHours() Rule {
	return Rule{Stat: Median, Window: 600, MinSamples: 3, Limit: 1, Ahead: 4 * 3600, Interval: 60, Sustain: 600}
}

// Pitfall 1: clipping to a rolling median makes a ramp of a step.
func TestClippingLeavesAStepAStep(t *testing.T) {
	b := bins{width: 60}
	for i := range 60 {
		v := 0.4 + 0.01*float64(i%3)
		if i >= 40 {
			v += 0.4
		}
		if i == 20 {
			v = 5
		}
		b.add(int64(i), v, 0, 0)
		b.close(1, v, true)
	}
	if v := b.recent[20].y; v > 0.6 {
		t.Errorf("a lone outlier stayed at %g", v)
	}
	for i := 40; i < 60; i++ {
		if v := b.recent[i].y; v < 0.79 {
			t.Errorf("bin %d of the step was clipped to %g", i, v)
		}
	}
}

// Pitfall 2: slots finer than the bins stay empty and switch the profile off.
func TestCoarseBinsStillGetAProfile(t *testing.T) {
	rule := Rule{Stat: Mean, Window: 3600, Limit: 10, Ahead: 48 * 3600, Interval: 3600}
	tr := NewTracker(rule)
	for i := range 24 * 5 {
		tr.Observe(Sample{At: float64(1_700_006_400 + 3600*i), Value: 3 + math.Sin(float64(i)*math.Pi/12)})
	}
	if tr.season.profile == nil {
		t.Error("no profile from five equal days of hourly samples")
	}
}

// Pitfall 3: weights from a local smoother bias autocorrelated noise. The
// slope of a rise in AR(1) noise must come out without bias.
func TestAutocorrelatedNoiseDoesNotBendTheSlope(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	var slopes []float64
	for range 200 {
		points, ar := make([]point, 360), 0.0
		for i := range points {
			ar = 0.9*ar + 0.1*r.NormFloat64()
			x := float64(i-360) + 0.5
			points[i] = point{x, 1 + 0.01*max(0, x+120) + ar}
		}
		tr, ok := fitTrend(points, 0, 240, false)
		if !ok {
			t.Fatal("no fit")
		}
		slopes = append(slopes, tr.slope)
	}
	if m := mean(slopes); math.Abs(m-0.01) > 0.0003 {
		t.Errorf("mean slope %g, want 0.01", m)
	}
}

// Pitfall 4: a profile that keeps the drift of its days eats the trend.
func TestTheProfileDoesNotEatTheTrend(t *testing.T) {
	tr := NewTracker(fourHours())
	for _, s := range minutely(4, 24*5, 0.02, func(h float64) float64 { return 0.3 + 0.004*h + 0.1*math.Sin(h*math.Pi/12) }) {
		tr.Observe(s)
	}
	if tr.season.profile == nil {
		t.Fatal("no profile")
	}
	low, high := math.Inf(1), math.Inf(-1)
	for _, v := range tr.season.profile {
		low, high = min(low, float64(v)), max(high, float64(v))
	}
	if span := high - low; math.Abs(span-0.2) > 0.03 {
		t.Errorf("the profile spans %.3f, the wave 0.2 and a day's drift 0.096", span)
	}
}

// Pitfall 5: a short lookback thinks itself quieter than the series is.
func TestAShortLookbackInheritsTheNoise(t *testing.T) {
	v := view{Tracker: NewTracker(fourHours())}
	n := v.inherit(noise{variance: 1, phi: 0.2}, noise{variance: 10, phi: 0.95})
	if n.variance != 5 || n.phi != 0.93 {
		t.Errorf("inherited %+v, want variance 5 and phi 0.93", n)
	}
}

// Pitfall 6: half of the forecasts near the horizon fall beyond it.
func TestNothingIsSaidAtTheEdgeOfTheHorizon(t *testing.T) {
	said := 0
	for seed := range uint64(5) {
		for _, f := range forecasts(fourHours(), minutely(seed, 30, 0.1, func(h float64) float64 { return 0.3 + 0.16*max(0, h-14) })) {
			if f.Crosses() {
				said++
				if ahead := f.Crossing.Expected - f.At; ahead > 0.95*4*3600 {
					t.Fatalf("a crossing in %.0f s, beyond 0.95 of the horizon", ahead)
				}
			}
		}
	}
	if said == 0 {
		t.Error("nothing was said at all")
	}
}

func TestTellsLearningFromKnowing(t *testing.T) {
	tr := NewTracker(fourHours())
	var f Forecast
	for _, s := range minutely(1, 31, 0.02, func(h float64) float64 { return 0.3 + 0.036*max(0, h-12) }) {
		tr.Observe(s)
		f = tr.Forecast(s.At)
		if f.Crosses() {
			t.Fatalf("warned of a rise of many hours after %.0f s", tr.history())
		}
	}
	if f.Silence != Unfamiliar || f.Detail != "30 h of 48 h" {
		t.Errorf("silent because %q, %q", f.Silence, f.Detail)
	}
	if f := NewTracker(fourHours()).Forecast(0); f.Silence != NoData {
		t.Errorf("an empty tracker is silent because %q", f.Silence)
	}
}

func TestANewRiseOfTheFirstDayIsToldNoFurtherThanItHasLasted(t *testing.T) {
	rule := fourHours()
	rule.Ahead = 24 * 3600
	told := func(calm float64) (ratio float64, waited bool) {
		tr := NewTracker(rule)
		for _, s := range minutely(1, calm+6, 0.02, func(h float64) float64 { return 0.3 + 0.2*max(0, h-calm) }) {
			tr.Observe(s)
			f := tr.Forecast(s.At)
			if f.Crosses() {
				return (f.Crossing.Expected - f.At) / (f.At - f.Since), waited
			}
			waited = waited || f.Silence == Learning && strings.HasSuffix(f.Detail, "h of 24 h")
		}
		return math.NaN(), waited
	}
	if ratio, waited := told(12); !(ratio < 1.3) || !waited {
		t.Errorf("in the first day a rise was told %.1f times as far as it had lasted (waited: %v)", ratio, waited)
	}
	if ratio, waited := told(30); !(ratio > 2) || waited {
		t.Errorf("after a day a rise was told only %.1f times as far as it had lasted (waited: %v)", ratio, waited)
	}
}

// The usual wave of the day must stay where it is by the clock on the wall,
// on both days on which the clock itself moves.
func TestTheProfileFollowsTheClockOverBothDSTDays(t *testing.T) {
	kyiv, err := time.LoadLocation("Europe/Kyiv")
	if err != nil {
		t.Skip("SKIPPED: no time zone database")
	}
	for _, change := range []time.Time{time.Date(2025, 3, 30, 0, 0, 0, 0, kyiv), time.Date(2025, 10, 26, 0, 0, 0, 0, kyiv)} {
		rule := fourHours()
		rule.Zone = kyiv
		tr := NewTracker(rule)
		for at := change.AddDate(0, 0, -7); at.Before(change.AddDate(0, 0, 2)); at = at.Add(time.Minute) {
			if wall := at.Hour(); wall >= 9 && wall < 17 {
				tr.Observe(Sample{At: float64(at.Unix()), Value: 0.6})
			} else {
				tr.Observe(Sample{At: float64(at.Unix()), Value: 0.3})
			}
		}
		before, after := change.AddDate(0, 0, -3), change.AddDate(0, 0, 1)
		for h := range 24 {
			a := tr.season.at(float64(before.Add(time.Duration(h)*time.Hour + 30*time.Minute).Unix()))
			b := tr.season.at(float64(after.Add(time.Duration(h)*time.Hour + 30*time.Minute).Unix()))
			if math.Abs(a-b) > 1e-6 || (h == 12) != (a > 0.15) && h == 12 {
				t.Errorf("%s: hour %d is %.3f before the change of the clock and %.3f after", change.Format(time.DateOnly), h, a, b)
			}
		}
		if tr.season.profile == nil || tr.season.at(float64(after.Add(12*time.Hour).Unix())) < 0.15 {
			t.Error("the day has no profile")
		}
	}
}

func TestWeekendsHaveTheirOwnProfile(t *testing.T) {
	tr := NewTracker(fourHours())
	monday := time.Date(2025, 6, 2, 0, 0, 0, 0, time.UTC)
	for i := range 60 * 24 * 22 {
		at, v := monday.Add(time.Duration(i)*time.Minute), 0.2
		if d := at.Weekday(); d != time.Saturday && d != time.Sunday && at.Hour() >= 8 && at.Hour() < 18 {
			v = 0.6
		}
		tr.Observe(Sample{At: float64(at.Unix()), Value: v})
	}
	noon := func(day int) float64 {
		return tr.season.at(float64(monday.AddDate(0, 0, day).Add(12 * time.Hour).Unix()))
	}
	if workday, sunday := noon(23), noon(27); workday-sunday < 0.3 {
		t.Errorf("noon is %.2f on a Wednesday and %.2f on a Sunday", workday, sunday)
	}
}

func TestForeseesTheUsualPeakOnAHigherDay(t *testing.T) {
	rule := fourHours()
	rule.Limit = 0.9
	course := func(h float64) float64 { // 14:13 UTC at the start; the peak of the day is at 12
		level := 0.3
		if h > 24*6 {
			level = 0.52
		}
		return level + 0.5*math.Max(0, math.Cos((h+0.22-12)*math.Pi/12))
	}
	samples := minutely(8, 24*7, 0.03, course)
	crossing := 0.0
	for _, s := range samples {
		if h := (s.At - samples[0].At) / 3600; crossing == 0 && course(h) >= rule.Limit {
			crossing = s.At
		}
	}
	tr := NewTracker(rule)
	for _, s := range samples {
		tr.Observe(s)
		if f := tr.Forecast(s.At); f.Crosses() && f.Agree >= 2 && s.At > samples[0].At+24*6*3600 {
			if f.Cause != Peak {
				continue
			}
			if lead := crossing - s.At; lead < 1800 || f.Crossing.Earliest > crossing || f.Crossing.Latest < crossing {
				t.Errorf("peak foreseen %.0f s ahead, in %+v; it came at %.0f", lead, f.Crossing, crossing)
			}
			return
		}
	}
	t.Error("the peak of the higher day was not foreseen")
}

func TestWidenMakesIntervalsHoldAsPromised(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	draw := func(n int, widen float64) (settled []Settled, held float64) {
		for range n {
			c := Crossing{Earliest: 500, Expected: 1000, Latest: 2000}.widened(0, widen)
			came := 1000 * math.Exp(1.2*r.NormFloat64()) // far wider than promised
			settled = append(settled, Settled{Crossing: c, Came: came})
			if c.Earliest <= came && came <= c.Latest {
				held++
			}
		}
		return settled, held / float64(n)
	}
	record, held := draw(2000, 1)
	if held > 0.6 {
		t.Fatalf("the uncalibrated intervals held %.2f", held)
	}
	if _, held := draw(4000, Widen(record)); held < 0.76 || held > 0.84 {
		t.Errorf("calibrated by %.2f the intervals held %.2f, want 0.80", Widen(record), held)
	}
	if w := Widen(nil); w != 1 {
		t.Errorf("no record widens by %g", w)
	}
	if w := Widen(record[:1]); w < 0.8 || w > 1.25 {
		t.Errorf("a single settled forecast widens by %g", w)
	}
}
