package store

import (
	"errors"
	"fmt"
	"os"
)

// Healthy is nil while the last commit succeeded and the file is still in its
// place. SQLite itself would go on writing into a file that was deleted, and
// all of it would be lost.
func (db *DB) Healthy() error {
	if failed := db.failed.Load(); failed != nil {
		return *failed
	}
	now, err := os.Stat(db.path)
	if err != nil || !os.SameFile(db.file, now) {
		return fmt.Errorf("%s: %w: stop forewarn, put the file back or leave it away, and start again",
			db.path, errors.Join(ErrReplaced, err))
	}
	return nil
}
