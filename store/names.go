package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
)

// names maps texts to the ids that hot rows hold in their place. An id never
// changes its text once it is committed.
type names struct {
	ids   map[string]uint64 // the committer's alone; may hold what is not committed yet
	texts sync.Map          // uint64 -> string; only what is committed
}

// id gives text an id. Only the committer may call it, within tx.
func (n *names) id(tx *sql.Tx, text string) (uint64, error) {
	if text == "" {
		return 0, nil
	}
	if id, known := n.ids[text]; known {
		return id, nil
	}
	if _, err := tx.Exec("INSERT OR IGNORE INTO name (text) VALUES (?)", text); err != nil {
		return 0, fmt.Errorf("keep a name: %w", err)
	}
	var id uint64
	if err := tx.QueryRow("SELECT id FROM name WHERE text = ?", text).Scan(&id); err != nil {
		return 0, fmt.Errorf("keep a name: %w", err)
	}
	if n.ids == nil {
		n.ids = map[string]uint64{}
	}
	n.ids[text] = id
	return id, nil
}

// forget drops ids that a rollback may have taken back.
func (n *names) forget() { clear(n.ids) }

// text is the inverse of id, for any reader.
func (n *names) text(ctx context.Context, reader *sql.DB, id uint64) (string, error) {
	if text, known := n.texts.Load(id); known {
		return text.(string), nil
	}
	var text string
	err := reader.QueryRowContext(ctx, "SELECT text FROM name WHERE id = ?", int64(id)).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("%w: nothing has the name %d", errDetail, id)
	}
	if err != nil {
		return "", fmt.Errorf("read a name: %w", err)
	}
	n.texts.Store(id, text)
	return text, nil
}
