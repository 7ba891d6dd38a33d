package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"
)

// Errors that callers tell apart with errors.Is. What is returned wraps them
// with the path and what to do next.
var (
	ErrLocked   = errors.New("another forewarn agent uses this database")
	ErrNewer    = errors.New("the database was written by a newer forewarn")
	ErrOlder    = errors.New("the database was written by an older forewarn")
	ErrForeign  = errors.New("the file belongs to another program")
	ErrCorrupt  = errors.New("the database is damaged")
	ErrMissing  = errors.New("there is no database yet")
	ErrReplaced = errors.New("the database file was moved, deleted or replaced")
	ErrClosed   = errors.New("the database is closed")
	ErrExists   = errors.New("the file exists already")
	ErrNotFound = errors.New("not found")
	ErrNotDue   = errors.New("the delivery is no longer to be sent")
)

// Options say how a database is opened. The zero Options are right for an agent.
type Options struct {
	// Ephemeral is for a file that nobody will miss after a power cut: each
	// write commits at once and waits for no disk. Demos and simulations use it.
	Ephemeral bool
	// Window is how long a write waits for others to share its commit: 0 is
	// 250 ms, less than 0 is not at all. It decides how much the disk writes,
	// not what survives.
	Window time.Duration
}

// DB is one open database. All methods are safe for concurrent use.
type DB struct {
	path   string      // absolute, symbolic links resolved
	file   fs.FileInfo // path as it was opened
	lock   *os.File    // nil: attached beside an agent
	writer *sql.DB     // one connection; only the committer uses it
	reader *sql.DB
	names  names

	standings standings
	settled   settled

	window  time.Duration // 0: each write commits at once
	queue   queue         // a write is either the committer's or still its caller's
	close   func() error
	commits sync.WaitGroup
	failed  atomic.Pointer[error] // of the last commit; nil if it succeeded
}

// Open opens the database at path as its one agent, and makes or migrates it
// if need be. The file, and all that belongs to it, is readable by its owner
// only. While another agent has it, Open fails with [ErrLocked] at once.
// The other errors are [ErrNewer], [ErrForeign] and [ErrCorrupt]; the file is
// then as it was before.
func Open(ctx context.Context, path string, o Options) (*DB, error) {
	path, err := resolve(path)
	if err != nil {
		return nil, err
	}
	lock, err := lockFile(path)
	if err != nil {
		return nil, err
	}
	db, err := open(ctx, path, o)
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	db.lock = lock
	return db, nil
}

func open(ctx context.Context, path string, o Options) (*DB, error) {
	version, err := inspect(ctx, path)
	if err != nil && !errors.Is(err, ErrMissing) {
		return nil, err
	}
	if err := makePrivate(path); err != nil {
		return nil, err
	}
	db, err := newDB(path, o)
	if err != nil {
		return nil, err
	}
	if err := db.begin(ctx, version); err != nil {
		return nil, errors.Join(err, db.writer.Close())
	}
	return db.start(), nil
}

// begin brings the file to the present schema.
func (db *DB) begin(ctx context.Context, version int) error {
	steps, err := migrations()
	if err != nil {
		return err
	}
	if err := migrate(ctx, db.writer, db.path, version, steps); err != nil {
		return explain(db.path, err)
	}
	return quickCheck(ctx, db.writer, db.path)
}

// Attach opens an existing database beside an agent that may be running: to
// read, and for short writes such as a mark or an acknowledgement. It never
// makes or migrates a file. Besides the errors of [Open] there are
// [ErrMissing], and [ErrOlder] if an agent has to migrate the file first.
func Attach(ctx context.Context, path string) (*DB, error) {
	path, err := resolve(path)
	if err != nil {
		return nil, err
	}
	version, err := inspect(ctx, path)
	if err != nil {
		return nil, err
	}
	steps, err := migrations()
	if err != nil {
		return nil, err
	}
	if version < len(steps) {
		return nil, fmt.Errorf("%s: %w: `forewarn run` brings it up to date", path, ErrOlder)
	}
	db, err := newDB(path, Options{Window: -1})
	if err != nil {
		return nil, err
	}
	return db.start(), nil
}

// newDB makes a DB of an existing file that it has not connected to yet.
func newDB(path string, o Options) (*DB, error) {
	const usual = 250 * time.Millisecond
	file, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	settings, window := writerSettings, o.Window
	switch {
	case o.Ephemeral:
		settings, window = ephemeralSettings, 0
	case window == 0:
		window = usual
	}
	return &DB{
		path:   path,
		file:   file,
		writer: openPool(path, settings, 1),
		reader: openPool(path, readerSettings, readers),
		window: max(window, 0),
		queue:  newQueue(),

		standings: newStandings(),
	}, nil
}

// start begins to accept writes.
func (db *DB) start() *DB {
	db.close = sync.OnceValue(db.shut)
	db.commits.Go(db.commitLoop)
	return db
}

// Close commits what was handed over, refuses what was not with [ErrClosed],
// and lets go of the file. Closing again does nothing.
func (db *DB) Close() error { return db.close() }

func (db *DB) shut() error {
	db.queue.close()
	db.commits.Wait()
	err := errors.Join(db.reader.Close(), db.writer.Close())
	if db.lock != nil {
		err = errors.Join(err, db.lock.Close())
	}
	if err != nil {
		return fmt.Errorf("close the database: %w", err)
	}
	return nil
}

// resolve makes path absolute and follows symbolic links, so that the same
// file always has the same lock.
func resolve(path string) (string, error) {
	if err := checkSQLite(); err != nil {
		return "", err
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("find the database: %w", err)
	}
	if file, err := filepath.EvalSymlinks(path); err == nil {
		return file, nil
	}
	folder, err := filepath.EvalSymlinks(filepath.Dir(path))
	if err != nil {
		return "", fmt.Errorf("find the folder of the database: %w: make it, or set agent.database to another place", err)
	}
	return filepath.Join(folder, filepath.Base(path)), nil
}
