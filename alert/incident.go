package alert

import (
	"time"

	"github.com/forewarn/forewarn/predict"
)

// State is where a limit stands.
type State uint8

// The states. The zero State is Unset: nothing is known, nothing is said.
const (
	Unset    State = iota // no run has passed yet
	Quiet                 // as it should be
	Soon                  // proactive: a crossing is forecast
	Burning               // reactive: the limit is crossed
	Clearing              // burning, and the last runs were good
)

// Incident is all that is known about one limit: its state, the evidence of
// the last runs, and, from the first Soon or Burning until Quiet, the open
// incident itself. The zero Incident is a limit nobody has looked at yet.
// It is stored as JSON, so fields may be added but never change their meaning.
type Incident struct {
	Limit    Limit
	Location string
	State    State
	Entered  time.Time // when State was entered
	Revision int       // grows with every Event; messages name it

	Number   int64     // of the open incident, given by the store; 0 while Quiet or Unset
	Opened   time.Time // its first Soon or Burning
	Burned   time.Time // its first Burning; zero if it never burned
	Resolved time.Time // when it was over; zero while open. Kept until the next one opens

	Runs     []Run     // the last Confirm.Of runs that counted, oldest first
	Good     int       // good runs in a row
	LastRun  time.Time // last run that counted, passed or failed
	Value    float64   // the limit's figure at LastRun, in the limit's unit
	Worst    float64   // since Opened
	WorstAt  time.Time
	Why      string    // last failure: one redacted line
	FailedAt string    // the step it failed at

	Promise  *Promise  // the forecast that opened Soon, as last told; nil if it burned unannounced
	Pending  []Promise // forecasts told and not settled yet, oldest first
	Evidence time.Time // last time a forecast named a crossing

	AckBy        string
	AckAt        time.Time // zero: nobody has it
	SnoozedUntil time.Time
	Blind        time.Time // since when we cannot see; zero if we can
}

// Open reports whether the limit has an open incident.
func (in Incident) Open() bool { return in.State == Soon || in.State == Burning || in.State == Clearing }

// Run is what one run said of one limit.
type Run struct {
	At    time.Time
	Over  bool
	Value float64
}

// Promise is a forecast that was told: it will be settled.
type Promise struct {
	Made     time.Time
	Crossing predict.Crossing
	Ahead    time.Duration // the limit's horizon then
	Helped   bool          // between Made and Latest somebody acknowledged, said useful, or deployed
	Moot     bool          // maintenance or a changed rule in between
	Missing  int           // runs that should have counted since Made and did not
	Seen     int           // runs that counted since Made
}

// Evidence is one look at one limit: what a run said, or that a run is due
// and missing, and what the trend says now.
type Evidence struct {
	At          time.Time // end of the run, or the time of the look
	Run         RunKind
	Value       float64 // the limit's figure: seconds, share or days; NaN when there is none
	AtLeast     bool    // Value is a lower bound: a timeout
	Passed      bool    // the whole run passed
	FailedAt    string  // the failed step, "" if none
	Why         string  // the failure in one redacted line
	Forecast    predict.Forecast
	Maintenance bool
	Held        bool // the journey's availability burns: open nothing else
	Changed     bool // a deploy mark lies between the last look and this one
}

// RunKind says whether the evidence comes from a run that counts.
type RunKind uint8

// Kinds of evidence.
const (
	NoRun      RunKind = iota // a look between runs, or the run says nothing of this limit
	RunUnder                  // within the limit
	RunOver                   // beyond it
	RunUnknown                // our own fault, or missing
)

// EventKind is one sort of thing worth telling or keeping.
type EventKind string

// Kinds of events.
const (
	WentSoon     EventKind = "soon"
	Sooner       EventKind = "sooner"
	Receded      EventKind = "receded"
	WentBurning  EventKind = "burning"
	BurnsAgain   EventKind = "burns again"
	WentResolved EventKind = "resolved"
	NeverPassed  EventKind = "never passed"
	CannotSee    EventKind = "cannot see"
	SeesAgain    EventKind = "sees again"
	Acknowledged EventKind = "acknowledged"
	Snoozed      EventKind = "snoozed"
	RuleRemoved  EventKind = "rule removed"
	Settled      EventKind = "settled"
)

// Event is one thing that happened to an incident. Its rendering is a message.
type Event struct {
	Kind     EventKind
	At       time.Time
	Number   int64 // of the incident; the store fills it in for the event that opens one
	Revision int
	By       string   // who acknowledged or snoozed
	Promise  *Promise // of WentSoon, Sooner, Receded and Settled
	Outcome  Outcome  // of Settled
}

// Outcome is how a forecast that was told turned out.
type Outcome string

// Outcomes. Precision = Came / (Came + DidNotCome).
const (
	Came       Outcome = "came"         // crossed by Latest + Ahead/4
	Averted    Outcome = "averted"      // did not, and somebody did something about it
	Moot       Outcome = "moot"         // cannot be judged
	DidNotCome Outcome = "did not come" // the rest
)

// Reason is why a decision spoke or kept silent. Every Decide gives one.
type Reason string
