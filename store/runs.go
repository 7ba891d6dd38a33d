package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/probes"
)

// Run is one run and all that it leads to.
type Run struct {
	Result     probes.Result
	Transcript string         // takes the place of the journey's last one; "" leaves that
	Decisions  []Decision     // made in this order
	Crowd      alert.Crowding // in whose message an incident is told that opens
	Urgent     bool           // commit at once even if the run passed
}

// Keep writes a run, and what it leads to, in one transaction: after a crash
// all of it is there or nothing. It returns, when that is durable, what was
// decided. A passed run may wait for others to share its commit, any other
// commits at once. If ctx ends while the run still waits for its turn, it is
// not kept; an error always means that it is not known to be.
func (db *DB) Keep(ctx context.Context, run Run) ([]Decided, error) {
	var decided []Decided
	write := db.lazily
	if run.Urgent || !run.Result.Verdict.Good() {
		write = db.now
	}
	err := write(ctx, func(tx *sql.Tx) (err error) {
		decided, err = db.keep(tx, run)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("keep a run of %s: %w", run.Result.Journey, err)
	}
	return decided, nil
}

func (db *DB) keep(tx *sql.Tx, run Run) ([]Decided, error) {
	if err := db.insertRun(tx, run.Result); err != nil {
		return nil, err
	}
	if run.Transcript != "" {
		if err := db.putTranscript(tx, run.Result.Journey, run.Result.Start, run.Transcript); err != nil {
			return nil, err
		}
	}
	return db.decideAll(tx, run)
}

func (db *DB) insertRun(tx *sql.Tx, r probes.Result) error {
	var failed error
	e := encoder{id: func(text string) uint64 {
		id, err := db.names.id(tx, text)
		failed = errors.Join(failed, err)
		return id
	}}
	journey, location := e.id(r.Journey), e.id(r.Location)
	e.run(r)
	if failed != nil {
		return failed
	}
	_, err := tx.Exec(`INSERT INTO run (journey, location, start_ms, due_ms, verdict, duration_us, detail)
		VALUES (?, ?, ?, ?, ?, ?, ?)`,
		journey, location, r.Start.UnixMilli(), nullMilli(r.Due), r.Verdict, r.Duration.Microseconds(), e.buf)
	return err
}

const (
	selectRuns    = "SELECT id, location, start_ms, due_ms, verdict, duration_us, detail FROM run WHERE journey = (SELECT id FROM name WHERE text = ?)"
	runsBetween   = " AND (start_ms, id) > (?, ?) AND start_ms < ? ORDER BY start_ms, id LIMIT ?"
	lastOfJourney = " ORDER BY start_ms DESC, id DESC LIMIT 1"
)

// Results calls visit for the runs of journey that started in [since, until),
// in order of start. They are as [Canonical] makes them. No transaction is
// open while visit runs, so it may take its time; its error ends the visits
// and comes back as it is.
func (db *DB) Results(ctx context.Context, journey string, since, until time.Time, visit func(probes.Result) error) error {
	const pageSize = 1000
	from := row{start: since.UnixMilli()}
	for {
		page, err := db.page(ctx, selectRuns+runsBetween, journey, from.start, from.id, until.UnixMilli(), pageSize)
		if err != nil {
			return fmt.Errorf("read the runs of %s: %w", journey, err)
		}
		for _, from = range page {
			r, err := db.result(ctx, journey, from)
			if err != nil {
				return fmt.Errorf("read the runs of %s: %w", journey, err)
			}
			if err := visit(r); err != nil {
				return err
			}
		}
		if len(page) < pageSize {
			return nil
		}
	}
}

// Last is the run of journey that started last; false if there is none.
func (db *DB) Last(ctx context.Context, journey string) (probes.Result, bool, error) {
	page, err := db.page(ctx, selectRuns+lastOfJourney, journey)
	if err != nil || len(page) == 0 {
		return probes.Result{}, false, err
	}
	r, err := db.result(ctx, journey, page[0])
	return r, err == nil, err
}

// row is one run as it is stored.
type row struct {
	id, start int64
	location  uint64
	due       sql.NullInt64
	verdict   probes.Verdict
	duration  int64
	detail    []byte
}

// page reads rows whole, so that no query stays open behind them.
func (db *DB) page(ctx context.Context, query string, args ...any) ([]row, error) {
	return collect(ctx, db.reader, func(scan scanner) (r row, err error) {
		err = scan(&r.id, &r.location, &r.start, &r.due, &r.verdict, &r.duration, &r.detail)
		return r, err
	}, query, args...)
}

func (db *DB) result(ctx context.Context, journey string, from row) (probes.Result, error) {
	text := func(id uint64) (string, error) { return db.names.text(ctx, db.reader, id) }
	r := probes.Result{
		Journey:  journey,
		Start:    time.UnixMilli(from.start).UTC(),
		Due:      milliTime(from.due),
		Verdict:  from.verdict,
		Duration: time.Duration(from.duration) * time.Microsecond,
	}
	d := decoder{buf: from.detail, text: text}
	err := d.run(&r)
	if err == nil && from.location != 0 {
		r.Location, err = text(from.location)
	}
	return r, err
}

// Canonical is r as [DB.Results] will give it back: times in UTC to the
// millisecond, durations to the microsecond, messages bounded, of the hops
// only their number, and no evidence, which is in the transcript. Whoever
// computes from r before it is stored must compute from this, or a restart
// would compute something else.
func Canonical(r probes.Result) probes.Result {
	ids, texts := map[string]uint64{"": 0}, []string{""}
	e := encoder{id: func(text string) uint64 {
		id, known := ids[text]
		if !known {
			id = uint64(len(texts))
			ids[text], texts = id, append(texts, text)
		}
		return id
	}}
	e.run(r)
	stored := probes.Result{
		Journey:  r.Journey,
		Location: r.Location,
		Start:    milli(r.Start),
		Due:      milli(r.Due),
		Verdict:  r.Verdict,
		Duration: r.Duration.Truncate(time.Microsecond),
	}
	d := decoder{buf: e.buf, text: func(id uint64) (string, error) { return texts[id], nil }}
	if err := d.run(&stored); err != nil {
		return r // beyond what can be stored, such as a duration of 40 years
	}
	return stored
}
