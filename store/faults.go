package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/mattn/go-sqlite3"
)

// explain adds to an error of SQLite what the operator can do about it. Other
// errors, and nil, come back as they are.
func explain(path string, err error) error {
	fault, ok := errors.AsType[sqlite3.Error](err)
	if !ok {
		return err
	}
	switch fault.Code {
	case sqlite3.ErrNotADB, sqlite3.ErrCorrupt:
		return damaged(path, err.Error())
	case sqlite3.ErrFull:
		return fmt.Errorf("%s: %w: free space on its disk; nothing else needs to be done", path, err)
	case sqlite3.ErrReadonly, sqlite3.ErrCantOpen, sqlite3.ErrPerm, sqlite3.ErrAuth:
		return fmt.Errorf("%s: %w: let this user write the file and its folder", path, err)
	case sqlite3.ErrBusy, sqlite3.ErrLocked:
		return fmt.Errorf("%s: %w for 5 s: close the other program that writes it", path, err)
	case sqlite3.ErrIoErr:
		return fmt.Errorf("%s: %w: check its disk", path, err)
	}
	return fmt.Errorf("%s: %w", path, err)
}

// damaged says how to get going again without losing what can be saved.
func damaged(path, what string) error {
	return fmt.Errorf("%s: %w (%s): move it away (mv %[1]s %[1]s.damaged; the -wal and -shm files beside it too), "+
		"then put a backup in its place or start with an empty one", path, ErrCorrupt, what)
}

// Passing reports whether a write failed for a reason that has nothing to do
// with what was to be written, such as a full disk or another program that
// holds the file, so that the same write may succeed later.
func Passing(err error) bool { return isDiskFault(err) || errors.Is(err, context.DeadlineExceeded) }

// isDiskFault reports whether err is about the file rather than about what
// was written: no other write of the same transaction can succeed either.
func isDiskFault(err error) bool {
	fault, ok := errors.AsType[sqlite3.Error](err)
	if !ok {
		return false
	}
	switch fault.Code {
	case sqlite3.ErrFull, sqlite3.ErrIoErr, sqlite3.ErrCorrupt, sqlite3.ErrNotADB, sqlite3.ErrNomem,
		sqlite3.ErrReadonly, sqlite3.ErrCantOpen, sqlite3.ErrBusy, sqlite3.ErrLocked:
		return true
	}
	return false
}
