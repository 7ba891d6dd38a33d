package store

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/forewarn/forewarn/alert"
)

// opens keeps a run of a journey whose incident opens at host, or becomes over.
func opens(t *testing.T, ctx context.Context, db *DB, journey, host string, state alert.State, at time.Time, kind alert.EventKind) alert.Incident {
	t.Helper()
	key := alert.Key{Journey: journey, Limit: "latency"}
	run := Run{Result: checkoutRun(at), Urgent: true, Crowd: alert.Crowding{Within: time.Minute, Most: 3, Span: 5 * time.Minute}}
	run.Decisions = []Decision{{key, at, func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
		if !in.Open() {
			in.Host, in.Under, in.Storm, in.Burned = host, 0, time.Time{}, time.Time{}
		}
		next, events, why := becomes(state, at, kind)(in)
		next.Limit.Key = key
		if state == alert.Burning {
			next.Burned = at
		}
		return next, events, why
	}}}
	decided, err := db.Keep(ctx, run)
	must(t, err)
	return decided[0].Incident
}

// Two journeys of one host decide at once, 1,000 times: never do both lead,
// and never does neither.
func oneLeads(t *testing.T, ctx context.Context, db *DB) {
	must(t, db.SetRoutes(ctx, []Route{{Name: "slack", Edits: true}}))
	for round := range 1000 {
		at := noon().Add(time.Duration(round) * 10 * time.Minute)
		var both [2]alert.Incident
		var all sync.WaitGroup
		for i := range both {
			all.Go(func() {
				both[i] = opens(t, ctx, db, fmt.Sprintf("journey %d of %d", i, round), "shop.example", alert.Burning, at.Add(time.Duration(i)*time.Second), alert.WentBurning)
			})
		}
		all.Wait()
		if both[0].Under != both[1].Number && both[1].Under != both[0].Number || (both[0].Under == 0) == (both[1].Under == 0) {
			t.Fatalf("round %d: incident %d is under %d, and %d under %d", round, both[0].Number, both[0].Under, both[1].Number, both[1].Under)
		}
	}
}

// The first of a message is long over, another it tells of is not: its message
// is still edited.
func keepsWhatIsEdited(t *testing.T, ctx context.Context, db *DB) {
	must(t, db.SetRoutes(ctx, []Route{{Name: "slack", Edits: true}}))
	opens(t, ctx, db, "a", "shop.example", alert.Burning, noon(), alert.WentBurning)
	send(t, db, "inc-1/burning/1/slack", noon())
	opens(t, ctx, db, "b", "shop.example", alert.Burning, noon().Add(10*time.Second), alert.WentBurning)
	opens(t, ctx, db, "a", "", alert.Quiet, noon().Add(2*time.Minute), alert.WentResolved)
	later := noon().Add(100 * 24 * time.Hour)
	got[int](t)(db.Prune(ctx, later))
	if all := states(t, db); all["inc-1/burning/1/slack"] != Sent {
		t.Errorf("the message that tells of incident 2 is forgotten: %v are left", all)
	}
}

// What tells of the first was refused for good: nothing can be added to it, and
// what opens next tells of itself.
func leadsOnlyWhatIsTold(t *testing.T, ctx context.Context, db *DB) {
	must(t, db.SetRoutes(ctx, []Route{{Name: "slack", Edits: true}}))
	opens(t, ctx, db, "a", "shop.example", alert.Burning, noon(), alert.WentBurning)
	must(t, db.Dead(ctx, "inc-1/burning/1/slack", "refused"))
	opens(t, ctx, db, "b", "shop.example", alert.Burning, noon().Add(10*time.Second), alert.WentBurning)
	opens(t, ctx, db, "c", "shop.example", alert.Burning, noon().Add(20*time.Second), alert.WentBurning)
	wantStates(t, db, map[string]DeliveryState{
		"inc-1/burning/1/slack": Dead, "inc-2/burning/1/slack": Pending, "inc-2/shared/3-1/slack": Pending,
	})
}

func sharesOneMessage(t *testing.T, ctx context.Context, db *DB) {
	must(t, db.SetRoutes(ctx, []Route{{Name: "slack", Edits: true}, {Name: "hook"}}))
	opens(t, ctx, db, "a", "shop.example", alert.Burning, noon(), alert.WentBurning)
	opens(t, ctx, db, "b", "shop.example", alert.Burning, noon().Add(10*time.Second), alert.WentBurning)
	opens(t, ctx, db, "c", "shop.example", alert.Burning, noon().Add(61*time.Second), alert.WentBurning) // too late
	opens(t, ctx, db, "d", "", alert.Burning, noon().Add(62*time.Second), alert.WentBurning)             // nobody knows where
	opens(t, ctx, db, "a", "", alert.Quiet, noon().Add(2*time.Minute), alert.WentResolved)
	opens(t, ctx, db, "b", "", alert.Quiet, noon().Add(3*time.Minute), alert.WentResolved)
	wantStates(t, db, map[string]DeliveryState{
		"inc-1/burning/1/slack": Pending, "inc-1/shared/2-1/slack": Superseded, "inc-1/shared/1-2/slack": Pending, "inc-1/all-over/2-2/slack": Pending,
		"inc-3/burning/1/slack": Pending, "inc-4/burning/1/slack": Pending,
		"inc-1/burning/1/hook": Pending, "inc-2/burning/1/hook": Pending, "inc-3/burning/1/hook": Pending, "inc-4/burning/1/hook": Pending,
		"inc-1/resolved/2/hook": Pending, "inc-2/resolved/2/hook": Pending,
	})
	var numbers []int64
	for _, in := range got[[]alert.Incident](t)(db.Sharing(ctx, 1)) {
		numbers = append(numbers, in.Number)
	}
	if diff := cmp.Diff([]int64{1, 2}, numbers); diff != "" {
		t.Errorf("told in one message (-want +got):\n%s", diff)
	}
}

// Teams that are told elsewhere share no message, and make no storm of each
// other's.
func sharesWithItsOwnReaders(t *testing.T, ctx context.Context, db *DB) {
	must(t, db.SetRoutes(ctx, []Route{{Name: "shop", Edits: true, Journeys: []string{"a", "c", "e", "f"}}, {Name: "pay", Edits: true, Journeys: []string{"b"}}}))
	opens(t, ctx, db, "a", "shop.example", alert.Burning, noon(), alert.WentBurning)
	for i, journey := range []string{"c", "e", "f"} {
		opens(t, ctx, db, journey, journey, alert.Burning, noon().Add(time.Duration(i)*time.Second), alert.WentBurning)
	}
	if in := opens(t, ctx, db, "b", "shop.example", alert.Burning, noon().Add(5*time.Second), alert.WentBurning); in.Under != 0 || !in.Storm.IsZero() {
		t.Errorf("it is told under %d, in a storm since %v", in.Under, in.Storm)
	}
	if in := got[alert.Incident](t)(db.IncidentByNumber(ctx, 4)); !in.Storm.Equal(noon()) {
		t.Errorf("the fourth of three tells of no storm since noon: %v", in.Storm)
	}
}
