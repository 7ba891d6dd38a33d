package enginebench

import (
	"testing"
	"time"
)

// The figures of the benchmarks are only as good as the measuring: here on a
// small load, with this binary as the program. That each slot is a stored run or
// counted as missed, full has checked.
func TestTheBenchmarkMeasuresWhatHappens(t *testing.T) {
	l := load{journeys: 20, steps: 1, every: 250 * time.Millisecond, delay: 20 * time.Millisecond}
	w := newWorld(t, "", l.delay)
	f := w.full(l, time.Second)
	if f.steps == 0 || f.performed <= 0 || f.performed > 1.25 || f.cpu <= 0 || f.resident < 10 || f.cold < 0.5 {
		t.Errorf("%+v", f)
	}
	if f.bias50 < 0 || f.canary < 0 {
		t.Errorf("reported %v more than the target had of it, canary %v", f.bias50, f.canary)
	}
}
