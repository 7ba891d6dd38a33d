package agent

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/notify/slackfake"
)

// hanging is a way out on which nobody ever answers.
type hanging struct{ asked chan struct{} }

func (h hanging) RoundTrip(r *http.Request) (*http.Response, error) {
	h.asked <- struct{}{}
	<-r.Context().Done()
	return nil, context.Cause(r.Context())
}

func TestErrandsThatTakeLongHoldUpNoReload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, steady)
		a, out := w.agent(), hanging{make(chan struct{}, 100)}
		a.Client = &http.Client{Transport: out}
		s := Settings{Watches: []Watch{watch("checkout")}, HeartbeatURL: "https://watcher.example/x"}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- a.Run(ctx, s) }()
		<-out.asked // the heartbeat hangs for ten seconds
		began := time.Now()
		s.Watches = append(s.Watches, watch("search"))
		if err := a.Reload(ctx, s); err != nil || time.Since(began) > 0 {
			t.Errorf("taken after %v: %v", time.Since(began), err)
		}
		stop()
		if err := <-ended; err != nil || time.Since(began) > time.Second {
			t.Errorf("ended after %v: %v", time.Since(began), err)
		}
		w.close()
	})
}

func TestASlackThatNeverAnswersHoldsUpNeitherRunsNorAReload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		w := newWorld(t, breaking(begun.Add(5*time.Minute), 300*time.Millisecond, 500))
		a, slack := w.slackAgent()
		slack.fake.Inject(slackfake.Fault{Hang: true})
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- a.Run(ctx, Settings{Watches: []Watch{watch("checkout")}}) }()
		time.Sleep(20 * time.Minute) // what burns is told to nobody by now
		began := time.Now()
		if err := a.Reload(ctx, Settings{Watches: []Watch{watch("checkout"), watch("search")}}); err != nil || time.Since(began) > 0 {
			t.Errorf("taken after %v: %v", time.Since(began), err)
		}
		time.Sleep(5 * time.Minute)
		stop()
		if err := <-ended; err != nil || len(slack.fake.Top()) > 0 {
			t.Errorf("ended with %v, and Slack reads %v", err, slack.fake.Top())
		}
		slack.end()
		defer w.close()
		for _, o := range w.seen["checkout"][1:] {
			if o.Late != 0 || o.Missed != 0 {
				t.Errorf("%v: %v late, %d missed", o.Result.Start, o.Late, o.Missed)
			}
		}
		if events := w.events()["checkout"]; len(events) != 1 || events[0].Kind != alert.WentBurning {
			t.Errorf("told %v", events)
		}
		if n := len(w.seen["search"]); n < 4 {
			t.Errorf("%d runs of what came with the reload", n)
		}
	})
}

func TestAnErrandIsNotRunTwiceAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, steady)
		a, out := w.agent(), hanging{make(chan struct{}, 100)}
		a.Client = &http.Client{Transport: out}
		ctx, stop := context.WithCancelCause(t.Context())
		e := newErrands(a)
		for range 3 {
			e.run(ctx, "https://watcher.example/x")
		}
		synctest.Wait()
		if asked := len(out.asked); asked != 1 {
			t.Errorf("asked %d times at once", asked)
		}
		stop(errors.New("the end"))
		e.wait()
		w.close()
	})
}
