package agent

import (
	"testing"
	"time"

	"github.com/forewarn/forewarn/probes"
)

func TestARunThatOurOwnMachineSpoiledIsUnknown(t *testing.T) {
	passed := probes.Result{Verdict: probes.Passed, Duration: 300 * time.Millisecond}
	retried := probes.Result{Verdict: probes.PassedOnRetry, Duration: 300 * time.Millisecond}
	slow := probes.Result{Verdict: probes.Passed, Duration: 5 * time.Second}
	timedOut := probes.Result{Verdict: probes.Failed, TimedOut: true, Duration: time.Second, Failure: &probes.Failure{Kind: probes.FailTimeout}}
	broken := probes.Result{Verdict: probes.Failed, Failure: &probes.Failure{Kind: probes.FailExpect}}
	for _, c := range []struct {
		name string
		run  probes.Result
		lag  time.Duration
		want probes.Verdict
	}{
		{"passed on retry on a busy machine", retried, 150 * time.Millisecond, probes.Unknown},
		{"a quiet machine", passed, 3 * time.Millisecond, probes.Passed},
		{"a busy machine", passed, 150 * time.Millisecond, probes.Unknown},
		{"a busy machine and a long run", slow, 150 * time.Millisecond, probes.Passed},
		{"a frozen machine and a long run", slow, 1200 * time.Millisecond, probes.Unknown},
		{"a time-out on a busy machine", timedOut, 400 * time.Millisecond, probes.Unknown},
		{"a wrong answer on a busy machine", broken, 400 * time.Millisecond, probes.Failed},
	} {
		c.run.Lag = c.lag
		got := excuse(c.run)
		if got.Verdict != c.want {
			t.Errorf("%s: %v, want %v", c.name, got.Verdict, c.want)
		}
		if got.Verdict == probes.Unknown && (got.TimedOut || got.Failure.Kind != probes.FailSelf) {
			t.Errorf("%s: it still accuses the product: %+v", c.name, got)
		}
	}
}
