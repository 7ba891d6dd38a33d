package cli

import "testing"

func TestWhatASecondLeavesBehindMayPileUp(t *testing.T) {
	const MB = 1 << 20
	for _, c := range []struct {
		name            string
		perSecond, live float64
		want            int
	}{
		{"a run now and then", 0.1 * MB, 8 * MB, 40},
		{"a thousand journeys of five steps every 10 s", 15 * MB, 30 * MB, 50},
		{"a thousand runs a second", 40 * MB, 20 * MB, 200},
		{"all that this machine can do", 200 * MB, 25 * MB, 300},
		{"nothing collected yet", 5 * MB, 0, 300},
	} {
		if got := garbage(c.perSecond, c.live); got != c.want {
			t.Errorf("%s: %d %%, want %d %%", c.name, got, c.want)
		}
	}
}
