package store

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/probes"
)

func burnedInTime(t *testing.T, ctx context.Context, db *DB) {
	mustDecide(t, db, noon(), burns(noon()))
	mustDecide(t, db, noon().Add(time.Hour), ended(noon().Add(time.Hour)))
	mustDecide(t, db, noon().Add(2*time.Hour), burns(noon().Add(2*time.Hour)))
	for _, c := range []struct {
		from, until time.Duration
		want        []int64
	}{
		{-time.Hour, 0, nil}, {-time.Hour, time.Second, []int64{1}}, {30 * time.Minute, 40 * time.Minute, []int64{1}},
		{61 * time.Minute, 2 * time.Hour, nil}, {time.Hour, 3 * time.Hour, []int64{1, 2}}, {20 * time.Hour, 30 * time.Hour, []int64{2}},
	} {
		var numbers []int64
		for _, in := range got[[]alert.Incident](t)(db.Burned(ctx, noon().Add(c.from), noon().Add(c.until))) {
			numbers = append(numbers, in.Number)
		}
		if diff := cmp.Diff(c.want, numbers); diff != "" {
			t.Errorf("from %v until %v (-want +got):\n%s", c.from, c.until, diff)
		}
	}
}

func lastVotesCount(t *testing.T, ctx context.Context, db *DB) {
	mustDecide(t, db, noon(), becomes(alert.Soon, noon(), alert.WentSoon))
	vote := func(who string, kind alert.ActKind, after time.Duration) {
		a := byAna(kind)
		a.By, a.ByID, a.At = who, who, noon().Add(after)
		_, _, err := db.Act(ctx, a)
		must(t, err)
	}
	vote("Ana", alert.ToSayNotUseful, time.Minute)
	vote("Ana", alert.ToSayUseful, 2*time.Minute)
	vote("Bob", alert.ToSayNotUseful, 3*time.Minute)
	vote("Bob", alert.ToAcknowledge, 4*time.Minute)
	vote("Eve", alert.ToSayUseful, time.Hour)
	want := []Vote{{Key: latency().Key, Useful: true}, {Key: latency().Key}}
	if diff := cmp.Diff(want, got[[]Vote](t)(db.Votes(ctx, noon(), noon().Add(time.Hour)))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func sightsCount(t *testing.T, ctx context.Context, db *DB) {
	keep := func(journey string, after time.Duration, v probes.Verdict, due bool) {
		r := probes.Result{Journey: journey, Start: noon().Add(after), Verdict: v}
		if due {
			r.Due = r.Start
		}
		_, err := db.Keep(ctx, Run{Result: r})
		must(t, err)
	}
	for _, journey := range []string{"old", "new", "never"} {
		_, _, err := db.Decide(ctx, alert.Key{Journey: journey, Limit: "availability"}, noon(), becomes(alert.Quiet, noon()))
		must(t, err)
	}
	keep("old", -time.Minute, probes.Passed, true)
	keep("old", time.Minute, probes.Unknown, true)
	keep("old", 2*time.Minute, probes.Failed, true)
	keep("old", 2*time.Minute+time.Second, probes.Failed, false) // confirms
	keep("new", 3*time.Minute, probes.Passed, true)
	keep("new", time.Hour, probes.Passed, true)
	want := []Sight{{Journey: "new", Runs: 1, First: noon().Add(3 * time.Minute)},
		{Journey: "old", Runs: 2, Unknown: 1, First: noon().Add(time.Minute), Before: true}}
	if diff := cmp.Diff(want, got[[]Sight](t)(db.Sights(ctx, noon(), noon().Add(time.Hour)))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// The digest is decided like an incident, and is none.
func digestGoesToItsRoutes(t *testing.T, ctx context.Context, db *DB) {
	must(t, db.SetRoutes(ctx, []Route{{Name: "slack", Digest: true, Rest: true}, {Name: "search", Digest: true, Journeys: []string{"search"}},
		{Name: "pager", Spare: true}, {Name: "soon", Severity: SoonOnly, Journeys: []string{"pay"}}}))
	g := alert.Daily{Told: true, At: alert.Clock(time.Hour)}
	for day := range 3 {
		now := noon().AddDate(0, 0, day)
		_, _, err := db.Decide(ctx, alert.DigestKey(), now, func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) { return g.On(in, now) })
		must(t, err)
	}
	first := got[[]Delivery](t)(db.Deliveries(ctx, Pending))
	var ids []string
	for _, d := range first {
		ids = append(ids, d.ID)
	}
	want := []string{"limit-1/digest/1/search", "limit-1/digest/1/slack", "limit-1/digest/2/search", "limit-1/digest/2/slack"}
	if diff := cmp.Diff(want, ids); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if d := first[0]; !d.Expires.Equal(noon().AddDate(0, 0, 2).Truncate(24 * time.Hour)) {
		t.Errorf("expires at %v, not with its day", d.Expires)
	}
	if all := got[[]alert.Incident](t)(db.Incidents(ctx)); len(all) != 0 {
		t.Errorf("an incident: %+v", all)
	}
	for route, journeys := range map[string]map[string]bool{
		"slack":  {"checkout": true, "search": false, "pay": true}, // of what no other takes: what burns
		"search": {"checkout": false, "search": true}, "pager": {"checkout": false}, "soon": {"pay": true},
	} {
		takes := got[func(string) bool](t)(db.Taken(ctx, route))
		for journey, want := range journeys {
			if takes(journey) != want {
				t.Errorf("%s takes %s: %t", route, journey, !want)
			}
		}
	}
}
