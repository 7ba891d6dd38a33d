package store

import (
	"context"
	"database/sql"
	"fmt"
	"hash/maphash"

	"github.com/forewarn/forewarn/alert"
)

// standings are the limits as the committer last read or wrote them. It
// decides on the same ones with every run, and hardly ever has anybody else
// changed one in between. They are the committer's alone.
type standings struct {
	version int64 // of the file as the writer's connection counts: every commit of another changes it
	known   map[alert.Key]standing
	seed    maphash.Seed
}

func newStandings() standings {
	return standings{known: map[alert.Key]standing{}, seed: maphash.MakeSeed()}
}

// sum stands for a body where only its changes are of interest.
func (s *standings) sum(body string) uint64 { return maphash.String(s.seed, body) }

// refresh forgets what others may have changed. tx has the lock to write, so
// nobody changes anything until its end.
func (s *standings) refresh(tx *sql.Tx) error {
	var version int64
	if err := tx.QueryRow("PRAGMA data_version").Scan(&version); err != nil {
		return fmt.Errorf("look for changes by others: %w", err)
	}
	if version != s.version {
		s.forget()
	}
	s.version = version
	return nil
}

// read is the row of one limit.
func (s *standings) read(tx *sql.Tx, key alert.Key) (standing, error) {
	if one, known := s.known[key]; known {
		return one, nil
	}
	one, body, err := readStanding(context.Background(), tx, key)
	one.sum = s.sum(body)
	return one, err
}

// wrote notes what tx made of a limit.
func (s *standings) wrote(key alert.Key, one standing) { s.known[key] = one }

// forget drops what a rollback may have taken back.
func (s *standings) forget() { clear(s.known) }
