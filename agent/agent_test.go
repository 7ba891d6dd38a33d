package agent

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	"unsafe"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/predict"
	"github.com/forewarn/forewarn/probes"
)

// steady is a product that answers in 300 ms.
func steady(string, time.Time) (time.Duration, int) { return 300 * time.Millisecond, 200 }

func TestARestartChangesNothing(t *testing.T) {
	ramp := func(begun time.Time) product {
		return func(journey string, at time.Time) (time.Duration, int) {
			since := at.Sub(begun)
			median := 0.3 + max(0, since.Minutes()-60)*0.005
			if since > 3*time.Hour {
				median = 0.3
			}
			return time.Duration(median * noise(journey, at, 0.08) * float64(time.Second)), 200
		}
	}
	tell := func(t *testing.T, stretches ...time.Duration) (told []alert.Event, incidents []alert.Incident) {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, ramp(time.Now()))
			for i, d := range stretches {
				if i > 0 {
					w.reopen()
				}
				w.run(d, Settings{Watches: []Watch{watch("checkout")}})
			}
			told = w.events()["checkout"]
			var err error
			if incidents, err = w.db.Incidents(t.Context()); err != nil {
				t.Fatal(err)
			}
			w.close()
		})
		return told, incidents
	}
	// Each stretch ends half a minute off its own grid, between two runs.
	whole, atOnce := tell(t, 4*time.Hour)
	parts, restarted := tell(t, 50*time.Minute, 70*time.Minute, 33*time.Minute, 87*time.Minute)
	if len(whole) < 3 || whole[0].Kind != alert.WentSoon {
		t.Fatalf("the uninterrupted agent told %v, want a soon, a burning and a resolved", kinds(whole))
	}
	if diff := cmp.Diff(whole, parts, cmpopts.EquateNaNs()); diff != "" {
		t.Errorf("restarts changed what was told (-uninterrupted +restarted):\n%s", diff)
	}
	if diff := cmp.Diff(atOnce, restarted, cmpopts.EquateNaNs()); diff != "" {
		t.Errorf("restarts changed the incidents (-uninterrupted +restarted):\n%s", diff)
	}
}

func TestAnAcknowledgementRacingACrossingIsNeverLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, steady)
		defer w.close()
		now := time.Now().Truncate(time.Second)
		first := map[alert.EventKind]int{}
		for round := range 1000 {
			l := watch("checkout").Limits[1]
			l.Limit = fmt.Sprint("latency ", round)
			number := w.soon(l, now)
			w.over(l, now.Add(2*time.Minute), 1, 2) // two of three: the next one over burns
			at := now.Add(4 * time.Minute)
			var both sync.WaitGroup
			both.Go(func() { w.over(l, at, 1, 1) })
			both.Go(func() {
				w.decide(l.Key, at, func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
					return alert.Acknowledge(in, "ana", at)
				})
			})
			both.Wait()
			in, err := w.db.Incident(t.Context(), l.Key)
			if err != nil || in.Number != number || in.State != alert.Burning || in.AckBy != "ana" {
				t.Fatalf("round %d: #%d of #%d is %v, acknowledged by %q, error %v", round, in.Number, number, in.State, in.AckBy, err)
			}
			history, err := w.db.History(t.Context(), number)
			if err != nil || len(history) < 3 || history[0].Kind != alert.WentSoon {
				t.Fatalf("round %d: %v, error %v", round, kinds(history), err)
			}
			told := map[alert.EventKind]int{}
			for i, e := range history {
				told[e.Kind]++
				if i > 0 && e.Kind != alert.Settled && e.Revision == history[i-1].Revision {
					t.Fatalf("round %d: two events share revision %d: %v", round, e.Revision, kinds(history))
				}
			}
			if told[alert.WentBurning] != 1 || told[alert.Acknowledged] != 1 {
				t.Fatalf("round %d: %v, want one burning and one acknowledgement", round, kinds(history))
			}
			first[history[1].Kind]++
		}
		t.Logf("what came first: %v", first)
	})
}

// soon opens an incident of l by a forecast and returns its number.
func (w *world) soon(l alert.Limit, at time.Time) int64 {
	w.t.Helper()
	w.over(l, at, 0.3, 1)
	ev := alert.Evidence{At: at.Add(time.Minute), Value: 0.5, Passed: true, Run: alert.RunUnder}
	from := float64(ev.At.Unix())
	ev.Forecast = predict.Forecast{
		At: from, Agree: 2,
		Crossing: predict.Crossing{Earliest: from + 1200, Expected: from + 2400, Latest: from + 3600},
	}
	w.decide(l.Key, ev.At, func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
		return alert.Decide(in, ev, l)
	})
	in, err := w.db.Incident(w.t.Context(), l.Key)
	if err != nil || in.State != alert.Soon {
		w.t.Fatalf("it is %v (error %v), want soon", in.State, err)
	}
	return in.Number
}

func TestAnAcknowledgementRacingTheFirstGoodRunIsNeverLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, steady)
		defer w.close()
		limit := watch("checkout").Limits[1]
		now := time.Now().Truncate(time.Second)
		for round := range 1000 {
			l := limit
			l.Limit = fmt.Sprint("latency ", round)
			w.over(l, now, 0.3, 1)
			w.over(l, now.Add(time.Minute), 1, 3) // burning
			at := now.Add(4 * time.Minute)
			var both sync.WaitGroup
			both.Go(func() { w.over(l, at, 0.2, 1) }) // the first good run: clearing
			both.Go(func() {
				w.decide(l.Key, at, func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
					return alert.Acknowledge(in, "ana", at)
				})
			})
			both.Wait()
			in, err := w.db.Incident(t.Context(), l.Key)
			if err != nil || in.State != alert.Clearing || in.AckBy != "ana" {
				t.Fatalf("round %d: %v, acknowledged by %q, error %v: one update was lost", round, in.State, in.AckBy, err)
			}
		}
	})
}

func TestAPanicIsThatRunsUnknownAndNothingElsesEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, steady)
		a := w.agent()
		plain := a.Runner.Transport
		a.Runner.Transport = func() http.RoundTripper { return bomb{plain()} }
		w.runAgent(a, 5*time.Minute, Settings{Watches: []Watch{watch("bomb"), watch("checkout")}})
		defer w.close()
		for _, o := range w.seen["bomb"] {
			if o.Result.Verdict != probes.Unknown || o.Limits[0].Incident.Open() {
				t.Errorf("a panic was %v and told as %v", o.Result.Verdict, o.Limits[0].Incident.State)
			}
		}
		if len(w.seen["bomb"]) != 6 || len(w.seen["checkout"]) != 6 {
			t.Errorf("%d and %d runs, want 6 each: one at once and five on the grid", len(w.seen["bomb"]), len(w.seen["checkout"]))
		}
		for _, o := range w.seen["checkout"] {
			if o.Result.Verdict != probes.Passed {
				t.Errorf("its neighbour was %v", o.Result.Verdict)
			}
		}
	})
}

type bomb struct{ http.RoundTripper }

func (b bomb) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Path == "/bomb" {
		panic("boom")
	}
	return b.RoundTripper.RoundTrip(r)
}

func TestAShutdownEndsARunningJourneyAsUnknown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, func(string, time.Time) (time.Duration, int) { return 25 * time.Second, 200 })
		grid := newGrid("checkout", time.Minute)
		begun := time.Now()
		until := grid.after(begun).Sub(begun) + 10*time.Second // in the middle of the first run
		a, log := w.agent(), new(bytes.Buffer)
		a.Log = slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelError}))
		w.runAgent(a, until, Settings{Watches: []Watch{watch("checkout")}})
		if log.Len() > 0 {
			t.Errorf("an end in order is told as our own fault: %s", log)
		}
		if took := time.Since(begun) - until; took > 10*time.Second {
			t.Errorf("the shutdown took %v", took)
		}
		last, ok, err := w.db.Last(t.Context(), "checkout")
		if err != nil || !ok || last.Verdict != probes.Unknown {
			t.Errorf("the interrupted run is kept as %v (%t, %v), want unknown", last.Verdict, ok, err)
		}
		time.Sleep(30 * time.Second) // lets the server's handler end
		w.close()
	})
}

func TestARunThatOutlastsItsIntervalLosesSlotsAndSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, func(string, time.Time) (time.Duration, int) { return 150 * time.Second, 200 })
		long := watch("checkout")
		long.Journey.Timeout = 200 * time.Second
		w.run(20*time.Minute+10*time.Second, Settings{Watches: []Watch{long}})
		seen := w.seen["checkout"]
		if len(seen) < 5 {
			t.Fatalf("%d runs", len(seen))
		}
		for i, o := range seen[1:] {
			if o.Missed != 2 || o.Result.Start.Sub(seen[i].Result.Start) < 150*time.Second {
				t.Errorf("run %d began %v after the one before and counts %d missed slots, want 2",
					i+1, o.Result.Start.Sub(seen[i].Result.Start), o.Missed)
			}
		}
		time.Sleep(5 * time.Minute)
		w.close()
	})
}

func TestRunsStartOnTheirGridWithoutDrift(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, begun := newWorld(t, steady), time.Now()
		w.run(30*time.Minute, Settings{Watches: []Watch{watch("a"), watch("b")}})
		defer w.close()
		for name, seen := range w.seen {
			grid := newGrid(name, time.Minute)
			// It catches up on a slot that began before the agent, which is no lateness.
			if first := seen[0]; first.Late != 0 || !first.Result.Due.Before(begun) || first.Result.Start.Sub(begun) > 5*time.Second {
				t.Errorf("%s: the first run began %v after the agent, late %v", name, first.Result.Start.Sub(begun), first.Late)
			}
			for _, o := range seen[1:] {
				if o.Late != 0 || !o.Result.Due.Equal(grid.at(o.Result.Due)) {
					t.Errorf("%s: due %v, late %v", name, o.Result.Due, o.Late)
				}
			}
		}
		if w.seen["a"][0].Result.Due.Sub(w.seen["b"][0].Result.Due) == 0 {
			t.Error("two journeys share their slots: nothing spreads them")
		}
	})
}

func TestAReloadClosesWhatIsGoneAndKeepsTheRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, func(string, time.Time) (time.Duration, int) { return 300 * time.Millisecond, 500 })
		a := w.agent()
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- a.Run(ctx, Settings{Watches: []Watch{watch("kept"), watch("gone")}}) }()
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		before := len(w.seen["kept"])
		if err := a.Reload(ctx, Settings{Watches: []Watch{watch("kept"), watch("new")}}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Minute)
		stop()
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
		events := w.events()
		if got := events["gone"]; got[len(got)-1].Kind != alert.RuleRemoved {
			t.Errorf("the removed journey was told as %v, want its end last", kinds(got))
		}
		if got := events["kept"]; len(got) != 1 {
			t.Errorf("the unchanged journey was told as %v, want the reload unnoticed", kinds(got))
		}
		if len(w.seen["gone"]) > 11 || len(w.seen["new"]) < 4 || len(w.seen["kept"]) < before+4 {
			t.Errorf("%d, %d and %d runs of gone, new and kept", len(w.seen["gone"]), len(w.seen["new"]), len(w.seen["kept"]))
		}
		w.close()
	})
}

func TestTheHeartbeatStopsWhenTheDatabaseDoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, steady)
		a := w.agent()
		beats := 0
		a.Client = &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			beats++
			return &http.Response{StatusCode: 200, Body: http.NoBody, Request: r}, nil
		})}
		s := Settings{Watches: []Watch{watch("checkout")}, HeartbeatURL: "http://watcher/beat"}
		w.runAgent(a, 10*time.Minute+time.Second, s)
		if beats != 10 {
			t.Errorf("%d heartbeats in ten minutes", beats)
		}
		a.health.stored("checkout", errors.New("disk full"))
		a.beat(t.Context(), s.HeartbeatURL)
		if beats != 10 {
			t.Error("a heartbeat although nothing can be stored")
		}
		w.close()
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestAJourneyThatDoesNotRunIsNotHealthy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, steady)
		defer w.close()
		a := w.agent()
		a.health.expect(map[string]*patrol{"checkout": {grid: newGrid("checkout", time.Minute)}})
		time.Sleep(3 * time.Minute)
		if h := a.Health(); h.Scheduling != nil {
			t.Errorf("after three intervals: %v", h.Scheduling)
		}
		time.Sleep(time.Minute)
		if h := a.Health(); h.Scheduling == nil || h.OK() {
			t.Error("four intervals without a run are healthy")
		}
	})
}

func TestAGridSpreadsJourneysAndHoldsItsSlots(t *testing.T) {
	bins := make([]int, 10)
	for i := range 1000 {
		g := newGrid(fmt.Sprint("journey ", i), time.Minute)
		bins[g.phase/(6*time.Second)]++
		now := time.Unix(1_700_000_000, int64(i)*7_919_317)
		at, after := g.at(now), g.after(now)
		if at.After(now) || now.Sub(at) >= time.Minute || after.Sub(at) != time.Minute || !g.at(at).Equal(at) {
			t.Fatalf("the slots around %v are %v and %v", now, at, after)
		}
		if g.between(at, after) != 0 || g.between(at, after.Add(2*time.Minute)) != 2 || g.between(time.Time{}, at) != 0 {
			t.Fatal("missed slots are miscounted")
		}
	}
	for i, n := range bins {
		if n < 60 || n > 140 {
			t.Errorf("%d of 1000 journeys in tenth %d of the minute", n, i)
		}
	}
}

// setBack is the reading that the clocks would have given at t if the one on
// the wall had been set back by so much before.
func setBack(t time.Time, by time.Duration) time.Time {
	reading := (*struct { // as time.Time has it
		wall   uint64
		steady int64
		zone   *time.Location
	})(unsafe.Pointer(&t))
	reading.steady += int64(by)
	return t
}

func TestAJumpIsTheDifferenceBetweenWallAndMonotonicTime(t *testing.T) {
	before := time.Now()
	after := before.Add(time.Minute)
	for _, want := range []time.Duration{0, -time.Hour, 20 * time.Second} {
		if moved := jump(before, setBack(after, -want)); moved != want {
			t.Errorf("a minute in which the clock was set by %v is a jump of %v", want, moved)
		}
	}
	if moved := jump(before.Round(0), before.Round(0).Add(-time.Hour)); moved != 0 {
		t.Errorf("readings without a monotonic clock cannot show a jump, got %v", moved)
	}
}

func TestAClockSetBackALittleSaysUntilWhenNothingIsDecided(t *testing.T) {
	now := time.Date(2026, 11, 18, 13, 0, 0, 0, time.UTC)
	for moved, want := range map[time.Duration]string{
		-10 * time.Minute: "until=2026-11-18T13:10:00.000Z",
		-alert.SetBack:    "until=2026-11-18T14:00:00.000Z",
		-2 * time.Hour:    "",
		10 * time.Minute:  "",
	} {
		var log strings.Builder
		logJump(slog.New(slog.NewTextHandler(&log, nil)), moved, now)
		silent := strings.Contains(log.String(), "nothing is decided")
		if silent != (want != "") || !strings.Contains(log.String(), want) || !strings.Contains(log.String(), "by="+moved.String()) {
			t.Errorf("a jump by %v, want %q: %s", moved, want, log.String())
		}
	}
}

func TestTheShareOfFailedRunsForgetsWhatLeftItsWindow(t *testing.T) {
	w := newWatcher(alert.Limit{Signal: alert.Errors, Window: 10 * time.Minute, Every: time.Minute, Value: 0.5}, nil)
	at := time.Unix(1_700_000_000, 0)
	result := func(i int, v probes.Verdict) probes.Result {
		return probes.Result{Start: at.Add(time.Duration(i) * time.Minute), Verdict: v}
	}
	for i := range 5 {
		w.look(result(i, probes.Failed))
	}
	if ev := w.look(result(5, probes.Failed)); math.Abs(ev.Value-0.6) > 1e-9 || ev.Run != alert.RunOver {
		t.Errorf("6 of a window of 10 failed: %v, %v", ev.Value, ev.Run)
	}
	for i := 6; i < 15; i++ {
		w.look(result(i, probes.Passed))
	}
	if ev := w.look(result(15, probes.Passed)); ev.Value != 0 || ev.Run != alert.RunUnder {
		t.Errorf("ten passed runs later: %v, %v", ev.Value, ev.Run)
	}
	if ev := w.look(result(16, probes.Unknown)); !math.IsNaN(ev.Value) || ev.Run != alert.RunUnknown {
		t.Errorf("an unknown run counts: %v, %v", ev.Value, ev.Run)
	}
}

// over gives limit n runs of value, a minute apart, from at on.
func (w *world) over(l alert.Limit, at time.Time, value float64, n int) {
	for i := range n {
		ev := alert.Evidence{At: at.Add(time.Duration(i) * time.Minute), Value: value, Passed: true, Run: l.Judge(value, false)}
		ev.Forecast.Silence = "no data yet"
		w.decide(l.Key, ev.At, func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
			return alert.Decide(in, ev, l)
		})
	}
}

func (w *world) decide(key alert.Key, at time.Time, fn func(alert.Incident) (alert.Incident, []alert.Event, alert.Reason)) {
	if _, _, err := w.db.Decide(w.t.Context(), key, at, fn); err != nil {
		w.t.Error(err)
	}
}

// runAgent lets a watch for d.
func (w *world) runAgent(a *Agent, d time.Duration, s Settings) {
	w.t.Helper()
	ctx, cancel := context.WithCancel(w.t.Context())
	defer time.AfterFunc(d, cancel).Stop()
	if err := a.Run(ctx, s); err != nil {
		w.t.Fatal(err)
	}
}

// reopen closes the database and opens it again, as a restart does.
func (w *world) reopen() {
	w.t.Helper()
	if err := w.db.Close(); err != nil {
		w.t.Fatal(err)
	}
	w.open()
}

func TestAJumpOfTheClockPutsEveryJourneyBackOnItsGrid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, steady)
		a := w.agent()
		a.prepare()
		ctx, stop := context.WithCancel(t.Context())
		plan, err := a.newPlan(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if err := plan.apply(ctx, Settings{Watches: []Watch{watch("checkout")}}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Minute)
		// Timers go by the time that passes: to them a clock that jumps is a grid that does.
		p := plan.patrols["checkout"]
		p.running.Lock()
		p.grid.phase, p.last = p.grid.phase+20*time.Second, time.Now().Add(time.Hour)
		p.running.Unlock()
		before := len(w.seen["checkout"])
		plan.reschedule(ctx)
		time.Sleep(10*time.Minute - time.Second)
		stop()
		plan.stop()
		seen := w.seen["checkout"]
		if before < 10 || len(seen) < 20 || len(seen) > 22 {
			t.Errorf("%d runs in ten minutes, %d in twenty", before, len(seen))
		}
		for i, o := range seen[1:] {
			if o.Late != 0 || o.Missed != 0 {
				t.Errorf("run %d, of %d before the jump, is %v late, after %d missed slots", i+2, before, o.Late, o.Missed)
			}
		}
		w.close()
	})
}
