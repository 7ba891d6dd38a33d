package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// applicationID marks a file as ours: "FwRn" in the header of the database.
const applicationID = 0x4677526e

//go:embed schema/*.sql
var schema embed.FS

// migrations are the steps from an empty file to the present schema. Step n
// leads to version n+1; what was once released never changes.
func migrations() ([]string, error) {
	names, err := fs.Glob(schema, "schema/*.sql")
	if err != nil {
		return nil, fmt.Errorf("list migrations: %w", err)
	}
	steps := make([]string, len(names))
	for i, name := range names {
		text, err := fs.ReadFile(schema, name)
		if err != nil {
			return nil, fmt.Errorf("read a migration: %w", err)
		}
		steps[i] = string(text)
	}
	return steps, nil
}

// inspect returns the schema version of the file at path, 0 if it is empty,
// without changing a byte of it.
func inspect(ctx context.Context, path string) (version int, err error) {
	switch info, err := os.Stat(path); {
	case errors.Is(err, fs.ErrNotExist):
		return 0, fmt.Errorf("%s: %w: `forewarn run` makes it", path, ErrMissing)
	case err != nil:
		return 0, fmt.Errorf("open the database: %w", err)
	case !info.Mode().IsRegular():
		return 0, fmt.Errorf("%s: %w: it is not a regular file", path, ErrForeign)
	case info.Size() == 0:
		return 0, nil
	}
	pool := openPool(path, readerSettings, 1)
	defer func() { err = errors.Join(err, pool.Close()) }()
	steps, err := migrations()
	if err != nil {
		return 0, err
	}
	var application, tables int
	err = pool.QueryRowContext(ctx, `SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema)
		FROM pragma_application_id, pragma_user_version`).Scan(&application, &version, &tables)
	switch {
	case err != nil:
		return 0, explain(path, err)
	case tables == 0:
		return 0, nil
	case application != applicationID:
		return 0, fmt.Errorf("%s: %w: set agent.database to another file", path, ErrForeign)
	case version > len(steps):
		return 0, fmt.Errorf("%s: %w: it has schema %d, this program knows %d: use the newer forewarn, "+
			"or restore the backup made before the upgrade", path, ErrNewer, version, len(steps))
	}
	return version, nil
}

// migrate brings the database from version to the last of steps, each in a
// transaction of its own. Unless it was empty, one backup is made of it before
// the first of them: a copy for each would fill the disk of a large one.
func migrate(ctx context.Context, writer *sql.DB, path string, version int, steps []string) error {
	if version > 0 && version < len(steps) {
		name := fmt.Sprintf("%s.v%d-%s.bak", path, version, time.Now().UTC().Format("20060102T150405Z"))
		if err := copyTo(ctx, path, name); err != nil {
			return fmt.Errorf("back up before migrating: %w", err)
		}
	}
	for ; version < len(steps); version++ {
		if err := step(ctx, writer, version+1, steps[version]); err != nil {
			return fmt.Errorf("migrate to schema %d: %w", version+1, err)
		}
	}
	return nil
}

// step is one migration. The version is part of its transaction.
func step(ctx context.Context, writer *sql.DB, version int, statements string) error {
	tx, err := writer.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	marked := fmt.Sprintf("%s;\nPRAGMA application_id = %d; PRAGMA user_version = %d;", statements, applicationID, version)
	if _, err := tx.ExecContext(ctx, marked); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// quickCheck finds damaged pages before anything is written. It takes some
// 0.2 s per 100 MB, so larger files go unchecked.
func quickCheck(ctx context.Context, pool *sql.DB, path string) error {
	const largest = 100 << 20
	if info, err := os.Stat(path); err != nil || info.Size() > largest {
		return err
	}
	return check(ctx, pool, path)
}

// check lets SQLite look through all pages of a database.
func check(ctx context.Context, pool *sql.DB, path string) error {
	var verdict string
	if err := pool.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&verdict); err != nil {
		return explain(path, err)
	}
	if verdict != "ok" {
		return damaged(path, verdict)
	}
	return nil
}
