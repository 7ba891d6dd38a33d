package cli

import (
	"testing"
	"time"
)

func FuzzASpanIsRefusedOrReadsBackAsItself(f *testing.F) {
	for _, s := range []string{"12h", "30d", "2w", "1.5d", "90m", "NaNd", "infw", "-1d", "1e300d", "0s", "", "d", "9999999h"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var d span
		if d.Set(s) != nil {
			return
		}
		if d <= 0 || d > span(longestSpan) {
			t.Fatalf("%q is %v", s, time.Duration(d))
		}
		var again span
		if err := again.Set(d.String()); err != nil || again != d {
			t.Errorf("%q is %v, which reads as %v, %v", s, d.String(), again.String(), err)
		}
	})
}
