package alert

import "time"

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

// String is the word for s.
func (s State) String() string {
	switch s {
	case Unset:
		return "unset"
	case Quiet:
		return "quiet"
	case Soon:
		return "soon"
	case Burning:
		return "burning"
	case Clearing:
		return "clearing"
	}
	return "no state"
}

// Incident is all that is known about one limit: its state, the evidence of
// the last runs, and, from the first Soon or Burning until Quiet, the open
// incident itself. The zero Incident is a limit nobody has looked at yet.
// It is stored as JSON with every run, what is zero left out; fields may be
// added but never change their meaning.
// It is a value: nothing here writes into what its slices and pointers share.
type Incident struct {
	Limit    Limit
	Location string    `json:",omitzero"`
	State    State     `json:",omitzero"`
	Entered  time.Time `json:",omitzero"` // when State was entered
	Revision int       `json:",omitzero"` // grows with every Event, also over several incidents; messages name it

	Number   int64     `json:",omitzero"` // of the open incident, given by the store; 0 while Quiet or Unset
	Opened   time.Time `json:",omitzero"` // its first Soon or Burning
	Burned   time.Time `json:",omitzero"` // its first Burning; zero if it never burned
	Resolved time.Time `json:",omitzero"` // when it was over; zero while open. Kept until the next one opens

	Tries    int       `json:",omitzero"` // runs that counted while Unset
	Runs     []Run     `json:",omitzero"` // the last Confirm.Of runs that counted, oldest first; none from before Clearing
	Good     int       `json:",omitzero"` // good runs in a row, each of them clear of the limit
	LastRun  time.Time `json:",omitzero"` // last run that counted, passed or failed
	Value    float64   `json:",omitzero"` // the limit's figure at LastRun, in the limit's unit; 1 or 0 of Availability
	Worst    float64   `json:",omitzero"` // since Opened
	WorstAt  time.Time `json:",omitzero"`
	Why      string    `json:",omitzero"` // last failure: one redacted line
	FailedAt string    `json:",omitzero"` // the step it failed at

	Turns   int `json:",omitzero"` // how often it turned to Burning since Opened
	Returns int `json:",omitzero"` // incidents before this one in a row that were each over for too short a time

	Promise  *Promise      `json:",omitzero"` // the forecast that opened Soon, as last told; nil if it burned unannounced
	Pending  []Promise     `json:",omitzero"` // forecasts told and not settled yet, oldest first
	Evidence time.Time     `json:",omitzero"` // last time a forecast named a crossing
	Lost     time.Duration `json:",omitzero"` // how long runs have been seen since then without such evidence

	Reminders   int       `json:",omitzero"` // since it burns, also of the incidents that it returned from
	Reminded    time.Time `json:",omitzero"` // the last of them
	Escalated   time.Time `json:",omitzero"` // when others were told that nobody has it; zero: they were not
	EscalatedTo []string  `json:",omitzero"` // ids of users and user groups, and names of routes

	Demoted bool `json:",omitzero"` // the rule's record is bad, as was told: its forecasts go to the digest

	AckBy        string    `json:",omitzero"`
	AckAt        time.Time `json:",omitzero"` // zero: nobody has it
	ClosedBy     string    `json:",omitzero"` // who said that it is over; "" if the runs did
	SnoozedUntil time.Time `json:",omitzero"`
	Blind        time.Time `json:",omitzero"` // since when we cannot see; zero if we can
	BlindWhy     string    `json:",omitzero"` // why we cannot: one redacted line
	BlindTold    bool      `json:",omitzero"` // CannotSee was told and SeesAgain was not yet

	Host  string    `json:",omitzero"` // that was asked where it fails, when it opened; "" is unknown, or several
	Under int64     `json:",omitzero"` // number of the incident whose message tells of this one; 0: it has its own
	Storm time.Time `json:",omitzero"` // since when incidents were so many that its message tells of all that follow; zero: they were not

	HeldBy Holder `json:",omitzero"` // what held its opening back when the last run was looked at; zero: nothing
}

// Open reports whether the limit has an open incident.
func (in Incident) Open() bool { return in.State == Soon || in.Burns() }

// Burns reports whether the limit is crossed, or not surely back within. While
// the availability of a journey burns, the evidence of its other limits is Held.
func (in Incident) Burns() bool { return in.State == Burning || in.State == Clearing }

// untold reports whether the open incident is only a forecast that nobody was
// told of.
func (in Incident) untold() bool {
	return in.State == Soon && in.Promise != nil && in.Promise.Demoted
}

// Muted reports whether somebody has snoozed the limit until after now.
func (in Incident) Muted(now time.Time) bool { return now.Before(in.SnoozedUntil) }

// Run is what one run said of one limit.
type Run struct {
	At    time.Time
	Over  bool
	Value float64
}
