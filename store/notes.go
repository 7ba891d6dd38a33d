package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Mark is something the team says happened, such as a deploy, or a change of
// our own configuration.
type Mark struct {
	At   time.Time // to the millisecond
	Text string
	Ours bool // forewarn was changed, not the product
}

// Mark keeps what the team says happened.
func (db *DB) Mark(ctx context.Context, at time.Time, text string) error {
	return db.mark(ctx, Mark{at, text, false})
}

// MarkOurs keeps what was changed of forewarn itself.
func (db *DB) MarkOurs(ctx context.Context, at time.Time, text string) error {
	return db.mark(ctx, Mark{at, text, true})
}

func (db *DB) mark(ctx context.Context, m Mark) error {
	err := db.now(ctx, func(tx *sql.Tx) error {
		_, err := tx.Exec("INSERT INTO mark (at_ms, text, ours) VALUES (?, ?, ?)", m.At.UnixMilli(), m.Text, m.Ours)
		return err
	})
	if err != nil {
		return fmt.Errorf("keep a mark: %w", err)
	}
	return nil
}

// Marks are those not before since, oldest first.
func (db *DB) Marks(ctx context.Context, since time.Time) ([]Mark, error) {
	marks, err := collect(ctx, db.reader, func(scan scanner) (m Mark, err error) {
		var at sql.NullInt64
		err = scan(&at, &m.Text, &m.Ours)
		m.At = milliTime(at)
		return m, err
	}, "SELECT at_ms, text, ours FROM mark WHERE at_ms >= ? ORDER BY at_ms, id", since.UnixMilli())
	if err != nil {
		return nil, fmt.Errorf("read marks: %w", err)
	}
	return marks, nil
}

// Transcript is what the last failing run of a journey went through.
type Transcript struct {
	At   time.Time // to the millisecond
	Text string
}

// putTranscript keeps the transcript of the last failing run of journey, in
// place of the one before.
func (db *DB) putTranscript(tx *sql.Tx, journey string, at time.Time, text string) error {
	id, err := db.names.id(tx, journey)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO transcript (journey, at_ms, text) VALUES (?1, ?2, ?3)
		ON CONFLICT DO UPDATE SET at_ms = ?2, text = ?3`, id, at.UnixMilli(), text)
	return err
}

// LastTranscript is the transcript kept for journey; false if there is none.
func (db *DB) LastTranscript(ctx context.Context, journey string) (Transcript, bool, error) {
	t, found, err := first(ctx, db.reader, func(scan scanner) (t Transcript, err error) {
		var at sql.NullInt64
		err = scan(&at, &t.Text)
		t.At = milliTime(at)
		return t, err
	}, "SELECT at_ms, text FROM transcript WHERE journey = (SELECT id FROM name WHERE text = ?)", journey)
	if err != nil {
		return Transcript{}, false, fmt.Errorf("read the transcript of %s: %w", journey, err)
	}
	return t, found, nil
}
