package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/forewarn/forewarn/alert"
)

// Route is one way to tell events, and which of them it takes. The zero rule
// takes every one.
type Route struct {
	Name     string   `json:"-"` // of its channel; without "/"
	Journeys []string // whose incidents it takes; nil: everyone's
	Severity Severity
	Rest     bool   // takes only what no other route takes
	Edits    bool   // its messages can be edited: incidents may share one
	Gathers  bool   // they cannot, but people read them: in a storm, one now and then tells of all
	Spare    bool   // takes nothing of its own: it is only the fallback of others
	Digest   bool   // takes the daily digest of what it takes
	Fallback string `json:"-"` // the route that tells what burns while this one cannot; "" if none does
}

// Severity is a part of the events of an incident; "" is all of them.
type Severity string

// The severities. That we cannot see belongs to both.
const (
	SoonOnly    Severity = "soon"    // forecasts, and what became of them
	BurningOnly Severity = "burning" // what burns, until it is over
)

// takes reports whether r is told of an event of kind k of a journey, whose
// incident has burned or not.
func (r Route) takes(journey string, k alert.EventKind, burned bool) bool {
	switch {
	case r.Spare || r.Journeys != nil && !slices.Contains(r.Journeys, journey):
		return false
	case r.Severity == "" || k == alert.CannotSee || k == alert.SeesAgain:
		return true
	}
	switch k {
	case alert.WentSoon, alert.Sooner, alert.Receded, alert.Settled, alert.Demoted, alert.Promoted:
		burned = false
	case alert.WentBurning, alert.NeverPassed:
		burned = true
	}
	return burned == (r.Severity == BurningOnly)
}

// SetRoutes says which routes get a delivery of which events from now on, by
// any process. What still waits for a route that is gone is given up.
func (db *DB) SetRoutes(ctx context.Context, routes []Route) error {
	err := db.now(ctx, func(tx *sql.Tx) error {
		if _, err := tx.Exec("UPDATE route SET active = 0"); err != nil {
			return err
		}
		for _, r := range routes {
			rule, err := toJSON(r)
			if err != nil {
				return err
			}
			_, err = tx.Exec(`INSERT INTO route (name, active, rule, fallback) VALUES (?, 1, ?, ?)
				ON CONFLICT DO UPDATE SET active = 1, rule = excluded.rule, fallback = excluded.fallback`, r.Name, rule, r.Fallback)
			if err != nil {
				return err
			}
		}
		_, err := tx.Exec(`UPDATE outbox SET state = 'dead', error = 'its route is no longer configured'
			WHERE ` + waiting + ` AND route IN (SELECT name FROM route WHERE NOT active)`)
		return err
	})
	if err != nil {
		return fmt.Errorf("set the routes: %w", err)
	}
	return nil
}

func scanRoute(scan scanner) (Route, error) {
	var name, rule, fallback string
	if err := scan(&name, &rule, &fallback); err != nil {
		return Route{}, err
	}
	r, err := fromJSON[Route](rule)
	r.Name, r.Fallback = name, fallback
	return r, err
}

// routes are those that are told of e: who takes it, whoever takes what the
// others leave, whom it was escalated to, and who has stood in for one of them
// and is told the end.
func (d *decision) routes(e alert.Event) ([]string, error) {
	ctx := context.Background()
	if about(e.Kind) {
		return d.tellers(e.Number)
	}
	all, err := collect(ctx, d.tx, scanRoute, "SELECT name, rule, fallback FROM route WHERE active ORDER BY name")
	if err != nil {
		return nil, err
	}
	burned := !cmp.Or(d.next.Burned, d.before.Burned).IsZero()
	var names, rest []string
	for _, r := range all {
		switch {
		case e.Kind == alert.Digest:
			if r.Digest {
				names = append(names, r.Name)
			}
		case !r.takes(d.key.Journey, e.Kind, burned):
		case r.Rest:
			rest = append(rest, r.Name)
		default:
			names = append(names, r.Name)
		}
	}
	if names == nil {
		names = rest
	}
	names = append(names, named(all, d.escalatedTo(e))...)
	if ends(e.Kind) && e.Number != 0 {
		stoodIn, err := d.stoodIn(e.Number)
		if err != nil {
			return nil, err
		}
		names = append(names, stoodIn...)
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// escalatedTo are the routes, and people, that the incident of e was escalated to.
func (d *decision) escalatedTo(e alert.Event) []string {
	switch {
	case e.Number == 0:
	case e.Number == d.next.Number:
		return d.next.EscalatedTo
	case e.Number == d.before.Number:
		return d.before.EscalatedTo
	}
	return nil
}

// named are the names of those of all that are among names.
func named(all []Route, names []string) (found []string) {
	for _, r := range all {
		if slices.Contains(names, r.Name) {
			found = append(found, r.Name)
		}
	}
	return found
}

// tellers are the routes that told of an incident, or are about to.
func (d *decision) tellers(number int64) ([]string, error) {
	begin := incidentLane(number) + "/"
	return collect(context.Background(), d.tx, scanText, `SELECT DISTINCT o.route FROM outbox o JOIN route r ON r.name = o.route AND r.active
		WHERE o.id > ? AND o.id < ? AND o.op = 'post' AND o.stands_for = '' AND o.state IN ('pending', 'sending', 'unknown', 'sent') ORDER BY o.route`,
		begin, idsEnd(begin))
}

// stoodIn are the routes that told of an incident in another's place.
func (d *decision) stoodIn(number int64) ([]string, error) {
	begin := incidentLane(number) + "/"
	return collect(context.Background(), d.tx, scanText, `SELECT DISTINCT o.route FROM outbox o JOIN route r ON r.name = o.route AND r.active
		WHERE o.id > ? AND o.id < ? AND o.stands_for <> '' AND o.state IN ('sent', 'sending', 'unknown')`, begin, idsEnd(begin))
}

// ends reports whether an event of kind k ends an incident.
func ends(k alert.EventKind) bool {
	return k == alert.WentResolved || k == alert.Closed || k == alert.RuleRemoved
}
