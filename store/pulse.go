package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Pulse is what is known of the pings of one heartbeat. All times are kept to
// the millisecond.
type Pulse struct {
	Anchor time.Time // from which the next ping is expected
	Began  time.Time // of the job that is under way; zero if none is
	Heard  time.Time // the last ping; zero if none has ever come
}

// SavePulse keeps the pulse of journey, in place of the one before.
func (db *DB) SavePulse(ctx context.Context, journey string, p Pulse) error {
	err := db.now(ctx, func(tx *sql.Tx) error {
		id, err := db.names.id(tx, journey)
		if err != nil {
			return err
		}
		_, err = tx.Exec(`INSERT INTO pulse (journey, anchor_ms, began_ms, heard_ms) VALUES (?1, ?2, ?3, ?4)
			ON CONFLICT DO UPDATE SET anchor_ms = ?2, began_ms = ?3, heard_ms = ?4`,
			id, p.Anchor.UnixMilli(), nullMilli(p.Began), nullMilli(p.Heard))
		return err
	})
	if err != nil {
		return fmt.Errorf("keep the pulse of %s: %w", journey, err)
	}
	return nil
}

// Pulse is the pulse kept for journey; false if there is none.
func (db *DB) Pulse(ctx context.Context, journey string) (Pulse, bool, error) {
	p, found, err := first(ctx, db.reader, func(scan scanner) (Pulse, error) {
		var anchor, began, heard sql.NullInt64
		err := scan(&anchor, &began, &heard)
		return Pulse{milliTime(anchor), milliTime(began), milliTime(heard)}, err
	}, "SELECT anchor_ms, began_ms, heard_ms FROM pulse WHERE journey = (SELECT id FROM name WHERE text = ?)", journey)
	if err != nil {
		return Pulse{}, false, fmt.Errorf("read the pulse of %s: %w", journey, err)
	}
	return p, found, nil
}

// SaveSign keeps that forewarn is alive at a time.
func (db *DB) SaveSign(ctx context.Context, at time.Time) error {
	err := db.now(ctx, func(tx *sql.Tx) error {
		_, err := tx.Exec("INSERT INTO life (one, seen_ms) VALUES (1, ?1) ON CONFLICT DO UPDATE SET seen_ms = ?1", at.UnixMilli())
		return err
	})
	if err != nil {
		return fmt.Errorf("keep a sign of life: %w", err)
	}
	return nil
}

// LastSign is until when forewarn is known to have been alive: the last sign
// that was kept, or the start of the last run of any journey. It is zero if
// there is neither.
func (db *DB) LastSign(ctx context.Context) (time.Time, error) {
	at, _, err := first(ctx, db.reader, func(scan scanner) (time.Time, error) {
		var at sql.NullInt64
		err := scan(&at)
		return milliTime(at), err
	}, `SELECT max(at) FROM (SELECT seen_ms AS at FROM life
		UNION ALL SELECT start_ms FROM (SELECT start_ms FROM run ORDER BY id DESC LIMIT 1))`)
	if err != nil {
		return time.Time{}, fmt.Errorf("read the last sign of life: %w", err)
	}
	return at, nil
}
