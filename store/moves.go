package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Sending marks a delivery as handed to its channel, before it is. It fails
// with [ErrNotDue] if the delivery must not be sent any more.
func (db *DB) Sending(ctx context.Context, id string, now time.Time) error {
	return db.move(ctx, id, `UPDATE outbox SET state = 'sending', attempts = attempts + 1,
		first_try_ms = coalesce(first_try_ms, ?2)
		WHERE id = ?1 AND state IN ('pending', 'unknown') AND expires_ms > ?2`, now.UnixMilli())
}

// Sent marks a delivery as accepted. In the same transaction its message
// becomes the thread of the incident, if that has none yet on this route.
func (db *DB) Sent(ctx context.Context, id string, r Receipt) error {
	return db.change(ctx, id, func(tx *sql.Tx) error {
		if err := moved(tx.Exec(`UPDATE outbox SET state = 'sent', sent_ms = ?2, channel = ?3, ts = ?4, error = ''
			WHERE id = ?1 AND state <> 'sent'`, id, r.At.UnixMilli(), r.Channel, r.TS)); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO thread (route, number, channel, ts)
			SELECT route, number, ?2, ?3 FROM outbox WHERE id = ?1 AND number IS NOT NULL AND ?3 <> ''
			ON CONFLICT DO UPDATE SET channel = excluded.channel, ts = excluded.ts WHERE ?4`,
			id, r.Channel, r.TS, r.Thread)
		if err != nil {
			return err
		}
		_, err = tx.Exec(`UPDATE route SET sent_ms = ?2, dwell_ms = max(0, ?2 - o.decided_ms)
			FROM outbox o WHERE o.id = ?1 AND route.name = o.route`, id, r.At.UnixMilli())
		return err
	})
}

// back puts a delivery back, unless it is an edit and a newer one waits.
const back = `state = iif(op <> 'post' AND EXISTS (SELECT 1 FROM outbox newer WHERE newer.` + waiting + `
		AND newer.route = outbox.route AND newer.lane = outbox.lane AND newer.op = outbox.op AND newer.seq > outbox.seq),
		'superseded', 'pending'), not_before_ms = ?2, error = ?3`

// Retry puts a delivery back, to be sent again at the earliest at at. One that
// was given up is worth sending for another day.
func (db *DB) Retry(ctx context.Context, id string, at time.Time, why string) error {
	return db.move(ctx, id, `UPDATE outbox SET `+back+`, expires_ms = iif(state = 'dead', ?4, expires_ms)
		WHERE id = ?1 AND state IN ('pending', 'sending', 'unknown', 'dead')`,
		at.UnixMilli(), why, at.Add(usefulFor).UnixMilli())
}

// Unsure says that the channel may have accepted a delivery, since no answer
// came. It is due again at at, to be looked for.
func (db *DB) Unsure(ctx context.Context, id string, at time.Time, why string) error {
	return db.move(ctx, id, `UPDATE outbox SET state = 'unknown', not_before_ms = ?2, error = ?3
		WHERE id = ?1 AND `+waiting, at.UnixMilli(), why)
}

// Hold puts a delivery back and holds its whole route, because the channel
// said "not so fast". It does not count as an attempt.
func (db *DB) Hold(ctx context.Context, id string, until time.Time, why string) error {
	return db.change(ctx, id, func(tx *sql.Tx) error {
		if err := moved(tx.Exec(`UPDATE outbox SET `+back+`, attempts = max(0, attempts - 1)
			WHERE id = ?1 AND `+waiting, id, until.UnixMilli(), why)); err != nil {
			return err
		}
		_, err := tx.Exec(`UPDATE route SET hold_ms = max(hold_ms, ?2)
			WHERE name = (SELECT route FROM outbox WHERE id = ?1)`, id, until.UnixMilli())
		return err
	})
}

// Dead gives a delivery up. It is kept, to be seen and retried.
func (db *DB) Dead(ctx context.Context, id, why string) error {
	return db.move(ctx, id, `UPDATE outbox SET state = 'dead', error = ?2 WHERE id = ?1 AND `+waiting, why)
}

// Revive is for people: it makes a delivery due again that waits or was given
// up. One that was tried may have arrived, so it is looked for first.
func (db *DB) Revive(ctx context.Context, id string, now time.Time) error {
	return db.move(ctx, id, `UPDATE outbox SET state = iif(first_try_ms IS NULL, 'pending', 'unknown'),
		not_before_ms = ?2, expires_ms = iif(state = 'dead', ?3, expires_ms)
		WHERE id = ?1 AND state IN ('pending', 'unknown', 'dead') AND route IN (SELECT name FROM route WHERE active)`,
		now.UnixMilli(), now.Add(usefulFor).UnixMilli())
}

// Drop is for people: it gives a delivery up for good, unless it is just
// being sent or was.
func (db *DB) Drop(ctx context.Context, id string) error {
	return db.move(ctx, id, "UPDATE outbox SET state = 'dropped' WHERE id = ?1 AND state IN ('pending', 'unknown', 'dead')")
}

// Superseded drops a delivery because another one says all that it would.
func (db *DB) Superseded(ctx context.Context, id string) error {
	return db.move(ctx, id, `UPDATE outbox SET state = 'superseded' WHERE id = ?1 AND state <> 'sent'`)
}

// Recover is for an agent that starts: what was being sent when the last one
// ended may have arrived or not.
func (db *DB) Recover(ctx context.Context) error {
	err := db.now(ctx, func(tx *sql.Tx) error {
		_, err := tx.Exec("UPDATE outbox SET state = 'unknown' WHERE " + waiting + " AND state = 'sending'")
		return err
	})
	if err != nil {
		return fmt.Errorf("recover the outbox: %w", err)
	}
	return nil
}

// move is a change of state that one statement makes; its first parameter is id.
func (db *DB) move(ctx context.Context, id, statement string, args ...any) error {
	return db.change(ctx, id, func(tx *sql.Tx) error {
		return moved(tx.Exec(statement, append([]any{id}, args...)...))
	})
}

func (db *DB) change(ctx context.Context, id string, do func(*sql.Tx) error) error {
	if err := db.now(ctx, do); err != nil {
		return fmt.Errorf("delivery %s: %w", id, err)
	}
	return nil
}

// moved is [ErrNotDue] if a delivery was not in a state to move from.
func moved(result sql.Result, err error) error {
	if err != nil {
		return err
	}
	switch n, err := result.RowsAffected(); {
	case err != nil:
		return err
	case n == 0:
		return ErrNotDue
	}
	return nil
}
