package store

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mattn/go-sqlite3"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/probes"
)

// waits is how long, in the bubble's time, do takes.
func waits(t *testing.T, do func() error) time.Duration {
	t.Helper()
	began := time.Now()
	if err := do(); err != nil {
		t.Error(err)
	}
	return time.Since(began)
}

// bubble runs test with a database of the usual window, in fake time, on a
// real file. That nothing is left running is checked by the bubble itself.
func bubble(t *testing.T, test func(t *testing.T, db *DB)) {
	path := filepath.Join(t.TempDir(), "forewarn.db")
	synctest.Test(t, func(t *testing.T) {
		db, err := Open(context.Background(), path, Options{})
		must(t, err)
		test(t, db)
		must(t, db.Close())
	})
}

func TestRunsThatComeTogetherShareACommit(t *testing.T) {
	bubble(t, func(t *testing.T, db *DB) {
		watcher, err := db.reader.Conn(context.Background())
		must(t, err)
		before := pragmaOf(t, watcher, "data_version") // changes with every commit of others
		var all sync.WaitGroup
		for i, want := range []time.Duration{250, 150, 50} {
			all.Go(func() {
				time.Sleep(time.Duration(i) * 100 * time.Millisecond)
				if d := waits(t, func() error { return save(context.Background(), db, checkoutRun(noon())) }); d != want*time.Millisecond {
					t.Errorf("run %d waited %v, want %d ms", i, d, want)
				}
				if n := len(results(t, db, "checkout")); n != 3 {
					t.Errorf("run %d came back when %d were there", i, n)
				}
			})
		}
		time.Sleep(249 * time.Millisecond)
		if pragmaOf(t, watcher, "data_version") != before {
			t.Error("something was committed before the window ended")
		}
		all.Wait()
		must(t, watcher.Close())
	})
}

func TestRunsThatAreEnoughDoNotWaitForMore(t *testing.T) {
	for n, want := range map[int]time.Duration{enough - 1: 250 * time.Millisecond, enough: 0} {
		bubble(t, func(t *testing.T, db *DB) {
			var all sync.WaitGroup
			for range n {
				all.Go(func() {
					if d := waits(t, func() error { return save(context.Background(), db, checkoutRun(noon())) }); d != want {
						t.Errorf("one of %d waited %v, want %v", n, d, want)
					}
				})
			}
			all.Wait()
		})
	}
}

func TestAFailedRunDoesNotWaitAndTakesTheWaitingAlong(t *testing.T) {
	bubble(t, func(t *testing.T, db *DB) {
		passed := make(chan time.Duration)
		go func() {
			passed <- waits(t, func() error { return save(context.Background(), db, checkoutRun(noon())) })
		}()
		time.Sleep(100 * time.Millisecond)
		if d := waits(t, func() error { return save(context.Background(), db, failedRun(noon())) }); d != 0 {
			t.Errorf("the failed run waited %v", d)
		}
		if d := <-passed; d != 100*time.Millisecond {
			t.Errorf("the passed run waited %v, want the 100 ms until the failed one came", d)
		}
	})
}

func TestOnlyPassedRunsWait(t *testing.T) {
	bubble(t, func(t *testing.T, db *DB) {
		keep := func(run Run) time.Duration {
			run.Decisions = []Decision{{latency().Key, noon(), becomes(alert.Burning, time.Now(), alert.WentBurning)}}
			return waits(t, func() error { _, err := db.Keep(context.Background(), run); return err })
		}
		if d := keep(Run{Result: checkoutRun(noon())}); d != 250*time.Millisecond {
			t.Errorf("a passed run waited %v", d)
		}
		if d := keep(Run{Result: checkoutRun(noon()), Urgent: true}); d != 0 {
			t.Errorf("an urgent run waited %v", d)
		}
		if d := keep(Run{Result: failedRun(noon())}); d != 0 {
			t.Errorf("a failed run waited %v", d)
		}
		if d := waits(t, func() error { mustDecide(t, db, noon(), becomes(alert.Quiet, noon())); return nil }); d != 0 {
			t.Errorf("a decision waited %v", d)
		}
	})
}

func TestClosingCommitsWhatItHas(t *testing.T) {
	path := filepath.Join(t.TempDir(), "forewarn.db")
	synctest.Test(t, func(t *testing.T) {
		db, err := Open(context.Background(), path, Options{})
		must(t, err)
		waited := make(chan time.Duration)
		go func() {
			waited <- waits(t, func() error { return save(context.Background(), db, checkoutRun(noon())) })
		}()
		synctest.Wait()
		go func() { must(t, db.Close()) }()
		if d := <-waited; d != 0 {
			t.Errorf("the run waited %v", d)
		}
		synctest.Wait()
		if err := save(context.Background(), db, checkoutRun(noon())); !errors.Is(err, ErrClosed) {
			t.Errorf("saving after the end: %v", err)
		}
		must(t, db.Close())
	})
	if n := len(results(t, mustOpenAt(t, path, Options{}), "checkout")); n != 1 {
		t.Errorf("%d runs are there", n)
	}
}

func TestAnEndedContextWritesNothing(t *testing.T) {
	db := mustOpen(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := save(ctx, db, checkoutRun(noon())); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
	if n := len(results(t, db, "checkout")); n != 0 {
		t.Errorf("%d runs are there", n)
	}
}

// The committer is held inside one write while the context of another ends.
func TestAWriteThatWaitsObeysItsContext(t *testing.T) {
	db := mustOpen(t)
	begun, finish, first := make(chan bool), make(chan bool), make(chan error)
	go func() {
		first <- db.now(context.Background(), func(*sql.Tx) error {
			begun <- true
			<-finish
			return nil
		})
	}()
	<-begun
	ctx, cancel := context.WithCancel(t.Context())
	second := make(chan error)
	go func() { second <- save(ctx, db, checkoutRun(noon())) }()
	cancel()
	if err := <-second; !errors.Is(err, context.Canceled) {
		t.Errorf("the waiting write gets %v", err)
	}
	close(finish)
	must(t, <-first)
	if n := len(results(t, db, "checkout")); n != 0 {
		t.Errorf("%d runs are there", n)
	}
}

func TestOneBadWriteSparesTheOthersOfItsCommit(t *testing.T) {
	db := mustOpen(t)
	bad := errors.New("bad")
	batch := []*write{
		{do: func(tx *sql.Tx) error { return db.insertRun(tx, checkoutRun(noon())) }},
		{do: func(tx *sql.Tx) error { return errors.Join(db.insertRun(tx, renamed("new")), bad) }},
		{do: func(tx *sql.Tx) error { return db.insertRun(tx, renamed("new")) }},
	}
	for _, w := range batch {
		w.done = make(chan error, 1)
	}
	db.commit(batch)
	if errs := []error{<-batch[0].done, <-batch[1].done, <-batch[2].done}; errs[0] != nil || !errors.Is(errs[1], bad) || errs[2] != nil {
		t.Errorf("errors %v", errs)
	}
	must(t, db.Healthy()) // it is no fault of the file
	if n, m := len(results(t, db, "checkout")), len(results(t, db, "new")); n != 1 || m != 1 {
		t.Errorf("%d and %d runs are there, want 1 and 1", n, m)
	}
}

// All of a batch or nothing: a transaction that the disk refuses has written
// none of it, and each of its callers is told so.
func TestAFullDiskFailsTheWholeCommit(t *testing.T) {
	db := mustOpen(t)
	limitPages(t, db.writer, 1) // as many as there are already
	large := failedRun(noon())
	large.Steps = slices.Repeat(large.Steps, 1000)
	own, err := db.transact([]*write{
		{do: func(tx *sql.Tx) error { return db.insertRun(tx, checkoutRun(noon())) }},
		{do: func(tx *sql.Tx) error { return db.insertRun(tx, large) }},
	})
	if own || !isDiskFault(err) {
		t.Errorf("the error is %v", err)
	}
	if n := len(results(t, db, "checkout")); n != 0 {
		t.Errorf("%d runs are there", n)
	}
	must(t, save(t.Context(), db, checkoutRun(noon())))
}

func TestADamagedFileFailsTheWholeCommit(t *testing.T) {
	db := mustOpen(t)
	own, err := db.transact([]*write{
		{do: func(tx *sql.Tx) error { return db.insertRun(tx, checkoutRun(noon())) }},
		{do: func(*sql.Tx) error { return sqlite3.Error{Code: sqlite3.ErrCorrupt} }},
	})
	if own || !errors.Is(explain(db.path, err), ErrCorrupt) {
		t.Errorf("the error is %v", err)
	}
	if n := len(results(t, db, "checkout")); n != 0 {
		t.Errorf("%d runs are there", n)
	}
}

// renamed is a run whose names are all new.
func renamed(prefix string) probes.Result {
	r := checkoutRun(noon())
	r.Journey = prefix
	for i := range r.Steps {
		r.Steps[i].Name = prefix + r.Steps[i].Name
	}
	return r
}
