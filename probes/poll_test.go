package probes_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/forewarn/forewarn/probes"
	"github.com/forewarn/forewarn/probes/expect"
)

// shipping says "packing" until it has been asked so often; each answer takes
// 40 ms.
func shipping(requests *int, after int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		*requests++
		time.Sleep(40 * ms)
		if *requests > after {
			fmt.Fprint(w, `{"state":"shipped","id":"00123"}`)
			return
		}
		fmt.Fprint(w, `{"state":"packing"}`)
	}
}

func polling(t *testing.T, p probes.Poll) probes.Journey {
	return probes.Journey{BaseURL: in, Timeout: 20 * time.Second, Steps: []probes.Step{
		{Name: "shipped", URL: "/", Poll: p, Expect: []expect.Condition{condition(t, `jsonpath("$.state") == "shipped"`)}},
	}}
}

func TestAPollWaitsForTheStateAndIsNoRetry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		requests := 0
		runner := servePipes(t, shipping(&requests, 3))
		began := time.Now()
		result, transcript := runner.Run(t.Context(), polling(t, probes.Poll{Every: time.Second, Within: 10 * time.Second}), time.Time{})
		s := stepOf(t, result, "shipped")
		if took := time.Since(began); took != 3040*ms || requests != 4 || result.Verdict != probes.Passed || s.Verdict != probes.Passed {
			t.Errorf("%d requests in %v: %v, %v", requests, took, result.Verdict, s.Verdict)
		}
		for i, a := range s.Attempts {
			if at := began.Add(time.Duration(i) * time.Second); !a.Start.Equal(at) || a.Duration != 40*ms || a.Status != 200 || a.Failure.Kind != probes.FailExpect {
				t.Errorf("poll %d: %+v", i+1, a)
			}
		}
		if took, _, ok := result.Latency(""); len(s.Attempts) != 3 || took != 40*ms || !ok {
			t.Errorf("%d earlier polls; the latency is that of the last answer: %v, %v", len(s.Attempts), took, ok)
		}
		if want := "passed   shipped (40ms, the last of 4 polls)"; !strings.Contains(transcript.String(), want) {
			t.Errorf("the transcript lacks %q:\n%s", want, transcript)
		}
	})
}

func TestAPollMayWaitForACapture(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		requests := 0
		runner := servePipes(t, shipping(&requests, 1))
		j := polling(t, probes.Poll{Every: time.Second, Within: 10 * time.Second})
		j.Steps[0].Expect, j.Steps[0].Capture = nil, takes(t, "parcel")
		if result, _ := runner.Run(t.Context(), j, time.Time{}); requests != 2 || result.Verdict != probes.Passed {
			t.Errorf("%d requests: %v, %+v", requests, result.Verdict, result.Failure)
		}
	})
}

func TestAStateThatDoesNotComeInTimeFailsAndSaysForHowLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		requests := 0
		runner := servePipes(t, shipping(&requests, 99))
		result, _ := runner.Run(t.Context(), polling(t, probes.Poll{Every: 2 * time.Second, Within: 5 * time.Second}), time.Time{})
		wantFailure(t, result.Failure, probes.FailExpect, "expect")
		want := `expected jsonpath("$.state") == "shipped", found jsonpath("$.state") = "packing" (3 polls in 4.04s)`
		if requests != 3 || result.Verdict != probes.Failed || result.TimedOut || result.Failure.Message != want {
			t.Errorf("%d requests, %v: %s", requests, result.Verdict, result.Failure.Message)
		}
	})
}

func TestAPollEndsAtOnceWhenThereIsNoAnswerToJudge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		requests := 0
		runner := servePipes(t, func(http.ResponseWriter, *http.Request) {
			requests++
			panic(http.ErrAbortHandler)
		})
		result, _ := runner.Run(t.Context(), polling(t, probes.Poll{Every: time.Second, Within: 5 * time.Second}), time.Time{})
		wantFailure(t, result.Failure, probes.FailProtocol, "wait")
		if requests != 1 {
			t.Errorf("%d requests", requests)
		}
	})
}

func TestAPollThatHangsEndsWithItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runner := servePipes(t, slow(time.Hour))
		began := time.Now()
		result, _ := runner.Run(t.Context(), polling(t, probes.Poll{Every: time.Second, Within: 5 * time.Second}), time.Time{})
		wantFailure(t, result.Failure, probes.FailTimeout, "wait")
		if took := time.Since(began); took != 5*time.Second || !strings.Contains(result.Failure.Message, "the 5s of its poll") || result.Duration != took {
			t.Errorf("after %v, %v: %s", took, result.Duration, result.Failure.Message)
		}
	})
}

// A journey's latency is that of the product: neither the waits nor the
// answers before the last are in it, also when the deadline ends the run.
func TestWhatAPollWaitedIsInNoLatencyOfATimedOutRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		requests := 0
		ready := shipping(&requests, 2)
		runner := servePipes(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/hang" {
				<-r.Context().Done()
				return
			}
			ready(w, r)
		})
		j := polling(t, probes.Poll{Every: time.Second, Within: 10 * time.Second})
		j.Steps = append(j.Steps, probes.Step{Name: "pay", URL: "/hang"})
		result, _ := runner.Run(t.Context(), j, time.Time{})
		// 20 s less two intervals of a second: 40 ms of the last poll and all of the hang
		if took, atLeast, ok := result.Latency(""); took != 18*time.Second || !atLeast || !ok {
			t.Errorf("%v %v %v", took, atLeast, ok)
		}
	})
}

func TestNobodyIsAskedMoreThanAHundredTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		requests := 0
		runner := servePipes(t, shipping(&requests, 1000))
		result, _ := runner.Run(t.Context(), polling(t, probes.Poll{Every: ms, Within: 15 * time.Second}), time.Time{})
		if requests != probes.MostAttempts || len(stepOf(t, result, "shipped").Attempts) != probes.MostAttempts-1 {
			t.Errorf("%d requests", requests)
		}
	})
}
