package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/forewarn/forewarn/alert"
)

// byAna is what Ana does to incident 1 a minute after noon.
func byAna(kind alert.ActKind) alert.Act {
	return alert.Act{Kind: kind, Number: 1, At: noon().Add(time.Minute), By: "Ana", ByID: "U0ANA", Via: "slack"}
}

func actKept(t *testing.T, ctx context.Context, db *DB) {
	must(t, db.SetRoutes(ctx, []Route{{Name: "slack"}}))
	mustDecide(t, db, noon(), becomes(alert.Burning, noon(), alert.WentBurning))
	a := byAna(alert.ToAcknowledge)
	a.Tag, a.Minutes = "deploy", 35
	in, why, err := db.Act(ctx, a)
	must(t, err)
	if why != alert.NowTaken || in.AckBy != "Ana" || !in.AckAt.Equal(a.At) || in.Number != 1 {
		t.Errorf("%s: %+v", why, in)
	}
	if diff := cmp.Diff([]alert.Act{a}, got[[]alert.Act](t)(db.Acts(ctx, 1))); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
	waiting := got[[]Delivery](t)(db.Deliveries(ctx, Pending))
	if last := waiting[len(waiting)-1]; last.ID != "inc-1/acknowledged/2/slack" || last.Event.By != "Ana" {
		t.Errorf("told as %+v", last)
	}
}

func actStale(t *testing.T, ctx context.Context, db *DB) {
	mustDecide(t, db, noon(), becomes(alert.Burning, noon(), alert.WentBurning))
	mustDecide(t, db, noon().Add(time.Second), becomes(alert.Quiet, noon().Add(time.Second), alert.WentResolved))
	mustDecide(t, db, noon().Add(time.Minute), becomes(alert.Burning, noon().Add(time.Minute), alert.WentBurning))
	before := got[alert.Incident](t)(db.IncidentByNumber(ctx, 2))
	for _, kind := range []alert.ActKind{alert.ToAcknowledge, alert.ToSnooze, alert.ToClose} {
		in, why, err := db.Act(ctx, byAna(kind))
		must(t, err)
		if why != alert.NothingOpen || in.Number != 1 || in.Resolved.IsZero() {
			t.Errorf("%s: %s of %+v", kind, why, in)
		}
	}
	if diff := cmp.Diff(before, got[alert.Incident](t)(db.IncidentByNumber(ctx, 2))); diff != "" {
		t.Errorf("the open one has changed (-before +after):\n%s", diff)
	}
	if acts := got[[]alert.Act](t)(db.Acts(ctx, 1)); len(acts) != 0 {
		t.Errorf("kept %+v", acts)
	}
	for _, number := range []int64{0, -1, 3} {
		a := byAna(alert.ToAcknowledge)
		if a.Number = number; !errors.Is(second(db.Act(ctx, a)), ErrNotFound) {
			t.Errorf("incident %d was found", number)
		}
	}
}

func second(_ alert.Incident, _ alert.Reason, err error) error { return err }

func actSaysOnce(t *testing.T, ctx context.Context, db *DB) {
	mustDecide(t, db, noon(), becomes(alert.Soon, noon(), alert.WentSoon))
	noted := byAna(alert.ToClose)
	noted.Tag = "network"
	boris := byAna(alert.ToSayNotUseful)
	boris.By, boris.ByID = "Boris", "U0BORIS"
	var said []alert.Reason
	for _, a := range []alert.Act{byAna(alert.ToSayUseful), byAna(alert.ToSayUseful), byAna(alert.ToSayNotUseful),
		byAna(alert.ToSayUseful), boris, noted, noted} {
		_, why, err := db.Act(ctx, a)
		must(t, err)
		said = append(said, why)
	}
	want := []alert.Reason{alert.NowUseful, alert.AlreadySaid, alert.NowNotUseful, alert.NothingPending,
		alert.NowNotUseful, alert.NowClosed, alert.AlreadySaid}
	if diff := cmp.Diff(want, said); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if acts := got[[]alert.Act](t)(db.Acts(ctx, 1)); len(acts) != 5 {
		t.Errorf("kept %d: %+v", len(acts), acts)
	}
	in := got[alert.Incident](t)(db.Incident(ctx, latency().Key))
	if len(in.Pending) != 1 || !in.Pending[0].Helped {
		t.Errorf("pending %+v", in.Pending)
	}
}

// actsRace lets two people click while runs are judged, 1,000 rounds. Whoever
// comes first has it, and no run is lost.
func actsRace(t *testing.T, ctx context.Context, db *DB) {
	const rounds = 1000
	mustDecide(t, db, noon(), becomes(alert.Burning, noon(), alert.WentBurning))
	taken := make([]int, 3)
	var all sync.WaitGroup
	for side := range taken {
		all.Go(func() {
			for i := range rounds {
				if side == 0 {
					_, _, err := db.Decide(ctx, latency().Key, noon(), func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
						in.Good++
						return in, nil, ""
					})
					must(t, err)
					continue
				}
				a := byAna(alert.ToAcknowledge)
				a.By, a.At = fmt.Sprint("person ", side), a.At.Add(time.Duration(i)*time.Second)
				_, why, err := db.Act(ctx, a)
				must(t, err)
				if why == alert.NowTaken {
					taken[side]++
				}
			}
		})
	}
	all.Wait()
	in := got[alert.Incident](t)(db.Incident(ctx, latency().Key))
	if taken[1]+taken[2] != 1 || in.Good != rounds || in.Revision != 2 {
		t.Errorf("taken %v, %d runs, revision %d", taken[1:], in.Good, in.Revision)
	}
	if acts := got[[]alert.Act](t)(db.Acts(ctx, 1)); len(acts) != 1 || acts[0].By != in.AckBy {
		t.Errorf("%s has it, kept %+v", in.AckBy, acts)
	}
}

func lastIncidents(t *testing.T, ctx context.Context, db *DB) {
	for i := range 3 {
		at := noon().Add(time.Duration(i) * time.Minute)
		mustDecide(t, db, at, becomes(alert.Burning, at, alert.WentBurning))
		mustDecide(t, db, at, becomes(alert.Quiet, at, alert.WentResolved))
	}
	last := got[[]alert.Incident](t)(db.LastIncidents(ctx, 2))
	if len(last) != 2 || last[0].Number != 3 || last[1].Number != 2 {
		t.Errorf("got %+v", last)
	}
}

func revived(t *testing.T, ctx context.Context, db *DB) {
	told(t, db, alert.WentBurning)
	const id = "inc-1/burning/1/slack"
	later := noon().Add(48 * time.Hour)
	must(t, db.Retry(ctx, id, later, "HTTP 500"))
	must(t, db.Revive(ctx, id, noon()))
	if heads := due(t, db, noon()); len(heads) != 1 || heads[0].State != Pending || heads[0].Error != "HTTP 500" {
		t.Errorf("due after it was asked for: %+v", heads)
	}
	must(t, db.Sending(ctx, id, noon()))
	if err := db.Revive(ctx, id, noon()); !errors.Is(err, ErrNotDue) {
		t.Errorf("one that is being sent: %v", err)
	}
	must(t, db.Dead(ctx, id, "msg_too_long"))
	must(t, db.Revive(ctx, id, later))
	if heads := due(t, db, later); len(heads) != 1 || heads[0].State != Unsure {
		t.Errorf("one that was tried is %+v, want it looked for first", heads)
	}
	must(t, db.SetRoutes(ctx, []Route{{Name: "terminal"}}))
	if err := db.Revive(ctx, id, later); !errors.Is(err, ErrNotDue) {
		t.Errorf("one whose route is gone: %v", err)
	}
}

func dropped(t *testing.T, ctx context.Context, db *DB) {
	told(t, db, alert.WentBurning)
	const id = "inc-1/burning/1/slack"
	must(t, db.Drop(ctx, id))
	if heads := due(t, db, noon()); len(heads) != 0 {
		t.Errorf("due: %+v", heads)
	}
	if err := errors.Join(db.Revive(ctx, id, noon()), db.Drop(ctx, id)); !errors.Is(err, ErrNotDue) {
		t.Errorf("what was dropped moves: %v", err)
	}
}
