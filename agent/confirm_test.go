package agent

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/notify"
	"github.com/forewarn/forewarn/notify/slackfake"
	"github.com/forewarn/forewarn/probes"
)

// confirming is watch with the confirming runs of a file that says nothing.
func confirming(name string) Watch {
	w := watch(name)
	w.ConfirmRuns = ConfirmRuns{Times: 2, After: 5 * time.Second}
	return w
}

// breaking is a product that answers in 300 ms until it breaks.
func breaking(at time.Time, latency time.Duration, status int) product {
	return func(_ string, now time.Time) (time.Duration, int) {
		if now.Before(at) {
			return 300 * time.Millisecond, 200
		}
		return latency, status
	}
}

func TestAnOutageIsKnown25SecondsAfterItsFirstFailedRun(t *testing.T) {
	always := confirming("checkout")
	always.Journey.Steps = append(always.Journey.Steps, probes.Step{Name: "clean up", Method: "GET", URL: "/checkout", MaxBody: 1, Always: true})
	unconfirmed := watch("checkout")
	for _, c := range []struct {
		name        string
		watch       Watch
		latency     time.Duration
		status      int
		least, most time.Duration // from the end of the first failed run until people read of it
	}{
		{"errors", confirming("checkout"), 300 * time.Millisecond, 500, 10 * time.Second, 12 * time.Second},
		{"a black hole until half of the minute", confirming("checkout"), 10 * time.Minute, 200, 18 * time.Second, 19 * time.Second},
		{"a black hole for the cleanup too", always, 10 * time.Minute, 200, 22 * time.Second, 23 * time.Second},
		{"errors that nothing confirms", unconfirmed, 300 * time.Millisecond, 500, 2 * time.Minute, 2*time.Minute + 2*time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begun := time.Now()
				w := newWorld(t, breaking(begun.Add(20*time.Minute), c.latency, c.status))
				a, slack := w.slackAgent()
				var failed, burning time.Time
				observe := a.Observe
				a.Observe = func(o Observation) {
					observe(o)
					if o.Result.Verdict == probes.Failed && failed.IsZero() {
						failed = time.Now()
					}
					if told([]Observation{o}, alert.WentBurning) {
						burning = time.Now()
					}
				}
				end := newGrid("checkout", time.Minute).after(begun.Add(25 * time.Minute)).Add(-time.Second)
				w.runAgent(a, end.Sub(begun), Settings{Watches: []Watch{c.watch}})
				slack.end()
				w.close()
				if len(slack.fake.Top()) != 1 {
					t.Fatalf("%d messages", len(slack.fake.Top()))
				}
				decided, told := burning.Sub(failed), slack.fake.Top()[0].At.Sub(failed)
				t.Logf("decided %v after the end of the first failed run, read in Slack after %v", decided, told)
				if decided < c.least || told > c.most {
					t.Errorf("decided after %v, read after %v, want %v to %v", decided, told, c.least, c.most)
				}
			})
		})
	}
}

// slackAgent is an agent that tells a Slack of its own, in the same bubble.
func (w *world) slackAgent() (*Agent, pretendedSlack) {
	w.t.Helper()
	s := pretendedSlack{fake: slackfake.New(slackfake.Settings{Token: "xoxb-fake"})}
	a := w.agent()
	listener := newPipeListener()
	server := &http.Server{Handler: s.fake}
	var all sync.WaitGroup
	all.Go(func() { server.Serve(listener) })
	channel := notify.NewSlack(notify.SlackSettings{
		Token: "xoxb-fake", Channel: "#alerts", APIURL: "http://slack.test/api/", Dial: listener.dial,
	})
	notifier, err := notify.New(w.t.Context(), notify.Settings{DB: w.db, Channels: []notify.Channel{channel}})
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, stop := context.WithCancel(w.t.Context())
	all.Go(func() { notifier.Run(ctx) })
	s.end = func() { stop(); server.Close(); all.Wait() }
	a.Notifier = notifier
	return a, s
}

type pretendedSlack struct {
	fake *slackfake.Server
	end  func()
}

func TestConfirmingRunsAreMarkedAndCountInNoRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		w := newWorld(t, breaking(begun.Add(10*time.Minute), time.Second, 500))
		w.run(20*time.Minute, Settings{Watches: []Watch{confirming("checkout")}})
		defer w.close()
		sum, err := w.db.Summarize(t.Context(), "checkout", begun, time.Now())
		if err != nil || sum.LeftOut != 2 || sum.Passed < 10 || sum.Failed != 10 {
			t.Errorf("%d passed, %d failed, %d left out (%v), want ten each, and 2 that confirm", sum.Passed, sum.Failed, sum.LeftOut, err)
		}
		runs := w.runs("checkout")
		first := slices.IndexFunc(runs, func(r probes.Result) bool { return r.Verdict == probes.Failed })
		for i, r := range runs[first:] {
			if want := i == 1 || i == 2; r.Confirm != want {
				t.Errorf("run %d after the outage began confirms: %v", i, r.Confirm)
			}
		}
		for _, o := range w.seen["checkout"] {
			if o.Result.Confirm && (o.Late != 0 || o.Missed != 0 || !math.IsNaN(o.Limits[1].Value)) {
				t.Errorf("a confirming run is %v late, missed %d, has a latency of %v", o.Late, o.Missed, o.Limits[1].Value)
			}
		}
	})
}

// runs are all stored runs of a journey, oldest first.
func (w *world) runs(journey string) (all []probes.Result) {
	w.t.Helper()
	err := w.db.Results(w.t.Context(), journey, time.Time{}, time.Now().Add(time.Hour), func(r probes.Result) error {
		all = append(all, r)
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return all
}

// A product that fails, is slow and hangs at random, watched by agents that
// are stopped at random: whatever happens, the rules of confirming hold.
func TestConfirmingRunsKeepTheirRules(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, func(journey string, at time.Time) (time.Duration, int) {
			status := 200
			if noise(journey+" fails", at, 1) > 4 { // a twelfth of the runs
				status = 500
			}
			return time.Duration(noise(journey, at, 2) * float64(500*time.Millisecond)), status
		})
		settings := Settings{Watches: []Watch{confirming("checkout"), confirming("search")}}
		var stops []time.Time
		for i := range 60 {
			w.run(time.Duration(float64(10*time.Minute)*noise("stop", time.Unix(int64(i), 0), 1)), settings)
			stops = append(stops, time.Now())
			time.Sleep(time.Duration(i%7) * time.Second)
			w.reopen()
		}
		for _, journey := range []string{"checkout", "search"} {
			checkConfirming(t, w.runs(journey), w.seen[journey], stops)
		}
		w.close()
	})
}

func checkConfirming(t *testing.T, runs []probes.Result, seen []Observation, stops []time.Time) {
	t.Helper()
	burns, confirms, times := map[int64]bool{}, 0, map[time.Time]int{}
	for _, o := range seen {
		burns[o.Result.Start.UnixMilli()] = o.Limits[0].Incident.Burns()
	}
	for i, r := range runs {
		if i == 0 {
			continue
		}
		before := runs[i-1]
		if r.Start.Before(before.Start.Add(before.Duration)) {
			t.Errorf("%v: it began while another was under way", r.Start)
		}
		if !r.Confirm {
			stopped := slices.ContainsFunc(stops, func(at time.Time) bool { return at.After(before.Start) && at.Before(r.Start) })
			if r.Start.Sub(r.Due) > time.Second && !stopped {
				t.Errorf("%v: it began %v after its slot, behind a run of %v", r.Start, r.Start.Sub(r.Due), before.Start)
			}
			continue
		}
		confirms++
		for before.Confirm && before.Verdict == probes.Unknown { // cut off by a stop, and made again
			i--
			before = runs[i-1]
		}
		if r.Verdict != probes.Unknown {
			times[r.Due]++
		}
		if before.Verdict != probes.Failed || !r.Due.Equal(before.Due) || times[r.Due] > 2 {
			t.Errorf("%v: it confirms %v, which is %v", r.Start, before.Start, before.Verdict)
		}
		if burns[before.Start.UnixMilli()] {
			t.Errorf("%v: it confirms what burns already", r.Start)
		}
	}
	if confirms < 50 {
		t.Errorf("%d confirming runs: the story did not come about", confirms)
	}
}

func TestARestartBetweenAFailureAndItsConfirmationLosesAndRepeatsNothing(t *testing.T) {
	// 7 s and 13 s are the moments at which a confirming run ends: whether it is
	// cut off then is decided by the scheduler alone, and must not matter.
	for _, stop := range []time.Duration{2 * time.Second, 6500 * time.Millisecond, 7 * time.Second, 9 * time.Second, 13 * time.Second, 30 * time.Second} {
		t.Run(fmt.Sprint(stop), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begun := time.Now()
				broken := newGrid("checkout", time.Minute).after(begun.Add(10 * time.Minute))
				w := newWorld(t, breaking(broken, time.Second, 500))
				settings := Settings{Watches: []Watch{confirming("checkout")}}
				w.run(broken.Add(stop).Sub(begun), settings)
				w.reopen()
				w.run(3*time.Minute, settings)
				defer w.close()
				var got []bool
				for _, r := range w.runs("checkout") {
					if r.Verdict == probes.Failed && // one that the stop cut off is our own fault
						!r.Start.Before(broken) && r.Start.Before(broken.Add(time.Minute)) {
						got = append(got, r.Confirm)
					}
				}
				if diff := cmp.Diff([]bool{false, true, true}, got); diff != "" {
					t.Errorf("runs of the slot that confirm (-want +got):\n%s", diff)
				}
				events := w.events()["checkout"]
				if len(events) != 1 || events[0].Kind != alert.WentBurning || events[0].At.Sub(broken) > 25*time.Second {
					t.Errorf("told %v", events)
				}
			})
		})
	}
}

func TestNothingConfirmsOurOwnFaultOrAJourneyThatNeverPassed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		w := newWorld(t, breaking(begun, time.Second, 500))
		w.run(10*time.Minute, Settings{Watches: []Watch{confirming("checkout")}})
		for _, r := range w.runs("checkout") {
			if r.Confirm {
				t.Errorf("a run of a journey that never passed is confirmed")
			}
		}
		w.close()
	})
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		w := newWorld(t, steady)
		a := w.agent()
		good := a.Runner.Transport
		a.Runner.Transport = func() http.RoundTripper {
			if time.Since(begun) > 10*time.Minute {
				panic("a fault of our own")
			}
			return good()
		}
		w.runAgent(a, 20*time.Minute, Settings{Watches: []Watch{confirming("checkout")}})
		for _, r := range w.runs("checkout") {
			if r.Confirm || r.Verdict == probes.Failed {
				t.Errorf("%v: %v, confirms %v", r.Start, r.Verdict, r.Confirm)
			}
		}
		w.close()
	})
}

func TestWhenEverythingFailsAtOnceAFewAreConfirmed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		w := newWorld(t, breaking(begun.Add(10*time.Minute), 100*time.Millisecond, 500))
		var settings Settings
		for i := range 200 {
			settings.Watches = append(settings.Watches, confirming(fmt.Sprint("journey ", i)))
		}
		w.run(14*time.Minute, settings)
		defer w.close()
		confirms, burning := map[time.Time]int{}, 0
		for name, events := range w.events() {
			for _, e := range events {
				if e.Kind == alert.WentBurning {
					burning++
				}
			}
			for _, r := range w.runs(name) {
				if r.Confirm {
					confirms[r.Start.Truncate(5*time.Second)]++
				}
			}
		}
		if burning != 200 {
			t.Errorf("%d of 200 journeys burn", burning)
		}
		total := 0
		for at, n := range confirms {
			total += n
			if n > 2*mostConfirmed {
				t.Errorf("%d confirming runs within 5 s of %v", n, at)
			}
		}
		t.Logf("%d confirming runs beside 200 runs a minute", total)
		if total == 0 {
			t.Error("nothing was confirmed")
		}
	})
}

func TestAConfirmingRunThatWaitsForItsTurnLeavesTheNextSlotFree(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		w := newWorld(t, func(journey string, at time.Time) (time.Duration, int) {
			if journey == "hog" && at.Sub(begun) > 10*time.Minute { // by then the past has been read
				return 70 * time.Second, 200
			}
			if noise(journey+" fails", at, 1) > 4 {
				return 300 * time.Millisecond, 500
			}
			return 300 * time.Millisecond, 200
		})
		settings := Settings{Watches: []Watch{confirming("checkout"), watch("hog")}}
		for i := range settings.Watches {
			settings.Watches[i].Journey.Lock = "account"
		}
		hog := &settings.Watches[1].Journey
		hog.Every, hog.Timeout = 151*time.Second, 100*time.Second // it begins at every second of the other's minute
		a := w.agent()
		a.Runner.Turns = new(probes.Turns)
		w.runAgent(a, time.Until(newGrid("checkout", time.Minute).after(time.Now().Add(4*time.Hour)))-100*time.Millisecond, settings)
		defer w.close()
		waited := 0
		for i, o := range w.seen["checkout"] {
			if o.Result.Confirm && o.Result.Waited > 0 {
				waited++
			}
			if before := w.seen["checkout"][max(0, i-1)].Result; before.Confirm && (o.Missed > 0 || o.Late > 0) {
				t.Errorf("%v: a slot was lost to a run that confirms: %d missed, %v late", o.Result.Start, o.Missed, o.Late)
			}
		}
		if waited == 0 {
			t.Error("no confirming run waited for its turn: the story did not come about")
		}
		t.Logf("%d confirming runs waited for their turn", waited)
	})
}

func TestASlowJourneyIsConfirmedIn25SecondsIfItCanBe(t *testing.T) {
	order, cleanup := probes.Step{Name: "order"}, probes.Step{Name: "take back", Always: true}
	for _, test := range []struct {
		slowest, want time.Duration
		steps         []probes.Step
		fits          bool
	}{
		{0, 4 * time.Second, []probes.Step{order}, true}, // it never passed of late
		{time.Second, 4 * time.Second, []probes.Step{order, cleanup}, true},
		{3 * time.Second, 6 * time.Second, []probes.Step{order}, true},
		{3 * time.Second, 5 * time.Second, []probes.Step{order, cleanup}, true},
		{6 * time.Second, 7500 * time.Millisecond, []probes.Step{order}, true},
		{10 * time.Second, 12500 * time.Millisecond, []probes.Step{order}, false}, // else it would fail by being itself
	} {
		p := &patrol{watch: Watch{Journey: probes.Journey{Steps: test.steps}, ConfirmRuns: ConfirmRuns{Times: 2, After: 5 * time.Second}}}
		again := probes.Journey{Steps: test.steps, Timeout: p.patience(test.slowest)}
		if took := 2 * (5*time.Second + again.Longest()); again.Timeout != test.want || (took <= 25*time.Second) != test.fits {
			t.Errorf("%d steps that took %v: each run may take %v, all of it %v", len(test.steps), test.slowest, again.Timeout, took)
		}
	}
}
