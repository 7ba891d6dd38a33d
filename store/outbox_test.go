package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/forewarn/forewarn/alert"
)

// told opens an incident at noon that goes through states, one a minute, with
// Slack listening, and returns what is due after it.
func told(t *testing.T, db *DB, kinds ...alert.EventKind) []Delivery {
	t.Helper()
	must(t, db.SetRoutes(t.Context(), []Route{{Name: "slack"}}))
	for i, kind := range kinds {
		state := alert.Soon
		switch kind {
		case alert.WentBurning, alert.BurnsAgain:
			state = alert.Burning
		case alert.WentResolved, alert.Receded:
			state = alert.Quiet
		}
		at := noon().Add(time.Duration(i) * time.Minute)
		mustDecide(t, db, at, becomes(state, at, kind))
	}
	return due(t, db, noon().Add(30*time.Minute))
}

func due(t *testing.T, db *DB, now time.Time) []Delivery {
	t.Helper()
	return got[[]Delivery](t)(db.Due(t.Context(), "slack", now))
}

// states maps the id of each delivery to its state.
func states(t *testing.T, db *DB) map[string]DeliveryState {
	t.Helper()
	found := map[string]DeliveryState{}
	for _, d := range got[[]Delivery](t)(db.Deliveries(t.Context(), Pending, Sending, Unsure, Sent, Dead, Superseded)) {
		found[d.ID] = d.State
	}
	return found
}

func wantStates(t *testing.T, db *DB, want map[string]DeliveryState) {
	t.Helper()
	if diff := cmp.Diff(want, states(t, db)); diff != "" {
		t.Errorf("the outbox (-want +got):\n%s", diff)
	}
}

func send(t *testing.T, db *DB, id string, now time.Time) {
	t.Helper()
	must(t, db.Sending(t.Context(), id, now))
	must(t, db.Sent(t.Context(), id, Receipt{Channel: "C1", TS: "ts of " + id, At: now}))
}

func eachRouteOnce(t *testing.T, ctx context.Context, db *DB) {
	must(t, db.SetRoutes(ctx, []Route{{Name: "slack"}, {Name: "terminal"}}))
	mustDecide(t, db, noon(), becomes(alert.Soon, noon(), alert.WentSoon, alert.Settled))
	for _, route := range []string{"slack", "terminal"} {
		due := got[[]Delivery](t)(db.Due(ctx, route, noon()))
		if len(due) != 1 {
			t.Fatalf("%d deliveries are due on %s, want 1", len(due), route)
		}
		p := promise(noon())
		p.Number = 1
		want := Delivery{ID: "inc-1/soon/1/" + route, Route: route, Lane: "inc-1", Key: latency().Key, State: Pending,
			Event:   alert.Event{Kind: alert.WentSoon, At: noon(), Number: 1, Revision: 1, Promise: p},
			Decided: noon(), NotBefore: noon(), Expires: noon().Add(80 * time.Minute)}
		if diff := cmp.Diff(want, due[0]); diff != "" {
			t.Errorf("on %s (-want +got):\n%s", route, diff)
		}
	}
}

func routeGone(t *testing.T, ctx context.Context, db *DB) {
	told(t, db, alert.WentSoon)
	must(t, db.SetRoutes(ctx, []Route{{Name: "terminal"}}))
	mustDecide(t, db, noon(), becomes(alert.Burning, noon(), alert.WentBurning))
	wantStates(t, db, map[string]DeliveryState{"inc-1/soon/1/slack": Dead, "inc-1/burning/2/terminal": Pending})
}

func onlyHeads(t *testing.T, ctx context.Context, db *DB) {
	heads := told(t, db, alert.WentSoon, alert.WentBurning)
	if len(heads) != 1 || heads[0].Event.Kind != alert.WentSoon {
		t.Fatalf("due are %+v, want only the first", heads)
	}
	other := alert.Key{Journey: "search", Limit: "errors"}
	_, _, err := db.Decide(ctx, other, noon(), becomes(alert.Burning, noon(), alert.WentBurning))
	must(t, err)
	if heads = due(t, db, noon().Add(time.Minute)); len(heads) != 2 || heads[1].Key != other {
		t.Fatalf("due are %+v, want the heads of two lanes", heads)
	}
	must(t, db.Sending(ctx, heads[0].ID, noon()))
	if heads = due(t, db, noon().Add(time.Minute)); len(heads) != 1 || heads[0].Key != other {
		t.Fatalf("due are %+v, want nothing behind what is being sent", heads)
	}
	must(t, db.Sent(ctx, "inc-1/soon/1/slack", Receipt{At: noon()}))
	if heads = due(t, db, noon().Add(time.Minute)); len(heads) != 2 || heads[0].Event.Kind != alert.WentBurning {
		t.Fatalf("due are %+v, want the next of the first lane", heads)
	}
}

func editsCoalesce(t *testing.T, _ context.Context, db *DB) {
	told(t, db, alert.WentSoon, alert.Sooner, alert.Acknowledged, alert.WentBurning, alert.BurnsAgain, alert.Snoozed)
	wantStates(t, db, map[string]DeliveryState{
		"inc-1/soon/1/slack":         Pending,
		"inc-1/sooner/2/slack":       Superseded,
		"inc-1/acknowledged/3/slack": Superseded,
		"inc-1/burning/4/slack":      Pending,
		"inc-1/burns-again/5/slack":  Superseded,
		"inc-1/snoozed/6/slack":      Pending,
	})
}

func editInFlight(t *testing.T, ctx context.Context, db *DB) {
	told(t, db, alert.WentSoon, alert.Sooner)
	send(t, db, "inc-1/soon/1/slack", noon())
	must(t, db.Sending(ctx, "inc-1/sooner/2/slack", noon()))
	told(t, db, alert.Acknowledged)
	must(t, db.Retry(ctx, "inc-1/sooner/2/slack", noon(), "502"))
	wantStates(t, db, map[string]DeliveryState{
		"inc-1/soon/1/slack": Sent, "inc-1/sooner/2/slack": Superseded, "inc-1/acknowledged/3/slack": Pending,
	})
}

func warningExpires(t *testing.T, ctx context.Context, db *DB) {
	told(t, db, alert.WentSoon, alert.WentBurning)
	late := noon().Add(80 * time.Minute)
	if err := db.Sending(ctx, "inc-1/soon/1/slack", late); !errors.Is(err, ErrNotDue) {
		t.Errorf("sending an expired warning: %v", err)
	}
	heads := due(t, db, late)
	if len(heads) != 1 || heads[0].Event.Kind != alert.WentBurning {
		t.Errorf("due are %+v, want only the burning behind it", heads)
	}
	dead := got[[]Delivery](t)(db.Deliveries(ctx, Dead))
	if len(dead) != 1 || dead[0].Error != "expired before it could be sent" {
		t.Errorf("dead are %+v", dead)
	}
}

func routeOnHold(t *testing.T, ctx context.Context, db *DB) {
	told(t, db, alert.WentSoon)
	other := alert.Key{Journey: "search", Limit: "errors"}
	_, _, err := db.Decide(ctx, other, noon(), becomes(alert.Burning, noon(), alert.WentBurning))
	must(t, err)
	must(t, db.Sending(ctx, "inc-1/soon/1/slack", noon()))
	must(t, db.Hold(ctx, "inc-1/soon/1/slack", noon().Add(30*time.Second), "429"))
	if heads := due(t, db, noon().Add(29*time.Second)); len(heads) != 0 {
		t.Errorf("due on hold: %+v", heads)
	}
	heads := due(t, db, noon().Add(30*time.Second))
	if len(heads) != 2 || heads[0].Attempts != 0 || heads[0].Error != "429" || heads[0].FirstTry != noon() {
		t.Errorf("due after the hold: %+v", heads)
	}
}

func retryWaits(t *testing.T, ctx context.Context, db *DB) {
	told(t, db, alert.WentSoon, alert.WentBurning)
	must(t, db.Sending(ctx, "inc-1/soon/1/slack", noon()))
	must(t, db.Retry(ctx, "inc-1/soon/1/slack", noon().Add(time.Minute), "connection refused"))
	if heads := due(t, db, noon().Add(59*time.Second)); len(heads) != 0 {
		t.Errorf("due too early: %+v", heads)
	}
	heads := due(t, db, noon().Add(time.Minute))
	if len(heads) != 1 || heads[0].Attempts != 1 || heads[0].Error != "connection refused" {
		t.Errorf("due after a minute: %+v", heads)
	}
	must(t, db.Sending(ctx, heads[0].ID, noon().Add(time.Minute)))
	if d := got[[]Delivery](t)(db.Deliveries(ctx, Sending))[0]; d.FirstTry != noon() || d.Attempts != 2 {
		t.Errorf("the second try: %+v", d)
	}
}

func recoverUnknown(t *testing.T, ctx context.Context, db *DB) {
	told(t, db, alert.WentSoon, alert.WentBurning)
	must(t, db.Sending(ctx, "inc-1/soon/1/slack", noon()))
	must(t, db.Recover(ctx))
	wantStates(t, db, map[string]DeliveryState{"inc-1/soon/1/slack": Unsure, "inc-1/burning/2/slack": Pending})
	heads := due(t, db, noon().Add(time.Minute))
	if len(heads) != 1 || heads[0].State != Unsure || heads[0].FirstTry != noon() {
		t.Errorf("due are %+v, want the unknown one, to be looked for", heads)
	}
	must(t, db.Unsure(ctx, heads[0].ID, noon().Add(10*time.Minute), "not in the history yet"))
	if heads := due(t, db, noon().Add(9*time.Minute)); len(heads) != 0 {
		t.Errorf("looked for again too early: %+v", heads)
	}
	must(t, db.Sent(ctx, "inc-1/soon/1/slack", Receipt{At: noon()}))
}

func threadIsKept(t *testing.T, ctx context.Context, db *DB) {
	told(t, db, alert.WentSoon, alert.WentBurning)
	thread := func() Thread {
		t.Helper()
		found, _, err := db.Thread(ctx, "slack", 1)
		must(t, err)
		return found
	}
	if _, found, err := db.Thread(ctx, "slack", 1); found || err != nil {
		t.Errorf("a thread before anything was sent: %v, %v", found, err)
	}
	send(t, db, "inc-1/soon/1/slack", noon())
	first := Thread{"C1", "ts of inc-1/soon/1/slack"}
	if thread() != first {
		t.Errorf("the thread is %v, want %v", thread(), first)
	}
	send(t, db, "inc-1/burning/2/slack", noon())
	if thread() != first {
		t.Errorf("a second message moved the thread to %v", thread())
	}
	told(t, db, alert.WentResolved)
	must(t, db.Sent(ctx, "inc-1/resolved/3/slack", Receipt{Channel: "C2", TS: "new parent", At: noon(), Thread: true}))
	if want := (Thread{"C2", "new parent"}); thread() != want {
		t.Errorf("the thread is %v, want %v", thread(), want)
	}
	if _, found, err := db.Thread(ctx, "terminal", 1); found || err != nil {
		t.Errorf("a thread on another route: %v, %v", found, err)
	}
}

func toldFindsOne(t *testing.T, ctx context.Context, db *DB) {
	told(t, db, alert.WentSoon, alert.WentBurning)
	message := func(route string, incident int64, k alert.EventKind) string {
		t.Helper()
		found, ok, err := db.Told(ctx, route, incident, k)
		must(t, err)
		if ok != (found.TS != "") {
			t.Errorf("%v, found: %t", found, ok)
		}
		return found.TS
	}
	if ts := message("slack", 1, alert.WentSoon); ts != "" {
		t.Errorf("told before it was sent: %s", ts)
	}
	send(t, db, "inc-1/soon/1/slack", noon())
	send(t, db, "inc-1/burning/2/slack", noon())
	for want, ts := range map[string]string{
		"ts of inc-1/soon/1/slack":    message("slack", 1, alert.WentSoon),
		"ts of inc-1/burning/2/slack": message("slack", 1, alert.WentBurning),
		"":                            message("terminal", 1, alert.WentSoon) + message("slack", 11, alert.WentSoon) + message("slack", 1, alert.Sooner),
	} {
		if ts != want {
			t.Errorf("got %q, want %q", ts, want)
		}
	}
}

func toldReadsLittle(t *testing.T, ctx context.Context, db *DB) {
	plan, err := collect(ctx, db.reader, func(scan scanner) (step string, err error) {
		var id, parent, unused int
		err = scan(&id, &parent, &unused, &step)
		return step, err
	}, "EXPLAIN QUERY PLAN "+toldOnRoute, "inc-1/soon/", idsEnd("inc-1/soon/"), "slack")
	must(t, err)
	if all := strings.Join(plan, "; "); !strings.Contains(all, "SEARCH outbox USING INDEX") || !strings.Contains(all, "(id>? AND id<?)") {
		t.Errorf("reads more than one incident's rows: %s", all)
	}
}

func damagedIsKnown(t *testing.T, ctx context.Context, db *DB) {
	told(t, db, alert.WentSoon, alert.WentBurning)
	other := alert.Key{Journey: "search", Limit: "errors"}
	_, _, err := db.Decide(ctx, other, noon(), becomes(alert.Burning, noon(), alert.WentBurning))
	must(t, err)
	must(t, db.now(ctx, func(tx *sql.Tx) error {
		_, err := tx.Exec("UPDATE outbox SET event = '{' WHERE id = 'inc-1/soon/1/slack'")
		return err
	}))
	heads := due(t, db, noon().Add(time.Minute))
	if len(heads) != 2 || heads[0].Damage == "" || heads[1].Damage != "" || heads[1].Key != other {
		t.Errorf("due are %+v, want the damaged one and that of another limit", heads)
	}
	if all := got[[]Delivery](t)(db.Deliveries(ctx, Pending)); len(all) != 3 {
		t.Errorf("%d deliveries wait, want 3", len(all))
	}
}

func sentOnce(t *testing.T, ctx context.Context, db *DB) {
	told(t, db, alert.WentSoon)
	send(t, db, "inc-1/soon/1/slack", noon())
	again := map[string]error{
		"sending":    db.Sending(ctx, "inc-1/soon/1/slack", noon()),
		"sent":       db.Sent(ctx, "inc-1/soon/1/slack", Receipt{TS: "another"}),
		"retry":      db.Retry(ctx, "inc-1/soon/1/slack", noon(), ""),
		"dead":       db.Dead(ctx, "inc-1/soon/1/slack", ""),
		"superseded": db.Superseded(ctx, "inc-1/soon/1/slack"),
		"unheard of": db.Sending(ctx, "inc-9/soon/1/slack", noon()),
	}
	for move, err := range again {
		if !errors.Is(err, ErrNotDue) {
			t.Errorf("%s after sent: %v", move, err)
		}
	}
	wantStates(t, db, map[string]DeliveryState{"inc-1/soon/1/slack": Sent})
}

func deadWake(t *testing.T, ctx context.Context, db *DB) {
	told(t, db, alert.WentSoon)
	must(t, db.Dead(ctx, "inc-1/soon/1/slack", "channel_not_found"))
	late := noon().Add(3 * time.Hour)
	if heads := due(t, db, late); len(heads) != 0 {
		t.Errorf("the dead are due: %+v", heads)
	}
	must(t, db.Retry(ctx, "inc-1/soon/1/slack", late, "asked for"))
	if heads := due(t, db, late); len(heads) != 1 || heads[0].State != Pending {
		t.Errorf("due after it was woken: %+v", heads)
	}
}

func outboxStats(t *testing.T, ctx context.Context, db *DB) {
	want := func(want ...RouteStats) {
		t.Helper()
		if diff := cmp.Diff(want, got[[]RouteStats](t)(db.OutboxStats(ctx))); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	want()
	told(t, db, alert.WentSoon, alert.WentBurning, alert.WentResolved)
	want(RouteStats{Route: "slack", Pending: 3, Oldest: noon()})
	must(t, db.Dead(ctx, "inc-1/burning/2/slack", "gone"))
	send(t, db, "inc-1/soon/1/slack", noon().Add(1500*time.Millisecond))
	must(t, db.Sending(ctx, "inc-1/resolved/3/slack", noon().Add(3*time.Minute)))
	want(RouteStats{Route: "slack", Sending: 1, Oldest: noon().Add(2 * time.Minute), Dead: 1, Dwell: 1500 * time.Millisecond})
	must(t, db.SetRoutes(ctx, []Route{{Name: "mail"}}))
	if s := got[[]RouteStats](t)(db.OutboxStats(ctx)); len(s) != 2 || s[0] != (RouteStats{Route: "mail"}) || s[1].Dead == 0 {
		t.Errorf("a route without deliveries and one that is gone: %+v", s)
	}
}
