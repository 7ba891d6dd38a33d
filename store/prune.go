package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"
)

// How long the outbox keeps what it is done with: as long as anybody may ask
// whether a message was sent, and why one was not.
const (
	keepDone = 90 * 24 * time.Hour
	keepDead = 365 * 24 * time.Hour
)

// done is what the outbox may forget at ?1 and ?2: nothing of an incident
// that is open, or tells of one that is, for those messages are still edited.
const done = `SELECT seq FROM outbox WHERE (decided_ms < ?1 AND state IN ('sent', 'superseded', 'dropped') OR decided_ms < ?2 AND state = 'dead')
	AND (number IS NULL OR number NOT IN (SELECT number FROM incident WHERE resolved_ms IS NULL
		UNION SELECT under FROM incident WHERE resolved_ms IS NULL AND under IS NOT NULL))
	ORDER BY seq LIMIT ?3`

// Prune removes what the outbox has been done with for long at now, a few rows
// at a time so that nothing else waits, and returns how many.
func (db *DB) Prune(ctx context.Context, now time.Time) (removed int, err error) {
	const batch = 200
	for ctx.Err() == nil {
		old, err := collect(ctx, db.reader, scanNumber, done, now.Add(-keepDone).UnixMilli(), now.Add(-keepDead).UnixMilli(), batch)
		if err == nil && len(old) > 0 {
			err = db.forget(ctx, old)
		}
		if err != nil {
			return removed, fmt.Errorf("prune the outbox: %w", err)
		}
		removed += len(old)
		if len(old) < batch {
			return removed, nil
		}
	}
	return removed, ctx.Err()
}

// forget removes rows of the outbox.
func (db *DB) forget(ctx context.Context, rows []int64) error {
	list, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	return db.now(ctx, func(tx *sql.Tx) error {
		_, err := tx.Exec("DELETE FROM outbox WHERE seq IN (SELECT value FROM json_each(?))", string(list))
		return err
	})
}

func scanNumber(scan scanner) (n int64, err error) {
	err = scan(&n)
	return n, err
}
