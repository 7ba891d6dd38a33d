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
		UNION SELECT seq FROM outbox WHERE state = 'dead' AND route = ?1 AND expires_ms > ?3)
	AND (instr(o.id, '/burning/') OR instr(o.id, '/never-passed/') OR instr(o.id, '/escalated/'))
	AND o.decided_ms <= ?2 AND o.expires_ms > ?3
	AND NOT EXISTS (SELECT 1 FROM outbox same WHERE same.id = ` + onFallback + `)`

// onFallback is the id of o's event on the fallback.
const onFallback = `substr(o.id, 1, length(o.id) - length(o.route)) || f.name`

// unheardMates are the incidents that burn in a message of route and that it
// does not tell of: the edit that was to say so was decided no later than a
// time and, as all after it, has not got through. What was sent a minute after
// that decision told of it: until then a run is decided on.
//
// Each is told by itself, as its event told. Where the fallback, too, has one
// message for all, that is told.
const unheardMates = `FROM route r JOIN route f ON f.name = r.fallback AND f.active
	JOIN (SELECT DISTINCT number FROM outbox WHERE ` + waiting + ` AND route = ?1 AND expires_ms > ?3
		UNION SELECT number FROM outbox WHERE state = 'dead' AND route = ?1 AND expires_ms > ?3) behind
	JOIN incident lead ON lead.number = behind.number
	JOIN incident mate ON mate.under = lead.number AND mate.burned_ms IS NOT NULL AND mate.resolved_ms IS NULL
	JOIN event began ON began.number = mate.number AND began.kind IN ('burning', 'never passed')
	JOIN outbox o ON o.seq = (SELECT min(seq) FROM outbox WHERE route = ?1 AND decided_ms >= began.at_ms
		AND id > 'inc-' || lead.number || '/shared/' || mate.standing || '-' AND id < 'inc-' || lead.number || '/shared/' || mate.standing || '.')
	JOIN event e ON e.number = iif(json_extract(f.rule, '$.Edits') OR json_extract(f.rule, '$.Gathers') AND lead.storm_ms IS NOT NULL,
		lead.number, mate.number) AND e.kind IN ('burning', 'never passed')
	WHERE r.name = ?1 AND r.active AND o.decided_ms <= ?2 AND o.expires_ms > ?3
	AND NOT EXISTS (SELECT 1 FROM outbox heard WHERE heard.id > o.lane || '/' AND heard.id < o.lane || '0' AND heard.route = ?1
		AND heard.state = 'sent' AND (heard.seq >= o.seq OR heard.sent_ms >= o.decided_ms + 60000))
	AND NOT EXISTS (SELECT 1 FROM outbox same WHERE same.id = ` + mateOnFallback + `)`

// mateOnFallback is the id of e on the fallback.
const mateOnFallback = `'inc-' || e.number || '/' || replace(e.kind, ' ', '-') || '/' || e.revision || '/' || f.name`

// FallBack hands what burns and was decided before, and has not got through
// on route, to the fallback of route as well: each incident by itself, also
// those that share a message. It reports whether there was anything. On its
// own route it waits on.
func (db *DB) FallBack(ctx context.Context, route string, before, now time.Time) (bool, error) {
	args := []any{route, before.UnixMilli(), now.UnixMilli()}
	_, some, err := first(ctx, db.reader, scanText, "SELECT id FROM (SELECT o.id "+unheard+" UNION ALL SELECT o.id "+unheardMates+")", args...)
	if err == nil && some {
		err = db.now(ctx, func(tx *sql.Tx) error {
			const add = `INSERT OR IGNORE INTO outbox
				(id, route, lane, standing, number, op, state, decided_ms, not_before_ms, expires_ms, event, stands_for) `
			_, err := tx.Exec(add+`SELECT `+onFallback+`, f.name, o.lane, o.standing, o.number, o.op, 'pending', ?3, ?3, o.expires_ms, o.event,
				iif(o.stands_for = '', o.id, o.stands_for) `+unheard, args...)
			if err == nil {
				_, err = tx.Exec(add+`SELECT `+mateOnFallback+`, f.name, 'inc-' || e.number, e.standing, e.number, 'post', 'pending', ?3, ?3,
					o.expires_ms, e.body, o.id `+unheardMates, args...)
			}
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

// GotThrough reports whether the delivery id, or one behind it in its lane, was
// accepted by its channel: each says all that those before it did.
func (db *DB) GotThrough(ctx context.Context, id string) (bool, error) {
	_, sent, err := first(ctx, db.reader, scanText, `SELECT sent.id FROM outbox o JOIN outbox sent ON sent.route = o.route
		AND sent.id > o.lane || '/' AND sent.id < o.lane || '0' WHERE o.id = ? AND sent.seq >= o.seq AND sent.state = 'sent'`, id)
	if err != nil {
		return false, fmt.Errorf("read the delivery %s: %w", id, err)
	}
	return sent, nil
}
