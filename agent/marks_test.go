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
		at := func(seconds float64) time.Time { return begun.Add(time.Duration(seconds * float64(time.Second))) }
		look := func(since, start, until float64, want, reads bool) {
			t.Helper()
			before := book.read
			changed, known, err := book.changed(t.Context(), db, at(since), at(start))
			if err != nil || changed != want || !known.Equal(at(until)) || book.read.Equal(before) == reads {
				t.Errorf("a run at %v s after one at %v s: changed %v until %v, read anew %v, %v", start, since,
					changed, known.Sub(begun), !book.read.Equal(before), err)
			}
		}
		time.Sleep(10 * time.Second)
		look(-60, 0, 0, false, true)
		time.Sleep(10 * time.Second)
		if err := db.Mark(t.Context(), at(20), "deploy 1.2"); err != nil {
			t.Fatal(err)
		}
		if err := db.MarkOurs(t.Context(), at(25), "config"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second)
		look(-55, 5, 5, false, false) // it began before the marks were read
		look(0, 30, 30, true, true)
		look(20, 29, 29, false, false)
		look(0, 19, 19, false, false)
		time.Sleep(time.Second)
		look(-3600, 24, 24, true, true) // an hourly journey asks for more
		if err := db.Mark(t.Context(), at(31), "deploy 1.3"); err != nil {
			t.Fatal(err)
		}
		look(31, 31, 31, false, false)
		time.Sleep(500 * time.Millisecond)
		look(20, 31.4, 31, false, false) // the reading is a second old at most
		time.Sleep(time.Second)
		look(31-0.001, 32, 32, true, true) // what it did not hold, the next one does
	})
}
