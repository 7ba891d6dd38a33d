package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/forewarn/forewarn/alert"
)

// Act does a: [DB.Decide] on the limit of the incident that a means, and in
// the same transaction who did it. Kept is what changed something, a vote, and
// what brings a tag or minutes, also to an incident that is over; what the
// same person said last is not kept again.
//
// It returns the incident that a means, as it is now or was at its end, and
// what came of it; [ErrNotFound] if there never was one of that number.
func (db *DB) Act(ctx context.Context, a alert.Act) (in alert.Incident, why alert.Reason, err error) {
	err = db.now(ctx, func(tx *sql.Tx) error {
		in, why, err = db.act(tx, a)
		return err
	})
	if err != nil {
		return alert.Incident{}, "", fmt.Errorf("%s incident %d: %w", a.Kind, a.Number, err)
	}
	return in, why, nil
}

func (db *DB) act(tx *sql.Tx, a alert.Act) (in alert.Incident, why alert.Reason, err error) {
	ctx := context.Background()
	key, found, err := first(ctx, tx, func(scan scanner) (k alert.Key, err error) {
		err = scan(&k.Journey, &k.Limit)
		return k, err
	}, "SELECT s.journey, s.limit_name FROM incident i JOIN standing s ON s.id = i.standing WHERE i.number = ?", a.Number)
	if err == nil && !found {
		err = ErrNotFound
	}
	if err != nil {
		return in, "", err
	}
	mate, err := db.actOnMates(tx, a)
	if err != nil {
		return in, "", err
	}
	made, changed, err := db.actOn(tx, key, a)
	if err != nil {
		return in, "", err
	}
	if made.Reason == alert.NothingOpen && mate.Incident.Open() {
		made, changed = mate, true
	}
	why = made.Reason
	switch said, err := saidBefore(tx, a); {
	case err != nil:
		return in, "", err
	case changed || a.Says() && !said:
		err = keepAct(tx, a)
		if err != nil {
			return in, "", err
		}
	case a.Says():
		why = alert.AlreadySaid
	}
	if made.Incident.Number == mate.Incident.Number && mate.Incident.Open() { // it is over itself
		return made.Incident, why, nil
	}
	in, _, err = first(ctx, tx, scanJSON[alert.Incident], "SELECT body FROM incident WHERE number = ?", a.Number)
	return in, why, err
}

// actOn does a to the limit of key, and reports whether that changed anything.
func (db *DB) actOn(tx *sql.Tx, key alert.Key, a alert.Act) (made Decided, changed bool, err error) {
	made, err = db.decide(tx, Decision{key, a.At, func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
		next, events, why := a.On(in)
		changed = len(events) > 0
		return next, events, why
	}}, alert.Crowding{})
	return made, changed, err
}

// saidBefore reports whether a is what the same person did last.
func saidBefore(tx *sql.Tx, a alert.Act) (bool, error) {
	last, _, err := first(context.Background(), tx, scanAct,
		actColumns+"WHERE number = ? AND who = ? AND who_id = ? ORDER BY id DESC", a.Number, a.By, a.ByID)
	same := last.Kind == a.Kind && last.Until.Equal(a.Until) && last.Tag == a.Tag && last.Minutes == a.Minutes
	return same && err == nil, err
}

func keepAct(tx *sql.Tx, a alert.Act) error {
	_, err := tx.Exec(`INSERT INTO act (number, at_ms, kind, who, who_id, via, until_ms, tag, minutes)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		a.Number, a.At.UnixMilli(), a.Kind, a.By, a.ByID, a.Via, nullMilli(a.Until), a.Tag, a.Minutes)
	return err
}

// Acts are what people did to incident n, oldest first.
func (db *DB) Acts(ctx context.Context, n int64) ([]alert.Act, error) {
	acts, err := collect(ctx, db.reader, scanAct, actColumns+"WHERE number = ? ORDER BY id", n)
	if err != nil {
		return nil, fmt.Errorf("read what was done to incident %d: %w", n, err)
	}
	return acts, nil
}

const actColumns = "SELECT number, at_ms, kind, who, who_id, via, until_ms, tag, minutes FROM act "

func scanAct(scan scanner) (a alert.Act, err error) {
	var at, until sql.NullInt64
	err = scan(&a.Number, &at, &a.Kind, &a.By, &a.ByID, &a.Via, &until, &a.Tag, &a.Minutes)
	a.At, a.Until = milliTime(at), milliTime(until)
	return a, err
}

// LastIncidents are the last incidents that opened, as they are or as they
// were at their ends, newest first, at most most.
func (db *DB) LastIncidents(ctx context.Context, most int) ([]alert.Incident, error) {
	all, err := collect(ctx, db.reader, scanJSON[alert.Incident], "SELECT body FROM incident ORDER BY number DESC LIMIT ?", most)
	if err != nil {
		return nil, fmt.Errorf("read the last incidents: %w", err)
	}
	return all, nil
}
