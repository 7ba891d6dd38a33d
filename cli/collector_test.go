package cli

import "testing"

func TestTheMoreIsAllocatedTheMoreSecondsOfItMayPileUp(t *testing.T) {
	const MB = 1 << 20
	for _, c := range []struct {
		name            string
		perSecond, live float64
		want            int
	}{
		{"a run now and then", 0.1 * MB, 8 * MB, 20},
		{"what is plenty, as much as one second leaves", 24 * MB, 24 * MB, 100},
		{"half of that, half a second's", 12 * MB, 24 * MB, 25},
		{"twice that, two seconds'", 48 * MB, 48 * MB, 200},
		{"all that this machine can do", 200 * MB, 25 * MB, 400},
		{"nothing collected yet", 24 * MB, 0, 400},
	} {
		if got := garbage(c.perSecond, c.live); got != c.want {
			t.Errorf("%s: %d %%, want %d %%", c.name, got, c.want)
		}
	}
}
