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

// commit makes all changes of batch durable and tells their callers. If one of
// them fails by its own fault, each is made by itself, so that it undoes
// nothing of the others: that is rare, and a savepoint for each is not cheap.
func (db *DB) commit(batch []*write) {
	own, err := db.transact(batch)
	switch {
	case own && len(batch) > 1:
		for _, w := range batch {
			db.commit([]*write{w})
		}
		return
	case err == nil:
		db.failed.Store(nil)
	case !own:
		err = explain(db.path, err)
		db.failed.Store(&err)
	}
	for _, w := range batch {
		w.done <- err
	}
}

// transact writes all of batch or, if there is an error, nothing. own tells
// that it is the fault of one write alone. The context is nobody's: one
// caller's end must not take back another's write.
func (db *DB) transact(batch []*write) (own bool, err error) {
	tx, err := db.writer.BeginTx(context.Background(), nil)
	if err != nil {
		return false, fmt.Errorf("begin a transaction: %w", err)
	}
	defer func() {
		if err != nil {
			db.unlearn()
			err = errors.Join(err, ignoreDone(tx.Rollback()))
		}
	}()
	if err := db.standings.refresh(tx); err != nil {
		return false, err
	}
	for _, w := range batch {
		if err := guarded(tx, w.do); err != nil {
			return !isDiskFault(err), err
		}
	}
	if err := tx.Commit(); err != nil {
		return false, fmt.Errorf("commit: %w", err)
	}
	return false, nil
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
