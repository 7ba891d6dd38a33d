package store

import (
	"context"
	"fmt"

	"github.com/forewarn/forewarn/alert"
)

// Incident is the present incident of key; the zero one if nothing is known.
func (db *DB) Incident(ctx context.Context, key alert.Key) (alert.Incident, error) {
	s, _, err := readStanding(ctx, db.reader, key)
	if err != nil {
		return alert.Incident{}, fmt.Errorf("read the incident of %s of %s: %w", key.Limit, key.Journey, err)
	}
	return s.incident, nil
}

// Incidents are the present ones, open or not: one for each limit that was
// ever decided on, sorted by journey and limit.
func (db *DB) Incidents(ctx context.Context) ([]alert.Incident, error) {
	all, err := collect(ctx, db.reader, scanJSON[alert.Incident],
		"SELECT body FROM standing WHERE journey <> '' ORDER BY journey, limit_name")
	if err != nil {
		return nil, fmt.Errorf("read incidents: %w", err)
	}
	return all, nil
}

// Burning are the present ones whose limit is crossed, sorted by journey and
// limit. Those that are [alert.Clearing] are not among them.
func (db *DB) Burning(ctx context.Context) ([]alert.Incident, error) {
	all, err := collect(ctx, db.reader, scanJSON[alert.Incident],
		"SELECT body FROM standing WHERE state = ? ORDER BY journey, limit_name", alert.Burning)
	if err != nil {
		return nil, fmt.Errorf("read what burns: %w", err)
	}
	return all, nil
}

// IncidentByNumber is incident n as it is, or as it was when it ended;
// [ErrNotFound] if there never was one.
func (db *DB) IncidentByNumber(ctx context.Context, n int64) (alert.Incident, error) {
	in, found, err := first(ctx, db.reader, scanJSON[alert.Incident], "SELECT body FROM incident WHERE number = ?", n)
	if err == nil && !found {
		err = ErrNotFound
	}
	if err != nil {
		return alert.Incident{}, fmt.Errorf("read incident %d: %w", n, err)
	}
	return in, nil
}

// HeldBack are the limits whose opening the open incident n holds back, by
// journey and limit.
func (db *DB) HeldBack(ctx context.Context, n int64) ([]alert.Incident, error) {
	all, err := collect(ctx, db.reader, scanJSON[alert.Incident],
		"SELECT body FROM standing WHERE json_extract(body, '$.HeldBy.Number') = ? ORDER BY journey, limit_name", n)
	if err != nil {
		return nil, fmt.Errorf("read what incident %d holds back: %w", n, err)
	}
	return all, nil
}

// History is all that happened to incident n, oldest first, told or not.
func (db *DB) History(ctx context.Context, n int64) ([]alert.Event, error) {
	events, err := collect(ctx, db.reader, scanJSON[alert.Event], "SELECT body FROM event WHERE number = ? ORDER BY id", n)
	if err != nil {
		return nil, fmt.Errorf("read the history of incident %d: %w", n, err)
	}
	return events, nil
}

// standing is the row of one limit; the zero one if there is none.
type standing struct {
	id       int64
	sum      uint64 // of the incident as it is stored: see [standings.sum]
	incident alert.Incident
}

// readStanding reads the row of one limit, and its body as it is stored.
func readStanding(ctx context.Context, q querier, key alert.Key) (s standing, body string, err error) {
	s, _, err = first(ctx, q, func(scan scanner) (s standing, err error) {
		if err := scan(&s.id, &body); err != nil {
			return s, err
		}
		s.incident, err = fromJSON[alert.Incident](body)
		return s, err
	}, "SELECT id, body FROM standing WHERE journey = ? AND limit_name = ?", key.Journey, key.Limit)
	return s, body, err
}

// scanJSON reads a row of one column that holds a T.
func scanJSON[T any](scan scanner) (v T, err error) {
	var body string
	if err := scan(&body); err != nil {
		return v, err
	}
	return fromJSON[T](body)
}
