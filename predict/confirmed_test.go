package predict

import "testing"

// stepped is four calm hours at a level under hourlyRule's limit, and then
// samples at another.
func stepped(after int, level, beyond float64) []Sample {
	samples := ramp(1_700_000_000, 240+after, 240+after, level, 0)
	for i := 240; i < len(samples); i++ {
		samples[i].Value += beyond - level
	}
	return samples
}

// samplesUntilConfirmed is after how many samples beyond the limit the figure
// crosses, and after how many it is confirmed.
func samplesUntilConfirmed(r Rule, level, beyond float64) (crosses, confirmed int) {
	tr := NewTracker(r)
	for i, s := range stepped(20, level, beyond) {
		tr.Observe(s)
		if crosses == 0 && tr.Confirmed(1) {
			crosses = i - 239
		}
		if confirmed == 0 && tr.Confirmed(3) {
			confirmed = i - 239
		}
	}
	return crosses, confirmed
}

func TestAWindowThatHoldsAStepStaysAcross(t *testing.T) {
	for _, c := range []struct {
		name               string
		stat               Stat
		level, beyond      float64
		below              bool
		crosses, confirmed int
	}{
		{"the slowest of ten runs is slow for ten runs", P95, 0.4, 1.5, false, 1, 1},
		{"five of ten runs are not a median yet, six stay one", Median, 0.4, 1.5, false, 6, 6},
		{"a mean that is far beyond", Mean, 0.4, 8, false, 1, 1},
		{"a mean that is just beyond", Mean, 0.4, 1.72, false, 5, 5},
		{"a median that falls", Median, 1.5, 0.6, true, 5, 5},
		{"a p95 that falls: the next ordinary run ends it, but ten in a row are none", P95, 1.5, 0.6, true, 10, 10},
	} {
		r := hourlyRule()
		r.Stat, r.Below = c.stat, c.below
		if crosses, confirmed := samplesUntilConfirmed(r, c.level, c.beyond); crosses != c.crosses || confirmed != c.confirmed {
			t.Errorf("%s: it crosses at sample %d and confirmed at %d, want %d and %d", c.name, crosses, confirmed, c.crosses, c.confirmed)
		}
	}
}

// One run that is slow says nothing of the next, and nor does a figure that
// its very next run would take back.
func TestALoneSampleDoesNotStay(t *testing.T) {
	r := hourlyRule()
	r.Window, r.MinSamples = 60, 1
	if _, confirmed := samplesUntilConfirmed(r, 0.4, 1.5); confirmed != 0 {
		t.Errorf("a window of one run was confirmed at sample %d", confirmed)
	}
	if NewTracker(r).Confirmed(3) {
		t.Error("nothing was seen, and it stays across")
	}
	r.Window = 180 // three runs, of which the median needs two
	tr := NewTracker(r)
	for i, s := range stepped(20, 0.4, 0.4) {
		if i == 250 || i == 252 {
			s.Value = 1.5
		}
		tr.Observe(s)
		if tr.Confirmed(3) {
			t.Errorf("confirmed at sample %d, though the first slow run leaves the window next", i)
		}
	}
}
