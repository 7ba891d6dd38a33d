package backtest

import (
	"math"
	"slices"
	"testing"
	"time"
)

// The wanted figures are those of R 4.2.2: qgamma(0.95, k + 1).
func TestTheBoundOfARareCountIsThatOfR(t *testing.T) {
	for k, want := range map[int]float64{0: 2.99573227355399, 1: 4.74386451839058, 2: 6.29579362187199, 5: 10.51303490874153, 20: 29.06201884043401} {
		if got := poissonUpper(k); math.Abs(got-want) > 1e-9 {
			t.Errorf("bound of %d: %.9f, want %.9f", k, got, want)
		}
	}
}

func TestRoundNumbersComeInOrder(t *testing.T) {
	var got []float64
	for v := 0.83; len(got) < 12; got = append(got, v) {
		v = RoundAbove(v)
	}
	if want := []float64{1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 12}; !slices.Equal(got, want) {
		t.Errorf("above 0.83: %v, want %v", got, want)
	}
	if got := RoundAbove(0); got != 0.012 {
		t.Errorf("above 0: %v, want the first above 10 ms", got)
	}
}

func TestSuggestsALimitThatACalmHistoryBears(t *testing.T) {
	h, watch := past(t, 4, func(int) float64 { return 0.3 })
	s, err := h.Suggest(t.Context(), watch.Journey)
	if err != nil {
		t.Fatal(err)
	}
	if s.Above < 350*time.Millisecond || s.Above > 600*time.Millisecond || s.Ahead != 2*time.Hour || s.Messages != 0 {
		t.Errorf("of 300 ms with 10 %% noise: %+v", s)
	}
	if s.MostAWeek < 10 || s.MostAWeek > 11 { // 0 in two days: 3.0 / (2/7)
		t.Errorf("at most %v a week, want about 10.5: two days cannot show more", s.MostAWeek)
	}
}

func TestSuggestsNothingFromTooLittleHistory(t *testing.T) {
	h, watch := past(t, 1, func(int) float64 { return 0.3 })
	s, err := h.Suggest(t.Context(), watch.Journey)
	if err != nil || s.Above != 0 || s.History != 24*time.Hour-time.Minute || s.Highest != 0 {
		t.Errorf("of one day: %+v, %v", s, err)
	}
}

func TestSuggestsNothingWhereEveryLimitWouldSpeak(t *testing.T) {
	h, watch := past(t, 4, func(minute int) float64 {
		if minute%60 < 5 { // under one run of ten
			return 300
		}
		return 0.3
	})
	s, err := h.Suggest(t.Context(), watch.Journey)
	if err != nil || s.Above != 0 || s.Highest == 0 {
		t.Errorf("of a wild history: %+v, %v", s, err)
	}
}
