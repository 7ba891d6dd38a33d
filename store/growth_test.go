package store

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/forewarn/forewarn/alert"
)

// What is asked again and again reads what is open, waits or is new: the same
// few rows after a day and after years.
func TestWhatIsAskedOftenDoesNotGrowWithHistory(t *testing.T) {
	db := mustOpen(t)
	now := noon().UnixMilli()
	for name, c := range map[string]struct {
		query string
		args  []any
		reads string // a step of its plan
	}{
		"what may lead":            {leads, []any{"slack", 1, now, false, now}, "SEARCH i USING INDEX incident_open (told=?)"},
		"what was given up lately": {"SELECT o.id " + unheard, []any{"slack", now, now}, "outbox_dead (route=? AND expires_ms>?)"},
		"whose edits are unheard":  {"SELECT o.id " + unheardMates, []any{"slack", now, now}, "outbox_dead (route=? AND expires_ms>?)"},
		"when a route is due next": {nextDue, []any{"slack", now}, "SEARCH outbox USING INDEX outbox_waiting (route=?)"},
		"how many are settled":     {countSettled, nil, "USING COVERING INDEX forecast_settled"},
		"what is newly settled":    {settledSince, []any{now}, "SEARCH f USING INDEX forecast_settled (settled_ms>?)"},
		"what is dead":             {"SELECT route, state, decided_ms FROM outbox WHERE state = 'dead'", nil, "USING INDEX outbox_dead"},
	} {
		plan, err := collect(t.Context(), db.reader, func(scan scanner) (step string, err error) {
			var id, parent, unused int
			err = scan(&id, &parent, &unused, &step)
			return step, err
		}, "EXPLAIN QUERY PLAN "+c.query, c.args...)
		must(t, err)
		if all := strings.Join(plan, "\n"); !strings.Contains(all, c.reads) {
			t.Errorf("%s: no %s in\n%s", name, c.reads, all)
		}
	}
}

// The ledger is kept and read on: it is what a new start reads.
func TestTheLedgerIsWhatANewStartReads(t *testing.T) {
	db := mustOpen(t)
	ctx := t.Context()
	var before alert.Ledger
	for i := range 20 {
		key := alert.Key{Journey: fmt.Sprint("journey ", i%3), Limit: "latency"}
		made := noon().Add(time.Duration(i) * time.Hour)
		settled := made.Add(30 * time.Minute)
		if i%5 == 4 {
			settled = made.Add(-150 * time.Minute) // of a run that began long ago
		}
		decideLedger(t, ctx, db, key, made, settled)
		now := got[alert.Ledger](t)(db.Ledger(ctx))
		fresh := &DB{reader: db.reader}
		if diff := cmp.Diff(got[alert.Ledger](t)(fresh.Ledger(ctx)), now); diff != "" || len(now) != len(before)+1 {
			t.Fatalf("after %d settled: %d are known (-read anew +known):\n%s", i+1, len(now), diff)
		}
		if again := got[alert.Ledger](t)(db.Ledger(ctx)); &again[0] != &now[0] {
			t.Fatal("what did not change is read again")
		}
		_ = append(now, alert.Settlement{Outcome: "of a caller"}) // changes nobody else's
		before = now
	}
}

func decideLedger(t *testing.T, ctx context.Context, db *DB, key alert.Key, made, settled time.Time) {
	t.Helper()
	_, _, err := db.Decide(ctx, key, settled, func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
		p := alert.Promise{Made: made}
		in.Revision++
		return in, []alert.Event{{Kind: alert.Settled, At: settled, Promise: &p, Outcome: alert.Came, Revision: in.Revision}}, ""
	})
	must(t, err)
}
