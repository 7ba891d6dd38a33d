package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/forewarn/forewarn/alert"
)

// fill writes one of everything into an empty database.
func fill(t *testing.T, db *DB) {
	t.Helper()
	ctx := t.Context()
	must(t, db.SetRoutes(ctx, []Route{{Name: "slack"}, {Name: "terminal"}}))
	for name, r := range oddRuns() {
		r.Journey = name
		run := Run{Result: r}
		if name == "failed" {
			run.Transcript = "GET /search\n502"
		}
		_, err := db.Keep(ctx, run)
		must(t, err)
	}
	mustDecide(t, db, noon(), becomes(alert.Soon, noon(), alert.WentSoon))
	mustDecide(t, db, noon().Add(time.Hour), becomes(alert.Burning, noon().Add(time.Hour), alert.WentBurning))
	mustDecide(t, db, noon().Add(time.Hour), settles(noon().Add(time.Hour), alert.Came, noon().Add(time.Hour)))
	send(t, db, "inc-1/soon/1/slack", noon().Add(time.Second))
	must(t, db.Mark(ctx, noon(), "deploy 1.2"))
}

// everything is what fill wrote, as the methods of db give it back.
func everything(t *testing.T, db *DB) map[string]any {
	t.Helper()
	ctx := t.Context()
	thread, _, err := db.Thread(ctx, "slack", 1)
	must(t, err)
	transcript, _, err := db.LastTranscript(ctx, "failed")
	must(t, err)
	all := map[string]any{
		"incidents":  got[[]alert.Incident](t)(db.Incidents(ctx)),
		"incident":   got[alert.Incident](t)(db.IncidentByNumber(ctx, 1)),
		"history":    got[[]alert.Event](t)(db.History(ctx, 1)),
		"forecasts":  got[[]Forecast](t)(db.Forecasts(ctx, alert.Key{}, noon())),
		"deliveries": got[[]Delivery](t)(db.Deliveries(ctx, Pending, Sent)),
		"marks":      got[[]Mark](t)(db.Marks(ctx, noon())),
		"thread":     thread,
		"transcript": transcript,
	}
	for name := range oddRuns() {
		all["runs of "+name] = results(t, db, name)
	}
	return all
}

// testdata/v1.sql is a dump of what the first release wrote. It stays as it
// is for ever: a later schema has to read it after its migrations.
func TestADatabaseOfTheFirstReleaseOpens(t *testing.T) {
	dump, err := os.ReadFile("testdata/v1.sql")
	must(t, err)
	path := filepath.Join(t.TempDir(), "forewarn.db")
	must(t, makePrivate(path))
	alter(t, path, string(dump))
	old := mustOpenAt(t, path, Options{Window: -1})
	fresh := mustOpen(t)
	fill(t, fresh)
	if diff := cmp.Diff(everything(t, fresh), everything(t, old)); diff != "" {
		t.Errorf("(-written today +read from v1):\n%s", diff)
	}
	if diff := cmp.Diff(sizes(t, old), sizes(t, fresh)); diff != "" {
		t.Errorf("runs of old take more bytes than they did (-v1 +today):\n%s", diff)
	}
}

// sizes are the bytes of each journey's runs.
func sizes(t *testing.T, db *DB) []string {
	t.Helper()
	return got[[]string](t)(collect(t.Context(), db.reader, scanText,
		"SELECT text || ' ' || length(detail) FROM run JOIN name ON name.id = run.journey ORDER BY 1"))
}

func TestMigrationsAreNumberedWithoutGaps(t *testing.T) {
	names, err := fs.Glob(schema, "schema/*.sql")
	must(t, err)
	for i, name := range names {
		if want := fmt.Sprintf("schema/%04d_", i+1); !strings.HasPrefix(name, want) {
			t.Errorf("%s stands where %s* should", name, want)
		}
	}
	if len(names) == 0 {
		t.Error("there is none")
	}
}

// upgrade migrates the database at path as a newer release with steps would.
func upgrade(t *testing.T, path string, steps ...string) error {
	t.Helper()
	known, err := migrations()
	must(t, err)
	writer := openPool(path, writerSettings, 1)
	defer func() { must(t, writer.Close()) }()
	return migrate(context.Background(), writer, path, len(known), append(known, steps...))
}

func TestAMigrationKeepsABackupOfWhatWas(t *testing.T) {
	path := filepath.Join(t.TempDir(), "forewarn.db")
	db := mustOpenAt(t, path, Options{Window: -1})
	must(t, db.Mark(t.Context(), noon(), "before"))
	must(t, db.Close())
	if copies := backups(t, path); len(copies) != 0 {
		t.Errorf("an empty database was backed up: %v", copies)
	}
	must(t, upgrade(t, path, "ALTER TABLE mark ADD COLUMN who TEXT", "UPDATE mark SET text = 'after'"))
	if _, err := Open(t.Context(), path, Options{}); !errors.Is(err, ErrNewer) {
		t.Errorf("this release opens the next one's file: %v", err)
	}
	copies := backups(t, path)
	if len(copies) != 1 {
		t.Fatalf("backups: %v", copies)
	}
	info, err := os.Stat(copies[0])
	must(t, err)
	restored := mustOpenAt(t, copies[0], Options{Window: -1})
	marks := got[[]Mark](t)(restored.Marks(t.Context(), noon()))
	if len(marks) != 1 || marks[0].Text != "before" || info.Mode().Perm() != 0o600 {
		t.Errorf("the backup, mode %v, holds %v", info.Mode(), marks)
	}
}

func TestAMigrationThatFailsChangesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "forewarn.db")
	db := mustOpenAt(t, path, Options{Window: -1})
	must(t, db.Mark(t.Context(), noon(), "before"))
	must(t, db.Close())
	if err := upgrade(t, path, "UPDATE mark SET text = 'after'; ALTER TABLE nowhere ADD COLUMN x"); err == nil {
		t.Fatal("a broken migration succeeded")
	}
	marks := got[[]Mark](t)(mustOpenAt(t, path, Options{}).Marks(t.Context(), noon()))
	if len(marks) != 1 || marks[0].Text != "before" {
		t.Errorf("the database holds %v", marks)
	}
}

func TestOnlyAnAgentMigrates(t *testing.T) {
	path := filepath.Join(t.TempDir(), "forewarn.db")
	db := mustOpenAt(t, path, Options{})
	must(t, db.Close())
	alter(t, path, "PRAGMA user_version = 0")
	if _, err := Attach(t.Context(), path); !errors.Is(err, ErrOlder) {
		t.Errorf("attached to an older database: %v", err)
	}
}

func backups(t *testing.T, path string) []string {
	t.Helper()
	found, err := filepath.Glob(path + ".v*.bak")
	must(t, err)
	return found
}

func TestTheSchemaNamesItsUnits(t *testing.T) {
	db := mustOpen(t)
	columns, err := collect(t.Context(), db.reader, scanText, `SELECT t.name || '.' || c.name
		FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table' AND c.type = 'INTEGER'
		AND (c.name LIKE '%time%' OR c.name LIKE '%\_at' ESCAPE '\' OR c.name LIKE '%duration%' AND c.name NOT LIKE '%\_us' ESCAPE '\')`)
	must(t, err)
	if len(columns) != 0 {
		t.Errorf("columns without a unit: %v", columns)
	}
	var strict, tables int
	must(t, db.reader.QueryRow(`SELECT total(strict), count(*) FROM pragma_table_list
		WHERE schema = 'main' AND name NOT LIKE 'sqlite%'`).Scan(&strict, &tables))
	if strict != tables || tables == 0 {
		t.Errorf("%d of %d tables are strict", strict, tables)
	}
}
