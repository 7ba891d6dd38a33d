package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/probes"
)

// Burned are the incidents that burned at any time in [since, until), as they
// are or as they were at their ends, in the order in which they began to.
func (db *DB) Burned(ctx context.Context, since, until time.Time) ([]alert.Incident, error) {
	all, err := collect(ctx, db.reader, scanJSON[alert.Incident], `SELECT body FROM incident
		WHERE burned_ms < ? AND (resolved_ms IS NULL OR resolved_ms >= ?) ORDER BY burned_ms, number`,
		until.UnixMilli(), since.UnixMilli())
	if err != nil {
		return nil, fmt.Errorf("read what burned: %w", err)
	}
	return all, nil
}

// Vote is what somebody said of the warning of an incident.
type Vote struct {
	Key    alert.Key
	Useful bool
}

// Votes are those cast in [since, until), the last of each person for each
// incident.
func (db *DB) Votes(ctx context.Context, since, until time.Time) ([]Vote, error) {
	all, err := collect(ctx, db.reader, func(scan scanner) (v Vote, err error) {
		var kind alert.ActKind
		var last int64 // by which SQLite chooses the row
		err = scan(&v.Key.Journey, &v.Key.Limit, &kind, &last)
		v.Useful = kind == alert.ToSayUseful
		return v, err
	}, `SELECT s.journey, s.limit_name, a.kind, max(a.id) FROM act a
		JOIN incident i ON i.number = a.number JOIN standing s ON s.id = i.standing
		WHERE a.kind IN (?, ?) AND a.at_ms >= ? AND a.at_ms < ? GROUP BY a.number, a.who, a.who_id ORDER BY max(a.id)`,
		alert.ToSayUseful, alert.ToSayNotUseful, since.UnixMilli(), until.UnixMilli())
	if err != nil {
		return nil, fmt.Errorf("read votes: %w", err)
	}
	return all, nil
}

// Sight is how much of one journey was seen.
type Sight struct {
	Journey string
	Runs    int // due ones that were made
	Unknown int // of those: our own fault, they say nothing
	First   time.Time
	Before  bool // there were runs before, too
}

// Sights are those of the runs that started in [since, until), by journey. Each
// journey is a query of its own: all at once would take longer than a read may.
func (db *DB) Sights(ctx context.Context, since, until time.Time) ([]Sight, error) {
	journeys, err := collect(ctx, db.reader, scanText, "SELECT DISTINCT journey FROM standing WHERE journey <> '' ORDER BY journey")
	if err != nil {
		return nil, fmt.Errorf("read what was seen: %w", err)
	}
	var all []Sight
	for _, journey := range journeys {
		s, _, err := first(ctx, db.reader, func(scan scanner) (s Sight, err error) {
			var began sql.NullInt64
			err = scan(&s.Runs, &s.Unknown, &began, &s.Before)
			s.Journey, s.First = journey, milliTime(began)
			return s, err
		}, `SELECT count(*), count(*) FILTER (WHERE verdict = ?3), min(start_ms),
			EXISTS (SELECT 1 FROM run WHERE journey = (SELECT id FROM name WHERE text = ?4) AND start_ms < ?1)
			FROM run WHERE journey = (SELECT id FROM name WHERE text = ?4)
			AND due_ms IS NOT NULL AND start_ms >= ?1 AND start_ms < ?2`,
			since.UnixMilli(), until.UnixMilli(), probes.Unknown, journey)
		if err != nil {
			return nil, fmt.Errorf("read what was seen of %s: %w", journey, err)
		}
		if s.Runs > 0 {
			all = append(all, s)
		}
	}
	return all, nil
}

// Taken tells of which journeys a route takes the incidents, as the rules in
// force say: of a route that takes the rest, those that no other takes.
func (db *DB) Taken(ctx context.Context, route string) (func(journey string) bool, error) {
	all, err := collect(ctx, db.reader, scanRoute, "SELECT name, rule, fallback FROM route WHERE active ORDER BY name")
	if err != nil {
		return nil, fmt.Errorf("read the routes: %w", err)
	}
	i := slices.IndexFunc(all, func(r Route) bool { return r.Name == route })
	if i < 0 {
		return nil, fmt.Errorf("read the route %s: %w", route, ErrNotFound)
	}
	return func(journey string) bool {
		return slices.ContainsFunc([]alert.EventKind{alert.WentSoon, alert.WentBurning}, func(k alert.EventKind) bool {
			takes := func(r Route) bool { return !r.Rest && r.takes(journey, k, false) }
			return all[i].takes(journey, k, false) && !(all[i].Rest && slices.ContainsFunc(all, takes))
		})
	}, nil
}
