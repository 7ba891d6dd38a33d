package probes_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/forewarn/forewarn/probes"
)

// holding is a journey of one step that holds the lock "account".
func holding(name string, every time.Duration) probes.Journey {
	return probes.Journey{Name: name, Lock: "account", BaseURL: in, Every: every, Timeout: 20 * time.Second,
		Steps: []probes.Step{{Name: "a", URL: "/"}}}
}

// together runs journeys, each begun a millisecond after the one before.
func together(runner probes.Runner, ctx context.Context, due time.Time, journeys ...probes.Journey) []probes.Result {
	results := make([]probes.Result, len(journeys))
	var running sync.WaitGroup
	for i, j := range journeys {
		running.Go(func() { results[i], _ = runner.Run(ctx, j, due) })
		time.Sleep(time.Millisecond)
	}
	running.Wait()
	return results
}

func TestALockIsHeldByOneRunAtATimeInTheOrderTheyCame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var inside, most atomic.Int32
		runner := servePipes(t, func(w http.ResponseWriter, r *http.Request) {
			most.Store(max(most.Load(), inside.Add(1)))
			slow(3*time.Second)(w, r)
			inside.Add(-1)
		})
		runner.Turns = new(probes.Turns)
		results := together(runner, t.Context(), time.Time{}, holding("first", 0), holding("second", 0), holding("third", 0))
		if most.Load() != 1 {
			t.Errorf("%d runs at once", most.Load())
		}
		for i, r := range results {
			want := time.Duration(i) * (3*time.Second - time.Millisecond)
			took, _, ok := r.Latency("")
			if r.Verdict != probes.Passed || r.Waited != want || took != 3*time.Second || !ok {
				t.Errorf("%s: %v, waited %v, want %v, took %v", r.Journey, r.Verdict, r.Waited, want, took)
			}
		}
	})
}

func TestAWaitBeyondTheSlotIsUnknownAndAccusesNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var requests atomic.Int32
		runner := servePipes(t, func(w http.ResponseWriter, r *http.Request) {
			requests.Add(1)
			slow(15*time.Second)(w, r)
		})
		runner.Turns = new(probes.Turns)
		results := together(runner, t.Context(), time.Now(), holding("checkout", time.Minute), holding("refund", 10*time.Second))
		late := results[1]
		if late.Verdict != probes.Unknown || late.Failure == nil || late.Failure.Kind != probes.FailSelf || requests.Load() != 1 {
			t.Fatalf("%v %+v, %d requests", late.Verdict, late.Failure, requests.Load())
		}
		if want := "waited 9.999s for the lock account, which checkout had, until the next run was due: take these journeys less often"; late.Failure.Message != want {
			t.Errorf("got %q", late.Failure.Message)
		}
		if _, _, ok := late.Latency(""); ok || late.Waited != 10*time.Second-time.Millisecond || late.Steps[0].Verdict != probes.Skipped {
			t.Errorf("%+v", late)
		}
	})
}

func TestALockIsFreeAgainAfterAPanicAndACancellation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runner := servePipes(t, slow(time.Second))
		runner.Turns = new(probes.Turns)
		broken := runner
		broken.Transport = func() http.RoundTripper { panic("no transport") }
		if r, _ := broken.Run(t.Context(), holding("broken", 0), time.Time{}); r.Verdict != probes.Unknown {
			t.Errorf("%+v", r)
		}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(500*time.Millisecond, cancel)
		results := together(runner, ctx, time.Time{}, holding("holds", 0), holding("waits", 0))
		if m := results[1].Failure; m == nil || m.Message != "forewarn was stopped while the run waited for the lock account" {
			t.Errorf("%+v", m)
		}
		if r, _ := runner.Run(t.Context(), holding("next", 0), time.Time{}); r.Verdict != probes.Passed || r.Waited != 0 {
			t.Errorf("%+v", r)
		}
	})
}

// asking is a journey of n steps that all ask the host in memory.
func asking(name string, n int, host probes.Host) probes.Journey {
	j := probes.Journey{Name: name, BaseURL: in, Every: time.Minute, Timeout: 20 * time.Second, Hosts: []probes.Host{host}}
	for i := range n {
		j.Steps = append(j.Steps, probes.Step{Name: string(rune('a' + i)), URL: "/"})
	}
	return j
}

func TestAHostIsAskedNoMoreOftenThanItMayBe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var mu sync.Mutex
		var at []time.Duration
		runner := servePipes(t, func(http.ResponseWriter, *http.Request) {
			mu.Lock()
			defer mu.Unlock()
			at = append(at, time.Since(began))
		})
		runner.Turns = new(probes.Turns)
		host := probes.Host{Name: "shop.example", Requests: 2, Per: 10 * time.Second}
		results := together(runner, t.Context(), began, asking("x", 3, host), asking("y", 3, host))
		want := []time.Duration{0, 0, 10 * time.Second, 10 * time.Second, 20 * time.Second, 20 * time.Second}
		if diff := cmp.Diff(want, at); diff != "" {
			t.Error(diff)
		}
		for i, r := range results {
			waited := []time.Duration{10 * time.Second, 20*time.Second - time.Millisecond}[i]
			took, _, ok := r.Latency("")
			if r.Verdict != probes.Passed || !ok || took != 0 || r.Waited != waited {
				t.Errorf("%s: %v in %v, waited %v: %+v", r.Journey, r.Verdict, took, r.Waited, r.Failure)
			}
		}
	})
}

func TestAHostIsTheSameHoweverItIsSpelled(t *testing.T) {
	for link, of := range map[string][]string{
		"https://shop.example/a":      {"shop.example", "shop.example:443"},
		"https://SHOP.Example./a":     {"shop.example", "shop.example:443"},
		"http://shop.example":         {"shop.example"},
		"https://shop.example:8443/":  {"shop.example"},
		"https://www.shop.example/":   nil,
		"https://[2001:DB8::1]:443/a": {"[2001:db8::1]", "[2001:db8::1]:443"},
	} {
		u, err := url.Parse(link)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"shop.example", "shop.example:443", "[2001:db8::1]", "[2001:db8::1]:443"} {
			if got := (probes.Host{Name: name}).Is(u); got != slices.Contains(of, name) {
				t.Errorf("%s asks %s: %v", link, name, got)
			}
		}
	}
}

func TestDeadlinesStandStillWhileARunWaitsForItsTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runner := servePipes(t, func(w http.ResponseWriter, r *http.Request) { slow(time.Hour)(w, r) })
		runner.Turns = new(probes.Turns)
		j := asking("hangs", 1, probes.Host{Name: "shop.example", AtOnce: 1})
		j.Steps[0].Timeout = 19 * time.Second
		other := j
		other.Steps = []probes.Step{{Name: "a", URL: "/"}}
		results := together(runner, t.Context(), time.Now(), j, other)
		for i, want := range []string{"the step's timeout of 19s", "the journey's timeout of 20s"} {
			r := results[i]
			if r.Verdict != probes.Failed || !r.TimedOut || r.Duration != time.Duration(19+i)*time.Second || !strings.HasPrefix(r.Failure.Message, want) {
				t.Errorf("%v after %v, waited %v: %+v", r.Verdict, r.Duration, r.Waited, r.Failure)
			}
		}
		if got := results[1].Waited; got != 19*time.Second-time.Millisecond {
			t.Errorf("waited %v", got)
		}
	})
}

func TestARequestThatNeverGetsItsTurnAccusesNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runner := servePipes(t, func(w http.ResponseWriter, r *http.Request) { slow(10*time.Second)(w, r) })
		runner.Turns = new(probes.Turns)
		host := probes.Host{Name: "shop.example", Requests: 1, Per: time.Hour}
		r := together(runner, t.Context(), time.Now(), asking("x", 2, host))[0]
		if r.Verdict != probes.Unknown || r.Step != "b" || r.Failure.Kind != probes.FailSelf ||
			!strings.Contains(r.Failure.Message, "for its turn at shop.example, until the next run was due") {
			t.Errorf("%v at %s: %+v", r.Verdict, r.Step, r.Failure)
		}
		if stepOf(t, r, "a").Verdict != probes.Passed {
			t.Errorf("%+v", r.Steps)
		}
	})
}

func TestACleanupThatGetsNoTurnIsSentAllTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked []string
		runner := servePipes(t, func(_ http.ResponseWriter, r *http.Request) { asked = append(asked, r.Method) })
		j := asking("x", 3, probes.Host{Name: "shop.example", Requests: 1, Per: time.Hour})
		j.Steps[2].Method, j.Steps[2].Always = "DELETE", true
		r, _ := runner.Run(t.Context(), j, time.Now())
		if diff := cmp.Diff([]string{"GET", "DELETE"}, asked); diff != "" || r.Verdict != probes.Unknown || r.Step != "b" ||
			stepOf(t, r, "c").Verdict != probes.Passed {
			t.Errorf("%v at %q: %+v %s", r.Verdict, r.Step, r.Failure, diff)
		}
	})
}

func TestAStepsOwnValuesHideTheJourneysAndCapturesStay(t *testing.T) {
	var got []string
	server := site(t, map[string]http.HandlerFunc{"/": func(w http.ResponseWriter, r *http.Request) {
		got = append(got, r.URL.String())
		w.Write([]byte("token-" + r.URL.Query().Get("user")))
	}})
	login := probes.Step{URL: "/?user={{user}}", Capture: []probes.Capture{{Name: "token", Query: query(t, "body")}}}
	first, second, last := login, login, probes.Step{Name: "c", URL: "/{{user}}/{{token}}"}
	first.Name, second.Name = "a", "b"
	second.Vars = map[string]string{"user": "{{spare}}&x"}
	r, _ := take(t, probes.Journey{BaseURL: server.URL, Vars: map[string]string{"user": "ann", "spare": "bob"},
		Steps: []probes.Step{first, second, last}})
	want := []string{"/?user=ann", "/?user=bob%26x", "/ann/token-bob%26x"}
	if diff := cmp.Diff(want, got); diff != "" || r.Verdict != probes.Passed {
		t.Error(r.Verdict, diff)
	}
}

func TestHostsInAnotherOrderAfterAReloadBlockNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runner := servePipes(t, slow(3*time.Second))
		runner.Turns = new(probes.Turns)
		u, err := url.Parse(in)
		if err != nil {
			t.Fatal(err)
		}
		whole, port := probes.Host{Name: u.Hostname(), AtOnce: 1}, probes.Host{Name: u.Hostname() + ":80", AtOnce: 1}
		visit := func(name string, hosts ...probes.Host) probes.Journey {
			j := asking(name, 1, probes.Host{})
			j.Hosts = hosts
			return j
		}
		for _, r := range together(runner, t.Context(), time.Now(), visit("holds one", whole), visit("holds the other", port),
			visit("before the reload", whole, port), visit("after it", port, whole)) {
			if r.Verdict != probes.Passed {
				t.Errorf("%s: %+v", r.Journey, r.Failure)
			}
		}
	})
}
