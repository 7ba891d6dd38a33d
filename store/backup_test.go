package store

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/probes"
)

func TestABackupRestoresToTheSameDatabase(t *testing.T) {
	db := mustOpen(t)
	must(t, db.SetRoutes(t.Context(), []Route{{Name: "slack"}}))
	for name, r := range oddRuns() {
		r.Journey = name
		must(t, save(t.Context(), db, r))
	}
	mustDecide(t, db, noon(), becomes(alert.Burning, noon(), alert.WentBurning))
	file := filepath.Join(t.TempDir(), "copy.db")
	must(t, db.Backup(t.Context(), file))

	restored := mustOpenAt(t, file, Options{})
	for name := range oddRuns() {
		if diff := cmp.Diff(results(t, db, name), results(t, restored, name)); diff != "" {
			t.Errorf("runs of %s (-original +restored):\n%s", name, diff)
		}
	}
	for name, read := range map[string]func(*DB) (any, error){
		"incidents": func(db *DB) (any, error) { return db.Incidents(t.Context()) },
		"due":       func(db *DB) (any, error) { return db.Due(t.Context(), "slack", noon()) },
	} {
		if diff := cmp.Diff(got[any](t)(read(db)), got[any](t)(read(restored))); diff != "" {
			t.Errorf("%s (-original +restored):\n%s", name, diff)
		}
	}
}

func TestABackupOverwritesNothing(t *testing.T) {
	db := mustOpen(t)
	folder := t.TempDir()
	file := filepath.Join(folder, "copy.db")
	must(t, os.WriteFile(file, []byte("precious"), 0o600))
	if err := db.Backup(t.Context(), file); !errors.Is(err, ErrExists) {
		t.Errorf("the error is %v", err)
	}
	if kept, _ := os.ReadFile(file); string(kept) != "precious" {
		t.Errorf("the file holds %q", kept)
	}
	if err := db.Backup(t.Context(), db.path); !errors.Is(err, ErrExists) {
		t.Errorf("onto itself: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := db.Backup(ctx, filepath.Join(folder, "other.db")); err == nil {
		t.Error("a cancelled backup succeeded")
	}
	left, err := os.ReadDir(folder)
	must(t, err)
	if len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}

func TestABackupIsWholeWhileTheAgentWrites(t *testing.T) {
	db := mustOpen(t)
	stop := make(chan bool)
	var writer sync.WaitGroup
	writer.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
				if err := save(context.Background(), db, checkoutRun(noon().Add(time.Duration(i)*time.Second))); err != nil {
					t.Error(err)
				}
			}
		}
	})
	for i := range 5 {
		file := filepath.Join(t.TempDir(), "copy.db")
		must(t, db.Backup(t.Context(), file))
		copied := mustOpenAt(t, file, Options{})
		second := 0
		must(t, copied.Results(t.Context(), "checkout", noon(), noon().Add(24*time.Hour), func(r probes.Result) error {
			if !r.Start.Equal(noon().Add(time.Duration(second) * time.Second)) {
				t.Errorf("backup %d: run %d is that of %v", i, second, r.Start)
			}
			second++
			return nil
		}))
	}
	close(stop)
	writer.Wait()
}
