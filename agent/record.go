package agent

import (
	"context"
	"sync"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/probes"
	"github.com/forewarn/forewarn/store"
)

// recordBook is what became of the forecasts of all journeys, and what that
// teaches.
type recordBook struct {
	mu     sync.Mutex // held while reading: what is forgotten meanwhile is read again
	read   bool
	ledger alert.Ledger
	known  lessons // learned last
}

// lessons are what the forecasts teach that were settled before some time.
// They are never changed: whoever looks at the same time learns the same.
type lessons struct {
	settled int // forecasts they are learned from
	widen   float64
	rules   map[rule]alert.Record
}

// rule is a limit as long as its value stays the same; see [alert.Ledger.Of].
type rule struct {
	key   alert.Key
	value float64
}

// lessons are those for a run that started at now. What cannot be read is
// left for the next run; until then the agent goes by what it knows.
func (a *Agent) lessons(ctx context.Context, now time.Time) lessons {
	a.record.mu.Lock()
	defer a.record.mu.Unlock()
	if !a.record.read {
		if err := a.record.load(ctx, a.DB); err != nil {
			a.Log.Error("read the record", "error", err)
		}
	}
	return a.record.at(now)
}

// load reads the record from the database.
func (b *recordBook) load(ctx context.Context, db *store.DB) error {
	ledger, err := db.Ledger(ctx)
	if err == nil {
		b.ledger, b.read, b.known = ledger, true, lessons{}
	}
	return err
}

// at is what the book teaches a run that started at now.
func (b *recordBook) at(now time.Time) lessons {
	if past := b.ledger.Before(now); b.known.rules == nil || b.known.settled != len(past) {
		b.known = learn(past)
	}
	return b.known
}

// forget makes the next run read the database again.
func (b *recordBook) forget() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.read = false
}

func learn(past alert.Ledger) lessons {
	own := map[rule]alert.Ledger{}
	for _, s := range past {
		r := rule{s.Key, s.Promise.Limit}
		own[r] = append(own[r], s)
	}
	known := lessons{settled: len(past), widen: past.Widen(), rules: map[rule]alert.Record{}}
	for r, ledger := range own {
		known.rules[r] = ledger.Record()
	}
	return known
}

// look is the evidence of one result, with what was learned.
func (k lessons) look(w *watcher, r probes.Result) alert.Evidence {
	w.of.Calibrate(k.widen)
	ev := w.look(r)
	ev.Demoted = k.rules[rule{w.limit.Key, w.limit.Value}].Demoted(ev.At)
	return ev
}
