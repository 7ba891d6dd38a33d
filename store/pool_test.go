package store

import (
	"context"
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mattn/go-sqlite3"
)

func TestEveryConnectionHasItsSettings(t *testing.T) {
	db := mustOpen(t)
	both := map[string]string{
		"journal_mode": "wal", "foreign_keys": "1", "busy_timeout": "5000", "mmap_size": "0", "temp_store": "2",
		"trusted_schema": "0", "cell_size_check": "1", "journal_size_limit": "67108864", "application_id": "1182225006",
	}
	writes := map[string]string{"synchronous": "2", "query_only": "0", "cache_size": "-8192"}
	reads := map[string]string{"query_only": "1", "cache_size": "-4096"}
	for pool, special := range map[*sql.DB]map[string]string{db.writer: writes, db.reader: reads} {
		for _, conn := range connections(t, pool) {
			for _, settings := range []map[string]string{both, special} {
				for pragma, want := range settings {
					if value := pragmaOf(t, conn, pragma); value != want {
						t.Errorf("%s is %q on a connection, want %q", pragma, value, want)
					}
				}
			}
		}
	}
}

// connections takes all connections of a pool at the same time.
func connections(t *testing.T, pool *sql.DB) (all []*sql.Conn) {
	t.Helper()
	for range pool.Stats().MaxOpenConnections {
		conn, err := pool.Conn(context.Background())
		must(t, err)
		t.Cleanup(func() { must(t, conn.Close()) })
		all = append(all, conn)
	}
	return all
}

func pragmaOf(t *testing.T, conn *sql.Conn, pragma string) (value string) {
	t.Helper()
	must(t, conn.QueryRowContext(context.Background(), "PRAGMA "+pragma).Scan(&value))
	return value
}

func TestReadersCannotWrite(t *testing.T) {
	db := mustOpen(t)
	if _, err := db.reader.Exec("INSERT INTO mark (at_ms, text) VALUES (1, 'x')"); err == nil {
		t.Error("a reader wrote")
	}
}

func TestEphemeralWaitsForNoDisk(t *testing.T) {
	db := mustOpenAt(t, filepath.Join(t.TempDir(), "forewarn.db"), Options{Ephemeral: true})
	if value := pragmaOf(t, connections(t, db.writer)[0], "synchronous"); value != "0" {
		t.Errorf("synchronous is %s", value)
	}
}

func TestAPathMayHoldAnyCharacter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "what? 100%#&=_journal_mode.db")
	db := mustOpenAt(t, path, Options{})
	saveNow(t, db, checkoutRun(noon()))
	must(t, db.Backup(t.Context(), path+" copy?"))
	if err := db.Healthy(); err != nil {
		t.Error(err)
	}
}

// Earlier ones can corrupt a database in WAL mode that two connections write
// at the same time; no Go tool would tell.
func TestSQLiteIsFreeOfTheWALResetBug(t *testing.T) {
	must(t, checkSQLite())
	if name, number, _ := sqlite3.Version(); number < 3051003 {
		t.Errorf("SQLite %s", name)
	}
}

func TestHotReadsUseTheirIndex(t *testing.T) {
	db := mustOpen(t)
	must(t, db.SetRoutes(t.Context(), []Route{{Name: "slack"}}))
	plans := map[string]struct {
		query string
		args  []any
		want  string
	}{
		"runs": {selectRuns + runsBetween, []any{"checkout", 0, 0, 0, 1},
			"SEARCH run USING INDEX run_of_journey (journey=? AND start_ms>? AND start_ms<?)"},
		"last":    {selectRuns + lastOfJourney, []any{"checkout"}, "SEARCH run USING INDEX run_of_journey (journey=?)"},
		"due":     {deliveryColumns + dueOnRoute, []any{"slack", 0, 100}, "SEARCH o USING INDEX outbox_waiting (route=?)"},
		"expired": {"SELECT id FROM outbox WHERE " + expired, []any{"slack", 0}, "SEARCH outbox USING INDEX outbox_waiting (route=?)"},
	}
	for name, p := range plans {
		plan, err := collect(t.Context(), db.reader, func(scan scanner) (detail string, err error) {
			var id, parent, unused int
			err = scan(&id, &parent, &unused, &detail)
			return detail, err
		}, "EXPLAIN QUERY PLAN "+p.query, p.args...)
		must(t, err)
		if text := strings.Join(plan, "\n"); !strings.Contains(text, p.want) || strings.Contains(text, "SCAN") || strings.Contains(text, "TEMP B-TREE") && name != "due" {
			t.Errorf("%s:\n%s\nwant %s", name, text, p.want)
		}
	}
}
