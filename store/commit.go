package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
	"time"
)

const (
	// enough is the number of writes that wait for no others any more: to
	// make hundreds at once keeps a processor from everybody's measurements.
	enough = 64

	// most is the number that may share one commit where they have piled up
	// all the same, behind a slow disk.
	most = 512
)

// write is one change on its way to the disk.
type write struct {
	do     func(*sql.Tx) error
	urgent bool       // commit without waiting for others
	done   chan error // buffered: the committer never waits for a caller
}

// lazily runs do in a transaction that it may share with others, and returns
// when that is durable. A write whose ctx ends before the committer took it
// is not made; after that its outcome is waited for.
func (db *DB) lazily(ctx context.Context, do func(*sql.Tx) error) error {
	return db.hand(ctx, &write{do: do, done: make(chan error, 1)})
}

// now is lazily without waiting for others to share the commit.
func (db *DB) now(ctx context.Context, do func(*sql.Tx) error) error {
	return db.hand(ctx, &write{do: do, urgent: true, done: make(chan error, 1)})
}

func (db *DB) hand(ctx context.Context, w *write) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case db.writes <- w:
		return <-w.done
	case <-ctx.Done():
		return ctx.Err()
	case <-db.closing:
		return ErrClosed
	}
}

// commitLoop is the only goroutine that writes. What waits for it to come
// back from a commit shares the next one.
func (db *DB) commitLoop() {
	for {
		select {
		case w := <-db.writes:
			db.commit(db.gather(w))
		case <-db.closing:
			return
		}
	}
}

// gather collects writes until the window ends, one of them is urgent, or
// they are enough, and takes along all that wait by then. No transaction is
// open meanwhile.
func (db *DB) gather(first *write) []*write {
	batch, urgent := []*write{first}, first.urgent || db.window == 0
	window := time.NewTimer(db.window)
	defer window.Stop()
	for len(batch) < most {
		if urgent || len(batch) >= enough {
			select {
			case w := <-db.writes:
				batch = append(batch, w)
				continue
			default:
				return batch
			}
		}
		select {
		case w := <-db.writes:
			batch, urgent = append(batch, w), w.urgent
		case <-window.C:
			return batch
		case <-db.closing:
			return batch
		}
	}
	return batch
}

// commit makes all changes of batch durable and tells their callers.
func (db *DB) commit(batch []*write) {
	errs := make([]error, len(batch))
	err := db.transact(batch, errs)
	if err != nil {
		err = explain(db.path, err)
		db.failed.Store(&err)
	} else {
		db.failed.Store(nil)
	}
	for i, w := range batch {
		if err != nil {
			errs[i] = err
		}
		w.done <- errs[i]
	}
}

// transact fills errs with what went wrong in single writes. An error of its
// own means that nothing of the batch was written. Its context is nobody's:
// one caller's end must not take back another's write.
func (db *DB) transact(batch []*write, errs []error) (err error) {
	tx, err := db.writer.BeginTx(context.Background(), nil)
	if err != nil {
		return fmt.Errorf("begin a transaction: %w", err)
	}
	defer func() {
		if err != nil {
			db.unlearn()
			err = errors.Join(err, ignoreDone(tx.Rollback()))
		}
	}()
	if err := db.standings.refresh(tx); err != nil {
		return err
	}
	for i, w := range batch {
		if errs[i], err = db.single(tx, w); err != nil {
			return err
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// single runs one write of a batch such that its failure undoes nothing of
// the others. A fatal error means that the whole transaction is lost: SQLite
// has rolled it back by itself, as it does when the disk is full.
func (db *DB) single(tx *sql.Tx, w *write) (own, fatal error) {
	if _, err := tx.Exec("SAVEPOINT single"); err != nil {
		return nil, fmt.Errorf("begin a write: %w", err)
	}
	if own = guarded(tx, w.do); own != nil {
		db.unlearn()
		if _, err := tx.Exec("ROLLBACK TO single"); err != nil || isDiskFault(own) {
			return nil, own
		}
	}
	if _, err := tx.Exec("RELEASE single"); err != nil {
		return nil, fmt.Errorf("end a write: %w", err)
	}
	return own, nil
}

// unlearn drops what the committer knows from writes that were taken back.
func (db *DB) unlearn() {
	db.names.forget()
	db.standings.forget()
}

// guarded turns a panic of one write into its error.
func guarded(tx *sql.Tx, do func(*sql.Tx) error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	return do(tx)
}

func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}
