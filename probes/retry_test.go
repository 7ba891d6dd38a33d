package probes_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/forewarn/forewarn/probes"
	"github.com/forewarn/forewarn/probes/expect"
)

const ms = time.Millisecond

// flaky answers the nth request with the nth status, each after a while, and
// from then on with the last; 0 never answers. It counts requests.
func flaky(requests *int, while time.Duration, statuses ...int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		status := statuses[min(*requests, len(statuses)-1)]
		*requests++
		if status == 0 {
			<-r.Context().Done()
			return
		}
		time.Sleep(while) // of the bubble
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"state":"%d"}`, status)
	}
}

func TestAStepThatPassesOnRetrySaysSoWithEveryAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		requests := 0
		runner := servePipes(t, flaky(&requests, 30*ms, 503, 502, 200))
		began := time.Now()
		result, transcript := runner.Run(t.Context(), probes.Journey{BaseURL: in, Steps: []probes.Step{
			{Name: "pay", URL: "/", Retry: probes.Retry{Times: 3, Backoff: time.Second}},
		}}, time.Time{})
		pay := stepOf(t, result, "pay")
		if requests != 3 || result.Verdict != probes.PassedOnRetry || pay.Verdict != probes.PassedOnRetry || result.Failure != nil {
			t.Errorf("%d requests, run %v, step %v, %+v", requests, result.Verdict, pay.Verdict, result.Failure)
		}
		wait := probes.Phases{Wait: 30 * ms}
		want := []probes.Attempt{
			{Start: began, Duration: 30 * ms, Phases: wait, Status: 503},
			{Start: began.Add(1030 * ms), Duration: 30 * ms, Phases: wait, Status: 502, Reused: true},
		}
		if diff := cmp.Diff(want, pay.Attempts, cmpopts.IgnoreFields(probes.Attempt{}, "Failure")); diff != "" {
			t.Error(diff)
		}
		for _, a := range pay.Attempts {
			wantFailure(t, a.Failure, probes.FailExpect, "expect")
		}
		if at := began.Add(3060 * ms); !pay.Start.Equal(at) || pay.Status != 200 || pay.Duration != 30*ms || !pay.Reused {
			t.Errorf("the last attempt: %+v", pay)
		}
		for _, step := range []string{"", "pay"} { // three answers, no waits
			if took, atLeast, ok := result.Latency(step); took != 90*ms || atLeast || !ok {
				t.Errorf("latency of %q: %v %v %v", step, took, atLeast, ok)
			}
		}
		if spent := pay.Spent(); spent.Sum() != pay.Took() || spent.Wait != 90*ms {
			t.Errorf("spent %+v in %v", spent, pay.Took())
		}
		for _, line := range []string{"passed on retry in 90ms", "passed on retry pay (90ms in 3 attempts)",
			"attempt 1, 0s after the run began: status 503 in 30ms", "attempt 2, 1.03s after the run began: status 502", "attempt 3, 3.06s", "< HTTP/1.1 503"} {
			if !strings.Contains(transcript.String(), line) {
				t.Errorf("the transcript lacks %q:\n%s", line, transcript)
			}
		}
	})
}

func TestARetryThatHelpsNobodyShowsTheLastFailureAndTheirNumber(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		requests := 0
		runner := servePipes(t, flaky(&requests, 10*ms, 500, 502, 503))
		result, _ := runner.Run(t.Context(), probes.Journey{BaseURL: in, Steps: []probes.Step{
			{Name: "pay", URL: "/", Retry: probes.Retry{Times: 2, Backoff: 100 * ms}},
			{Name: "look", URL: "/"},
		}}, time.Time{})
		pay := stepOf(t, result, "pay")
		if requests != 3 || result.Verdict != probes.Failed || pay.Verdict != probes.Failed || len(pay.Attempts) != 2 {
			t.Errorf("%d requests, %v, %+v", requests, result.Verdict, pay)
		}
		if want := "status 503 Service Unavailable, expected below 400 (3 attempts in 330ms)"; result.Failure.Message != want {
			t.Errorf("got %q", result.Failure.Message)
		}
		if took, atLeast, ok := result.Latency("pay"); took != 30*ms || atLeast || !ok {
			t.Errorf("every attempt was answered: %v %v %v", took, atLeast, ok)
		}
	})
}

// What is left of a deadline is never waited out: nothing would come of it.
func TestNoAttemptBeginsThatTheDeadlineWouldNotLetBegin(t *testing.T) {
	for name, change := range map[string]func(*probes.Journey, *probes.Step){
		"the journey's": func(j *probes.Journey, _ *probes.Step) { j.Timeout = 1100 * ms },
		"the step's":    func(_ *probes.Journey, s *probes.Step) { s.Timeout = 1100 * ms },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				requests := 0
				runner := servePipes(t, flaky(&requests, 50*ms, 503))
				j := probes.Journey{BaseURL: in, Steps: []probes.Step{
					{Name: "pay", URL: "/", Retry: probes.Retry{Times: 9, Backoff: 400 * ms}}}}
				change(&j, &j.Steps[0])
				began := time.Now()
				result, _ := runner.Run(t.Context(), j, time.Time{})
				if took := time.Since(began); took != 500*ms || requests != 2 { // 50 + 400 + 50; 800 more do not fit
					t.Errorf("%d requests in %v", requests, took)
				}
				wantFailure(t, result.Failure, probes.FailExpect, "expect")
				if result.TimedOut || result.Duration != 100*ms {
					t.Errorf("timed out %v, %v", result.TimedOut, result.Duration)
				}
			})
		})
	}
}

func TestAnAttemptThatHangsLeavesTimeForTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		requests := 0
		runner := servePipes(t, flaky(&requests, 20*ms, 0, 200))
		result, _ := runner.Run(t.Context(), probes.Journey{BaseURL: in, Timeout: 20 * time.Second, Steps: []probes.Step{
			{Name: "pay", URL: "/", Retry: probes.Retry{Times: 1, Backoff: time.Second, Timeout: 3 * time.Second}}}}, time.Time{})
		pay := stepOf(t, result, "pay")
		if result.Verdict != probes.PassedOnRetry || result.TimedOut || len(pay.Attempts) != 1 || !pay.Attempts[0].TimedOut {
			t.Fatalf("%v %+v", result.Verdict, pay)
		}
		wantFailure(t, pay.Attempts[0].Failure, probes.FailTimeout, "wait")
		if !strings.Contains(pay.Attempts[0].Failure.Message, "the attempt's timeout of 3s") {
			t.Error(pay.Attempts[0].Failure.Message)
		}
		if took, atLeast, ok := result.Latency(""); took != 3020*ms || atLeast || !ok {
			t.Errorf("the customer waited for both: %v %v %v", took, atLeast, ok)
		}
	})
}

func TestARetryThatEndsInATimeoutTookAtLeastThatLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		requests := 0
		runner := servePipes(t, flaky(&requests, 100*ms, 503, 0))
		result, _ := runner.Run(t.Context(), probes.Journey{BaseURL: in, Timeout: 5 * time.Second, Steps: []probes.Step{
			{Name: "pay", URL: "/", Retry: probes.Retry{Times: 3, Backoff: time.Second}}}}, time.Time{})
		wantFailure(t, result.Failure, probes.FailTimeout, "wait")
		if took, atLeast, ok := result.Latency(""); took != 4*time.Second || !atLeast || !ok { // 5 s less the wait of 1 s
			t.Errorf("the journey: %v %v %v", took, atLeast, ok)
		}
		if took, atLeast, ok := result.Latency("pay"); took != 4*time.Second || !atLeast || !ok {
			t.Errorf("the step: %v %v %v", took, atLeast, ok)
		}
	})
}

func TestWhatIsOurOwnFaultIsNotRetried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		requests := 0
		runner := through(func(*http.Request) (*http.Response, error) { requests++; panic("ours") })
		result, _ := runner.Run(t.Context(), probes.Journey{Steps: []probes.Step{
			{Name: "a", URL: in, Retry: probes.Retry{Times: 3, Backoff: time.Second}}}}, time.Time{})
		if requests != 1 || result.Verdict != probes.Unknown {
			t.Errorf("%d requests, %v", requests, result.Verdict)
		}
	})
}

func TestBeingStoppedWhileWaitingAccusesNobodyAndTheCleanupStillRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		requests, cleaned := 0, false
		runner := servePipes(t, func(w http.ResponseWriter, r *http.Request) {
			if cleaned = r.Method == "DELETE"; !cleaned {
				flaky(&requests, 10*ms, 503)(w, r)
			}
		})
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(500*ms, func() { cancel(errors.New("shutdown")) })
		began := time.Now()
		result, _ := runner.Run(ctx, probes.Journey{BaseURL: in, Steps: []probes.Step{
			{Name: "pay", URL: "/", Retry: probes.Retry{Times: 3, Backoff: 10 * time.Second}},
			{Name: "tidy", Method: "DELETE", URL: "/", Always: true},
		}}, time.Time{})
		wantFailure(t, result.Failure, probes.FailSelf, "")
		if requests != 1 || result.Verdict != probes.Unknown || time.Since(began) != 500*ms || !cleaned {
			t.Errorf("%d requests, %v after %v, cleaned up %v", requests, result.Verdict, time.Since(began), cleaned)
		}
		if pay := stepOf(t, result, "pay"); len(pay.Attempts) != 1 || pay.Attempts[0].Status != 503 {
			t.Errorf("what was seen is lost: %+v", pay)
		}
	})
}

func TestWaitsDoubleAndAreSpreadByTheirJitter(t *testing.T) {
	shortest, longest := time.Hour, time.Duration(0)
	for range 200 {
		synctest.Test(t, func(t *testing.T) {
			requests := 0
			runner := servePipes(t, flaky(&requests, 0, 503))
			began := time.Now()
			runner.Run(t.Context(), probes.Journey{BaseURL: in, Steps: []probes.Step{
				{Name: "pay", URL: "/", Retry: probes.Retry{Times: 1, Backoff: time.Second, Jitter: 0.2}}}}, time.Time{})
			shortest, longest = min(shortest, time.Since(began)), max(longest, time.Since(began))
		})
	}
	if shortest < 800*ms || longest > 1200*ms || longest-shortest < 200*ms {
		t.Errorf("waits from %v to %v, want 1s ± 20 %%", shortest, longest)
	}
}

// A secret that a later step captures is also taken out of what attempts
// before it showed.
func TestAttemptsKeepNoSecrets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		requests := 0
		runner := servePipes(t, func(w http.ResponseWriter, _ *http.Request) {
			requests++
			fmt.Fprintf(w, `{"token":"tok-9f8e7d", "ready":"%d"}`, requests)
		})
		result, transcript := runner.Run(t.Context(), probes.Journey{BaseURL: in, Steps: []probes.Step{{
			Name: "sign in", URL: "/", Retry: probes.Retry{Times: 2, Backoff: time.Second},
			Expect:  []expect.Condition{condition(t, `jsonpath("$.ready") == 2 or jsonpath("$.token") == "x"`)},
			Capture: []probes.Capture{{Name: "token", Query: query(t, `jsonpath("$.token")`)}}, Hide: []string{"token"},
		}}}, time.Time{})
		if result.Verdict != probes.PassedOnRetry {
			t.Fatalf("%+v", result)
		}
		told := transcript.String()
		for _, a := range result.Steps[0].Attempts {
			told += a.Failure.Message + a.Failure.Evidence
		}
		if strings.Contains(told, "tok-9f8e7d") || !strings.Contains(told, "jsonpath") {
			t.Error(told)
		}
	})
}

// Each attempt is one request, also where net/http would repeat it by itself.
func TestEveryAttemptIsExactlyOneRequest(t *testing.T) {
	shop := newHTTP2Site(t, func(requests int32) bool { return requests == 3 }, goAway)
	result, _ := shop.runner.Run(t.Context(), probes.Journey{Steps: []probes.Step{
		{Name: "pay", Method: "POST", URL: shop.url, Body: "x", Retry: probes.Retry{Times: 2, Backoff: ms}}}}, time.Time{})
	if pay := stepOf(t, result, "pay"); pay.Verdict != probes.Failed || len(pay.Attempts) != 2 {
		t.Errorf("%+v", pay)
	}
}

func TestEveryAttemptHasItsOwnTrace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		traces := map[string]bool{}
		runner := servePipes(t, func(w http.ResponseWriter, r *http.Request) {
			traces[r.Header.Get("Traceparent")] = true
			w.WriteHeader(503)
		})
		runner.Run(t.Context(), probes.Journey{BaseURL: in, Trace: true, Steps: []probes.Step{
			{Name: "pay", URL: "/", Retry: probes.Retry{Times: 2, Backoff: time.Second}}}}, time.Time{})
		if len(traces) != 3 || traces[""] {
			t.Errorf("%v", traces)
		}
	})
}
