package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mattn/go-sqlite3"
	"golang.org/x/sys/unix"

	"github.com/forewarn/forewarn/alert"
)

func TestFilesArePrivateUnderALaxUmask(t *testing.T) {
	defer unix.Umask(unix.Umask(0))
	path := filepath.Join(t.TempDir(), "forewarn.db")
	must(t, os.WriteFile(path, nil, 0o666)) // made by somebody else
	must(t, os.WriteFile(path+".lock", nil, 0o666))
	db := mustOpenAt(t, path, Options{})
	saveNow(t, db, checkoutRun(noon()))
	must(t, db.Backup(t.Context(), path+".copy"))
	for _, file := range []string{"", "-wal", "-shm", ".lock", ".copy"} {
		info, err := os.Stat(path + file)
		must(t, err)
		if info.Mode().Perm() != 0o600 {
			t.Errorf("forewarn.db%s has mode %v", file, info.Mode())
		}
	}
}

func TestASecondAgentStopsAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "forewarn.db")
	link := filepath.Join(t.TempDir(), "link.db")
	db := mustOpenAt(t, path, Options{})
	must(t, os.Symlink(path, link))
	for _, name := range []string{path, link} {
		_, err := Open(t.Context(), name, Options{})
		if !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), fmt.Sprintf("process %d:", os.Getpid())) {
			t.Errorf("the second agent gets: %v", err)
		}
	}
	must(t, db.Close())
	mustOpenAt(t, link, Options{})
}

func TestOthersReadAndMarkBesideTheAgent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "forewarn.db")
	agent := mustOpenAt(t, path, Options{})
	must(t, agent.SetRoutes(t.Context(), []Route{{Name: "slack"}}))
	saveNow(t, agent, checkoutRun(noon()))
	other := mustAttach(t, path)
	if n := len(results(t, other, "checkout")); n != 1 {
		t.Errorf("the other process sees %d runs", n)
	}
	must(t, other.Mark(t.Context(), noon(), "deploy"))
	mustDecide(t, other, noon(), becomes(alert.Burning, noon(), alert.WentBurning))
	if marks := got[[]Mark](t)(agent.Marks(t.Context(), noon())); len(marks) != 1 {
		t.Errorf("the agent sees the marks %v", marks)
	}
	if due := due(t, agent, noon()); len(due) != 1 {
		t.Errorf("due at the agent: %v", due)
	}
}

// TestOthersReadWithoutAnAgent also stands for `status` after a clean stop,
// when no side file is there.
func TestOthersReadWithoutAnAgent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "forewarn.db")
	agent := mustOpenAt(t, path, Options{})
	saveNow(t, agent, checkoutRun(noon()))
	must(t, agent.Close())
	other := mustAttach(t, path)
	if n := len(results(t, other, "checkout")); n != 1 {
		t.Errorf("sees %d runs", n)
	}
	must(t, other.Mark(t.Context(), noon(), "deploy"))
}

func TestDecisionsOfTwoProcessesRaceAndNoneIsLost(t *testing.T) {
	path := filepath.Join(t.TempDir(), "forewarn.db")
	agent := mustOpenAt(t, path, Options{Window: -1})
	race(t, context.Background(), agent, mustAttach(t, path))
	if in := got[alert.Incident](t)(agent.Incident(t.Context(), latency().Key)); in.Revision != 2000 || in.Good != 1000 {
		t.Errorf("revision %d and %d good runs, want 2000 and 1000", in.Revision, in.Good)
	}
}

func TestFilesThatAreNotOursStayAsTheyAre(t *testing.T) {
	tests := map[string]struct {
		make func(t *testing.T, path string)
		want error
		says string
	}{
		"garbage":        {garbage, ErrCorrupt, "mv "},
		"a short text":   {shortText, ErrCorrupt, "mv "},
		"a damaged page": {damagedPage, ErrCorrupt, "mv "},
		"newer":          {newer, ErrNewer, "it has schema 99, this program knows 10"},
		"foreign":        {foreign, ErrForeign, "set agent.database to another file"},
		"a folder":       {func(t *testing.T, path string) { must(t, os.Mkdir(path, 0o700)) }, ErrForeign, "not a regular file"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "forewarn.db")
			test.make(t, path)
			before, _ := os.ReadFile(path)
			_, err := Open(t.Context(), path, Options{})
			if !errors.Is(err, test.want) || !strings.Contains(err.Error(), test.says) || !strings.Contains(err.Error(), path) {
				t.Errorf("the error is %v", err)
			}
			if after, _ := os.ReadFile(path); string(after) != string(before) {
				t.Errorf("the file changed from %d to %d bytes", len(before), len(after))
			}
			if _, err := lockFile(path); err != nil {
				t.Errorf("the lock was kept: %v", err)
			}
		})
	}
}

func garbage(t *testing.T, path string) {
	must(t, os.WriteFile(path, []byte(strings.Repeat("this is no database. ", 1000)), 0o600))
}

func shortText(t *testing.T, path string) { must(t, os.WriteFile(path, []byte("hello"), 0o600)) }

// damagedPage overwrites the second page of an index with ones.
func damagedPage(t *testing.T, path string) {
	db := mustOpenAt(t, path, Options{})
	saveNow(t, db, checkoutRun(noon()))
	must(t, db.Close())
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	must(t, err)
	_, err = f.WriteAt([]byte(strings.Repeat("\xff", 4096)), 4096)
	must(t, errors.Join(err, f.Close()))
}

func newer(t *testing.T, path string) {
	db := mustOpenAt(t, path, Options{})
	must(t, db.Close())
	alter(t, path, "PRAGMA user_version = 99; CREATE TABLE from_the_future (x)")
}

func foreign(t *testing.T, path string) {
	must(t, makePrivate(path))
	alter(t, path, "CREATE TABLE users (id INTEGER PRIMARY KEY)")
}

// alter changes a database file behind our back.
func alter(t *testing.T, path, statements string) {
	t.Helper()
	pool := openPool(path, "mode=rw", 1)
	_, err := pool.Exec(statements)
	must(t, errors.Join(err, pool.Close()))
}

func TestOpenSaysWhatIsMissing(t *testing.T) {
	folder := t.TempDir()
	_, err := Open(t.Context(), filepath.Join(folder, "no", "forewarn.db"), Options{})
	if err == nil || !strings.Contains(err.Error(), "make it, or set agent.database") {
		t.Errorf("without a folder: %v", err)
	}
	if _, err = Attach(t.Context(), filepath.Join(folder, "forewarn.db")); !errors.Is(err, ErrMissing) {
		t.Errorf("attached to nothing: %v", err)
	}
	if _, err := os.Stat(filepath.Join(folder, "forewarn.db")); err == nil {
		t.Error("attaching made the file")
	}
}

func TestADatabaseThatIsGoneIsNotHealthy(t *testing.T) {
	for name, lose := range map[string]func(path string) error{
		"deleted":  os.Remove,
		"replaced": func(path string) error { return errors.Join(os.Remove(path), os.WriteFile(path, nil, 0o600)) },
	} {
		path := filepath.Join(t.TempDir(), "forewarn.db")
		db := mustOpenAt(t, path, Options{})
		must(t, db.Healthy())
		must(t, lose(path))
		if err := db.Healthy(); !errors.Is(err, ErrReplaced) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A database may have as many pages as we allow: the same error, and the same
// way out, as on a full disk.
func TestAFullDiskFailsWritesUntilThereIsSpace(t *testing.T) {
	db := mustOpen(t)
	limitPages(t, db.writer, 60)
	saved := 0
	var full error
	for ; full == nil && saved < 10_000; saved++ {
		full = save(t.Context(), db, checkoutRun(noon()))
	}
	saved--
	if full == nil || !strings.Contains(full.Error(), "free space") {
		t.Fatalf("a full disk gives: %v", full)
	}
	if err := db.Healthy(); err == nil {
		t.Error("healthy on a full disk")
	}
	if n := len(results(t, db, "checkout")); n != saved {
		t.Errorf("%d runs were acknowledged, %d are there", saved, n)
	}
	limitPages(t, db.writer, 10_000)
	must(t, save(t.Context(), db, checkoutRun(noon())))
	must(t, db.Healthy())
	if n := len(results(t, db, "checkout")); n != saved+1 {
		t.Errorf("%d runs after there is space, want %d", n, saved+1)
	}
	must(t, check(t.Context(), db.reader, db.path))
}

func limitPages(t *testing.T, writer *sql.DB, pages int) {
	t.Helper()
	_, err := writer.Exec(fmt.Sprintf("PRAGMA max_page_count = %d", pages))
	must(t, err)
}

func TestEachFaultOfTheFileSaysWhatToDo(t *testing.T) {
	for code, advice := range map[sqlite3.ErrNo]string{
		sqlite3.ErrFull: "free space", sqlite3.ErrReadonly: "let this user write", sqlite3.ErrCantOpen: "let this user write",
		sqlite3.ErrBusy: "close the other program", sqlite3.ErrIoErr: "check its disk", sqlite3.ErrNotADB: "put a backup in its place",
		sqlite3.ErrCorrupt: "put a backup in its place",
	} {
		err := explain("/var/lib/forewarn.db", fmt.Errorf("commit: %w", sqlite3.Error{Code: code}))
		if !strings.HasPrefix(err.Error(), "/var/lib/forewarn.db: ") || !strings.Contains(err.Error(), advice) {
			t.Errorf("%v becomes %v", code, err)
		}
		if !isDiskFault(sqlite3.Error{Code: code}) {
			t.Errorf("%v is not taken for a fault of the file", code)
		}
	}
	if other := errors.New("other"); explain("x", other) != other || isDiskFault(other) || isDiskFault(sqlite3.Error{Code: sqlite3.ErrConstraint}) {
		t.Error("another error is taken for a fault of the file")
	}
}
