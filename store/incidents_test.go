package store

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/predict"
)

func mustDecide(t testing.TB, db *DB, now time.Time, fn Deciding) alert.Incident {
	t.Helper()
	in, _, err := db.Decide(context.Background(), latency().Key, now, fn)
	must(t, err)
	return in
}

func unknownLimit(t *testing.T, ctx context.Context, db *DB) {
	if diff := cmp.Diff(alert.Incident{}, got[alert.Incident](t)(db.Incident(ctx, latency().Key))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := db.IncidentByNumber(ctx, 1); !errors.Is(err, ErrNotFound) {
		t.Errorf("an incident that never was: %v", err)
	}
	mustDecide(t, db, noon(), func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
		if diff := cmp.Diff(alert.Incident{}, in); diff != "" {
			t.Errorf("the first decision gets (-want +got):\n%s", diff)
		}
		return in, nil, "nothing known"
	})
}

func incidentGetsNumber(t *testing.T, ctx context.Context, db *DB) {
	shared := promise(noon())
	in := mustDecide(t, db, noon(), func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
		in, events, why := becomes(alert.Soon, noon(), alert.WentSoon)(in)
		in.Promise, events[0].Promise = shared, shared
		return in, events, why
	})
	if in.Number != 1 || in.Promise.Number != 1 || in.Pending[0].Number != 1 {
		t.Errorf("numbers %d, %d, %d; want 1", in.Number, in.Promise.Number, in.Pending[0].Number)
	}
	if shared.Number != 0 {
		t.Errorf("the caller's promise was changed")
	}
	if diff := cmp.Diff(in, got[alert.Incident](t)(db.Incident(ctx, latency().Key))); diff != "" {
		t.Errorf("returned and kept differ (-returned +kept):\n%s", diff)
	}
	event := got[[]alert.Event](t)(db.History(ctx, 1))[0]
	if event.Kind != alert.WentSoon || event.Number != 1 || event.Promise.Number != 1 {
		t.Errorf("the event that opened it: %+v", event)
	}
	again := mustDecide(t, db, noon().Add(time.Minute), becomes(alert.Burning, noon().Add(time.Minute), alert.WentBurning))
	if again.Number != 1 {
		t.Errorf("burning has number %d, want that of soon", again.Number)
	}
}

func endedIncidentStays(t *testing.T, ctx context.Context, db *DB) {
	for i, state := range []alert.State{alert.Burning, alert.Quiet, alert.Burning} {
		kind := alert.WentBurning
		if state == alert.Quiet {
			kind = alert.WentResolved
		}
		at := noon().Add(time.Duration(i) * time.Hour)
		mustDecide(t, db, at, becomes(state, at, kind))
	}
	first := got[alert.Incident](t)(db.IncidentByNumber(ctx, 1))
	if first.Number != 1 || first.State != alert.Quiet || !first.Resolved.Equal(noon().Add(time.Hour)) {
		t.Errorf("the ended incident is %+v", first)
	}
	second := got[alert.Incident](t)(db.IncidentByNumber(ctx, 2))
	if second.Number != 2 || second.State != alert.Burning {
		t.Errorf("the next one is %+v", second)
	}
	var kinds []alert.EventKind
	for _, e := range got[[]alert.Event](t)(db.History(ctx, 1)) {
		kinds = append(kinds, e.Kind)
	}
	if diff := cmp.Diff([]alert.EventKind{alert.WentBurning, alert.WentResolved}, kinds); diff != "" {
		t.Errorf("history of the first (-want +got):\n%s", diff)
	}
}

func nothingChanged(t *testing.T, ctx context.Context, db *DB) {
	mustDecide(t, db, noon(), becomes(alert.Quiet, noon()))
	before := changes(t, db)
	in, why, err := db.Decide(ctx, latency().Key, noon().Add(time.Hour),
		func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) { return in, nil, "as it was" })
	if in.State != alert.Quiet || why != "as it was" || err != nil {
		t.Errorf("decided %v, %q, %v", in.State, why, err)
	}
	if after := changes(t, db); after != before {
		t.Errorf("%d rows were written", after-before)
	}
}

// changes is the number of rows that were ever written through db.
func changes(t testing.TB, db *DB) (n int) {
	t.Helper()
	must(t, db.writer.QueryRow("SELECT total_changes()").Scan(&n))
	return n
}

func failedDecision(t *testing.T, ctx context.Context, db *DB) {
	must(t, db.SetRoutes(ctx, []Route{{Name: "slack"}}))
	_, _, err := db.Decide(ctx, latency().Key, noon(), func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
		in, events, why := becomes(alert.Soon, noon(), alert.WentSoon, alert.Sooner)(in)
		events[1].Promise = &alert.Promise{Crossing: predict.Crossing{Latest: inf()}} // no JSON for it
		return in, events, why
	})
	if err == nil || !strings.Contains(err.Error(), "journey latency of checkout") {
		t.Errorf("the error is %v", err)
	}
	if all := got[[]alert.Incident](t)(db.Incidents(ctx)); len(all) != 0 {
		t.Errorf("left behind: %+v", all)
	}
	if due := got[[]Delivery](t)(db.Due(ctx, "slack", noon())); len(due) != 0 {
		t.Errorf("left in the outbox: %+v", due)
	}
}

func inf() float64 { var zero float64; return 1 / zero }

func panicInDecision(t *testing.T, ctx context.Context, db *DB) {
	_, _, err := db.Decide(ctx, latency().Key, noon(),
		func(alert.Incident) (alert.Incident, []alert.Event, alert.Reason) { panic("impossible state") })
	if err == nil || !strings.Contains(err.Error(), "impossible state") {
		t.Errorf("the error is %v", err)
	}
	must(t, save(ctx, db, checkoutRun(noon())))
}

// decisionsRace lets two goroutines each add one to the same incident 1,000
// times, as an acknowledgement and an evaluation may.
func decisionsRace(t *testing.T, ctx context.Context, db *DB) {
	race(t, ctx, db, db)
	if in := got[alert.Incident](t)(db.Incident(ctx, latency().Key)); in.Revision != 2000 || in.Good != 1000 {
		t.Errorf("revision %d and %d good runs, want 2000 and 1000", in.Revision, in.Good)
	}
}

func race(t *testing.T, ctx context.Context, one, other *DB) {
	var both sync.WaitGroup
	for _, side := range []struct {
		db   *DB
		good int
	}{{one, 1}, {other, 0}} {
		both.Go(func() {
			for range 1000 {
				_, _, err := side.db.Decide(ctx, latency().Key, noon(), func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
					in.Revision++
					in.Good += side.good
					return in, nil, ""
				})
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	both.Wait()
}

func incidentsSorted(t *testing.T, ctx context.Context, db *DB) {
	keys := []alert.Key{{Journey: "search", Limit: "a"}, {Journey: "checkout", Limit: "z"}, {Journey: "checkout", Limit: "b"}}
	for _, key := range keys {
		_, _, err := db.Decide(ctx, key, noon(), func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
			in.Limit.Key, in.State = key, alert.Quiet
			return in, nil, ""
		})
		must(t, err)
	}
	slices.Reverse(keys)
	var sorted []alert.Key
	for _, in := range got[[]alert.Incident](t)(db.Incidents(ctx)) {
		sorted = append(sorted, in.Limit.Key)
	}
	if diff := cmp.Diff(keys, sorted); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// settles is a decision that says how the oldest pending forecast turned out.
func settles(now time.Time, outcome alert.Outcome, crossed time.Time) Deciding {
	return func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
		p := in.Pending[0]
		p.Crossed = crossed
		in.Pending = slices.Clone(in.Pending[1:])
		return in, []alert.Event{{Kind: alert.Settled, At: now, Promise: &p, Outcome: outcome}}, "settled"
	}
}

func tells(now time.Time, kind alert.EventKind, p alert.Promise) Deciding {
	return func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
		in.Revision++
		return in, []alert.Event{{Kind: kind, At: now, Revision: in.Revision, Promise: &p}}, "told"
	}
}

func forecastSettled(t *testing.T, ctx context.Context, db *DB) {
	crossed := noon().Add(50 * time.Minute)
	mustDecide(t, db, noon(), becomes(alert.Soon, noon(), alert.WentSoon))
	told := got[[]Forecast](t)(db.Forecasts(ctx, alert.Key{}, noon()))
	if len(told) != 1 || told[0].Outcome != "" || !told[0].Settled.IsZero() || told[0].Key != latency().Key {
		t.Fatalf("told %+v", told)
	}
	mustDecide(t, db, crossed, settles(crossed, alert.Came, crossed))
	told = got[[]Forecast](t)(db.Forecasts(ctx, latency().Key, noon()))
	if len(told) != 1 || told[0].Outcome != alert.Came || !told[0].Settled.Equal(crossed) || !told[0].Promise.Crossed.Equal(crossed) {
		t.Errorf("settled %+v", told)
	}
	want := alert.Record{Came: 1, Inside: 1, MedianLead: 50 * time.Minute}
	ledger := got[alert.Ledger](t)(db.Ledger(ctx))
	if diff := cmp.Diff(want, ledger.Record()); diff != "" {
		t.Errorf("record (-want +got):\n%s", diff)
	}
	if len(ledger) != 1 || ledger[0].Key != latency().Key || !ledger[0].At.Equal(crossed) {
		t.Errorf("the ledger is %+v", ledger)
	}
	mustDecide(t, db, crossed.Add(time.Hour), tells(crossed.Add(time.Hour), alert.Sooner, told[0].Promise))
	if r := got[alert.Ledger](t)(db.Ledger(ctx)).Record(); r != want {
		t.Errorf("what is told after it was settled made it %+v", r)
	}
}

func settledLater(t *testing.T, ctx context.Context, db *DB) {
	later := noon().Add(2 * time.Hour)
	mustDecide(t, db, noon(), becomes(alert.Soon, noon(), alert.WentSoon))
	mustDecide(t, db, noon().Add(time.Hour), becomes(alert.Quiet, noon().Add(time.Hour), alert.Receded))
	mustDecide(t, db, later, settles(later, alert.DidNotCome, time.Time{}))
	history := got[[]alert.Event](t)(db.History(ctx, 1))
	if len(history) != 3 || history[2].Kind != alert.Settled {
		t.Errorf("the history of the incident is %+v", history)
	}
	if r := got[alert.Ledger](t)(db.Ledger(ctx)).Record(); r.DidNotCome != 1 {
		t.Errorf("the record is %+v", r)
	}
}

func eventWithoutIncident(t *testing.T, ctx context.Context, db *DB) {
	must(t, db.SetRoutes(ctx, []Route{{Name: "slack"}}))
	for i := range 2 {
		at := noon().Add(time.Duration(i) * time.Hour)
		mustDecide(t, db, at, becomes(alert.Quiet, at, alert.CannotSee, alert.SeesAgain))
	}
	var ids []string
	for _, d := range got[[]Delivery](t)(db.Deliveries(ctx, Pending, Superseded)) {
		ids = append(ids, d.ID)
		if d.Event.Number != 0 {
			t.Errorf("%s has the incident %d", d.ID, d.Event.Number)
		}
	}
	want := []string{"limit-1/cannot-see/1/slack", "limit-1/sees-again/2/slack", "limit-1/cannot-see/3/slack", "limit-1/sees-again/4/slack"}
	if diff := cmp.Diff(want, ids); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
