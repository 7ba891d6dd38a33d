package impact

import (
	"math"
	"testing"
	"time"
)

const ms = time.Millisecond

// near compares to the minor unit's hundredth: the examples are given to the cent.
func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 0.005 {
		t.Errorf("%s is %.6f, want %.6f", what, got, want)
	}
}

// The figures are those of the worked examples in docs/money.md, in major
// units; they were computed elsewhere.
func TestErrorLossIsThatOfItsWorkedExample(t *testing.T) {
	given := terms{Value: Exactly(40), Completing: 0.95, UsualFail: 0.005}
	slots := []slot{{Attempts: Exactly(600), Failed: Exactly(0.205)}}
	near(t, "A", given.errorLoss(slots).Likely, 4560)
	given.ComesBack = Between(0, 0.5)
	near(t, "A, all come back", given.errorLoss(slots).Low, 2280)
	near(t, "A, none comes back", given.errorLoss(slots).High, 4560)
	given.UsualFail = 0.3
	near(t, "fewer failures than usual", given.errorLoss(slots).High, 0)
}

func TestLatencyLossIsThatOfItsWorkedExample(t *testing.T) {
	given := terms{Value: Exactly(40), Completing: 0.95, Loss: Range{0.002, 0.01, 0.02}, Good: 400 * ms}
	slots := []slot{{Attempts: Exactly(2400), Failed: Exactly(0.005), Latency: 900 * ms}}
	got := given.latencyLoss(slots)
	near(t, "B", got.Likely, 4447.36)
	near(t, "B, E 0.2 %", got.Low, 903.82)
	near(t, "B, E 2 %", got.High, 8718.61)
	given.Value = Range{35, 40, 45}
	got = given.latencyLoss(slots)
	if math.Abs(got.Low-790.8) > 0.06 || math.Abs(got.High-9808.4) > 0.06 {
		t.Errorf("B with V 35..45 is %.2f..%.2f, want 790.8..9808.4", got.Low, got.High)
	}
	given.Ceiling = 650 * ms
	near(t, "up to the ceiling", given.latencyLoss(slots).Likely, 2268.6*40*(1-math.Pow(0.99, 2.5)))
	given.Good = time.Second
	near(t, "faster than good", given.latencyLoss(slots).High, 0)
}

func TestRevenueAtRiskIsThatOfItsWorkedExample(t *testing.T) {
	given := terms{Value: Exactly(40), Completing: 1, Loss: Range{0.002, 0.01, 0.02}, Good: 400 * ms}
	now := time.Unix(1_800_000_000, 0)
	crossing := now.Add(4 * time.Hour)
	line := Trend{At: now, Value: 0.6, Limit: 0.8, Earliest: crossing, Expected: crossing, Latest: crossing, Until: now.Add(8 * time.Hour)}
	slots := func(meets time.Time) []slot {
		var all []slot
		for _, p := range line.to(meets) {
			all = append(all, slot{Attempts: Exactly(1134.3 * p.long.Hours()), Latency: time.Duration(p.value * 1e9)})
		}
		return all
	}
	for i, want := range []float64{1897.21, 2115.13, 2331.96, 2547.70} {
		near(t, "D, one hour", given.latencyLoss(slots(crossing)[i:i+1]).Likely, want)
	}
	got := atRisk(given.latencyLoss, slots(crossing), slots(crossing), slots(crossing))
	near(t, "D", got.Likely, 8891.99)
	near(t, "D, E 0.2 %", got.Low, 1807.52)
	near(t, "D, E 2 %", got.High, 17426.76)
	at := []slot{{Attempts: Exactly(1134.3), Latency: 800 * ms}}
	near(t, "D, an hour at the limit", given.latencyLoss(at).Likely, 1787.84)

	edges := atRisk(given.latencyLoss, slots(now.Add(3*time.Hour)), slots(crossing), slots(now.Add(9*time.Hour)))
	if edges.Low != 0 || edges.Likely != got.Likely || edges.High <= got.High {
		t.Errorf("with edges at 3 h and after the horizon: %v, at 4 h %v", edges, got)
	}
}

func TestARiskIsWeighedOnlyByARecordOfTen(t *testing.T) {
	got, ok := weigh(Exactly(300), Record{7, 3})
	if near(t, "G", got.Likely, 200); !ok {
		t.Error("10 judged warnings are a record")
	}
	if got, ok := weigh(Exactly(300), Record{7, 2}); ok || got != Exactly(300) {
		t.Errorf("9 judged warnings weigh: %v", got)
	}
}
