package agent

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/forewarn/forewarn/store"
)

// markBook is what the team marked of late. Runs that overlap share one
// reading of it: a thousand in a second should not each ask the database for
// what changes once a day.
type markBook struct {
	mu    sync.Mutex // held while reading
	read  time.Time  // when the marks were read; zero: never
	since time.Time  // of the oldest mark that they could hold
	marks []store.Mark
}

// fresh is how old a reading of the marks may be: what was marked since then is
// left to the next run.
const fresh = time.Second

// changed reports whether the team marked a change after since and until the
// start of a run that is over, now, and until when that is known: what was
// marked after it, the next run asks for.
func (b *markBook) changed(ctx context.Context, db *store.DB, since, now time.Time) (changed bool, until time.Time, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.read.After(now.Add(-fresh)) || since.Before(b.since) {
		const spare = time.Minute // journeys that ran a little earlier find theirs, too
		from, at := since.Add(-spare), time.Now()
		marks, err := db.Marks(ctx, from)
		if err != nil {
			return false, since, err
		}
		b.read, b.since, b.marks = at, from, marks
	}
	until = earlier(b.read, now)
	return slices.ContainsFunc(b.marks, func(m store.Mark) bool {
		return !m.Ours && m.At.After(since) && !m.At.After(until)
	}), later(since, until), nil
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
