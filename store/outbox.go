package store

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/forewarn/forewarn/alert"
)

// DeliveryState is where a delivery stands.
type DeliveryState string

// The states of a delivery. The first three are waiting: nothing behind them
// in their lane goes out.
const (
	Pending    DeliveryState = "pending"    // to be sent
	Sending    DeliveryState = "sending"    // handed to the channel, no answer yet
	Unsure     DeliveryState = "unknown"    // may have been accepted: no answer came
	Sent       DeliveryState = "sent"       // accepted by the channel
	Dead       DeliveryState = "dead"       // given up, or expired
	Superseded DeliveryState = "superseded" // a newer edit says all it would have said
	Dropped    DeliveryState = "dropped"    // somebody decided that it is not worth sending
)

// waiting is the condition of the index outbox_waiting, word for word.
const waiting = "state IN ('pending', 'sending', 'unknown')"

// Delivery is one event on its way to one route. What it will say is rendered
// when it is sent.
type Delivery struct {
	ID       string // "inc-42/soon/1/slack": the same event always has the same
	Route    string
	Lane     string // deliveries of one lane go out one after the other
	Key      alert.Key
	Event    alert.Event
	State    DeliveryState
	Attempts int

	Decided   time.Time
	NotBefore time.Time
	Expires   time.Time // a warning after the crossing is worse than none
	FirstTry  time.Time // zero before the first attempt
	SentAt    time.Time // zero unless Sent

	Channel, TS string // where it went; "" unless Sent
	Error       string // of the last attempt
	StandsFor   string // the id of the delivery on another route that did not get through; "" if it is the event's own
	Damage      string // why Event could not be read, which is then zero; "" if it was
}

// queue adds a delivery of e to each route that takes it, if e is told.
func (d *decision) queue(e alert.Event, body string) error {
	if !e.Told() || about(e.Kind) && e.Number == 0 {
		return nil
	}
	routes, err := d.routes(e)
	if err != nil {
		return err
	}
	routes, err = d.share(e, routes)
	if err != nil {
		return err
	}
	for _, route := range routes {
		if err := d.queueTo(route, e, body); err != nil {
			return err
		}
	}
	return nil
}

func (d *decision) queueTo(route string, e alert.Event, body string) error {
	lane, op := d.lane(e), operation(e)
	id := fmt.Sprintf("%s%s/%s", idPrefix(lane, e.Kind), d.nth(e), route)
	added, err := d.tx.Exec(`INSERT OR IGNORE INTO outbox
		(id, route, lane, standing, number, op, state, decided_ms, not_before_ms, expires_ms, event)
		VALUES (?, ?, ?, ?, ?, ?, 'pending', ?, ?, ?, ?)`,
		id, route, lane, d.standing, nullNumber(e.Number), op,
		d.now.UnixMilli(), d.notBefore(e).UnixMilli(), d.expires(e).UnixMilli(), body)
	if err == nil {
		err = d.release(route, lane, e)
	}
	if err != nil {
		return err
	}
	if n, err := added.RowsAffected(); err != nil || n == 0 || op == post {
		return err
	}
	if op == gather {
		_, err = d.tx.Exec(`UPDATE outbox SET not_before_ms = (SELECT min(not_before_ms) FROM outbox
			WHERE `+waiting+` AND state = 'pending' AND route = ?1 AND lane = ?2 AND op = ?3) WHERE id = ?4`, route, lane, op, id)
		if err != nil {
			return err
		}
	}
	_, err = d.tx.Exec(`UPDATE outbox SET state = 'superseded'
		WHERE `+waiting+` AND state = 'pending' AND route = ? AND lane = ? AND op = ? AND id <> ?`, route, lane, op, id)
	return err
}

// about reports whether an event of kind k is told in the message of another
// incident: of what holds this limit back, or of what its own is told with.
func about(k alert.EventKind) bool {
	return k == alert.KeptQuiet || k == alert.LetGo || k == alert.Shared || k == alert.AllOver
}

// nth tells e from the other events of its kind in its lane.
func (d *decision) nth(e alert.Event) string {
	if about(e.Kind) || urges(e.Kind) && e.Number != d.number() { // limits count their revisions each for itself
		return fmt.Sprintf("%d-%d", d.standing, e.Revision)
	}
	return strconv.Itoa(e.Revision)
}

// notBefore is when e goes out at the earliest. What only edits wakes nobody.
func (d *decision) notBefore(e alert.Event) time.Time {
	if (e.Kind.Posts() || operation(e) == gather) && e.Waits.After(d.now) {
		return e.Waits
	}
	return d.now
}

// release lets go of a warning that waits in the lane of e for the end of the
// quiet hours: it must not hold e up, and what e makes of it is told now, or
// no longer worth telling. That somebody has it is no reason to wake others.
func (d *decision) release(route, lane string, e alert.Event) error {
	if !e.Waits.IsZero() || e.Kind == alert.Acknowledged || e.Kind == alert.Snoozed || about(e.Kind) && e.Kind != alert.AllOver {
		return nil
	}
	_, err := d.tx.Exec(`UPDATE outbox SET not_before_ms = ?1
		WHERE `+waiting+` AND route = ?2 AND lane = ?3 AND state = 'pending' AND attempts = 0 AND not_before_ms > ?1`,
		d.now.UnixMilli(), route, lane)
	return err
}

// idPrefix is how the ids of a lane's deliveries of one kind begin.
func idPrefix(lane string, k alert.EventKind) string {
	return lane + "/" + strings.ReplaceAll(string(k), " ", "-") + "/"
}

// What a delivery does to a channel's messages. Of the edits of one message
// only the newest is worth sending, since each is rendered anew.
const (
	post   = "post"   // a message of its own
	edit   = "edit"   // brings the incident's message up to date
	settle = "settle" // brings the warning's message up to date, which may be another
	gather = "gather" // tells of all that has happened in a storm since the last time
)

func operation(e alert.Event) string {
	switch {
	case e.Kind.Posts():
		return post
	case e.Kind == alert.Shared && !e.Waits.IsZero():
		return gather
	case e.Kind == alert.Settled:
		return settle
	}
	return edit
}

// lane groups what must stay in order: all events of one incident, or of one
// limit while it has none.
func (d *decision) lane(e alert.Event) string {
	if e.Number != 0 {
		return incidentLane(e.Number)
	}
	return fmt.Sprintf("limit-%d", d.standing)
}

func incidentLane(number int64) string { return fmt.Sprintf("inc-%d", number) }

// expires is when e is no longer worth telling: a warning, once even its
// latest crossing has passed; a reminder, when the next is due; what makes a
// message true that was told, after a month; anything else, after a day.
func (d *decision) expires(e alert.Event) time.Time {
	switch {
	case (e.Kind == alert.WentSoon || e.Kind == alert.Sooner) && e.Promise != nil:
		return time.UnixMilli(secondsMilli(e.Promise.Crossing.Latest))
	case !e.Until.IsZero():
		return e.Until
	case over(e.Kind), e.Kind == alert.AllOver, e.Kind == alert.Shared:
		return d.now.Add(trueFor)
	}
	return d.now.Add(usefulFor)
}

// usefulFor is how long a delivery that is not a warning is worth sending,
// trueFor how long one is without which a message that was told would say for
// ever that something burns.
const (
	usefulFor = 24 * time.Hour
	trueFor   = 30 * usefulFor
)
