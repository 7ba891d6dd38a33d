package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/forewarn/forewarn/alert"
)

// foretell keeps a forecast that e tells, or how it turned out. The times in
// columns are those first told: they are what a forecast is measured by. What
// is settled stays so, whatever is told of it later.
func (d *decision) foretell(e alert.Event) error {
	if e.Promise == nil || e.Kind != alert.WentSoon && e.Kind != alert.Sooner && e.Kind != alert.Settled {
		return nil
	}
	body, err := toJSON(e.Promise)
	if err != nil {
		return err
	}
	var settled time.Time
	if e.Kind == alert.Settled {
		settled = e.At
	}
	c := e.Promise.First
	_, err = d.tx.Exec(`INSERT INTO forecast
		(standing, made_ms, number, earliest_ms, expected_ms, latest_ms, outcome, settled_ms, crossed_ms, body)
		VALUES (?, ?, ?, ?, ?, ?, nullif(?, ''), ?, ?, ?)
		ON CONFLICT DO UPDATE SET outcome = excluded.outcome, settled_ms = excluded.settled_ms,
			crossed_ms = excluded.crossed_ms, body = excluded.body WHERE outcome IS NULL`,
		d.standing, e.Promise.Made.UnixMilli(), nullNumber(e.Number),
		secondsMilli(c.Earliest), secondsMilli(c.Expected), secondsMilli(c.Latest),
		e.Outcome, nullMilli(settled), nullMilli(e.Promise.Crossed), body)
	return err
}

// Forecast is one that was told, or kept for a demoted rule, and how it turned out.
type Forecast struct {
	Key     alert.Key
	Promise alert.Promise // Number is the incident's
	Outcome alert.Outcome // "" until it is settled
	Settled time.Time     // zero until then
}

// Forecasts are those told since, oldest first; of all limits with the zero key.
func (db *DB) Forecasts(ctx context.Context, key alert.Key, since time.Time) ([]Forecast, error) {
	all, err := collect(ctx, db.reader, scanForecast,
		`SELECT s.journey, s.limit_name, coalesce(f.outcome, ''), f.settled_ms, f.body
		FROM forecast f JOIN standing s ON s.id = f.standing
		WHERE f.made_ms >= ?1 AND (?2 = '' OR s.journey = ?2 AND s.limit_name = ?3) ORDER BY f.made_ms, s.id`,
		since.UnixMilli(), key.Journey, key.Limit)
	if err != nil {
		return nil, fmt.Errorf("read forecasts: %w", err)
	}
	return all, nil
}

func scanForecast(scan scanner) (f Forecast, err error) {
	var settled sql.NullInt64
	var body string
	if err := scan(&f.Key.Journey, &f.Key.Limit, &f.Outcome, &settled, &body); err != nil {
		return f, err
	}
	f.Settled = milliTime(settled)
	f.Promise, err = fromJSON[alert.Promise](body)
	return f, err
}

// Ledger is what became of the forecasts of all limits, in the order in which
// they were settled. It must not be changed. What is settled stays so: only
// what is new is read, each message asks.
func (db *DB) Ledger(ctx context.Context) (alert.Ledger, error) {
	db.settled.Lock()
	defer db.settled.Unlock()
	known := db.settled.ledger
	var settled int
	if err := db.reader.QueryRowContext(ctx, countSettled).Scan(&settled); err != nil {
		return nil, fmt.Errorf("count settled forecasts: %w", err)
	}
	if settled == len(known) {
		return known, nil
	}
	ledger, err := db.readOn(ctx, known)
	if err == nil && len(ledger) != settled { // by a run that began long before the last
		ledger, err = db.readOn(ctx, nil)
	}
	if err != nil {
		return nil, fmt.Errorf("read settled forecasts: %w", err)
	}
	db.settled.ledger = slices.Clip(ledger)
	return db.settled.ledger, nil
}

// settled is what is known of the forecasts that are settled.
type settled struct {
	sync.Mutex
	ledger alert.Ledger
}

const (
	countSettled = "SELECT count(*) FROM forecast WHERE outcome IS NOT NULL"
	settledSince = `SELECT s.journey, s.limit_name, f.outcome, f.settled_ms, f.body
		FROM forecast f JOIN standing s ON s.id = f.standing
		WHERE f.outcome IS NOT NULL AND f.settled_ms >= ? ORDER BY f.settled_ms, f.made_ms, s.id`
)

// readOn is known with what was settled since an hour before its end.
func (db *DB) readOn(ctx context.Context, known alert.Ledger) (alert.Ledger, error) {
	var since time.Time
	if last := len(known) - 1; last >= 0 {
		since = known[last].At.Add(-time.Hour)
	}
	fresh, err := collect(ctx, db.reader, scanForecast, settledSince, since.UnixMilli())
	first, _ := slices.BinarySearchFunc(known, since, func(s alert.Settlement, at time.Time) int { return s.At.Compare(at) })
	all := slices.Clone(known[:first])
	for _, f := range fresh {
		all = append(all, alert.Settlement{Key: f.Key, At: f.Settled, Promise: f.Promise, Outcome: f.Outcome})
	}
	return all, err
}
