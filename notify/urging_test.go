package notify

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/notify/slackfake"
	"github.com/forewarn/forewarn/store"
)

// urge looks each minute, as the agent does, for so long.
func (w *world) urge(u alert.Urging, long time.Duration) {
	w.t.Helper()
	for range int(long / time.Minute) {
		w.pass(time.Minute)
		now := time.Now()
		_, _, err := w.db.Decide(w.t.Context(), key(1), now, func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
			return u.On(in, now)
		})
		if err != nil {
			w.t.Fatal(err)
		}
		w.notifier.Wake()
	}
	w.pass(5 * time.Second)
}

func urging() alert.Urging {
	return alert.Urging{Remind: []time.Duration{15 * time.Minute, time.Hour, 4 * time.Hour}, Most: 5, Mention: []string{"U0ANAANA1"}}
}

// lines are the replies in the thread of the first message that hold a word.
func (w *world) lines(word string) (all []slackfake.Message) {
	w.t.Helper()
	for _, m := range w.fake.Replies(w.fake.Top()[0]) {
		if strings.Contains(m.Text, word) {
			all = append(all, m)
		}
	}
	return all
}

func TestAReminderIsALineInTheThreadThatCallsWhomItIsToCall(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		w.run()
		w.happens(key(1), goesBurning, alert.WentBurning)
		w.urge(urging(), 20*time.Minute)
		w.restart()
		w.urge(urging(), 60*time.Minute)
		w.wantTop("Still burning: ") // the message that was edited
		said := w.lines("Still burning")
		if len(said) != 2 {
			t.Fatalf("%d reminders: %+v", len(said), said)
		}
		for _, m := range said {
			if pings := m.Pings(); len(pings) != 1 || pings[0] != "<@U0ANAANA1>" {
				t.Errorf("calls %q: %s", pings, m.Reads())
			}
		}
		w.happens(key(1), acknowledged, alert.Acknowledged)
		w.urge(urging(), 20*time.Hour)
		if n := len(w.lines("Still burning")); n != 2 {
			t.Errorf("%d reminders, though Ana has it", n)
		}
	})
}

func TestAReminderThatIsLateIsDroppedForTheNextOne(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		w.run()
		w.happens(key(1), goesBurning, alert.WentBurning)
		w.pass(time.Minute)
		w.stop() // nothing is delivered for more than an hour
		w.stop = func() {}
		w.urge(urging(), 76*time.Minute)
		w.restart()
		w.pass(10 * time.Second)
		if said := w.lines("Still burning"); len(said) != 1 || !strings.Contains(said[0].Text, "for 77 min") {
			t.Errorf("%d reminders at once: %+v", len(said), said)
		}
		w.wantState("inc-1/reminded/2/slack", store.Dead)
	})
}

func TestAReminderThatWaitsWhileSomebodyTakesItIsNotSaid(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		w.run()
		w.happens(key(1), goesBurning, alert.WentBurning)
		w.pass(time.Minute)
		w.stop()
		w.stop = func() {}
		w.urge(urging(), 15*time.Minute)
		w.happens(key(1), acknowledged, alert.Acknowledged)
		w.restart()
		w.pass(10 * time.Second)
		if said := w.lines("Still burning"); len(said) != 0 {
			t.Errorf("reminded: %+v", said)
		}
		w.wantState("inc-1/reminded/2/slack", store.Superseded)
	})
}

func TestWhatIsEscalatedReachesItsRouteAndStaysTrueThere(t *testing.T) {
	both := []slackfake.Channel{{ID: "C0FAKE00001", Name: "alerts", Member: true}, {ID: "C0FAKE00002", Name: "oncall", Member: true}}
	inWorld(t, slackfake.Settings{Channels: both}, func(w *world) {
		w.close()
		second := NewSlack(SlackSettings{Name: "oncall", Token: token, Channel: "#oncall", APIURL: "http://slack.test/api/", Dial: w.dial})
		w.channels = append(w.channels, second)
		w.routes = []store.Route{{Name: "oncall", Spare: true}}
		w.open()
		w.run()
		u := alert.Urging{Escalate: 15 * time.Minute, To: []string{"oncall", "S0ONCALL1"}}
		w.happens(key(1), goesBurning, alert.WentBurning)
		w.urge(u, 14*time.Minute)
		w.wantTop("Burning: ")
		w.urge(u, time.Hour)
		top := w.wantTop("Escalated: ", "Escalated: ")
		if said := w.lines("Escalated"); len(said) != 1 || len(said[0].Pings()) != 1 || !strings.Contains(said[0].Reads(), "oncall") {
			t.Errorf("in the thread: %+v", said)
		}
		if reads := top[1].Reads(); top[0].Channel == top[1].Channel || !strings.Contains(reads, "escalated to oncall, ") {
			t.Errorf("in the other channel %s: %s", top[1].Channel, reads)
		}
		w.happens(key(1), acknowledged, alert.Acknowledged)
		w.pass(5 * time.Second)
		w.wantTop("Acknowledged by Ana: ", "Acknowledged by Ana: ")
		w.happens(key(1), goesQuiet, alert.WentResolved)
		w.pass(5 * time.Second)
		w.wantTop("Resolved: ", "Resolved: ")
		another := func(in *alert.Incident) { goesBurning(in); in.Escalated, in.EscalatedTo = time.Time{}, nil }
		w.happens(key(1), another, alert.WentBurning) // which is not theirs yet
		w.pass(5 * time.Second)
		w.wantTop("Resolved: ", "Resolved: ", "Burning: ")
	})
}

// Nothing can be edited or answered there: the call stands in the message.
func TestAWebhookIsRemindedByAMessage(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		w.close()
		w.channels = []Channel{w.hook()}
		w.open()
		w.run()
		w.happens(key(1), goesBurning, alert.WentBurning)
		w.urge(urging(), 20*time.Minute)
		top := w.wantTop("Burning: ", "Still burning: ")
		if pings := top[1].Pings(); len(pings) != 1 || pings[0] != "<@U0ANAANA1>" {
			t.Errorf("calls %q", pings)
		}
	})
}

// Whichever comes first, Ana has it, and who was told is in the log.
func TestAnAcknowledgementAndAnEscalationAtOnceAreBothKept(t *testing.T) {
	db, err := store.Open(t.Context(), t.TempDir()+"/forewarn.db", store.Options{Ephemeral: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	ctx, now := context.Background(), time.Now()
	u := alert.Urging{Escalate: 15 * time.Minute, To: []string{"oncall"}}
	if err := db.SetRoutes(ctx, []store.Route{{Name: "slack"}, {Name: "oncall", Spare: true}}); err != nil {
		t.Fatal(err)
	}
	escalated := 0
	for n := range 1000 {
		k := key(n)
		opened := func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
			in.Limit, in.State, in.Opened, in.Burned = alert.Limit{Key: k}, alert.Burning, now.Add(-time.Hour), now.Add(-time.Hour)
			return in, nil, ""
		}
		in, _, err := db.Decide(ctx, k, now, opened)
		if err != nil {
			t.Fatal(err)
		}
		both := make(chan error, 2)
		go func() {
			_, _, err := db.Act(ctx, alert.Act{Kind: alert.ToAcknowledge, Number: in.Number, At: now, By: "Ana", Via: "slack"})
			both <- err
		}()
		go func() {
			_, _, err := db.Decide(ctx, k, now, func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) { return u.On(in, now) })
			both <- err
		}()
		for range 2 {
			if err := <-both; err != nil {
				t.Fatal(err)
			}
		}
		escalated += settledRace(t, db, in.Number)
	}
	t.Logf("escalated first in %d of 1000", escalated)
}

// settledRace is 1 if incident n was escalated before Ana had it. It fails the
// test if she has not, or if what is known, logged and queued differ.
func settledRace(t *testing.T, db *store.DB, n int64) int {
	t.Helper()
	in, err := db.IncidentByNumber(t.Context(), n)
	if err != nil {
		t.Fatal(err)
	}
	history, err := db.History(t.Context(), n)
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, e := range history {
		kinds = append(kinds, string(e.Kind))
	}
	said := strings.Join(kinds, ", ")
	if in.AckBy != "Ana" || said != "acknowledged" && said != "escalated, acknowledged" || in.Escalated.IsZero() != (said == "acknowledged") {
		t.Fatalf("incident %d: %s has it, %s", n, in.AckBy, said)
	}
	_, err = db.Delivery(t.Context(), fmt.Sprintf("inc-%d/escalated/1/oncall", n))
	if (err == nil) != !in.Escalated.IsZero() {
		t.Fatalf("incident %d: escalated at %v, its delivery: %v", n, in.Escalated, err)
	}
	if in.Escalated.IsZero() {
		return 0
	}
	return 1
}
