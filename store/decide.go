package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/forewarn/forewarn/alert"
)

// Deciding makes a new incident of the present one. It should be pure. It is
// called from another goroutine, while nothing else can be written, and again
// if what came of it was taken back.
type Deciding = func(alert.Incident) (alert.Incident, []alert.Event, alert.Reason)

// Decision is one change of one incident, to be made at Now.
type Decision struct {
	Key    alert.Key
	Now    time.Time
	Decide Deciding
}

// Decided is what came of a decision: the incident as it was kept, and why.
type Decided struct {
	Incident alert.Incident
	Reason   alert.Reason
}

// Decide changes the incident of key, as only it and [DB.Keep] do. In
// one immediate transaction it reads the incident, calls fn, and keeps what fn
// returns: the new state, the events, a delivery to each route for each event
// that is told, and the forecasts that were told or settled. An incident that
// opens gets its number here, also in its events and promises. If fn changes
// nothing, nothing is written.
//
// It returns the incident as it was kept and fn's reason.
func (db *DB) Decide(ctx context.Context, key alert.Key, now time.Time, fn Deciding) (alert.Incident, alert.Reason, error) {
	var made Decided
	err := db.now(ctx, func(tx *sql.Tx) (err error) {
		made, err = db.decide(tx, Decision{key, now, fn}, alert.Crowding{})
		return err
	})
	if err != nil {
		return alert.Incident{}, "", undecided(key, err)
	}
	return made.Incident, made.Reason, nil
}

func (db *DB) decideAll(tx *sql.Tx, run Run) ([]Decided, error) {
	var all []Decided
	for _, each := range run.Decisions {
		made, err := db.decide(tx, each, run.Crowd)
		if err != nil {
			return nil, undecided(each.Key, err)
		}
		all = append(all, made)
	}
	return all, nil
}

// decide makes one decision; crowd says in whose message one that opens is told.
func (db *DB) decide(tx *sql.Tx, to Decision, crowd alert.Crowding) (Decided, error) {
	before, err := db.standings.read(tx, to.Key)
	if err != nil {
		return Decided{}, err
	}
	next, events, why := to.Decide(before.incident)
	body, err := toJSON(next)
	d := decision{tx: tx, key: to.Key, now: to.Now, crowd: crowd, standing: before.id, before: before.incident, next: next, body: body}
	if err == nil && (db.standings.sum(body) != before.sum || len(events) > 0) {
		err = d.keep(events)
	}
	if err == nil {
		db.standings.wrote(to.Key, standing{d.standing, db.standings.sum(d.body), d.next})
	}
	return Decided{d.next, why}, err
}

func undecided(key alert.Key, err error) error {
	return fmt.Errorf("decide on %s of %s: %w", key.Limit, key.Journey, err)
}

// decision is one change of one incident on its way into tx.
type decision struct {
	tx       *sql.Tx
	key      alert.Key
	now      time.Time
	crowd    alert.Crowding
	standing int64 // row of the limit; 0 before its first decision
	before   alert.Incident
	next     alert.Incident
	body     string // next as JSON
}

func (d *decision) keep(events []alert.Event) error {
	if err := d.stand(); err != nil {
		return err
	}
	if err := d.open(events); err != nil {
		return err
	}
	if err := d.leave(events); err != nil {
		return err
	}
	if err := d.save(); err != nil {
		return err
	}
	for _, e := range events {
		if err := d.happen(d.numbered(e)); err != nil {
			return fmt.Errorf("keep the event %q: %w", e.Kind, err)
		}
	}
	return nil
}

// stand makes the limit's row when it is decided on for the first time.
func (d *decision) stand() error {
	if d.standing != 0 {
		return nil
	}
	added, err := d.tx.Exec(`INSERT INTO standing (journey, limit_name, state, decided_ms, body) VALUES (?, ?, 0, 0, '{}')`,
		d.key.Journey, d.key.Limit)
	if err != nil {
		return err
	}
	d.standing, err = added.LastInsertId()
	return err
}

// open numbers an incident that has just opened.
func (d *decision) open(events []alert.Event) error {
	if !d.next.Open() || d.next.Number != 0 {
		return nil
	}
	added, err := d.tx.Exec(`INSERT INTO incident (standing, opened_ms, body) VALUES (?, ?, '{}')`,
		d.standing, cmp.Or(d.next.Opened, d.now).UnixMilli())
	if err != nil {
		return err
	}
	d.next.Number, err = added.LastInsertId()
	d.next.Promise = d.promised(d.next.Promise)
	d.next.Pending = slices.Clone(d.next.Pending)
	for i := range d.next.Pending {
		d.next.Pending[i] = *d.promised(&d.next.Pending[i])
	}
	if err == nil {
		err = d.join(events)
	}
	if err == nil {
		d.body, err = toJSON(d.next)
	}
	return err
}

// number is that of the incident the decision is about: the open one, or the
// one it closes; 0 if there is neither.
func (d *decision) number() int64 { return cmp.Or(d.next.Number, d.before.Number) }

// promised is p with the number of the incident it opened. It leaves p as it
// is, since fn may have shared it.
func (d *decision) promised(p *alert.Promise) *alert.Promise {
	if p == nil || p.Number != 0 {
		return p
	}
	numbered := *p
	numbered.Number = d.next.Number
	return &numbered
}

// numbered is e with its incident's number, if it is about one.
func (d *decision) numbered(e alert.Event) alert.Event {
	if e.Kind.OfRule() {
		return e
	}
	e.Promise = d.promised(e.Promise)
	if e.Number == 0 && e.Promise != nil {
		e.Number = e.Promise.Number
	}
	if e.Number == 0 && !about(e.Kind) {
		e.Number = d.number()
	}
	return e
}

// save keeps the limit's present incident, and the row of the open one, or of
// the one that was open until now.
func (d *decision) save() error {
	_, err := d.tx.Exec("UPDATE standing SET state = ?, decided_ms = ?, body = ? WHERE id = ?",
		d.next.State, d.now.UnixMilli(), d.body, d.standing)
	if err != nil || d.number() == 0 {
		return err
	}
	last := d.next
	last.Number = d.number()
	body, err := toJSON(last)
	if err != nil {
		return err
	}
	_, err = d.tx.Exec("UPDATE incident SET burned_ms = ?, resolved_ms = ?, body = ? WHERE number = ?",
		nullMilli(last.Burned), nullMilli(d.ended()), body, last.Number)
	return err
}

// ended is when the incident was over; zero while it is open.
func (d *decision) ended() time.Time {
	if d.next.Open() {
		return time.Time{}
	}
	return cmp.Or(d.next.Resolved, d.now)
}

// happen keeps one event and what follows from it.
func (d *decision) happen(e alert.Event) error {
	body, err := toJSON(e)
	if err != nil {
		return err
	}
	_, err = d.tx.Exec("INSERT INTO event (standing, number, kind, at_ms, revision, body) VALUES (?, ?, ?, ?, ?, ?)",
		d.standing, nullNumber(e.Number), e.Kind, e.At.UnixMilli(), e.Revision, body)
	if err != nil {
		return err
	}
	return errors.Join(d.foretell(e), d.queue(e, body))
}
