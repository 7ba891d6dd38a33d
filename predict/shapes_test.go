package predict

import (
	"math"
	"testing"
)

func TestEveryShapeIsOneNowAndIsUndoneByItsInverse(t *testing.T) {
	for _, s := range shapes() {
		if now := s.course(1); math.Abs(now-1) > 1e-12 {
			t.Errorf("%+v: course(1) = %v, want 1", s, now)
		}
		for _, h := range []float64{0.1, 0.7, 1, 1.3, 1.5} {
			if back := s.inverse(s.course(h)); math.Abs(back-h) > 1e-9 {
				t.Errorf("%+v: inverse(course(%v)) = %v", s, h, back)
			}
		}
	}
}

// TestAQueueWaitsAsTheoryHasIt compares the shape with the mean time in an
// M/M/1 queue, 1/(capacity - load), whose load climbs from 40 to 80 of 100 in
// one age: it is full 1.5 ages after the onset.
func TestAQueueWaitsAsTheoryHasIt(t *testing.T) {
	wait := func(h float64) float64 { return 1 / (100 - (40 + 40*h)) }
	queue := shape{full: 1.5}
	for _, h := range []float64{0.2, 0.5, 1.2, 1.45} {
		want := (wait(h) - wait(0)) / (wait(1) - wait(0))
		if got := queue.course(h); math.Abs(got-want) > 1e-9 {
			t.Errorf("after %v ages the wait has risen by %v of what it has now, want %v", h, got, want)
		}
	}
	if got := queue.inverse(1e12); math.Abs(got-1.5) > 1e-9 {
		t.Errorf("no wait is too long until %v ages, want 1.5", got)
	}
}
