package agent

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/probes"
)

// dependent is w, which opens nothing while login burns.
func dependent(w Watch) Watch {
	w.DependsOn = []alert.Key{{Journey: "login", Limit: "availability"}}
	return w
}

// The login fails from 1h00 to 1h40, the search with it until 1h50, checkout
// until 1h20, and front, which depends on nothing, from 1h05 to 1h15. There is
// a restart at 1h07.
func TestAChildIsQuietWhileItsParentBurnsLiveRestartedAndReplayed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		down := map[string][2]time.Duration{"login": {60, 100}, "search": {60, 110}, "checkout": {60, 80}, "front": {65, 75}}
		w := newWorld(t, func(journey string, at time.Time) (time.Duration, int) {
			if span := down[journey]; at.Sub(begun) >= span[0]*time.Minute && at.Sub(begun) < span[1]*time.Minute {
				return 300 * time.Millisecond, 503
			}
			return 300 * time.Millisecond, 200
		})
		settings := Settings{Watches: []Watch{confirming("login"), dependent(watch("search")), dependent(watch("checkout")), watch("front")}}
		a, slack := w.slackAgent()
		part := func(d time.Duration) { // each begins with a restart
			w.runAgent(a, d, settings)
			a = &Agent{DB: a.DB, Notifier: a.Notifier, Log: a.Log, Runner: a.Runner, Observe: a.Observe}
		}
		reads := func() string { return slack.fake.Top()[0].Reads() }
		part(67*time.Minute - time.Second)
		part(8 * time.Minute)
		if !strings.Contains(reads(), "*Also failing, kept quiet:* checkout, search.") {
			t.Errorf("the parent's message does not name what it keeps quiet:\n%s", reads())
		}
		part(10 * time.Minute) // checkout is back
		if !strings.Contains(reads(), "*Also failing, kept quiet:* search.") {
			t.Errorf("the parent's message still names what is back:\n%s", reads())
		}
		part(45 * time.Minute)
		defer w.close()
		slack.end()

		var texts []string
		for _, m := range slack.fake.Top() {
			texts = append(texts, m.Text[:strings.Index(m.Text, " ")]+" "+strings.Fields(m.Text)[1])
		}
		if diff := cmp.Diff([]string{"Resolved: login", "Resolved: front", "Resolved: search"}, texts); diff != "" {
			t.Errorf("messages (-want +got):\n%s", diff)
		}
		events := w.events()
		if got := kinds(events["checkout"]); len(got) != 0 {
			t.Errorf("checkout was told: %v", got)
		}
		first := func(journey string, k alert.EventKind) time.Time {
			i := slices.Index(kinds(events[journey]), k)
			if i < 0 {
				t.Fatalf("%s was told: %v", journey, kinds(events[journey]))
			}
			return events[journey][i].At
		}
		if wait := first("search", alert.WentBurning).Sub(first("login", alert.WentResolved)); wait <= 0 || wait > time.Minute {
			t.Errorf("search opens %v after login is over, want at its next run", wait)
		}
		w.sameReplayed(settings, begun)
	})
}

// sameReplayed fails the test unless a replay sees what was seen live.
func (w *world) sameReplayed(s Settings, begun time.Time) {
	w.t.Helper()
	for _, watched := range s.Watches {
		var replayed []Observation
		err := Past{DB: w.db, Since: begun, Until: time.Now().Add(time.Minute), Others: s.Watches}.Replay(w.t.Context(), watched, func(o Observation) error {
			replayed = append(replayed, o)
			return nil
		})
		if err != nil {
			w.t.Fatal(err)
		}
		live := w.seen[watched.Journey.Name]
		if len(live) != len(replayed) || len(live) < 100 {
			w.t.Fatalf("%s: %d runs live, %d replayed", watched.Journey.Name, len(live), len(replayed))
		}
		numbers := cmp.Options{
			cmpopts.IgnoreFields(alert.Incident{}, "Number"), cmpopts.IgnoreFields(alert.Event{}, "Number"),
			cmpopts.IgnoreFields(alert.Promise{}, "Number"), cmpopts.IgnoreFields(alert.Holder{}, "Number"), cmpopts.EquateNaNs(), cmpopts.EquateEmpty(),
		}
		for i := range live {
			if diff := cmp.Diff(live[i].Limits, replayed[i].Limits, numbers); diff != "" {
				w.t.Fatalf("run %d of %s at %v (-live +replayed):\n%s", i, watched.Journey.Name, live[i].Result.Start, diff)
			}
		}
	}
}

// A child that failed just before the end would be told, and with the next
// start it would not have been.
func TestARunThatIsJudgedWhileWeAreStoppedIsHeldBackAsAnyOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, steady)
		defer w.close()
		parent, child := watch("login").Limits[0], dependent(watch("search"))
		for range parent.Confirm.Of {
			time.Sleep(time.Minute)
			w.decide(parent.Key, time.Now(), func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
				return alert.Decide(in, alert.Evidence{At: time.Now(), Run: alert.RunOver}, parent)
			})
		}
		a := w.agent()
		a.prepare()
		p := newPatrol(a, child, time.UTC)
		if p.holder(t.Context()).Journey != "login" {
			t.Fatal("the parent does not burn")
		}
		var err error
		if p.limits, err = p.past(t.Context()); err != nil {
			t.Fatal(err)
		}
		p.rebuilt = true
		stopped, stop := context.WithCancel(t.Context())
		stop()
		for range parent.Confirm.Of {
			time.Sleep(time.Minute)
			failed := probes.Result{Journey: "search", Start: time.Now(), Verdict: probes.Failed, Failure: &probes.Failure{Kind: probes.FailExpect}}
			if err := p.evaluate(stopped, Observation{Result: failed}, probes.Transcript{}); err != nil {
				t.Fatal(err)
			}
		}
		in, err := w.db.Incident(t.Context(), child.Limits[0].Key)
		if err != nil || in.Open() || in.HeldBy.Journey != "login" {
			t.Errorf("the child is %v, held by %+v (%v), want it held back by login", in.State, in.HeldBy, err)
		}
	})
}
