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

// Sights are those of the runs that started in [since, until), by journey.
func (db *DB) Sights(ctx context.Context, since, until time.Time) ([]Sight, error) {
	all, err := collect(ctx, db.reader, func(scan scanner) (s Sight, err error) {
		var began sql.NullInt64
		err = scan(&s.Journey, &s.Runs, &s.Unknown, &began, &s.Before)
		s.First = milliTime(began)
		return s, err
	}, `SELECT n.text, count(*), count(*) FILTER (WHERE r.verdict = ?3), min(r.start_ms),
		EXISTS (SELECT 1 FROM run e WHERE e.journey = r.journey AND e.start_ms < ?1)
		FROM run r JOIN name n ON n.id = r.journey
		WHERE r.due_ms IS NOT NULL AND r.start_ms >= ?1 AND r.start_ms < ?2 GROUP BY r.journey ORDER BY n.text`,
		since.UnixMilli(), until.UnixMilli(), probes.Unknown)
	if err != nil {
		return nil, fmt.Errorf("read what was seen: %w", err)
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
