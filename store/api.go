package store

import (
	"context"
	"errors"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/probes"
)

// Errors that callers tell apart.
var (
	ErrLocked   = errors.New("another forewarn agent uses this database")
	ErrNewer    = errors.New("the database was written by a newer forewarn")
	ErrOlder    = errors.New("the database was written by an older forewarn")
	ErrForeign  = errors.New("the file belongs to another program")
	ErrCorrupt  = errors.New("the database is damaged")
	ErrMissing  = errors.New("there is no database yet")
	ErrClosed   = errors.New("the database is closed")
	ErrNotFound = errors.New("not found")
	ErrNotDue   = errors.New("the delivery is no longer to be sent")
)

var errNotBuilt = errors.New("store: not built yet")

// Options are what a DB may be opened with. The zero Options are right for an agent.
type Options struct {
	Ephemeral bool          // the file need not survive a power cut: demo, simulations
	Window    time.Duration // how long a write may wait for others to share its commit; 0 is 250 ms
}

// DB is one open database.
type DB struct{}

// Open opens, creates and migrates the database at path as its one agent.
func Open(ctx context.Context, path string, o Options) (*DB, error) { return nil, errNotBuilt }

// Attach opens an existing database beside a running agent.
func Attach(ctx context.Context, path string) (*DB, error) { return nil, errNotBuilt }

// Close ends all writes and closes the database.
func (db *DB) Close() error { return errNotBuilt }

// Save keeps r and returns when it is durable.
func (db *DB) Save(ctx context.Context, r probes.Result) error { return errNotBuilt }

// SaveNow is Save without waiting for others to share the commit.
func (db *DB) SaveNow(ctx context.Context, r probes.Result) error { return errNotBuilt }

// Canonical is r as Results will give it back: rounded to what is stored.
func Canonical(r probes.Result) probes.Result { return r }

// Results visits the runs of journey that started in [since, until), by start.
func (db *DB) Results(ctx context.Context, journey string, since, until time.Time, visit func(probes.Result) error) error {
	return errNotBuilt
}

// Last is the run of journey that started last; false if there is none.
func (db *DB) Last(ctx context.Context, journey string) (probes.Result, bool, error) {
	return probes.Result{}, false, errNotBuilt
}

// Summary is what a stretch of runs of one journey adds up to.
type Summary struct {
	Passed, Failed, Unknown int           // scheduled runs outside maintenance
	LeftOut                 int           // confirming runs and runs in maintenance
	P50, P95                time.Duration // nearest-rank, of the passed runs; 0 if none passed
	Phases                  probes.Phases // mean per passed run, summed over its steps without Always
	First, Last             time.Time     // starts; zero if there was no run
}

// Summarize adds up the runs of journey that started in [since, until).
func (db *DB) Summarize(ctx context.Context, journey string, since, until time.Time) (Summary, error) {
	return Summary{}, errNotBuilt
}

// Decide changes the incident of key in one immediate transaction.
func (db *DB) Decide(ctx context.Context, key alert.Key, now time.Time,
	fn func(alert.Incident) (alert.Incident, []alert.Event, alert.Reason)) (alert.Incident, alert.Reason, error) {
	return alert.Incident{}, "", errNotBuilt
}

// Incident is the current incident of key; the zero one if nothing is known.
func (db *DB) Incident(ctx context.Context, key alert.Key) (alert.Incident, error) {
	return alert.Incident{}, errNotBuilt
}

// Incidents are the current ones, one per key, sorted by key.
func (db *DB) Incidents(ctx context.Context) ([]alert.Incident, error) { return nil, errNotBuilt }

// IncidentByNumber is incident n as it is, or as it was when it ended.
func (db *DB) IncidentByNumber(ctx context.Context, n int64) (alert.Incident, error) {
	return alert.Incident{}, errNotBuilt
}

// History is all that happened to incident n, oldest first.
func (db *DB) History(ctx context.Context, n int64) ([]alert.Event, error) { return nil, errNotBuilt }

// Record is how the forecasts of key turned out; of all with the zero key.
func (db *DB) Record(ctx context.Context, key alert.Key) (alert.Record, error) {
	return alert.Record{}, errNotBuilt
}

// Mark is something the team says happened, such as a deploy.
type Mark struct {
	At   time.Time
	Text string
}

// Mark keeps one mark.
func (db *DB) Mark(ctx context.Context, at time.Time, text string) error { return errNotBuilt }

// Marks are those not before since, oldest first.
func (db *DB) Marks(ctx context.Context, since time.Time) ([]Mark, error) { return nil, errNotBuilt }

// SaveTranscript keeps the transcript of the last failing run of journey.
func (db *DB) SaveTranscript(ctx context.Context, journey string, at time.Time, text string) error {
	return errNotBuilt
}

// Transcript is what the last failing run of a journey went through.
type Transcript struct {
	At   time.Time
	Text string
}

// LastTranscript is the transcript kept for journey; false if there is none.
func (db *DB) LastTranscript(ctx context.Context, journey string) (Transcript, bool, error) {
	return Transcript{}, false, errNotBuilt
}

// DeliveryState is where a delivery stands.
type DeliveryState string

// The states of a delivery.
const (
	Pending    DeliveryState = "pending"    // to be sent
	Sending    DeliveryState = "sending"    // handed to the channel, no answer yet
	Sent       DeliveryState = "sent"       // accepted by the channel
	Unsure     DeliveryState = "unknown"    // may have been accepted: no answer came
	Dead       DeliveryState = "dead"       // given up, or expired
	Superseded DeliveryState = "superseded" // a newer edit says all it would have said
)

// Delivery is one event on its way to one route.
type Delivery struct {
	ID       string // "inc-42/soon/1/slack": deterministic, at most 255 bytes
	Route    string
	Lane     string // deliveries of one lane go out one after the other
	Key      alert.Key
	Event    alert.Event
	State    DeliveryState
	Attempts int

	FirstTry  time.Time // zero before the first
	NotBefore time.Time
	Expires   time.Time
	SentAt    time.Time // zero unless Sent

	Channel, TS string // where it went
	Error       string // of the last attempt
}

// Receipt is a channel's word that it accepted a delivery.
type Receipt struct {
	Channel, TS string
	At          time.Time
	Thread      bool // this message becomes the incident's thread even if there is one
}

// Thread is the message that an incident's later messages belong to.
type Thread struct{ Channel, TS string }

// OutboxStats is how the outbox stands.
type OutboxStats struct {
	Waiting int           // pending, sending or unknown
	Oldest  time.Time     // decision time of the oldest of those; zero if none
	Dead    int           // given up, ever
	Dwell   time.Duration // decision until delivery, of the delivery sent last; 0 if none was
}

// SetRoutes sets which routes get a delivery of each event told from now on.
func (db *DB) SetRoutes(ctx context.Context, names []string) error { return errNotBuilt }

// Due are the heads of route's lanes that may be sent at now, oldest first.
func (db *DB) Due(ctx context.Context, route string, now time.Time) ([]Delivery, error) {
	return nil, errNotBuilt
}

// Sending marks a delivery as handed over; ErrNotDue if it must not be sent any more.
func (db *DB) Sending(ctx context.Context, id string, now time.Time) error { return errNotBuilt }

// Sent marks a delivery as accepted, and keeps the incident's thread with it.
func (db *DB) Sent(ctx context.Context, id string, r Receipt) error { return errNotBuilt }

// Retry puts a delivery back, to be sent at the earliest at at.
func (db *DB) Retry(ctx context.Context, id string, at time.Time, why string) error {
	return errNotBuilt
}

// Unsure says that the channel may have accepted the delivery; look again at at.
func (db *DB) Unsure(ctx context.Context, id string, at time.Time, why string) error {
	return errNotBuilt
}

// Hold puts a delivery back and holds its whole route until until. It does
// not count as an attempt: the channel said "too fast".
func (db *DB) Hold(ctx context.Context, id string, until time.Time, why string) error {
	return errNotBuilt
}

// Dead gives a delivery up.
func (db *DB) Dead(ctx context.Context, id, why string) error { return errNotBuilt }

// Superseded says that a newer delivery says all that id would have said.
func (db *DB) Superseded(ctx context.Context, id string) error { return errNotBuilt }

// Recover is called once at start: what was being sent is Unsure now.
func (db *DB) Recover(ctx context.Context) error { return errNotBuilt }

// Thread is the thread of an incident on a route; false if there is none.
func (db *DB) Thread(ctx context.Context, route string, incident int64) (Thread, bool, error) {
	return Thread{}, false, errNotBuilt
}

// Deliveries are all in one of states, oldest first.
func (db *DB) Deliveries(ctx context.Context, states ...DeliveryState) ([]Delivery, error) {
	return nil, errNotBuilt
}

// OutboxStats reports how the outbox stands.
func (db *DB) OutboxStats(ctx context.Context) (OutboxStats, error) {
	return OutboxStats{}, errNotBuilt
}

// Backup writes a checked copy of the database to file, which must not exist.
func (db *DB) Backup(ctx context.Context, file string) error { return errNotBuilt }

// Healthy is nil while the file is still in its place and writes succeed.
func (db *DB) Healthy() error { return errNotBuilt }

// Stats is what the database takes up, in bytes.
type Stats struct{ File, WAL, Free int64 }

// Stats reports what the database takes up and what is left on its disk.
func (db *DB) Stats() (Stats, error) { return Stats{}, errNotBuilt }
