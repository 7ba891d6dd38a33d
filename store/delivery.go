package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/forewarn/forewarn/alert"
)

const deliveryColumns = `SELECT o.id, o.route, o.lane, s.journey, s.limit_name, o.event, o.state, o.attempts,
	o.decided_ms, o.not_before_ms, o.expires_ms, o.first_try_ms, o.sent_ms, o.channel, o.ts, o.error, o.stands_for
	FROM outbox o JOIN standing s ON s.id = o.standing `

func scanDelivery(scan scanner) (d Delivery, err error) {
	var event string
	var decided, notBefore, expires, firstTry, sent sql.NullInt64
	err = scan(&d.ID, &d.Route, &d.Lane, &d.Key.Journey, &d.Key.Limit, &event, &d.State, &d.Attempts,
		&decided, &notBefore, &expires, &firstTry, &sent, &d.Channel, &d.TS, &d.Error, &d.StandsFor)
	if err != nil {
		return d, err
	}
	d.Decided, d.NotBefore, d.Expires = milliTime(decided), milliTime(notBefore), milliTime(expires)
	d.FirstTry, d.SentAt = milliTime(firstTry), milliTime(sent)
	if d.Event, err = fromJSON[alert.Event](event); err != nil {
		d.Damage = err.Error() // one row must not hide all others
	}
	return d, nil
}

const dueOnRoute = `WHERE o.` + waiting + ` AND o.state <> 'sending' AND o.route = ?1 AND o.not_before_ms <= ?2
	AND o.seq = (SELECT min(seq) FROM outbox WHERE ` + waiting + ` AND route = ?1 AND lane = o.lane)
	AND (SELECT hold_ms FROM route WHERE name = ?1) <= ?2
	ORDER BY o.seq LIMIT ?3`

// Due are the deliveries of route that may be sent at now, oldest first: the
// head of each lane, unless it is to wait or just being sent. Those that are
// [Unsure] are among them: look whether they arrived before sending them
// again. What has expired is given up first.
func (db *DB) Due(ctx context.Context, route string, now time.Time) ([]Delivery, error) {
	if err := db.expire(ctx, route, now); err != nil {
		return nil, fmt.Errorf("expire deliveries of %s: %w", route, err)
	}
	const atOnce = 100
	due, err := collect(ctx, db.reader, scanDelivery, deliveryColumns+dueOnRoute, route, now.UnixMilli(), atOnce)
	if err != nil {
		return nil, fmt.Errorf("read what is due on %s: %w", route, err)
	}
	return due, nil
}

const nextDue = `SELECT min(not_before_ms) FROM outbox WHERE ` + waiting + ` AND state <> 'sending' AND route = ? AND not_before_ms > ?`

// NextDue is when the next delivery of route is due that is not at now; zero
// if none waits.
func (db *DB) NextDue(ctx context.Context, route string, now time.Time) (time.Time, error) {
	at, _, err := first(ctx, db.reader, func(scan scanner) (time.Time, error) {
		var ms sql.NullInt64
		err := scan(&ms)
		return milliTime(ms), err
	}, nextDue, route, now.UnixMilli())
	if err != nil {
		return time.Time{}, fmt.Errorf("read what is due next on %s: %w", route, err)
	}
	return at, nil
}

// expired has also, after a day, the ends of what nobody was told of there:
// such an end makes no message true.
const expired = waiting + ` AND state <> 'sending' AND route = ?1 AND (expires_ms <= ?2 OR decided_ms <= ?2 - 86400000
	AND (instr(id, '/resolved/') OR instr(id, '/closed/') OR instr(id, '/rule-removed/') OR instr(id, '/receded/')
		OR instr(id, '/all-over/') OR instr(id, '/shared/'))
	AND NOT EXISTS (SELECT 1 FROM outbox told WHERE told.id > outbox.lane || '/' AND told.id < outbox.lane || '0'
		AND told.route = ?1 AND told.op = 'post' AND told.state IN ('sent', 'unknown')))`

func (db *DB) expire(ctx context.Context, route string, now time.Time) error {
	_, some, err := first(ctx, db.reader, scanText, "SELECT id FROM outbox WHERE "+expired, route, now.UnixMilli())
	if err != nil || !some {
		return err
	}
	return db.now(ctx, func(tx *sql.Tx) error {
		_, err := tx.Exec(`UPDATE outbox SET state = 'dead',
			error = 'expired before it could be sent' || iif(error = '', '', ': ' || error) WHERE `+expired, route, now.UnixMilli())
		return err
	})
}

// Deliveries are all that are in one of states, oldest first.
func (db *DB) Deliveries(ctx context.Context, states ...DeliveryState) ([]Delivery, error) {
	list, err := json.Marshal(states)
	if err != nil {
		return nil, fmt.Errorf("read the outbox: %w", err)
	}
	all, err := collect(ctx, db.reader, scanDelivery, deliveryColumns+
		"WHERE o.state IN (SELECT value FROM json_each(?)) ORDER BY o.seq", string(list))
	if err != nil {
		return nil, fmt.Errorf("read the outbox: %w", err)
	}
	return all, nil
}

// Delivery is the one of that id; [ErrNotFound] if there is none.
func (db *DB) Delivery(ctx context.Context, id string) (Delivery, error) {
	d, found, err := first(ctx, db.reader, scanDelivery, deliveryColumns+"WHERE o.id = ?", id)
	if err == nil && !found {
		err = ErrNotFound
	}
	if err != nil {
		return Delivery{}, fmt.Errorf("read delivery %s: %w", id, err)
	}
	return d, nil
}

// Receipt is a channel's word that it accepted a delivery.
type Receipt struct {
	Channel, TS string
	At          time.Time
	Thread      bool // the message becomes the incident's thread even if there is one
}

// Thread is the message that an incident's later messages belong to.
type Thread struct{ Channel, TS string }

// Thread is the thread of an incident on a route; false if there is none.
func (db *DB) Thread(ctx context.Context, route string, incident int64) (Thread, bool, error) {
	t, found, err := first(ctx, db.reader, scanThread, "SELECT channel, ts FROM thread WHERE route = ? AND number = ?", route, incident)
	if err != nil {
		return Thread{}, false, fmt.Errorf("read the thread of incident %d: %w", incident, err)
	}
	return t, found, nil
}

// Told is the first message on route that told an event of kind k of an
// incident; false if none was sent.
func (db *DB) Told(ctx context.Context, route string, incident int64, k alert.EventKind) (Thread, bool, error) {
	begin := idPrefix(incidentLane(incident), k)
	t, found, err := first(ctx, db.reader, scanThread, toldOnRoute, begin, idsEnd(begin), route)
	if err != nil {
		return Thread{}, false, fmt.Errorf("read what told %q of incident %d: %w", k, incident, err)
	}
	return t, found, nil
}

// toldOnRoute looks into the index of ids, and so at a handful of rows however
// much was ever sent; + keeps the order from choosing another index.
const toldOnRoute = `SELECT channel, ts FROM outbox WHERE id > ? AND id < ? AND route = ? AND state = 'sent' ORDER BY +seq`

// idsEnd is behind all ids that begin with prefix, whose last byte is "/".
func idsEnd(prefix string) string { return prefix[:len(prefix)-1] + "0" }

func scanThread(scan scanner) (t Thread, err error) {
	err = scan(&t.Channel, &t.TS)
	return t, err
}

// RouteStats is how one route's part of the outbox stands.
type RouteStats struct {
	Route   string
	Pending int           // to be sent
	Sending int           // handed to the channel, no answer yet
	Unsure  int           // sent, and nobody knows whether it arrived
	Dead    int           // given up and still there
	Oldest  time.Time     // decision time of the oldest that waits; zero if none does
	Dwell   time.Duration // from decision until delivery, of the delivery sent last; 0 if none was
}

// OutboxStats reports how each route's part of the outbox stands, by name:
// those in use, and others while they have something to say.
func (db *DB) OutboxStats(ctx context.Context) ([]RouteStats, error) {
	all, err := collect(ctx, db.reader, func(scan scanner) (s RouteStats, err error) {
		var oldest, dwell sql.NullInt64
		err = scan(&s.Route, &s.Pending, &s.Sending, &s.Unsure, &s.Dead, &oldest, &dwell)
		s.Oldest, s.Dwell = milliTime(oldest), time.Duration(dwell.Int64)*time.Millisecond
		return s, err
	}, `SELECT r.name, count(*) FILTER (WHERE o.state = 'pending'), count(*) FILTER (WHERE o.state = 'sending'),
		count(*) FILTER (WHERE o.state = 'unknown'), count(*) FILTER (WHERE o.state = 'dead'),
		min(o.decided_ms) FILTER (WHERE o.state <> 'dead'), r.dwell_ms
		FROM route r LEFT JOIN (
			SELECT route, state, decided_ms FROM outbox WHERE `+waiting+`
			UNION ALL SELECT route, state, decided_ms FROM outbox WHERE state = 'dead'
		) o ON o.route = r.name
		WHERE r.active OR o.route IS NOT NULL
		GROUP BY r.name ORDER BY r.name`)
	if err != nil {
		return nil, fmt.Errorf("read the outbox: %w", err)
	}
	return all, nil
}
