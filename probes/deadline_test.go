package probes_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/forewarn/forewarn/probes"
	"github.com/forewarn/forewarn/probes/expect"
)

// slow is a handler that answers after d.
func slow(d time.Duration) http.HandlerFunc {
	return func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-time.After(d):
		case <-r.Context().Done():
		}
	}
}

// in is where the servers in memory are.
const in = "http://shop.example"

func TestTheJourneysDeadlineEndsTheRunExactly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var requests atomic.Int32
		runner := servePipes(t, func(w http.ResponseWriter, r *http.Request) {
			requests.Add(1)
			slow(300*time.Millisecond)(w, r)
		})
		pipe := runner.Transport
		runner.Transport = func() http.RoundTripper {
			time.Sleep(10 * time.Millisecond) // time that no step takes counts too
			return pipe()
		}
		began := time.Now()
		result, _ := runner.Run(t.Context(), probes.Journey{BaseURL: in, Timeout: 400 * time.Millisecond, Steps: []probes.Step{
			{Name: "a", URL: "/"}, {Name: "b", URL: "/"}, {Name: "c", URL: "/"}, {Name: "d", URL: "/"}, {Name: "e", URL: "/"},
		}}, time.Time{})
		if took := time.Since(began); took != 400*time.Millisecond {
			t.Errorf("the run took %v, its deadline is 400ms", took)
		}
		want := map[string]string{"a": "passed", "b": "failed", "c": "skipped", "d": "skipped", "e": "skipped"}
		if diff := cmp.Diff(want, verdicts(result)); diff != "" {
			t.Error(diff)
		}
		if got := requests.Load(); got != 2 {
			t.Errorf("%d requests, want 2", got)
		}
		wantFailure(t, result.Failure, probes.FailTimeout, "wait")
		if want := "the journey's timeout of 400ms ended while waiting for the first byte"; result.Failure.Message != want {
			t.Errorf("got %q", result.Failure.Message)
		}
		b := stepOf(t, result, "b")
		if !result.TimedOut || result.Duration != 400*time.Millisecond || !b.TimedOut || b.Duration != 90*time.Millisecond {
			t.Errorf("timed out %v after %v, its step %v after %v", result.TimedOut, result.Duration, b.TimedOut, b.Duration)
		}
		if took, atLeast, ok := result.Latency(""); !ok || !atLeast || took != 400*time.Millisecond {
			t.Errorf("latency %v %v %v", took, atLeast, ok)
		}
	})
}

func TestADeadlineOfTheCallerCountsAsTheJourneys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runner := servePipes(t, slow(time.Hour))
		ctx, cancel := context.WithTimeoutCause(t.Context(), 2*time.Second, errors.New("the caller's"))
		defer cancel()
		result, _ := runner.Run(ctx, probes.Journey{BaseURL: in, Timeout: time.Minute,
			Steps: []probes.Step{{Name: "a", URL: "/"}}}, time.Time{})
		wantFailure(t, result.Failure, probes.FailTimeout, "wait")
		if !result.TimedOut || result.Duration != 2*time.Second {
			t.Errorf("%v after %v", result.TimedOut, result.Duration)
		}
	})
}

func TestAStepsOwnTimeoutIsALowerBoundOfTheJourney(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runner := servePipes(t, slow(300*time.Millisecond))
		result, _ := runner.Run(t.Context(), probes.Journey{BaseURL: in, Timeout: time.Minute, Steps: []probes.Step{
			{Name: "a", URL: "/"}, {Name: "b", URL: "/", Timeout: 50 * time.Millisecond}, {Name: "c", URL: "/"},
		}}, time.Time{})
		wantFailure(t, result.Failure, probes.FailTimeout, "wait")
		if !strings.Contains(result.Failure.Message, "the step's timeout of 50ms") {
			t.Error(result.Failure.Message)
		}
		if took, atLeast, ok := result.Latency(""); !ok || !atLeast || took != 350*time.Millisecond {
			t.Errorf("latency %v %v %v, want at least 350ms", took, atLeast, ok)
		}
		if took, atLeast, ok := result.Latency("b"); !ok || !atLeast || took != 50*time.Millisecond {
			t.Errorf("latency of b %v %v %v, want at least 50ms", took, atLeast, ok)
		}
		if _, _, ok := result.Latency("c"); ok {
			t.Error("a skipped step has a latency")
		}
	})
}

func TestTheDurationEndsWithTheLastByteOfTheBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runner := servePipes(t, func(w http.ResponseWriter, r *http.Request) {
			slow(30*time.Millisecond)(w, r)
			w.(http.Flusher).Flush()
			slow(700*time.Millisecond)(w, r)
			w.Write([]byte("done"))
		})
		result, _ := runner.Run(t.Context(), probes.Journey{BaseURL: in, Steps: []probes.Step{
			{Name: "a", URL: "/", Expect: []expect.Condition{condition(t, "duration < 100ms")}}}}, time.Time{})
		wantFailure(t, result.Failure, probes.FailExpect, "expect")
		a := stepOf(t, result, "a")
		want := probes.Phases{Wait: 30 * time.Millisecond, Transfer: 700 * time.Millisecond}
		if diff := cmp.Diff(want, a.Phases); diff != "" || a.Duration != 730*time.Millisecond {
			t.Errorf("took %v\n%s", a.Duration, diff)
		}
		if took, _, ok := result.Latency("a"); !ok || took != 730*time.Millisecond {
			t.Errorf("a step with a false expectation was answered all the same: %v %v", took, ok)
		}
	})
}

func TestASlowBodyIsEndedByTheDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runner := servePipes(t, func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				w.Write([]byte("x"))
				w.(http.Flusher).Flush()
				slow(200*time.Millisecond)(w, r)
			}
		})
		began := time.Now()
		result, _ := runner.Run(t.Context(), probes.Journey{BaseURL: in, Timeout: 1100 * time.Millisecond,
			Steps: []probes.Step{{Name: "a", URL: "/"}}}, time.Time{})
		wantFailure(t, result.Failure, probes.FailTimeout, "transfer")
		if took := time.Since(began); took != 1100*time.Millisecond {
			t.Errorf("took %v", took)
		}
		a := stepOf(t, result, "a")
		if a.Bytes != 6 || a.Status != 200 || a.Answered() || a.Duration != a.Phases.Sum() {
			t.Errorf("%+v", a)
		}
	})
}

func TestEveryRedirectCountsInTheDuration(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runner := servePipes(t, func(w http.ResponseWriter, r *http.Request) {
			slow(10*time.Millisecond)(w, r)
			if r.URL.Path != "/3" {
				http.Redirect(w, r, map[string]string{"/1": "/2", "/2": "/3"}[r.URL.Path], http.StatusFound)
			}
		})
		result, _ := runner.Run(t.Context(), probes.Journey{BaseURL: in, Steps: []probes.Step{
			{Name: "a", URL: "/1", Redirects: 2}}}, time.Time{})
		a := stepOf(t, result, "a")
		if a.Verdict != probes.Passed || len(a.Hops) != 3 || a.Duration != 30*time.Millisecond {
			t.Errorf("%v, %d hops in %v: %+v", a.Verdict, len(a.Hops), a.Duration, a.Failure)
		}
	})
}

func TestAlwaysStepsRunAfterTheDeadlineWithinTheirGrace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runner := servePipes(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/quick" {
				return
			}
			slow(time.Hour)(w, r)
		})
		began := time.Now()
		result, _ := runner.Run(t.Context(), probes.Journey{BaseURL: in, Timeout: 4 * time.Second, Steps: []probes.Step{
			{Name: "hang", URL: "/"},
			{Name: "clean", URL: "/quick", Always: true},
			{Name: "hang on", URL: "/", Always: true},
			{Name: "clean up", URL: "/quick", Always: true},
		}}, time.Time{})
		if took := time.Since(began); took != 6*time.Second {
			t.Errorf("the run took %v, want its 4s and 2s of grace", took)
		}
		want := map[string]string{"hang": "failed", "clean": "passed", "hang on": "failed", "clean up": "failed"}
		if diff := cmp.Diff(want, verdicts(result)); diff != "" {
			t.Error(diff)
		}
		if result.Step != "hang" || result.Duration != 4*time.Second || !result.TimedOut {
			t.Errorf("%q after %v", result.Step, result.Duration)
		}
	})
}

func TestAShutdownIsUnknownAndCleansUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cleaned := false
		runner := servePipes(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Method == "DELETE" {
				cleaned = true
				return
			}
			slow(time.Hour)(w, r)
		})
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		began := time.Now()
		result, _ := runner.Run(ctx, probes.Journey{BaseURL: in, Timeout: time.Minute, Steps: []probes.Step{
			{Name: "order", URL: "/"}, {Name: "pay", URL: "/"}, {Name: "cancel", Method: "DELETE", URL: "/", Always: true},
			{Name: "hang", URL: "/", Always: true},
		}}, time.Time{})
		wantFailure(t, result.Failure, probes.FailSelf, "wait")
		if result.Verdict != probes.Unknown || result.Step != "order" || result.TimedOut {
			t.Errorf("got %v at %q", result.Verdict, result.Step)
		}
		if _, _, ok := result.Latency(""); ok {
			t.Error("a run that was stopped has a latency")
		}
		if !cleaned || time.Since(began) != 6*time.Second {
			t.Errorf("cleaned up: %v, after %v", cleaned, time.Since(began))
		}
		want := map[string]string{"order": "unknown", "pay": "skipped", "cancel": "passed", "hang": "unknown"}
		if diff := cmp.Diff(want, verdicts(result)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestATimeoutThatIsNoticedMuchTooLateIsOurOwnFault(t *testing.T) {
	for _, test := range []struct {
		late time.Duration
		want probes.Verdict
	}{{900 * time.Millisecond, probes.Failed}, {1100 * time.Millisecond, probes.Unknown}} {
		synctest.Test(t, func(t *testing.T) {
			runner := through(func(r *http.Request) (*http.Response, error) {
				<-r.Context().Done()
				time.Sleep(test.late) // the machine slept
				return nil, r.Context().Err()
			})
			result, _ := runner.Run(t.Context(), probes.Journey{BaseURL: in, Timeout: time.Second,
				Steps: []probes.Step{{Name: "a", URL: "/"}}}, time.Time{})
			if result.Verdict != test.want || result.TimedOut != (test.want == probes.Failed) {
				t.Errorf("noticed %v late: %v, %+v", test.late, result.Verdict, result.Failure)
			}
		})
	}
}

func TestNothingIsSentOnceTheDeadlineHasPassed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		requests := 0
		runner := servePipes(t, func(http.ResponseWriter, *http.Request) { requests++ })
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		result, _ := runner.Run(ctx, probes.Journey{BaseURL: in, Steps: []probes.Step{{Name: "a", URL: "/"}}}, time.Time{})
		wantFailure(t, result.Failure, probes.FailSelf, "")
		if requests != 0 || result.Verdict != probes.Unknown {
			t.Errorf("%d requests, %v", requests, result.Verdict)
		}
	})
}
