package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// unheard are the deliveries of route that say that something burns, were
// decided no later than a time, and have not got through: they wait, or
// were given up. One of them is in the outbox for the fallback only once.
const unheard = `FROM outbox o JOIN route r ON r.name = o.route AND r.active JOIN route f ON f.name = r.fallback AND f.active
	WHERE o.seq IN (SELECT seq FROM outbox WHERE ` + waiting + ` AND route = ?1
		UNION SELECT seq FROM outbox WHERE state = 'dead' AND route = ?1)
	AND (instr(o.id, '/burning/') OR instr(o.id, '/never-passed/') OR instr(o.id, '/escalated/'))
	AND o.decided_ms <= ?2 AND o.expires_ms > ?3
	AND NOT EXISTS (SELECT 1 FROM outbox same WHERE same.id = ` + onFallback + `)`

// onFallback is the id of o's event on the fallback.
const onFallback = `substr(o.id, 1, length(o.id) - length(o.route)) || f.name`

// FallBack hands what burns and was decided before, and has not got through
// on route, to the fallback of route as well. It reports whether there was
// anything. On its own route it waits on.
func (db *DB) FallBack(ctx context.Context, route string, before, now time.Time) (bool, error) {
	args := []any{route, before.UnixMilli(), now.UnixMilli()}
	_, some, err := first(ctx, db.reader, scanText, "SELECT o.id "+unheard, args...)
	if err == nil && some {
		err = db.now(ctx, func(tx *sql.Tx) error {
			_, err := tx.Exec(`INSERT OR IGNORE INTO outbox
				(id, route, lane, standing, number, op, state, decided_ms, not_before_ms, expires_ms, event, stands_for)
				SELECT `+onFallback+`, f.name, o.lane, o.standing, o.number, o.op, 'pending', ?3, ?3, o.expires_ms, o.event,
				iif(o.stands_for = '', o.id, o.stands_for) `+unheard, args...)
			return err
		})
	}
	if err != nil {
		return false, fmt.Errorf("fall back from %s: %w", route, err)
	}
	return some, nil
}

// StandIn is a route that has told the team in another's place.
type StandIn struct {
	Route string
	At    time.Time
}

// StoodIn is who told first that an incident burns when route could not;
// false if nobody had to.
func (db *DB) StoodIn(ctx context.Context, route string, incident int64) (StandIn, bool, error) {
	begin := incidentLane(incident) + "/"
	s, found, err := first(ctx, db.reader, func(scan scanner) (s StandIn, err error) {
		var at sql.NullInt64
		err = scan(&s.Route, &at)
		s.At = milliTime(at)
		return s, err
	}, `SELECT route, sent_ms FROM outbox WHERE id > ?1 AND id < ?2 AND state = 'sent'
		AND stands_for <> '' AND substr(stands_for, -length(?3) - 1) = '/' || ?3 ORDER BY sent_ms`, begin, idsEnd(begin), route)
	if err != nil {
		return StandIn{}, false, fmt.Errorf("read who told of incident %d: %w", incident, err)
	}
	return s, found, nil
}

// GotThrough reports whether the delivery id was accepted by its channel.
func (db *DB) GotThrough(ctx context.Context, id string) (bool, error) {
	_, sent, err := first(ctx, db.reader, scanText, "SELECT id FROM outbox WHERE id = ? AND state = 'sent'", id)
	if err != nil {
		return false, fmt.Errorf("read the delivery %s: %w", id, err)
	}
	return sent, nil
}
