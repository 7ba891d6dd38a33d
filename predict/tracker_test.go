package predict

import (
	"math"
	"testing"
	"unsafe"
)

// ramp is a series of one sample a minute that rises from a level, after an
// hour of calm for each hour of it, with a fixed wobble.
func ramp(start, minutes, onset int, level, slope float64) []Sample {
	var out []Sample
	for i := range minutes {
		wobble := 0.02 * level * math.Sin(float64(i*i%97))
		out = append(out, Sample{At: float64(start + 60*i), Value: level + wobble + slope*float64(max(0, i-onset))})
	}
	return out
}

func hourlyRule() Rule {
	return Rule{Stat: Median, Window: 600, MinSamples: 3, Limit: 1, Ahead: 7200, Interval: 60, Sustain: 600}
}

// firstCrossing feeds samples until two bins agree on a crossing.
func firstCrossing(tr *Tracker, samples []Sample) (Forecast, bool) {
	for _, s := range samples {
		tr.Observe(s)
		if f := tr.Forecast(s.At); f.Crosses() && f.Agree >= 2 {
			return f, true
		}
	}
	return Forecast{}, false
}

func TestWarnsBeforeItBurns(t *testing.T) {
	samples := ramp(1_700_000_000, 400, 240, 0.4, 0.005)
	crossing := samples[240+120].At // 0.4 + 120*0.005 = 1
	f, ok := firstCrossing(NewTracker(hourlyRule()), samples)
	if !ok {
		t.Fatal("no warning")
	}
	if lead := crossing - f.At; lead < 1800 {
		t.Errorf("warned %.0f s before the crossing, want at least 1800", lead)
	}
	if f.Crossing.Earliest > crossing || f.Crossing.Latest < crossing {
		t.Errorf("interval %v does not hold the crossing at %.0f", f.Crossing, crossing)
	}
}

func TestIsSilentAboutAStep(t *testing.T) {
	samples := ramp(1_700_000_000, 400, 400, 0.4, 0)
	for i := 240; i < len(samples); i++ {
		samples[i].Value += 0.3
	}
	if f, ok := firstCrossing(NewTracker(hourlyRule()), samples); ok {
		t.Errorf("a step was announced as a trend: %+v", f)
	}
}

func TestStateStaysWithin40kB(t *testing.T) {
	r := hourlyRule()
	r.Stat, r.Interval, r.Ahead, r.Window = Ratio, 1, 120, 3600
	tr := NewTracker(r)
	for i := range 40_000 {
		tr.Observe(Sample{At: float64(i), Bad: 1, Total: 100})
	}
	tr.season.flush(tr.season.open + 1)
	tr.season.catchUp()
	bytes := int(unsafe.Sizeof(*tr)) + cap(tr.window.samples)*int(unsafe.Sizeof(reading{})) +
		cap(tr.bins.recent)*int(unsafe.Sizeof(bin{})) + 4*cap(tr.bins.past) + 4*cap(tr.season.ring) + 4*cap(tr.season.profile)
	t.Logf("%d bytes", bytes)
	if bytes > 40_000 {
		t.Errorf("state holds %d bytes", bytes)
	}
}

// wavyWeek is a week of one sample a minute with a daily wave, lognormal noise
// and a rise over its last five hours.
func wavyWeek() []Sample {
	return minutely(11, 7*24, 0.1, func(h float64) float64 {
		return 0.3 + 0.1*math.Sin(h*math.Pi/12) + 0.12*max(0, h-7*24+5)
	})
}

// The demo runs the same code with a second for a minute.
func TestWorksAtDemoSpeed(t *testing.T) {
	rule := Rule{Stat: Median, Window: 10, MinSamples: 3, Limit: 1, Ahead: 120, Interval: 1, Sustain: 3}
	for seed := range uint64(20) {
		tr := NewTracker(rule)
		crossing, warned := 0.0, 0.0
		for i, s := range minutely(seed, 3, 0.15, func(h float64) float64 { return 0.3 + 0.6*max(0, h-0.75) }) {
			s.At = 1_700_006_400 + float64(i)
			tr.Observe(s)
			if crossing = 1_700_006_400 + 60*(0.75+0.7/0.6); s.At < crossing && warned == 0 {
				if f := tr.Forecast(s.At); f.Crosses() && f.Agree >= 2 {
					warned = s.At
				}
			}
		}
		if lead := crossing - warned; warned == 0 || lead < 15 {
			t.Errorf("seed %d: warned %.0f s before the crossing of a rise of 70 s", seed, lead)
		}
	}
}
