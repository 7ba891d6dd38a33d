package web

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/forewarn/forewarn/probes"
)

func shows(t *testing.T, r probes.Result) string {
	t.Helper()
	m := NewMetrics("1", func() ([]Outbox, error) { return nil, errors.New("no database") }, unlinked)
	m.Observe(Run{Result: r})
	return own(get(t, server(m, Status{}), "/metrics"))
}

func TestARunThatPassedOnRetryIsCountedAsSuchWithAllItTook(t *testing.T) {
	wait := func(d time.Duration) probes.Phases { return probes.Phases{Wait: d} }
	got := shows(t, probes.Result{Journey: "checkout", Verdict: probes.PassedOnRetry, Duration: 3 * time.Second, Waited: 7 * time.Second, Steps: []probes.StepResult{{
		Name: "pay", Verdict: probes.PassedOnRetry, Status: 200, Duration: time.Second, Phases: wait(time.Second), Hops: make([]probes.Hop, 1),
		Attempts: []probes.Attempt{{Duration: 2 * time.Second, Phases: wait(2 * time.Second), Status: 503}},
	}}})
	for _, want := range []string{
		`forewarn_runs_total{journey="checkout",verdict="passed on retry"} 1`,
		`probe_success{journey="checkout",location="",step="pay"} 1`,
		`probe_duration_seconds{journey="checkout",location="",step=""} 3`,
		`probe_duration_seconds{journey="checkout",location="",step="pay"} 3`,
		`probe_http_duration_seconds{journey="checkout",location="",phase="processing",step="pay"} 3`,
		`forewarn_step_requests{journey="checkout",location="",step="pay"} 2`,
		`forewarn_run_waited_seconds{journey="checkout",location="",step=""} 7`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
}

// Our own machine was too busy to measure: nobody may see a slow product.
func TestARunThatOurMachineSpoiledShowsItsLagAndNoTimes(t *testing.T) {
	got := shows(t, probes.Result{Journey: "checkout", Verdict: probes.Unknown, Lag: 2 * time.Second, Duration: 3 * time.Second, Steps: []probes.StepResult{
		{Name: "open", Verdict: probes.Passed, Status: 200, Duration: 3 * time.Second, Hops: make([]probes.Hop, 1)},
		{Name: "pay", Verdict: probes.Failed, TimedOut: true, Duration: time.Second, Hops: make([]probes.Hop, 1)},
	}})
	if strings.Contains(got, "probe_") || !strings.Contains(got, `forewarn_run_lag_seconds{journey="checkout",location="",step=""} 2`) {
		t.Error(got)
	}
}
