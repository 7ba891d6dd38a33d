package agent

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/probes"
	"github.com/forewarn/forewarn/probes/expect"
)

// demanding is a watch with an expectation and a schema, compiled anew each
// time, as a configuration that is read again gives it.
func demanding(t *testing.T, name, source string) Watch {
	t.Helper()
	condition, err := expect.CompileCondition(source, nil)
	if err != nil {
		t.Fatal(err)
	}
	schema, err := expect.CompileSchema("any.json", "/", func(string) ([]byte, error) { return []byte(`{"pattern": "ok"}`), nil })
	if err != nil {
		t.Fatal(err)
	}
	w := watch(name)
	w.Journey.Steps[0].Expect, w.Journey.Steps[0].Schema = []expect.Condition{condition}, schema
	return w
}

func TestAWatchThatWasUsedIsTheSameWhenItIsReadAgain(t *testing.T) {
	used := demanding(t, "checkout", "status == 200")
	if ok, _, err := used.Journey.Steps[0].Schema.Check(&expect.Response{Body: []byte(`"ok"`)}); !ok || err != nil {
		t.Fatal(ok, err)
	}
	if !used.Same(demanding(t, "checkout", "status == 200")) {
		t.Error("it is another")
	}
	if used.Same(demanding(t, "checkout", "status == 201")) {
		t.Error("another expectation is the same")
	}
}

func TestAReloadOfAnUnchangedFileInterruptsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, func(string, time.Time) (time.Duration, int) { return 20 * time.Second, 200 })
		a := w.agent()
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		settings := func(source string) Settings { return Settings{Watches: []Watch{demanding(t, "checkout", source)}} }
		go func() { ended <- a.Run(ctx, settings(`header("Content-Type") contains "text"`)) }()
		for range 60 {
			time.Sleep(10 * time.Second)
			if err := a.Reload(ctx, settings(`header("Content-Type") contains "text"`)); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		for _, o := range w.seen["checkout"] {
			if o.Result.Verdict != probes.Passed || o.Missed > 0 {
				t.Errorf("a run was %v after %d missed slots: %v", o.Result.Verdict, o.Missed, o.Result.Failure)
			}
		}
		if err := a.Reload(ctx, settings(`header("Content-Type") contains "json"`)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Minute)
		stop()
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
		if seen := w.seen["checkout"]; seen[len(seen)-2].Result.Verdict != probes.Failed {
			t.Error("another expectation did not take effect")
		}
		time.Sleep(time.Minute) // lets the server's handlers end
		w.close()
	})
}

func TestALimitThatComesBackBeginsAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		failing := 0
		w := newWorld(t, func(string, time.Time) (time.Duration, int) {
			if failing > 0 {
				failing--
				return 300 * time.Millisecond, 500
			}
			return 300 * time.Millisecond, 200
		})
		defer w.close()
		settings := Settings{Watches: []Watch{watch("checkout")}}
		w.run(10*time.Minute, settings)
		failing = 2
		w.run(2*time.Minute+30*time.Second, settings) // two of the last three runs failed: not confirmed
		w.run(10*time.Minute, Settings{Watches: []Watch{watch("other")}})
		failing = 1
		w.run(30*time.Second, settings)
		in, err := w.db.Incident(t.Context(), alert.Key{Journey: "checkout", Limit: "availability"})
		if err != nil || in.Open() {
			t.Errorf("one failed run after its limit came back: %v (%v)", in.State, err)
		}
	})
}

func TestRunsDoNotWaitForTheirPast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		w := newWorld(t, func(string, time.Time) (time.Duration, int) { asked++; return 300 * time.Millisecond, 200 })
		a := w.agent()
		a.prepare()
		for range rebuilders() { // the pasts of other journeys are being read
			a.rebuilding <- struct{}{}
		}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- a.Run(ctx, Settings{Watches: []Watch{watch("checkout")}}) }()
		time.Sleep(5*time.Minute + 10*time.Second)
		synctest.Wait()
		walked := asked
		if walked < 5 || len(w.seen) > 0 {
			t.Errorf("%d runs and %d evaluations before the past was read, want all runs and none", walked, len(w.seen))
		}
		<-a.rebuilding
		synctest.Wait()
		time.Sleep(time.Second)
		synctest.Wait()
		for i, o := range w.seen["checkout"] {
			if o.Missed > 0 || o.Limits[0].Incident.LastRun != o.Result.Start {
				t.Errorf("run %d: %d missed before, judged as %v", i, o.Missed, o.Limits[0].Incident.LastRun)
			}
		}
		if len(w.seen["checkout"]) != walked {
			t.Errorf("%d of %d runs were judged", len(w.seen["checkout"]), walked)
		}
		stop()
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
		w.close()
	})
}

func TestAShutdownKeepsRunsWhosePastIsStillBeingRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, steady)
		a := w.agent()
		a.prepare()
		for range rebuilders() {
			a.rebuilding <- struct{}{}
		}
		w.runAgent(a, 3*time.Minute, Settings{Watches: []Watch{watch("checkout")}})
		kept := 0
		err := w.db.Results(t.Context(), "checkout", time.Time{}, time.Now().Add(time.Hour), func(r probes.Result) error { kept++; return nil })
		if err != nil || kept < 3 {
			t.Errorf("%d runs were kept (%v)", kept, err)
		}
		in, err := w.db.Incident(t.Context(), alert.Key{Journey: "checkout", Limit: "availability"})
		if err != nil || in.State != alert.Unset {
			t.Errorf("they were judged by series that know nothing: %v (%v)", in.State, err)
		}
		w.close()
	})
}
