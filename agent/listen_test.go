package agent

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/probes"
	"github.com/forewarn/forewarn/store"
)

const backupID = "5f0e6d8ad6a84bb1b2c9e0c7c2f5a111"

// backup is an hourly job.
func backup() Watch {
	key := func(limit string) alert.Key { return alert.Key{Journey: "backup", Limit: limit} }
	return Watch{
		Journey: probes.Journey{
			Name: "backup", Title: "backup", Feature: "backup", Every: time.Hour, Timeout: time.Hour,
			Steps: []probes.Step{{Name: "ping"}}, Heartbeat: &probes.Heartbeat{ID: backupID, Grace: 6 * time.Minute},
		},
		Limits: []alert.Limit{
			{Key: key("availability"), Signal: alert.Availability, Confirm: alert.Confirm{Over: 1, Of: 1}, Good: 1, Every: time.Hour},
			{Key: key("journey latency"), Signal: alert.Latency, Value: 1200, Stat: "p50", Window: 10 * time.Hour, Ahead: 24 * time.Hour, Every: time.Hour},
		},
	}
}

// hourly lets a job report to the agent of a world for some hours.
func hourly(t *testing.T, w *world, hours int, job func(hour int, ping func(probes.Ping))) {
	t.Helper()
	a := w.agent()
	done := make(chan struct{})
	go func() {
		defer close(done)
		for hour := range hours {
			began := time.Now()
			job(hour, func(p probes.Ping) {
				if known, err := a.Ping(t.Context(), backupID, p); !known || err != nil {
					t.Errorf("a ping is known %v, %v", known, err)
				}
			})
			time.Sleep(time.Hour - time.Since(began))
		}
	}()
	w.runAgent(a, time.Duration(hours)*time.Hour-time.Minute, Settings{Watches: []Watch{backup()}})
	<-done
}

// course is what was said of the availability, run by run.
func course(w *world) (all []string) {
	for _, o := range w.seen["backup"] {
		line := o.Result.Verdict.String()
		for _, e := range o.Limits[0].Events {
			line += ", " + string(e.Kind)
		}
		all = append(all, line)
	}
	return all
}

func TestAJobThatIsSilentBurnsOnceAndResolvesWithItsNextPing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		hourly(t, w, 7, func(hour int, ping func(probes.Ping)) {
			time.Sleep(2 * time.Minute) // after the agent has begun
			if hour < 2 || hour == 5 {
				ping(probes.Ping{})
			}
			if hour == 6 {
				ping(probes.Ping{Status: 3, Body: "disk full\nid " + backupID})
			}
		})
		want := []string{"passed", "passed", "failed, burning", "failed", "failed", "passed, resolved", "failed, burning"}
		if diff := cmp.Diff(want, course(w)); diff != "" {
			t.Error(diff)
		}
		seen := w.seen["backup"]
		if why := seen[2].Result.Failure.Message; !strings.HasPrefix(why, "no ping for 1 h ") || !strings.HasSuffix(why, ": one is due every 1 h, with 6 min of grace") {
			t.Error(why)
		}
		if late := seen[2].Result.Start.Sub(seen[1].Result.Start); late < 66*time.Minute || late > 67*time.Minute {
			t.Errorf("missed %v after the last ping", late)
		}
		if why := seen[6].Result.Failure.Message; why != "the job ended with exit status 3" {
			t.Error(why)
		}
		transcript, found, err := w.db.LastTranscript(t.Context(), "backup")
		if !found || err != nil || !strings.Contains(transcript.Text, "disk full") || strings.Contains(transcript.Text, backupID) {
			t.Errorf("%v, %v: %s", found, err, transcript.Text)
		}
		if took, _, timed := seen[0].Result.Latency(""); timed {
			t.Errorf("a job that did not say when it began took %v", took)
		}
		w.close()
	})
}

func TestAJobThatNeverPingsIsToldWithItsFirstMissedPing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		hourly(t, w, 4, func(hour int, ping func(probes.Ping)) {
			if hour == 3 {
				time.Sleep(2 * time.Minute)
				ping(probes.Ping{})
			}
		})
		if diff := cmp.Diff([]string{"failed, never passed", "failed", "passed, resolved"}, course(w)); diff != "" {
			t.Error(diff)
		}
		w.close()
	})
}

func TestAJobThatGrowsIsForeseen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		hourly(t, w, 60, func(hour int, ping func(probes.Ping)) {
			time.Sleep(2 * time.Minute)
			ping(probes.Ping{Begins: true})
			time.Sleep(10*time.Minute + time.Duration(hour*10+hour*7%5)*time.Second)
			ping(probes.Ping{})
		})
		seen := w.seen["backup"]
		if took, atLeast, timed := seen[3].Result.Latency(""); took != 10*time.Minute+31*time.Second || atLeast || !timed {
			t.Errorf("the fourth took %v, %v, %v", took, atLeast, timed)
		}
		soon := slices.IndexFunc(seen, func(o Observation) bool {
			return slices.ContainsFunc(o.Limits[1].Events, func(e alert.Event) bool { return e.Kind == alert.WentSoon })
		})
		if soon < 0 || seen[soon].Limits[1].Value >= 1200 {
			t.Fatalf("nobody was warned of 20 minutes: run %d of %d", soon, len(seen))
		}
		t.Logf("warned in hour %d, at %.0f s of 1200 s", soon, seen[soon].Limits[1].Value)
		w.close()
	})
}

func TestAJobThatDoesNotEndTookAtLeastItsTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		hourly(t, w, 3, func(hour int, ping func(probes.Ping)) {
			time.Sleep(2 * time.Minute)
			switch hour {
			case 0:
				ping(probes.Ping{})
			case 1:
				ping(probes.Ping{Begins: true})
			}
		})
		last := w.seen["backup"][1].Result
		took, atLeast, timed := last.Latency("")
		if last.Verdict != probes.Failed || took != time.Hour || !atLeast || !timed {
			t.Errorf("%v after %v, %v, %v", last.Verdict, took, atLeast, timed)
		}
		if last.Failure.Message != "the job began 1 h ago and has not said that it ended" {
			t.Error(last.Failure.Message)
		}
		w.close()
	})
}

func TestAPingMissedWhileForewarnWasDownIsUnknown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		once := func(hour int, ping func(probes.Ping)) {
			time.Sleep(2 * time.Minute)
			if hour == 0 {
				ping(probes.Ping{})
			}
		}
		hourly(t, w, 1, once)
		time.Sleep(90 * time.Minute) // not running when the next was due
		if err := w.db.Close(); err != nil {
			t.Fatal(err)
		}
		w.open()
		hourly(t, w, 3, func(hour int, ping func(probes.Ping)) {
			time.Sleep(20 * time.Minute)
			if hour == 2 {
				ping(probes.Ping{})
			}
		})
		want := []string{"passed", "unknown", "failed, burning", "failed", "passed, resolved"}
		if diff := cmp.Diff(want, course(w)); diff != "" {
			t.Error(diff)
		}
		if f := w.seen["backup"][1].Result.Failure; f.Kind != probes.FailSelf || !strings.Contains(f.Message, "forewarn did not run for 1 h 31 min,") {
			t.Errorf("%+v", f)
		}
		w.close()
	})
}

// restart closes the database and opens it again after a while.
func (w *world) restart(down time.Duration) {
	w.t.Helper()
	if err := w.db.Close(); err != nil {
		w.t.Fatal(err)
	}
	time.Sleep(down)
	w.open()
}

func TestARestartOfSecondsExcusesNoPing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		hourly(t, w, 1, func(_ int, ping func(probes.Ping)) {
			time.Sleep(2 * time.Minute)
			ping(probes.Ping{}) // the last, and the only run that there is
		})
		w.restart(5 * time.Second) // within the grace before the next one is due
		hourly(t, w, 1, func(int, func(probes.Ping)) {})
		if diff := cmp.Diff([]string{"passed", "failed, burning"}, course(w)); diff != "" {
			t.Error(diff)
		}
		w.close()
	})
}

func TestAJobThatHasNeverReportedIsNotBlamedForWhatNobodyHeard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		hourly(t, w, 1, func(int, func(probes.Ping)) {})
		w.restart(20 * time.Minute) // when the first was due; there is no run to tell of life
		hourly(t, w, 2, func(hour int, ping func(probes.Ping)) {})
		if diff := cmp.Diff([]string{"unknown", "failed, never passed", "failed"}, course(w)); diff != "" {
			t.Error(diff)
		}
		if f := w.seen["backup"][0].Result.Failure; f.Kind != probes.FailSelf || !strings.Contains(f.Message, "forewarn did not run for 21 min") {
			t.Errorf("%+v", f)
		}
		w.close()
	})
}

func TestAPingIsTakenIfItWasEvaluatedWhateverTheDatabaseTakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		a := w.agent()
		calm := a.Observe
		a.Observe = func(Observation) { panic("a fault of ours") }
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- a.Run(ctx, Settings{Watches: []Watch{backup()}}) }()
		time.Sleep(time.Minute)
		if known, err := a.Ping(ctx, backupID, probes.Ping{}); !known || err == nil {
			t.Errorf("a ping that panicked is known %v and taken: %v", known, err)
		}
		a.Observe = calm
		if known, err := a.Ping(ctx, backupID, probes.Ping{}); !known || err != nil {
			t.Errorf("the next is known %v, %v", known, err)
		}
		if err := w.db.Close(); err != nil {
			t.Error(err)
		}
		if known, err := a.Ping(ctx, backupID, probes.Ping{Begins: true}); !known || err != nil {
			t.Errorf("with nothing kept it is known %v, %v", known, err)
		}
		if p := a.ears.of(backupID); !p.unsaved || p.pulse.Began.IsZero() {
			t.Errorf("%+v waits %v", p.pulse, p.unsaved)
		}
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		w.open()
		w.close()
	})
}

func TestAPulseThatWasNotKeptIsKeptByTheNextLook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		p := newPatrol(w.agent(), backup(), time.UTC)
		p.pulse = pulse{every: time.Hour, grace: time.Minute, Pulse: store.Pulse{Anchor: wall()}}
		p.listen(t.Context())
		if _, found, err := w.db.Pulse(t.Context(), "backup"); found || err != nil {
			t.Fatalf("kept %v, %v, though nothing changed", found, err)
		}
		p.unsaved = true
		p.listen(t.Context())
		if _, found, err := w.db.Pulse(t.Context(), "backup"); !found || err != nil || p.unsaved {
			t.Errorf("kept %v, %v; waits %v", found, err, p.unsaved)
		}
		w.close()
	})
}

func TestAJobUnderWayOutlivesARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		began := time.Time{}
		hourly(t, w, 1, func(_ int, ping func(probes.Ping)) {
			time.Sleep(50 * time.Minute)
			began = time.Now().Truncate(time.Millisecond)
			ping(probes.Ping{Begins: true})
		})
		hourly(t, w, 1, func(_ int, ping func(probes.Ping)) {
			time.Sleep(20 * time.Minute)
			ping(probes.Ping{})
		})
		seen := w.seen["backup"]
		took, _, timed := seen[0].Result.Latency("")
		if want := 30 * time.Minute; !timed || took < want-time.Second || took > want+time.Second || began.IsZero() {
			t.Errorf("took %v, %v, want %v: %v", took, timed, want, course(w))
		}
		w.close()
	})
}

func TestStatesOfAHeartbeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		state := func(ahead time.Duration) VitalState {
			v, err := Vitals(t.Context(), w.db, backup().Journey, time.Now().Add(ahead))
			if err != nil {
				t.Fatal(err)
			}
			return v.State
		}
		if got := state(0); got != vitalNew {
			t.Errorf("%s before any ping", got)
		}
		hourly(t, w, 1, func(_ int, ping func(probes.Ping)) {
			time.Sleep(59*time.Minute - time.Second)
			ping(probes.Ping{})
		})
		for ahead, want := range map[time.Duration]VitalState{0: vitalUp, 55 * time.Minute: vitalUp, 65 * time.Minute: vitalLate} {
			if got := state(ahead); got != want {
				t.Errorf("%s after %v, want %s", got, ahead, want)
			}
		}
		hourly(t, w, 2, func(int, func(probes.Ping)) {})
		if got := state(0); got != vitalDown {
			t.Errorf("%s after two hours of silence", got)
		}
		w.close()
	})
}

func TestPingsAreBoundedAndOnlyHeardUnderTheirID(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		a := w.agent()
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- a.Run(ctx, Settings{Watches: []Watch{backup()}}) }()
		time.Sleep(time.Minute)
		for _, id := range []string{"", backupID[1:], backupID + "1"} {
			if known, err := a.Ping(ctx, id, probes.Ping{}); known || err != nil {
				t.Errorf("%q is known %v, %v", id, known, err)
			}
		}
		refused := 0
		for range 2 * mostPings {
			time.Sleep(10 * time.Millisecond)
			if _, err := a.Ping(ctx, backupID, probes.Ping{}); err != nil {
				refused++
			}
		}
		if refused != mostPings {
			t.Errorf("%d of %d pings are refused", refused, 2*mostPings)
		}
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if _, err := a.Ping(context.Background(), backupID, probes.Ping{}); err == nil {
			t.Error("an agent that has ended takes pings")
		}
		w.close()
	})
}
