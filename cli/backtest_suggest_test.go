package cli

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
)

// The wanted figures are those of R 4.2.2: qgamma(0.95, k + 1).
func TestTheBoundOfARareCountIsThatOfR(t *testing.T) {
	for k, want := range map[int]float64{0: 2.99573227355399, 1: 4.74386451839058, 2: 6.29579362187199, 5: 10.51303490874153, 20: 29.06201884043401} {
		if got := poissonUpper(k); math.Abs(got-want) > 1e-9 {
			t.Errorf("bound of %d: %.9f, want %.9f", k, got, want)
		}
	}
}

func TestALadderHasRoundRungsInOrder(t *testing.T) {
	var got []float64
	for v := range ladder(0.83) {
		if got = append(got, v); len(got) == 5 {
			break
		}
	}
	if want := []float64{1, 1.2, 1.5, 2, 2.5}; len(got) != 5 || got[0] != want[0] || got[1] != want[1] || got[4] != want[4] {
		t.Errorf("ladder above 0.83: %v, want %v", got, want)
	}
}

func TestSuggestsALimitThatACalmHistoryBears(t *testing.T) {
	file := past(t, 4, func(int) float64 { return 0.3 })
	out, _ := forewarn(t, exitOK, "backtest", "--suggest", "-c", file, "--json")
	var all []suggestion
	if err := json.Unmarshal([]byte(out), &all); err != nil {
		t.Fatal(err)
	}
	s := all[0]
	if s.Why != "" || s.AboveS < 0.35 || s.AboveS > 0.6 || s.AheadS != 2*3600 || s.Messages != 0 {
		t.Errorf("of 300 ms with 10 %% noise: %+v", s)
	}
	if s.MostAWeek < 10 || s.MostAWeek > 11 { // 0 in two days: 3.0 / (2/7)
		t.Errorf("at most %v a week, want about 10.5: two days cannot show more", s.MostAWeek)
	}
	text, _ := forewarn(t, exitOK, "backtest", "--suggest", "-c", file)
	if !strings.Contains(text, `signal = "latency"`) || !strings.Contains(text, "unproven") {
		t.Errorf("suggestion:\n%s", text)
	}
}

func TestSuggestsNothingFromTooLittleHistory(t *testing.T) {
	file := past(t, 1, func(int) float64 { return 0.3 })
	out, _ := forewarn(t, exitOK, "backtest", "--suggest", "-c", file)
	if !strings.Contains(out, "no limit can be suggested") || !strings.Contains(out, "of 3 d of history") {
		t.Errorf("of one day:\n%s", out)
	}
}
