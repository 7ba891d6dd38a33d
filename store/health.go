package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
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

// Stats is what the database takes up, in bytes.
type Stats struct {
	File int64 // the database itself
	WAL  int64 // what is not folded into it yet
	Free int64 // left on its disk for this user
}

// Stats reports what the database takes up and what is left on its disk.
func (db *DB) Stats() (Stats, error) {
	file, err := size(db.path)
	if err != nil {
		return Stats{}, err
	}
	wal, err := size(db.path + "-wal")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Stats{}, err
	}
	var disk unix.Statfs_t
	if err := unix.Statfs(filepath.Dir(db.path), &disk); err != nil {
		return Stats{}, fmt.Errorf("measure the database's disk: %w", err)
	}
	return Stats{File: file, WAL: wal, Free: int64(disk.Bavail) * int64(disk.Bsize)}, nil
}

func size(file string) (int64, error) {
	info, err := os.Stat(file)
	if err != nil {
		return 0, fmt.Errorf("measure the database: %w", err)
	}
	return info.Size(), nil
}
