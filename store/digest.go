package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/forewarn/forewarn/alert"
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
// The queries are written for the indexes run_of_journey and run_apart, which
// answer them alone.
func (db *DB) Sights(ctx context.Context, since, until time.Time) ([]Sight, error) {
	type named struct {
		journey string
		id      int64
	}
	journeys, err := collect(ctx, db.reader, func(scan scanner) (n named, err error) {
		err = scan(&n.journey, &n.id)
		return n, err
	}, "SELECT DISTINCT s.journey, n.id FROM standing s JOIN name n ON n.text = s.journey WHERE s.journey <> '' ORDER BY s.journey")
	if err != nil {
		return nil, fmt.Errorf("read what was seen: %w", err)
	}
	var all []Sight
	for _, n := range journeys {
		s, _, err := first(ctx, db.reader, func(scan scanner) (s Sight, err error) {
			var began sql.NullInt64
			var beside int
			err = scan(&s.Runs, &began, &beside, &s.Unknown, &s.Before)
			s.Journey, s.First, s.Runs = n.journey, milliTime(began), s.Runs-beside
			return s, err
		}, `SELECT count(*), min(start_ms),
			(SELECT count(*) FROM run WHERE journey = ?3 AND start_ms >= ?1 AND start_ms < ?2 AND due_ms IS NULL AND `+apart+`),
			(SELECT count(*) FROM run WHERE journey = ?3 AND start_ms >= ?1 AND start_ms < ?2 AND due_ms IS NOT NULL AND `+apart+`),
			EXISTS (SELECT 1 FROM run WHERE journey = ?3 AND start_ms < ?1)
			FROM run WHERE journey = ?3 AND start_ms >= ?1 AND start_ms < ?2`,
			since.UnixMilli(), until.UnixMilli(), n.id)
		if err != nil {
			return nil, fmt.Errorf("read what was seen of %s: %w", n.journey, err)
		}
		if s.Runs > 0 {
			all = append(all, s)
		}
	}
	return all, nil
}

// apart is the condition of the index run_apart, word for word; 0 is
// [probes.Unknown].
const apart = "(due_ms IS NULL OR verdict = 0)"

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
