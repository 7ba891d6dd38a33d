package agent

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/probes"
	"github.com/forewarn/forewarn/store"
)

// A machine with nothing to be said of it.
func none() descriptors { return descriptors{} }
func answers() error    { return nil }

func TestARunThatDoesNotGetThroughIsOursOnlyIfThisMachineCannotEither(t *testing.T) {
	failed := func(kind probes.FailureKind) probes.Result {
		failure := &probes.Failure{Kind: kind, Phase: "connect", Message: "it did not work"}
		return probes.Result{
			Verdict: probes.Failed, TimedOut: kind == probes.FailTimeout, Step: "open", Duration: 20 * time.Second, Failure: failure,
			Steps: []probes.StepResult{{Name: "open", Verdict: probes.Failed, TimedOut: kind == probes.FailTimeout, Failure: failure}},
		}
	}
	scarce := func() descriptors { return descriptors{open: 950, limit: 1000} }
	silent := func() error { return errors.New("slack.com: no such host\nexample.com: no answer within 3s") }
	for _, c := range []struct {
		name string
		kind probes.FailureKind
		in   surroundings
		want Own
	}{
		{"a name that does not resolve, and nobody answers", probes.FailResolve, surroundings{files: none, link: silent}, ownLink},
		{"no connection, and nobody answers", probes.FailConnect, surroundings{files: none, link: silent}, ownLink},
		{"a timeout, and nobody answers", probes.FailTimeout, surroundings{files: none, link: silent}, ownLink},
		{"a certificate of somebody in between, for the canary too", probes.FailTLS, surroundings{files: none, link: silent}, ownLink},
		{"a name that does not resolve, and the canary answers", probes.FailResolve, surroundings{files: none, link: answers}, ownNothing},
		{"a timeout, and the canary answers", probes.FailTimeout, surroundings{files: none, link: answers}, ownNothing},
		{"a wrong answer, although nobody else answers", probes.FailExpect, surroundings{files: none, link: silent}, ownNothing},
		{"broken HTTP, although nobody else answers", probes.FailProtocol, surroundings{files: none, link: silent}, ownNothing},
		{"no connection, and hardly a descriptor left", probes.FailConnect, surroundings{files: scarce, link: answers}, ownDescriptors},
		{"a name that does not resolve, and hardly a descriptor left", probes.FailResolve, surroundings{files: scarce, link: answers}, ownDescriptors},
		{"a wrong answer, with hardly a descriptor left", probes.FailExpect, surroundings{files: scarce, link: answers}, ownNothing},
		{"a clock set back meanwhile", probes.FailTLS, surroundings{moved: -time.Hour, files: none, link: answers}, ownClock},
		{"a clock kept right meanwhile", probes.FailTLS, surroundings{moved: 400 * time.Millisecond, files: none, link: answers}, ownNothing},
	} {
		before := failed(c.kind)
		got, own := c.in.excuse(before)
		if own != c.want || (got.Verdict == probes.Unknown) != (c.want != ownNothing) {
			t.Errorf("%s: %v by %q, want %q", c.name, got.Verdict, own, c.want)
		}
		if before.Steps[0].Verdict != probes.Failed {
			t.Errorf("%s: it wrote into what it was given", c.name)
		}
		if own == ownNothing {
			continue
		}
		if got.TimedOut || got.Failure.Kind != probes.FailSelf || got.Steps[0].Verdict != probes.Unknown || got.Steps[0].TimedOut {
			t.Errorf("%s: it still accuses the product: %+v", c.name, got)
		}
		if strings.ContainsAny(got.Failure.Message, "\n") || got.Failure.Message == "" {
			t.Errorf("%s: it says %q", c.name, got.Failure.Message)
		}
	}
}

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
		got, own := surroundings{files: none, link: answers}.excuse(c.run)
		if got.Verdict != c.want || (own == ownBusy) != (c.want == probes.Unknown) {
			t.Errorf("%s: %v by %q, want %v", c.name, got.Verdict, own, c.want)
		}
		if got.Verdict == probes.Unknown && (got.TimedOut || got.Failure.Kind != probes.FailSelf) {
			t.Errorf("%s: it still accuses the product: %+v", c.name, got)
		}
	}
}

// outside is a network of which the way out, or the product alone, may break.
type outside struct {
	world                *world
	linkDown, siteDown   atomic.Bool
	knocks, knocksFailed atomic.Int64
}

func (o *outside) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	if o.linkDown.Load() || o.siteDown.Load() {
		return nil, &net.DNSError{Err: "server misbehaving", Name: addr, IsTemporary: true}
	}
	return o.world.listener.dial(ctx, network, addr)
}

func (o *outside) RoundTrip(*http.Request) (*http.Response, error) {
	o.knocks.Add(1)
	if o.linkDown.Load() {
		o.knocksFailed.Add(1)
		return nil, &net.DNSError{Err: "server misbehaving", Name: "canary.example", IsTemporary: true}
	}
	return &http.Response{StatusCode: http.StatusNotFound, Body: http.NoBody}, nil
}

func TestABrokenLinkOfOursIsToldAsOursAndABrokenSiteAsTheSites(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, steady)
		a, slack := w.slackAgent()
		net := &outside{world: w}
		a.Runner.Transport = func() http.RoundTripper { return &http.Transport{DialContext: net.dial} }
		a.Client = &http.Client{Transport: net}
		settings := Settings{Watches: []Watch{confirming("checkout")}, Canaries: []string{"https://canary.example/"}}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- a.Run(ctx, settings) }()

		time.Sleep(10 * time.Minute)
		if n := net.knocks.Load(); n != 0 {
			t.Errorf("the canary was asked %d times although all went well", n)
		}
		net.linkDown.Store(true)
		time.Sleep(20 * time.Minute)
		for _, r := range w.runs("checkout") {
			if r.Verdict == probes.Failed || r.Confirm {
				t.Fatalf("%v: %v, confirms %v, while our own link was down", r.Start, r.Verdict, r.Confirm)
			}
		}
		said := slack.fake.Top()
		if len(said) != 1 || !strings.HasPrefix(said[0].Text, "Cannot see: ") || !strings.Contains(said[0].Reads(), "this machine's own link: the canary does not answer either (canary.example: ") {
			t.Fatalf("while our own link was down Slack reads %v", said)
		}
		net.linkDown.Store(false)
		time.Sleep(10 * time.Minute)
		net.siteDown.Store(true)
		time.Sleep(5 * time.Minute)
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		slack.end()
		defer w.close()
		if events := kinds(w.events()["checkout"]); len(events) != 1 || events[0] != alert.WentBurning {
			t.Errorf("when the site alone broke it was told %v", events)
		}
		t.Logf("asked %d times, %d times in vain", net.knocks.Load(), net.knocksFailed.Load())
	})
}

func TestManyJourneysThatFailAtOnceAskTheCanaryOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int64
		c := newCanary([]string{"https://one.example/?key=s3cr3t-of-ours", "https://two.example"}, &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			asked.Add(1)
			<-r.Context().Done()
			return nil, r.Context().Err()
		})})
		begun := time.Now()
		var all sync.WaitGroup
		for range 1000 {
			all.Go(func() {
				err := c.silent(t.Context())
				if err == nil || !strings.Contains(err.Error(), "one.example: no answer within 3s") || strings.Contains(err.Error(), "s3cr3t") {
					t.Errorf("a silent canary gives %v", err)
				}
			})
		}
		all.Wait()
		if n := asked.Load(); n != 2 || time.Since(begun) != canaryPatience {
			t.Errorf("%d requests in %v", n, time.Since(begun))
		}
		time.Sleep(2 * canaryFresh)
		stopped, stop := context.WithCancel(t.Context())
		stop()
		if err := c.silent(stopped); err != nil {
			t.Errorf("a run that is stopped learns of the link: %v", err)
		}
	})
}

func TestOneCanaryThatAnswersIsEnough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCanary([]string{"https://silent.example", "https://moved.example"}, &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			if r.URL.Host == "moved.example" {
				return &http.Response{StatusCode: http.StatusFound, Header: http.Header{"Location": {"https://silent.example"}}, Body: http.NoBody}, nil
			}
			return nil, errors.New("no such host")
		})})
		if err := c.silent(t.Context()); err != nil {
			t.Error(err)
		}
	})
	if newCanary(nil, nil) != nil {
		t.Error("a canary without an address")
	}
}

func TestDescriptorsAreCountedAndScarceBeforeTheyAreUsedUp(t *testing.T) {
	before := countDescriptors()
	if before.limit == 0 {
		t.Skip("this system does not tell")
	}
	for range 20 {
		file, err := os.Open(os.DevNull)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
	}
	if after := countDescriptors(); after.open < before.open+15 || after.limit != before.limit {
		t.Errorf("%+v before, %+v with twenty more files", before, after)
	}
	for d, want := range map[descriptors]bool{{}: false, {900, 1000}: false, {901, 1000}: true, {1000, 1000}: true} {
		if d.scarce() != want {
			t.Errorf("%+v is scarce: %v", d, !want)
		}
	}
	var log strings.Builder
	logger := slog.New(slog.NewTextHandler(&log, nil))
	descriptors{limit: 1024}.enough(logger, 240)
	descriptors{}.enough(logger, 100_000)
	if log.Len() > 0 {
		t.Errorf("warned of enough: %s", log.String())
	}
	if (descriptors{limit: 1024}).enough(logger, 300); !strings.Contains(log.String(), "limit=1024 needed=1264") {
		t.Errorf("of too few it says %q", log.String())
	}
}

func TestAClockSetBackWhileStoppedIsSaidAtTheStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, steady)
		defer w.close()
		ahead := probes.Result{Journey: "checkout", Location: "here", Verdict: probes.Passed}
		ahead.Start = time.Now().Add(30 * time.Minute)
		ahead.Due = ahead.Start
		if _, err := w.db.Keep(t.Context(), store.Run{Result: ahead}); err != nil {
			t.Fatal(err)
		}
		var log strings.Builder
		a := w.agent()
		a.Log = slog.New(slog.NewTextHandler(&log, nil))
		settings := Settings{Watches: []Watch{watch("checkout")}}
		for i := range 20 {
			settings.Watches = append(settings.Watches, watch(fmt.Sprint("other ", i)))
		}
		w.runAgent(a, time.Minute, settings)
		if got := log.String(); strings.Count(got, "the clock jumped") != 1 || !strings.Contains(got, "by=-30m0s") || !strings.Contains(got, "until=2000-01-01T00:30:00.000Z") {
			t.Errorf("the log says:\n%s", got)
		}
	})
}
