package notify

import (
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/chart"
	"github.com/forewarn/forewarn/explain"
	"github.com/forewarn/forewarn/impact"
)

// Message is one event in neutral form, made by [Render] at the moment it is
// sent. Every text in it is clipped, so that no channel needs to cut.
type Message struct {
	ID       string // of the delivery: the same at every try, known to Slack
	Kind     alert.EventKind
	Incident int64 // 0: none is open
	Revision int
	Op       Op

	Text    string  // the whole alert in one sentence: at most 200 characters, the first 60 decide
	Header  string  // state and figure, for the eye: at most 150
	Body    []Text  // sentences, one paragraph each
	Fields  []Field // at most 10
	Context []Text  // small print, one line each
	Reply   Text    // said in the thread when Op is Follow

	Chart   *chart.Chart // the forecast; nil if there is none, and where something burns
	Picture *chart.Chart // to be shown in the thread of a new message, once that is out; nil: none
	Detail  []Text       // said beside the picture, one line each

	Facts   Facts    // the same for machines
	Buttons []Button // what readers can do at once; left out where no click is heard
	Command string   // what does it from a shell, shown where there are no buttons; "" if nothing

	Target Ref // the message to edit or to reply to; zero: there is none, post
	See    Ref // a message to link to; zero: none

	// A try before this one may have arrived: First is when the first one
	// left, Tried the last whose outcome nobody knows. Zero: none has.
	First, Tried time.Time
}

// Field is one labelled value.
type Field struct {
	Label string
	Value Text
}

// Ref names a message that a channel has shown. A channel that cannot edit or
// reply gives none.
type Ref struct{ Channel, TS string }

// Op is how a message reaches its readers.
type Op uint8

// The ways. A channel without a Target posts whatever still deserves it.
const (
	Post   Op = iota // a message of its own, which notifies
	Edit             // the earlier message is made true again; nobody is notified
	Follow           // Edit, and one line in the thread; without a Target a Post
)

// opOf is how events of kind k are told.
func opOf(k alert.EventKind) Op {
	switch k {
	case alert.WentSoon, alert.WentBurning, alert.NeverPassed, alert.Demoted, alert.Promoted:
		return Post
	case alert.WentResolved, alert.CannotSee, alert.SeesAgain, alert.RuleRemoved, alert.Closed,
		alert.AllOver, alert.Reminded, alert.Escalated:
		return Follow
	}
	return Edit
}

// Link is a named address.
type Link struct{ Label, URL string }

// Subject is what a message says beside what its incident knows. Only Title
// is required; what is missing is left out or named as unknown.
type Subject struct {
	Title   string        // of the journey
	Feature string        // what the business would name
	Every   time.Duration // between two runs; 0 is unknown. Under a minute, moments show their seconds
	Steps   []string      // names, in order
	Job     bool          // it reports by itself: nobody runs it
	Runbook string        // URL
	Links   []Link        // our own pages, dashboards
	Command string        // how forewarn is called from a shell, such as "forewarn"; "" if it could not find this incident

	Change   string    // the last mark before it began: what was deployed or changed
	ChangeAt time.Time // zero: none lately
	Since    string    // the last mark since then
	SinceAt  time.Time // zero: none

	Course *chart.Chart    // how the figure came to where it is; nil if there is none to show
	Why    *explain.Change // what carries the change since it began; nil: nobody knows when that was

	Business impact.Business // what the journey is worth, for what is at risk or lost
	Toll     Toll            // what its runs say since it burned

	Mates   []Mate // incidents that the message tells of, its own first; none: it tells of its own alone
	Stormed int    // incidents of the storm that it tells of, those with messages of their own too; 0: of none

	Held []string // titles of the journeys that it keeps quiet, which fail too

	Rule alert.Record // of this limit's earlier warnings, as long as it had this value
	All  alert.Record // of all limits
}
