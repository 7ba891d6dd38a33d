package store

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/forewarn/forewarn/alert"
)

// burns is the decision by which a limit burns at at, and ended the one by
// which that is over.
func burns(at time.Time) Deciding {
	return func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
		next, events, why := becomes(alert.Burning, at, alert.WentBurning)(in)
		next.Burned = at
		return next, events, why
	}
}

func ended(at time.Time) Deciding { return becomes(alert.Quiet, at, alert.WentResolved) }

func routesTakeTheirs(t *testing.T, ctx context.Context, db *DB) {
	must(t, db.SetRoutes(ctx, []Route{
		{Name: "all"}, {Name: "rest", Rest: true}, {Name: "spare", Spare: true},
		{Name: "early", Severity: SoonOnly}, {Name: "late", Severity: BurningOnly},
		{Name: "search", Journeys: []string{"search"}}, {Name: "none", Journeys: []string{}},
	}))
	mustDecide(t, db, noon(), becomes(alert.Soon, noon(), alert.WentSoon))
	mustDecide(t, db, noon(), burns(noon().Add(time.Minute)))
	mustDecide(t, db, noon(), ended(noon().Add(2*time.Minute)))
	wantStates(t, db, map[string]DeliveryState{
		"inc-1/soon/1/all": Pending, "inc-1/burning/2/all": Pending, "inc-1/resolved/3/all": Pending,
		"inc-1/soon/1/early":   Pending,
		"inc-1/burning/2/late": Pending, "inc-1/resolved/3/late": Pending,
	})
}

func restTakesWhatIsLeft(t *testing.T, ctx context.Context, db *DB) {
	must(t, db.SetRoutes(ctx, []Route{{Name: "rest", Rest: true}, {Name: "late", Severity: BurningOnly}}))
	mustDecide(t, db, noon(), becomes(alert.Soon, noon(), alert.WentSoon))
	mustDecide(t, db, noon(), burns(noon().Add(time.Minute)))
	wantStates(t, db, map[string]DeliveryState{"inc-1/soon/1/rest": Pending, "inc-1/burning/2/late": Pending})
}

// What burns goes by the fallback once; whoever heard of it there hears there
// that it is over, though Slack is back.
func fallbackStandsIn(t *testing.T, ctx context.Context, db *DB) {
	must(t, db.SetRoutes(ctx, []Route{{Name: "slack", Fallback: "pager"}, {Name: "pager", Spare: true, Fallback: "mail"}, {Name: "mail", Spare: true}}))
	mustDecide(t, db, noon(), becomes(alert.Soon, noon(), alert.WentSoon))
	mustDecide(t, db, noon().Add(time.Minute), burns(noon().Add(time.Minute)))
	later := noon().Add(2 * time.Minute)
	fallBack := func(route string, before time.Time, want bool) {
		t.Helper()
		if some := got[bool](t)(db.FallBack(ctx, route, before, later)); some != want {
			t.Errorf("fell back from %s: %t, want %t", route, some, want)
		}
	}
	fallBack("slack", noon().Add(59*time.Second), false) // not yet
	fallBack("slack", later, true)
	fallBack("slack", later, false) // it is there
	must(t, db.Dead(ctx, "inc-1/burning/2/pager", "refused"))
	fallBack("pager", later, true)
	wantStates(t, db, map[string]DeliveryState{
		"inc-1/soon/1/slack": Pending, "inc-1/burning/2/slack": Pending, "inc-1/burning/2/pager": Dead, "inc-1/burning/2/mail": Pending,
	})
	if _, ok, err := db.StoodIn(ctx, "slack", 1); ok || err != nil {
		t.Errorf("told before it was sent: %v", err)
	}
	send(t, db, "inc-1/burning/2/mail", later)
	stood, ok, err := db.StoodIn(ctx, "slack", 1)
	must(t, err)
	if diff := cmp.Diff(StandIn{"mail", later}, stood); !ok || diff != "" {
		t.Errorf("who told (-want +got):\n%s", diff)
	}
	if _, ok, _ := db.StoodIn(ctx, "lack", 1); ok {
		t.Error("told for a route whose name is the end of another's")
	}
	mustDecide(t, db, noon(), ended(noon().Add(3*time.Minute)))
	all := states(t, db)
	if all["inc-1/resolved/3/mail"] != Pending || all["inc-1/resolved/3/slack"] != Pending || all["inc-1/resolved/3/pager"] != "" {
		t.Errorf("the end is told to %v", all)
	}
}

// It goes to its route until it is over; what was before, or comes after, does not.
func escalatedGoes(t *testing.T, ctx context.Context, db *DB) {
	must(t, db.SetRoutes(ctx, []Route{{Name: "slack"}, {Name: "oncall", Spare: true}, {Name: "other", Spare: true}}))
	mustDecide(t, db, noon(), burns(noon()))
	u := alert.Urging{Escalate: time.Minute, To: []string{"oncall", "U0ANAANA1", "gone"}}
	later := noon().Add(time.Minute)
	mustDecide(t, db, later, func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) { return u.On(in, later) })
	mustDecide(t, db, later, ended(later.Add(time.Minute)))
	mustDecide(t, db, later, func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
		in.Opened, in.Burned, in.Escalated, in.EscalatedTo = later, later, time.Time{}, nil
		return burns(later)(in)
	})
	wantStates(t, db, map[string]DeliveryState{
		"inc-1/burning/1/slack":   Pending,
		"inc-1/escalated/2/slack": Pending, "inc-1/escalated/2/oncall": Pending,
		"inc-1/resolved/3/slack": Pending, "inc-1/resolved/3/oncall": Pending,
		"inc-2/burning/4/slack": Pending,
	})
}

func reminderExpires(t *testing.T, ctx context.Context, db *DB) {
	must(t, db.SetRoutes(ctx, []Route{{Name: "slack"}}))
	mustDecide(t, db, noon(), burns(noon()))
	send(t, db, "inc-1/burning/1/slack", noon())
	u := alert.Urging{Remind: []time.Duration{15 * time.Minute, time.Hour}, Most: 5}
	for _, after := range []time.Duration{15 * time.Minute, 75 * time.Minute} {
		now := noon().Add(after)
		mustDecide(t, db, now, func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) { return u.On(in, now) })
	}
	due := got[[]Delivery](t)(db.Due(ctx, "slack", noon().Add(75*time.Minute)))
	if len(due) != 1 || due[0].ID != "inc-1/reminded/3/slack" {
		t.Errorf("due are %+v", due)
	}
	wantStates(t, db, map[string]DeliveryState{
		"inc-1/burning/1/slack": Sent, "inc-1/reminded/2/slack": Dead, "inc-1/reminded/3/slack": Pending,
	})
}

func burningFound(t *testing.T, ctx context.Context, db *DB) {
	if all := got[[]alert.Incident](t)(db.Burning(ctx)); len(all) != 0 {
		t.Errorf("found %+v", all)
	}
	mustDecide(t, db, noon(), burns(noon()))
	if all := got[[]alert.Incident](t)(db.Burning(ctx)); len(all) != 1 || all[0].Number != 1 {
		t.Errorf("found %+v", all)
	}
	mustDecide(t, db, noon(), becomes(alert.Clearing, noon()))
	if all := got[[]alert.Incident](t)(db.Burning(ctx)); len(all) != 0 {
		t.Errorf("found %+v", all)
	}
}

func oldDeliveriesGo(t *testing.T, ctx context.Context, db *DB) {
	const day = 24 * time.Hour
	must(t, db.SetRoutes(ctx, []Route{{Name: "slack"}}))
	mustDecide(t, db, noon(), burns(noon()))
	mustDecide(t, db, noon(), ended(noon()))
	mustDecide(t, db, noon(), burns(noon())) // and stays open
	send(t, db, "inc-1/burning/1/slack", noon())
	must(t, db.Dead(ctx, "inc-1/resolved/2/slack", "refused"))
	send(t, db, "inc-2/burning/3/slack", noon())
	for _, step := range []struct {
		at   time.Time
		want int
	}{{noon().Add(90 * day), 0}, {noon().Add(91 * day), 1}, {noon().Add(365 * day), 0}, {noon().Add(366 * day), 1}} {
		if n := got[int](t)(db.Prune(ctx, step.at)); n != step.want {
			t.Errorf("removed %d by %s, want %d", n, step.at, step.want)
		}
	}
	wantStates(t, db, map[string]DeliveryState{"inc-2/burning/3/slack": Sent})
}
