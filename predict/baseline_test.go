package predict

import (
	"math"
	"testing"
)

// baseline is what others do, for comparison: a straight line through the raw
// samples of the last quarter of a horizon, looked at on every sample and told
// after ten minutes of agreement. Robust is Theil-Sen's line, told only where
// Mann and Kendall see a trend at 1 %.
type baseline struct {
	rule    Rule
	robust  bool
	samples []Sample
	window  window
	since   float64
}

func (b *baseline) Observe(s Sample) {
	if s.Total > 0 {
		s.Value = s.Bad / s.Total
	}
	if !finite(s.Value) {
		return
	}
	b.window.span = b.rule.Window
	b.window.add(reading{at: s.At, value: float32(s.Value), total: float32(s.Total)})
	b.samples = append(b.samples, s)
	for b.samples[0].At <= s.At-b.rule.Ahead/4 {
		b.samples = b.samples[1:]
	}
}

// Confirmed is what a straight line does not know.
func (b *baseline) Confirmed(int) bool { return false }

func (b *baseline) Forecast(now float64) Forecast {
	f := Forecast{At: now, Stat: b.window.stat(b.rule.Stat, now, b.rule.MinSamples), Silence: Flat}
	level, slope, ok := b.line(now)
	at := (b.rule.Limit - level) / slope
	if b.rule.Below {
		slope = -slope
	}
	if !ok || slope <= 0 || at <= 0 || at > b.rule.Ahead {
		b.since = 0
		return f
	}
	if b.since == 0 {
		b.since = now
	}
	if now-b.since >= 600 {
		f.Silence, f.Agree = None, 2
		f.Crossing = Crossing{Earliest: now + at, Expected: now + at, Latest: now + at}
	}
	return f
}

// line is the fit at now.
func (b *baseline) line(now float64) (level, slope float64, ok bool) {
	every := 1
	if b.robust {
		every = max(1, len(b.samples)/60) // all pairs of 60 points are enough
	}
	var x, y []float64
	for i := len(b.samples) - 1; i >= 0; i -= every {
		x, y = append(x, b.samples[i].At-now), append(y, b.samples[i].Value)
	}
	if !b.robust {
		l, ok := fitLine(x, y, 0)
		return l.level, l.slope, ok
	}
	if len(x) < 8 || mannKendall(x, y) < 2.576 {
		return 0, 0, false
	}
	slope, level = theilSen(x, y)
	return level, slope, true
}

// mannKendall is the size of the statistic of Mann (1945) and Kendall (1975),
// in standard deviations, with ties and the correction for continuity.
func mannKendall(x, y []float64) float64 {
	n, s := float64(len(x)), 0.0
	ties := map[float64]float64{}
	for i := range x {
		ties[y[i]]++
		for j := range i {
			if p := (x[i] - x[j]) * (y[i] - y[j]); p > 0 {
				s++
			} else if p < 0 {
				s--
			}
		}
	}
	v := n * (n - 1) * (2*n + 5)
	for _, t := range ties {
		v -= t * (t - 1) * (2*t + 5)
	}
	return max(0, math.Abs(s)-1) / math.Sqrt(v/18)
}

// R 4.2.2: cor.test(x, y, method = "kendall", exact = FALSE, continuity = TRUE)$statistic
func TestMannKendallAgreesWithR(t *testing.T) {
	x, _ := growing()
	wantDigits(t, "z", mannKendall(x, []float64{3, 1, 4, 1.5, 9, 2.6, 5, 3.5, 8, 9.7}), 1.967739820199815, 14)
}
