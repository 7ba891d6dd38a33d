package probes_test

import (
	"testing"
	"time"

	"github.com/forewarn/forewarn/probes"
)

func TestWhatAStepSaysOfTheProductsSpeed(t *testing.T) {
	failed := func(kind probes.FailureKind) *probes.Failure { return &probes.Failure{Kind: kind} }
	for name, test := range map[string]struct {
		step        probes.StepResult
		ok, atLeast bool
	}{
		"passed":                    {probes.StepResult{Verdict: probes.Passed, Status: 200}, true, false},
		"a false expectation":       {probes.StepResult{Verdict: probes.Failed, Status: 500, Failure: failed(probes.FailExpect)}, true, false},
		"a capture not found":       {probes.StepResult{Verdict: probes.Failed, Status: 200, Failure: failed(probes.FailCapture)}, true, false},
		"a timeout":                 {probes.StepResult{Verdict: probes.Failed, TimedOut: true, Failure: failed(probes.FailTimeout)}, true, true},
		"a timeout in the body":     {probes.StepResult{Verdict: probes.Failed, Status: 200, TimedOut: true, Failure: failed(probes.FailTimeout)}, true, true},
		"refused":                   {probes.StepResult{Verdict: probes.Failed, Failure: failed(probes.FailConnect)}, false, false},
		"half a body":               {probes.StepResult{Verdict: probes.Failed, Status: 200, Failure: failed(probes.FailProtocol)}, false, false},
		"too many redirects":        {probes.StepResult{Verdict: probes.Failed, Status: 302, Failure: failed(probes.FailRedirect)}, false, false},
		"our own fault":             {probes.StepResult{Verdict: probes.Unknown, Status: 200, Failure: failed(probes.FailSelf)}, false, false},
		"skipped":                   {probes.StepResult{Verdict: probes.Skipped, Failure: failed(probes.FailMissing)}, false, false},
		"failed, the reason is old": {probes.StepResult{Verdict: probes.Failed, Status: 500}, true, false},
	} {
		test.step.Name, test.step.Duration = "a", time.Second
		took, atLeast, ok := probes.Result{Steps: []probes.StepResult{{Name: "b"}, test.step}}.Latency("a")
		if ok != test.ok || ok && (atLeast != test.atLeast || took != time.Second) {
			t.Errorf("%s: %v, at least %v, ok %v", name, took, atLeast, ok)
		}
	}
}

func TestOnlyAWholeWayHasALatency(t *testing.T) {
	passed, failed := probes.StepResult{Verdict: probes.Passed}, probes.StepResult{Verdict: probes.Failed}
	cleanup := probes.StepResult{Verdict: probes.Failed, Always: true}
	for name, test := range map[string]struct {
		result probes.Result
		ok     bool
	}{
		"all passed":         {probes.Result{Verdict: probes.Passed, Steps: []probes.StepResult{passed, passed}}, true},
		"the cleanup failed": {probes.Result{Verdict: probes.Failed, Steps: []probes.StepResult{passed, cleanup}}, true},
		"one failed":         {probes.Result{Verdict: probes.Failed, Steps: []probes.StepResult{passed, failed}}, false},
		"timed out":          {probes.Result{Verdict: probes.Failed, TimedOut: true, Steps: []probes.StepResult{failed}}, true},
		"cleanup alone":      {probes.Result{Verdict: probes.Failed, Steps: []probes.StepResult{cleanup}}, false},
		"nothing":            {probes.Result{}, false},
	} {
		test.result.Duration = time.Second
		if took, atLeast, ok := test.result.Latency(""); ok != test.ok || ok && (took != time.Second || atLeast != test.result.TimedOut) {
			t.Errorf("%s: %v %v %v", name, took, atLeast, ok)
		}
	}
}
