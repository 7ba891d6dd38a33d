package predict

import (
	"math"
	"testing"
)

// posterior is the median and the 80 % interval of the time left by brute
// force: a normal likelihood of its logarithm times a normal prior.
func posterior(at, sd, mean, priorSD float64) (lo, mid, hi float64) {
	const n = 200_000
	var sums [n + 1]float64
	x := func(i int) float64 { return -5 + 15*(float64(i)+0.5)/n }
	for i := range n {
		a, b := (x(i)-math.Log(at))/sd, (x(i)-mean)/priorSD
		sums[i+1] = sums[i] + math.Exp(-(a*a+b*b)/2)
	}
	quantile := func(q float64) float64 {
		i := 0
		for sums[i+1] < q*sums[n] {
			i++
		}
		return math.Exp(x(i))
	}
	return quantile(0.1), quantile(0.5), quantile(0.9)
}

func TestATimeIsWeighedAgainstWhatWasToBeExpected(t *testing.T) {
	v := view{Tracker: NewTracker(fourHours()), horizon: 120}
	mean, logs := 0.0, 0.0 // of the logarithm of a time that is uniform until 150
	const n = 1_000_000
	for i := range n {
		l := math.Log(150 * (float64(i) + 0.5) / n)
		mean, logs = mean+l/n, logs+l*l/n
	}
	for _, c := range []struct{ at, sd float64 }{{5, 0.1}, {5, 0.8}, {60, 0.5}, {110, 0.1}, {110, 0.7}} {
		m := v.expected(c.at, 1.28*c.sd, 1.28*c.sd)
		lo, mid, hi := posterior(c.at, c.sd, mean, math.Sqrt(logs-mean*mean))
		for _, p := range [][2]float64{{m.lo, lo}, {m.at, mid}, {m.hi, hi}} {
			if math.Abs(p[0]/p[1]-1) > 0.002 {
				t.Errorf("%g give or take %g: %.2f, want %.2f", c.at, c.sd, p[0], p[1])
			}
		}
	}
}
