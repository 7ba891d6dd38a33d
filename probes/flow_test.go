package probes_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/forewarn/forewarn/probes"
	"github.com/forewarn/forewarn/probes/expect"
)

func choice(t *testing.T, src string, vars ...string) *expect.Condition {
	t.Helper()
	c, err := expect.CompileChoice(src, vars)
	if err != nil {
		t.Fatal(err)
	}
	return &c
}

// route answers each path with its status after 10 ms, and keeps them in order.
func route(paths *[]string, statuses map[string]int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		*paths = append(*paths, r.URL.Path)
		time.Sleep(10 * ms)
		status := statuses[r.URL.Path]
		if status == 0 {
			status = 200
		}
		w.WriteHeader(status)
		w.Write([]byte(`{"id":"00123"}`))
	}
}

func takes(t *testing.T, name string) []probes.Capture {
	return []probes.Capture{{Name: name, Query: query(t, `jsonpath("$.id")`)}}
}

func TestAnOptionalStepFailsAloneAndCountsInNoLatencyButItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var paths []string
		runner := servePipes(t, route(&paths, map[string]int{"/banner": 500}))
		result, transcript := runner.Run(t.Context(), probes.Journey{BaseURL: in, Steps: []probes.Step{
			{Name: "open", URL: "/"},
			{Name: "banner", URL: "/banner", Optional: true, Capture: takes(t, "ad")},
			{Name: "click", URL: "/{{ad}}", Optional: true},
			{Name: "hide banner", Method: "DELETE", URL: "/{{ad}}", Always: true},
			{Name: "pay", URL: "/pay"},
		}}, time.Time{})
		want := map[string]string{"open": "passed", "banner": "failed", "click": "skipped", "hide banner": "skipped", "pay": "passed"}
		if diff := cmp.Diff(want, verdicts(result)); diff != "" || result.Verdict != probes.Passed || result.Step != "" || result.Failure != nil {
			t.Errorf("%v at %q: %+v\n%s", result.Verdict, result.Step, result.Failure, diff)
		}
		banner := stepOf(t, result, "banner")
		wantFailure(t, banner.Failure, probes.FailExpect, "expect")
		if took, _, ok := result.Latency(""); !banner.Optional || took != 20*ms || !ok {
			t.Errorf("the journey took %v, %v; %+v", took, ok, banner)
		}
		if took, _, ok := result.Latency("banner"); took != 10*ms || !ok {
			t.Errorf("the optional step took %v, %v", took, ok)
		}
		for _, line := range []string{"failed   banner, optional (10ms): status 500", `skipped  click, optional: ad was never captured: step "banner" failed`} {
			if !strings.Contains(transcript.String(), line) {
				t.Errorf("the transcript lacks %q:\n%s", line, transcript)
			}
		}
	})
}

// A run that passed has walked its whole way: what must be done cannot be left
// out because what may fail did.
func TestARequiredStepThatNeedsAnOptionalOneFailsTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var paths []string
		runner := servePipes(t, route(&paths, map[string]int{"/coupon": 404}))
		result, _ := runner.Run(t.Context(), probes.Journey{BaseURL: in, Steps: []probes.Step{
			{Name: "coupon", URL: "/coupon", Optional: true, Capture: takes(t, "code")},
			{Name: "pay", URL: "/pay/{{code}}"},
		}}, time.Time{})
		wantFailure(t, result.Failure, probes.FailMissing, "")
		if want := `code was never captured: step "coupon" failed`; result.Verdict != probes.Failed || result.Step != "pay" || result.Failure.Message != want {
			t.Errorf("%v at %q: %s", result.Verdict, result.Step, result.Failure.Message)
		}
	})
}

func TestAnOptionalStepThatEatsTheJourneysTimeFailsWhatComesAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runner := servePipes(t, func(_ http.ResponseWriter, r *http.Request) {
			time.Sleep(100 * ms)
			if r.URL.Path == "/banner" {
				<-r.Context().Done()
			}
		})
		j := probes.Journey{BaseURL: in, Timeout: time.Second, Steps: []probes.Step{
			{Name: "open", URL: "/"}, {Name: "banner", URL: "/banner", Optional: true}, {Name: "pay", URL: "/pay"}}}
		result, _ := runner.Run(t.Context(), j, time.Time{})
		wantFailure(t, result.Failure, probes.FailTimeout, "")
		if took, atLeast, ok := result.Latency(""); result.Step != "pay" || took != 100*ms || !atLeast || !ok {
			t.Errorf("at %q after %v, %v, %v: what took the time is in no latency", result.Step, took, atLeast, ok)
		}
		j.Steps = j.Steps[:2]
		if result, _ = runner.Run(t.Context(), j, time.Time{}); result.Verdict != probes.Passed || result.TimedOut || result.Duration != 100*ms {
			t.Errorf("without a step behind it: %v, %v, %v", result.Verdict, result.TimedOut, result.Duration)
		}
	})
}

func TestAStepWhoseIfIsFalseIsSkippedAndFailsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var paths []string
		runner := servePipes(t, route(&paths, nil))
		j := probes.Journey{BaseURL: in, Vars: map[string]string{"plan": "free"}, Secrets: map[string]string{"pin": "hunter22"}, Steps: []probes.Step{
			{Name: "open", URL: "/open", Capture: takes(t, "order")},
			{Name: "gold", URL: "/gold", If: choice(t, `vars.plan == "gold" or vars.pin == "0000"`, "plan", "pin"), Capture: takes(t, "perk"), Pause: time.Hour},
			{Name: "pay", URL: "/pay", If: choice(t, `vars.order == 123`, "order")},
			{Name: "return perk", URL: "/return/{{perk}}", Always: true},
			{Name: "tidy", URL: "/tidy", Always: true, If: choice(t, `vars.perk.found`, "perk")},
		}}
		result, transcript := runner.Run(t.Context(), j, time.Time{})
		want := map[string]string{"open": "passed", "gold": "skipped", "pay": "passed", "return perk": "skipped", "tidy": "skipped"}
		if diff := cmp.Diff(want, verdicts(result)); diff != "" || result.Verdict != probes.Passed || len(paths) != 2 {
			t.Errorf("%v, requests %v: %+v\n%s", result.Verdict, paths, result.Failure, diff)
		}
		gold := stepOf(t, result, "gold")
		wantFailure(t, gold.Failure, probes.FailIf, "")
		if !strings.Contains(gold.Failure.Message, `not wanted: vars.plan == "gold" or vars.pin == "0000" is false, found vars.plan = "free"`) ||
			strings.Contains(transcript.String(), "hunter22") {
			t.Errorf("%s\n%s", gold.Failure.Message, transcript)
		}
		if took, _, ok := result.Latency(""); took != 20*ms || !ok {
			t.Errorf("the two steps taken: %v, %v", took, ok)
		}
		if _, _, ok := result.Latency("gold"); ok {
			t.Error("a step that was not wanted has a latency")
		}
	})
}

func TestPausesAreInNoLatency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var paths []string
		runner := servePipes(t, route(&paths, nil))
		j := probes.Journey{BaseURL: in, Timeout: 10 * time.Second, Steps: []probes.Step{
			{Name: "order", URL: "/order"},
			{Name: "look", URL: "/look", Pause: 3 * time.Second, Timeout: 50 * ms}, // the step's own time begins after it
			{Name: "tidy", URL: "/tidy", Pause: time.Second, Always: true},
		}}
		began := time.Now()
		result, _ := runner.Run(t.Context(), j, time.Time{})
		if took, _, ok := result.Latency(""); took != 20*ms || !ok || time.Since(began) != 4030*ms {
			t.Errorf("latency %v, %v after %v", took, ok, time.Since(began))
		}
		j.Steps[1].Pause = 10 * time.Second
		began = time.Now()
		result, _ = runner.Run(t.Context(), j, time.Time{})
		wantFailure(t, result.Failure, probes.FailTimeout, "")
		if took, atLeast, ok := result.Latency(""); took != 10*ms || !atLeast || !ok || time.Since(began) != 11010*ms {
			t.Errorf("a deadline that ends a pause: %v %v %v after %v", took, atLeast, ok, time.Since(began))
		}
	})
}

// The cleanup has its own retries and its own failure: the first is never
// hidden by it, nor it by the first.
func TestTheCleanupsFailureStandsBesideTheFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var paths []string
		runner := servePipes(t, route(&paths, map[string]int{"/pay": 503, "/cancel/00123": 500}))
		steps := []probes.Step{
			{Name: "order", URL: "/order", Capture: takes(t, "order")},
			{Name: "pay", URL: "/pay"},
			{Name: "cancel order", Method: "DELETE", URL: "/cancel/{{order}}", Always: true, Retry: probes.Retry{Times: 1, Backoff: time.Second}},
			{Name: "log out", URL: "/logout", Always: true},
		}
		result, transcript := runner.Run(t.Context(), probes.Journey{Name: "shop", BaseURL: in, Steps: steps}, time.Time{})
		if diff := cmp.Diff([]string{"/order", "/pay", "/cancel/00123", "/cancel/00123", "/logout"}, paths); diff != "" {
			t.Error(diff)
		}
		if cleanup := result.Cleanup(); result.Step != "pay" || len(cleanup) != 1 || cleanup[0].Name != "cancel order" {
			t.Errorf("failed at %q, the cleanup is %+v", result.Step, cleanup)
		}
		want := `status 503 Service Unavailable, expected below 400; the cleanup "cancel order" failed, too: ` +
			`status 500 Internal Server Error, expected below 400 (2 attempts in 1.02s)`
		if result.Why() != want {
			t.Errorf("got  %s\nwant %s", result.Why(), want)
		}
		for _, line := range []string{"shop: failed at step pay", "failed   pay (10ms): status 503", "failed   cancel order, the cleanup (20ms in 2 attempts): status 500", "passed   log out, the cleanup"} {
			if !strings.Contains(transcript.String(), line) {
				t.Errorf("the transcript lacks %q:\n%s", line, transcript)
			}
		}

		result, _ = runner.Run(t.Context(), probes.Journey{BaseURL: in, Steps: append(steps[:1:1], steps[2:]...)}, time.Time{})
		if want := "the cleanup failed: status 500"; result.Step != "cancel order" || !strings.HasPrefix(result.Why(), want) || result.Cleanup() != nil {
			t.Errorf("a cleanup that fails alone: at %q, %s", result.Step, result.Why())
		}
	})
}

func TestWhyIsShortHoweverMuchFailed(t *testing.T) {
	long := &probes.Failure{Kind: probes.FailExpect, Message: strings.Repeat("ж", 200)}
	r := probes.Result{Verdict: probes.Failed, Step: "a", Failure: long}
	for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
		r.Steps = append(r.Steps, probes.StepResult{Name: name, Verdict: probes.Failed, Always: name != "a", Failure: long})
	}
	why := r.Why()
	if len(why) > 300 || !strings.HasPrefix(why, "жж") || !strings.Contains(why, `the cleanup "b" failed, too`) {
		t.Errorf("%d bytes: %s", len(why), why)
	}
	if good := (probes.Result{Verdict: probes.Passed}).Why(); good != "" {
		t.Error(good)
	}
}

// What a run waited for its turn is no time of the product's, also when its
// deadline ends it.
func TestATimedOutRunThatWaitedForItsTurnTookNoLongerThanItsTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runner := servePipes(t, slow(time.Hour))
		runner.Turns = new(probes.Turns)
		j := probes.Journey{BaseURL: in, Timeout: 3 * time.Second, Lock: "account", Steps: []probes.Step{{Name: "a", URL: "/"}}}
		first := make(chan struct{})
		go func() {
			defer close(first)
			runner.Run(t.Context(), j, time.Time{})
		}()
		synctest.Wait()
		result, transcript := runner.Run(t.Context(), j, time.Time{})
		<-first
		if took, atLeast, ok := result.Latency(""); took != 3*time.Second || !atLeast || !ok || result.Waited != 3*time.Second {
			t.Errorf("%v %v %v after %v of waiting", took, atLeast, ok, result.Waited)
		}
		if want := "waited 3s for its turn"; !strings.Contains(transcript.String(), want) {
			t.Errorf("the transcript lacks %q:\n%s", want, transcript)
		}
	})
}
