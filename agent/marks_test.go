package agent

import (
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/forewarn/forewarn/store"
)

func TestRunsThatOverlapShareOneReadingOfTheMarksAndMissNone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "forewarn.db")
	synctest.Test(t, func(t *testing.T) {
		db, err := store.Open(t.Context(), path, store.Options{Ephemeral: true})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		var book markBook
		begun := time.Now()
		at := func(seconds int) time.Time { return begun.Add(time.Duration(seconds) * time.Second) }
		look := func(since, start int, want, reads bool) {
			t.Helper()
			before := book.read
			changed, err := book.changed(t.Context(), db, at(since), at(start))
			if err != nil || changed != want || book.read.Equal(before) == reads {
				t.Errorf("a run at %d s after one at %d s: changed %v, read anew %v, %v", start, since, changed, !book.read.Equal(before), err)
			}
		}
		time.Sleep(10 * time.Second)
		look(-60, 0, false, true)
		time.Sleep(10 * time.Second)
		if err := db.Mark(t.Context(), at(20), "deploy 1.2"); err != nil {
			t.Fatal(err)
		}
		if err := db.MarkOurs(t.Context(), at(25), "config"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second)
		look(-55, 5, false, false) // it began before the marks were read
		look(0, 30, true, true)
		look(20, 29, false, false)
		look(0, 19, false, false)
		time.Sleep(time.Second)
		look(-3600, 24, true, true) // an hourly journey asks for more
		time.Sleep(time.Second)
		look(28, 31, false, true) // at the very time of the reading another could be made
	})
}
