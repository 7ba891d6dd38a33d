package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/forewarn/forewarn/alert"
)

// join finds whose message tells of the incident that opens now. Decisions are
// made one after the other, so that of two that open at once one leads.
func (d *decision) join(events []alert.Event) error {
	i := slices.IndexFunc(events, func(e alert.Event) bool {
		return e.Told() && (e.Kind == alert.WentSoon || e.Kind == alert.WentBurning || e.Kind == alert.NeverPassed)
	})
	if i < 0 || d.crowd == (alert.Crowding{}) {
		return nil
	}
	routes, err := d.routes(events[i])
	if err != nil {
		return err
	}
	readers, gathers, err := d.readers(routes)
	if err != nil || len(readers) == 0 {
		return err
	}
	if err := d.shelter(readers, gathers, events[i].Waits); err != nil {
		return fmt.Errorf("find what it opens with: %w", err)
	}
	_, err = d.tx.Exec("UPDATE incident SET host = ?, told = ?, under = ?, storm_ms = ? WHERE number = ?",
		d.next.Host, strings.Join(readers, " "), nullNumber(d.next.Under), nullMilli(d.next.Storm), d.next.Number)
	return err
}

// leads are the open incidents that one may be put under which is told on the
// same routes, those at its host first: not while what tells of one still waits
// for the end of the quiet hours, unless that which opens does so too.
const leads = `SELECT body FROM incident i WHERE told = ?1 AND under IS NULL AND resolved_ms IS NULL
	AND number <> ?2 AND (opened_ms >= ?3 OR storm_ms IS NOT NULL)
	AND (?4 OR NOT EXISTS (SELECT 1 FROM outbox o WHERE o.` + waiting + ` AND o.number = i.number AND o.op = 'post'
		AND o.attempts = 0 AND o.not_before_ms > max(?5, o.decided_ms)))
	ORDER BY storm_ms IS NOT NULL, number`

// shelter puts the incident under one that is told on the same routes: at the
// same host, or in the same storm. In a storm that nobody tells of, it is the
// one to do it. Where messages cannot be edited, only storms gather. What one
// of readers was not told, nor will be, tells them of nothing else.
func (d *decision) shelter(readers []string, gathers bool, waits time.Time) error {
	ctx, told := context.Background(), strings.Join(readers, " ")
	now := d.next.Opened
	var storm struct {
		incidents int
		since     sql.NullInt64
	}
	err := d.tx.QueryRow(`SELECT count(*) + 1, min(opened_ms) FROM incident WHERE told = ?1 AND opened_ms > ?2
		AND (under IS NULL OR under IN (SELECT number FROM incident WHERE storm_ms IS NOT NULL))`,
		told, now.Add(-d.crowd.Span).UnixMilli()).Scan(&storm.incidents, &storm.since)
	if err != nil {
		return err
	}
	storms := d.crowd.Storms(storm.incidents)
	leads, err := collect(ctx, d.tx, scanJSON[alert.Incident], leads,
		told, d.next.Number, now.Add(-d.crowd.Within).UnixMilli(), waits.After(d.now), d.now.UnixMilli())
	if err != nil {
		return err
	}
	for _, lead := range leads {
		if !(!gathers && d.crowd.Near(d.next, lead) || storms && !lead.Storm.IsZero() && d.next.Fits(lead)) {
			continue
		}
		tellers, err := d.tellers(lead.Number)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(readers, func(r string) bool { return !slices.Contains(tellers, r) }) {
			d.next.Under = lead.Number
			return nil
		}
	}
	if storms {
		d.next.Storm = milliTime(storm.since)
	}
	return nil
}

// leave gives an incident a message of its own that begins to burn while what
// it was told with only may.
func (d *decision) leave(events []alert.Event) error {
	burns := slices.ContainsFunc(events, func(e alert.Event) bool { return e.Kind == alert.WentBurning })
	if !burns || d.next.Under == 0 {
		return nil
	}
	lead, _, err := first(context.Background(), d.tx, scanJSON[alert.Incident], "SELECT body FROM incident WHERE number = ?", d.next.Under)
	if err != nil || d.next.Fits(lead) {
		return err
	}
	if err := d.changed(d.next.Under, alert.Shared, d.now); err != nil {
		return err
	}
	d.next.Under = 0
	if d.body, err = toJSON(d.next); err == nil {
		_, err = d.tx.Exec("UPDATE incident SET under = NULL WHERE number = ?", d.next.Number)
	}
	return err
}

// share tells e in the message that tells of several incidents, and returns
// the routes on which e is told by itself.
func (d *decision) share(e alert.Event, routes []string) ([]string, error) {
	lead := d.next.Under
	if d.next.Number == 0 {
		lead = d.before.Under
	}
	if e.Number == 0 || e.Number != d.number() || !shares(e.Kind) || lead == 0 && !over(e.Kind) {
		return routes, nil
	}
	if urges(e.Kind) {
		return d.urge(lead, e, routes)
	}
	alone := lead == 0
	if alone {
		lead = e.Number
	}
	var mates, open, burned int
	err := d.tx.QueryRow(`SELECT count(*), count(*) FILTER (WHERE resolved_ms IS NULL), count(burned_ms) FROM incident
		WHERE number = ?1 OR under = ?1`, lead).Scan(&mates, &open, &burned)
	if err != nil || alone && mates < 2 {
		return routes, err
	}
	kind := alert.Shared
	if open == 0 && burned > 0 && over(e.Kind) {
		kind = alert.AllOver
	}
	if err := d.changed(lead, kind, e.At); err != nil {
		return nil, err
	}
	gathering, err := d.gather(lead, kind, e)
	if err != nil {
		return nil, err
	}
	_, others, err := d.edited(routes)
	return slices.DeleteFunc(others, func(route string) bool { return slices.Contains(gathering, route) }), err
}

// gather tells e with all else of the storm that lead tells of, on the routes
// that told of lead and cannot edit that: at first soon, then as often as the
// storm grows older. It returns those routes.
func (d *decision) gather(lead int64, k alert.EventKind, e alert.Event) ([]string, error) {
	const soonest, latest = 10 * time.Second, 5 * time.Minute
	routes, opened, err := d.gatherers(lead)
	if err != nil || len(routes) == 0 {
		return nil, err
	}
	told := alert.Event{Kind: k, At: e.At, Number: lead, Revision: d.next.Revision}
	switch {
	case k == alert.AllOver:
	case over(e.Kind):
		told.Waits = d.now.Add(latest)
	case e.Kind.Posts():
		told.Waits = d.now.Add(min(latest, max(soonest, d.now.Sub(opened))))
	default: // who has it is said with the next that happens
		return routes, nil
	}
	body, err := toJSON(told)
	if err != nil {
		return nil, err
	}
	for _, route := range routes {
		if err := d.queueTo(route, told, body); err != nil {
			return nil, err
		}
	}
	return routes, nil
}

// gatherers are the routes that told of lead, also in another's place, which
// tells of a storm since it opened, and cannot edit that.
func (d *decision) gatherers(lead int64) (routes []string, opened time.Time, err error) {
	opened, storms, err := first(context.Background(), d.tx, func(scan scanner) (time.Time, error) {
		var ms sql.NullInt64
		err := scan(&ms)
		return milliTime(ms), err
	}, "SELECT opened_ms FROM incident WHERE number = ? AND storm_ms IS NOT NULL", lead)
	if err != nil || !storms {
		return nil, opened, err
	}
	told, err := d.tellers(lead)
	if err != nil {
		return nil, opened, err
	}
	stoodIn, err := d.stoodIn(lead)
	if err != nil {
		return nil, opened, err
	}
	told = append(told, stoodIn...)
	all, err := collect(context.Background(), d.tx, scanRoute, "SELECT name, rule, fallback FROM route WHERE active ORDER BY name")
	all = slices.DeleteFunc(all, func(r Route) bool { return !r.Gathers })
	return named(all, told), opened, err
}

// readers are those of routes on which several incidents may share a message:
// where it can be edited, else where a storm is gathered.
func (d *decision) readers(routes []string) (readers []string, gathers bool, err error) {
	readers, others, err := d.edited(routes)
	if err != nil || len(readers) > 0 {
		return readers, false, err
	}
	all, err := collect(context.Background(), d.tx, scanRoute, "SELECT name, rule, fallback FROM route WHERE active ORDER BY name")
	all = slices.DeleteFunc(all, func(r Route) bool { return !r.Gathers })
	return named(all, others), true, err
}

// urge tells e, which urges of an incident in the message of lead, as what
// urges of lead: the line belongs into the thread of that message.
func (d *decision) urge(lead int64, e alert.Event, routes []string) ([]string, error) {
	edited, others, err := d.edited(routes)
	if err != nil {
		return nil, err
	}
	gathering, _, err := d.gatherers(lead)
	if err != nil {
		return nil, err
	}
	others = slices.DeleteFunc(others, func(route string) bool {
		if !slices.Contains(gathering, route) {
			return false
		}
		edited = append(edited, route)
		return true
	})
	e.Number = lead
	body, err := toJSON(e)
	if err != nil {
		return nil, err
	}
	for _, route := range edited {
		if err := d.queueTo(route, e, body); err != nil {
			return nil, err
		}
	}
	return others, nil
}

// urges reports whether an event of kind k urges somebody to have an incident.
func urges(k alert.EventKind) bool { return k == alert.Reminded || k == alert.Escalated }

// shares reports whether an event of kind k is told with others' in one message.
func shares(k alert.EventKind) bool {
	switch k {
	case alert.WentSoon, alert.Sooner, alert.WentBurning, alert.NeverPassed, alert.BurnsAgain, alert.Acknowledged, alert.Snoozed, alert.Reminded, alert.Escalated:
		return true
	}
	return over(k)
}

// over reports whether an event of kind k ends an incident, of whatever sort.
func over(k alert.EventKind) bool { return ends(k) || k == alert.Receded }

// changed brings the message of lead up to date, which tells of this incident
// too, wherever it was told and can be edited.
func (d *decision) changed(lead int64, k alert.EventKind, at time.Time) error {
	begin := incidentLane(lead) + "/"
	told, err := collect(context.Background(), d.tx, scanText, `SELECT DISTINCT route FROM outbox
		WHERE id > ? AND id < ? AND op = 'post' AND state IN ('pending', 'sending', 'unknown', 'sent') ORDER BY route`, begin, idsEnd(begin))
	if err != nil {
		return err
	}
	edited, _, err := d.edited(told)
	if err != nil {
		return err
	}
	e := alert.Event{Kind: k, At: at, Number: lead, Revision: d.next.Revision}
	body, err := toJSON(e)
	if err != nil {
		return err
	}
	for _, route := range edited {
		if err := d.queueTo(route, e, body); err != nil {
			return err
		}
	}
	return nil
}

// edited are those of routes whose messages can be edited, and the others.
func (d *decision) edited(routes []string) (edited, others []string, err error) {
	all, err := collect(context.Background(), d.tx, scanRoute, "SELECT name, rule, fallback FROM route WHERE active ORDER BY name")
	if err != nil {
		return nil, nil, err
	}
	for _, r := range all {
		switch {
		case !slices.Contains(routes, r.Name):
		case r.Edits:
			edited = append(edited, r.Name)
		default:
			others = append(others, r.Name)
		}
	}
	return edited, others, nil
}

// actOnMates does to all that are open and told in one message with the
// incident of a what is done to the message: who has one has them all. It
// returns what came of the last; the zero Decided if there is none.
func (db *DB) actOnMates(tx *sql.Tx, a alert.Act) (last Decided, err error) {
	if a.Kind != alert.ToAcknowledge && a.Kind != alert.ToSnooze {
		return last, nil
	}
	type mate struct {
		key    alert.Key
		number int64
	}
	mates, err := collect(context.Background(), tx, func(scan scanner) (m mate, err error) {
		err = scan(&m.key.Journey, &m.key.Limit, &m.number)
		return m, err
	}, `WITH lead (number) AS (SELECT coalesce(under, number) FROM incident WHERE number = ?1)
		SELECT s.journey, s.limit_name, i.number FROM incident i JOIN standing s ON s.id = i.standing, lead
		WHERE (i.number = lead.number OR i.under = lead.number) AND i.number <> ?1 AND i.resolved_ms IS NULL ORDER BY i.number`, a.Number)
	for _, m := range mates {
		if err != nil {
			break
		}
		one := a
		one.Number = m.number
		last, _, err = db.actOn(tx, m.key, one)
	}
	return last, err
}

// Sharing are the incidents that the message of incident n tells of, n first:
// as they are, or as they were at their ends.
func (db *DB) Sharing(ctx context.Context, n int64) ([]alert.Incident, error) {
	all, err := collect(ctx, db.reader, scanJSON[alert.Incident], "SELECT body FROM incident WHERE number = ?1 OR under = ?1 ORDER BY number", n)
	if err != nil {
		return nil, fmt.Errorf("read what incident %d is told with: %w", n, err)
	}
	return all, nil
}

// Stormed is how many incidents opened in the storm that incident n tells of:
// those of its message, and those before it that have messages of their own.
func (db *DB) Stormed(ctx context.Context, n int64) (incidents int, err error) {
	err = db.reader.QueryRowContext(ctx, `SELECT count(*) FROM incident i, incident lead WHERE lead.number = ?1
		AND (i.number = ?1 OR i.under = ?1 OR i.told = lead.told AND i.opened_ms >= lead.storm_ms AND i.number < ?1)`, n).Scan(&incidents)
	if err != nil {
		return 0, fmt.Errorf("count the storm of incident %d: %w", n, err)
	}
	return incidents, nil
}
