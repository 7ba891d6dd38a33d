package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
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
	if !db.queue.put(w) {
		return ErrClosed
	}
	select {
	case err := <-w.done:
		return err
	case <-ctx.Done():
	}
	if db.queue.drop(w) {
		return ctx.Err()
	}
	return <-w.done
}

// commitLoop is the only goroutine that writes. What waits for it to come back
// from a commit shares the next one. No transaction is open while it waits.
func (db *DB) commitLoop() {
	for batch := db.queue.next(db.window); len(batch) > 0; batch = db.queue.next(db.window) {
		db.commit(batch)
	}
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
