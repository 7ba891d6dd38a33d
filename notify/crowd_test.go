package notify

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/notify/slackfake"
	"github.com/forewarn/forewarn/probes"
	"github.com/forewarn/forewarn/store"
)

// usualCrowd is what a file that says nothing of it has.
func usualCrowd() alert.Crowding {
	return alert.Crowding{Within: time.Minute, Most: 10, Span: 5 * time.Minute}
}

// runs is what a run of journey n at host says that makes its incident what
// change does: in one transaction, as the agent keeps it.
func (w *world) runs(n int, host string, change func(*alert.Incident), kind alert.EventKind) alert.Incident {
	w.t.Helper()
	now := time.Now()
	decided, err := w.db.Keep(w.t.Context(), store.Run{
		Result: probes.Result{Journey: key(n).Journey, Location: "kyiv", Start: now, Due: now}, Crowd: usualCrowd(), Urgent: true,
		Decisions: []store.Decision{{Key: key(n), Now: now, Decide: func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
			in.Limit = latency()
			in.Limit.Key = key(n)
			if !in.Open() {
				in.Host, in.Under, in.Storm = host, 0, time.Time{}
			}
			change(&in)
			in.Revision++
			return in, []alert.Event{{Kind: kind, At: now, Number: in.Number, Revision: in.Revision, Promise: in.Promise}}, "because"
		}}},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.notifier.Wake()
	return decided[0].Incident
}

func byName(k alert.Key) Subject { return Subject{Title: k.Journey} }

func TestIncidentsAtOneHostAreOneMessageUntilAllAreOver(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		w.describe = byName
		w.restart()
		w.runs(1, "shop.example", goesBurning, alert.WentBurning)
		w.pass(500 * time.Millisecond)
		first := w.wantTop("Burning: checkout-1 ")[0]
		w.pass(10 * time.Second)
		w.runs(2, "shop.example", goesBurning, alert.WentBurning)
		w.runs(3, "shop.example", goesSoon, alert.WentSoon)
		w.runs(4, "other.example", goesBurning, alert.WentBurning)
		w.pass(10 * time.Second)
		top := w.wantTop("Burning: checkout-1, checkout-2 at shop.example (+1 soon)", "Burning: checkout-4 ")
		if top[0].TS != first.TS {
			t.Errorf("another message leads")
		}
		w.runs(1, "", goesQuiet, alert.WentResolved) // the lead is over, the others are not
		w.pass(10 * time.Second)
		top = w.wantTop("Burning: checkout-2 at shop.example (+1 soon)", "Burning: checkout-4 ")
		if n := len(w.fake.Replies(top[0])); n != 0 {
			t.Errorf("%d lines in the thread while it burns on", n)
		}
		if in, _, err := w.db.Act(w.t.Context(), alert.Act{Kind: alert.ToAcknowledge, Number: 1, At: time.Now(), By: "Ana", Via: "slack"}); err != nil || in.AckBy != "Ana" {
			t.Errorf("the message of several is acknowledged as %+v, %v", in.AckBy, err)
		}
		w.notifier.Wake()
		w.pass(10 * time.Second)
		if read := w.fake.Top()[0].Reads(); strings.Count(read, "Ana has it") != 2 {
			t.Errorf("acknowledged reads:\n%s", read)
		}
		w.runs(3, "", goesQuiet, alert.Receded)
		w.runs(2, "", goesQuiet, alert.WentResolved)
		w.pass(10 * time.Second)
		top = w.wantTop("Resolved: 3 incidents at shop.example, over after ", "Burning: checkout-4 ")
		if n := len(w.fake.Replies(top[0])); n != 1 {
			t.Errorf("%d lines in the thread when all are over, want 1", n)
		}
		if in, err := w.db.IncidentByNumber(w.t.Context(), 2); err != nil || in.Under != 1 || in.Resolved.IsZero() {
			t.Errorf("the second incident has no row of its own: %+v, %v", in, err)
		}
	})
}

func TestWhatBurnsNeverHidesUnderAWarning(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		w.run()
		w.runs(1, "shop.example", goesSoon, alert.WentSoon)
		w.runs(2, "shop.example", goesSoon, alert.WentSoon)
		w.pass(5 * time.Second)
		w.wantTop("Soon: ")
		w.runs(3, "shop.example", goesBurning, alert.WentBurning)
		w.pass(5 * time.Second)
		w.wantTop("Soon: ", "Burning: ")
		w.runs(2, "", goesBurning, alert.WentBurning)
		w.pass(5 * time.Second)
		w.wantTop("Soon: ", "Burning: ", "Burning: ")
	})
}

// 100 journeys, each at a host of its own, open an incident within 10 s: every
// third of them is only foreseen. Then all are over.
func TestAStormIsOneMessageThatIsEdited(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		w.run()
		began := time.Now()
		for i := range 100 {
			if i%3 == 2 {
				w.runs(i, fmt.Sprint("host-", i), goesSoon, alert.WentSoon)
			} else {
				w.runs(i, fmt.Sprint("host-", i), goesBurning, alert.WentBurning)
			}
			w.pass(100 * time.Millisecond)
		}
		w.pass(30 * time.Second)
		top := w.fake.Top()
		if len(top) != 11 {
			t.Errorf("%d messages at the top, want the first ten and one for all that follow", len(top))
		}
		if wait := top[0].At.Sub(began); wait > 2*time.Second {
			t.Errorf("the first one was told after %v", wait)
		}
		for i, m := range top[1:] {
			if gap := m.At.Sub(top[i].At); gap < time.Second {
				t.Errorf("messages %d and %d are only %v apart", i, i+1, gap)
			}
		}
		storm := -1
		for i, m := range top {
			if strings.Contains(m.Text, "100 incidents since ") {
				storm = i
			}
		}
		if storm < 0 || !strings.HasPrefix(top[storm].Text, "Burning: ") {
			t.Fatalf("no message tells of the storm:\n%v", top)
		}
		t.Logf("%s\n%s", top[storm].Text, top[storm].Reads())
		for i := range 100 {
			if i%3 == 2 {
				w.runs(i, "", goesQuiet, alert.Receded)
			} else {
				w.runs(i, "", goesQuiet, alert.WentResolved)
			}
		}
		w.pass(time.Minute)
		top = w.fake.Top()
		if replies := w.fake.Replies(top[storm]); len(top) != 11 || len(replies) != 1 || !strings.HasPrefix(top[storm].Text, "Resolved: 100 incidents since ") {
			t.Errorf("when it is over: %d messages, %d lines in its thread, %q", len(top), len(replies), top[storm].Text)
		}
	})
}

// urgeAll looks each minute, as the agent does, at incidents that share the
// message of the first.
func (w *world) urgeAll(u alert.Urging, long time.Duration, numbers ...int) {
	w.t.Helper()
	for range int(long / time.Minute) {
		w.pass(time.Minute)
		mates, err := w.db.Sharing(w.t.Context(), 1)
		if err != nil {
			w.t.Fatal(err)
		}
		now := time.Now()
		for _, n := range numbers {
			_, _, err := w.db.Decide(w.t.Context(), key(n), now, func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
				return u.On(in, now, mates...)
			})
			if err != nil {
				w.t.Fatal(err)
			}
		}
		w.notifier.Wake()
	}
	w.pass(5 * time.Second)
}

func TestThoseThatAreLeftAreUrgedOfInTheThread(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		w.describe = byName
		w.restart()
		for n := range 3 {
			w.runs(n+1, "shop.example", goesBurning, alert.WentBurning)
			w.pass(5 * time.Second)
		}
		u := urging()
		u.Escalate, u.To = 90*time.Minute, []string{"S0ONCALL1"}
		w.urgeAll(u, 20*time.Minute, 1, 2, 3)
		w.runs(1, "", goesQuiet, alert.WentResolved)
		w.urgeAll(u, 100*time.Minute, 1, 2, 3)
		top := w.wantTop("Escalated: checkout-2, checkout-3, the first for ")[0]
		replies := w.fake.Replies(top)
		if len(replies) != 3 {
			t.Fatalf("%d lines in the thread, want two reminders and an escalation: %+v", len(replies), replies)
		}
		for i, want := range []string{
			"Still burning: checkout-1, checkout-2, checkout-3, the first for ",
			"Still burning: checkout-2, checkout-3, the first for ", // the second goes on where the lead stopped
			"Escalated: checkout-2, checkout-3, the first for ",
		} {
			if !strings.HasPrefix(replies[i].Text, want) || !strings.Contains(replies[i].Text, "Nobody has them.") {
				t.Errorf("line %d is %q", i, replies[i].Text)
			}
		}
		if wait := replies[1].At.Sub(replies[0].At); wait < time.Hour || wait > 61*time.Minute {
			t.Errorf("the second reminder follows the first after %v", wait)
		}
		if reads := replies[2].Reads(); !strings.Contains(reads, "⏫ *Escalated* to <!subteam^S0ONCALL1>: checkout-2, checkout-3") {
			t.Errorf("the escalation reads:\n%s", reads)
		}
		if reads := top.Reads(); !strings.Contains(reads, "nobody yet · escalated to ") {
			t.Errorf("who has it is not said:\n%s", reads)
		}
		if _, _, err := w.db.Act(w.t.Context(), alert.Act{Kind: alert.ToAcknowledge, Number: 1, At: time.Now(), By: "Ana", Via: "slack"}); err != nil {
			t.Fatal(err)
		}
		w.urgeAll(u, 10*time.Hour, 1, 2, 3)
		if n := len(w.fake.Replies(w.fake.Top()[0])); n != 3 {
			t.Errorf("%d lines in the thread, though Ana has them", n)
		}
	})
}

// The same without a bot: nothing that was said can be edited.
func TestAStormOnAWebhookIsAFewMessages(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		w.close()
		w.channels = []Channel{w.hook()}
		w.describe = byName
		w.open()
		w.run()
		began := time.Now()
		for i := range 100 {
			w.runs(i, fmt.Sprint("host-", i), goesBurning, alert.WentBurning)
			w.pass(100 * time.Millisecond)
		}
		w.pass(5 * time.Minute)
		top := w.fake.Top()
		if wait := top[0].At.Sub(began); wait > 2*time.Second || !strings.HasPrefix(top[0].Text, "Burning: checkout-0 ") {
			t.Errorf("%q after %v", top[0].Text, wait)
		}
		if n := len(top); n > 14 {
			t.Errorf("%d messages, want the first ten, the storm and at most three that gather the rest", n)
		}
		if last := top[len(top)-1]; !strings.HasPrefix(last.Text, "Burning: 100 incidents since ") || last.At.Sub(began) > time.Minute {
			t.Errorf("the last is %q after %v", last.Text, last.At.Sub(began))
		}
		for i := range 100 {
			w.runs(i, "", goesQuiet, alert.WentResolved)
			w.pass(100 * time.Millisecond)
		}
		w.pass(10 * time.Minute)
		over := w.fake.Top()[len(top):]
		if n := len(over); n > 12 {
			t.Errorf("%d messages when it is over, want the first ten and one for all others", n)
		}
		if last := over[len(over)-1]; !strings.HasPrefix(last.Text, "Resolved: 100 incidents since ") {
			t.Errorf("the last is %q", last.Text)
		}
		all := w.fake.Top()
		for i, m := range all[1:] {
			if gap := m.At.Sub(all[i].At); gap < time.Second {
				t.Errorf("messages %d and %d are only %v apart", i, i+1, gap)
			}
		}
		for _, m := range all {
			t.Logf("%v %s", m.At.Sub(began), m.Text)
		}
	})
}
