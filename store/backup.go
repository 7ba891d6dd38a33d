package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Backup writes a copy of the database to file, readable by its owner only.
// The copy is whole and checked before it gets its name; an agent may go on
// writing meanwhile. If file exists, Backup fails with [ErrExists].
// To restore, stop the agent, remove the database with the -wal and -shm files
// that a crash leaves beside it, which SQLite would write over the copy, and
// copy the file into its place.
func (db *DB) Backup(ctx context.Context, file string) error {
	if err := copyTo(ctx, db.path, file); err != nil {
		return fmt.Errorf("back up the database: %w", err)
	}
	return nil
}

// copyTo is Backup for a file that may have any version.
func copyTo(ctx context.Context, path, file string) (err error) {
	if file, err = filepath.Abs(file); err != nil {
		return err
	}
	if _, err := os.Lstat(file); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: %w: choose another name", file, errors.Join(err, ErrExists))
	}
	draft, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".part-*")
	if err != nil {
		return fmt.Errorf("%w: name a folder that is there and that you may write", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(draft.Name()))
		}
	}()
	if err := draft.Close(); err != nil {
		return err
	}
	if err := vacuumInto(ctx, path, draft.Name()); err != nil {
		return explain(path, err)
	}
	if err := flush(draft.Name()); err != nil {
		return err
	}
	if err := os.Rename(draft.Name(), file); err != nil {
		return err
	}
	return flush(filepath.Dir(file))
}

// vacuumInto fills the empty file copied, and checks it.
func vacuumInto(ctx context.Context, path, copied string) (err error) {
	from := openPool(path, copierSettings, 1)
	defer func() { err = errors.Join(err, from.Close()) }()
	if _, err := from.ExecContext(ctx, "VACUUM INTO ?", copied); err != nil {
		return err
	}
	to := openPool(copied, readerSettings, 1)
	defer func() { err = errors.Join(err, to.Close()) }()
	return check(ctx, to, copied)
}

// flush waits until the disk has a file, or a folder's names.
func flush(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
