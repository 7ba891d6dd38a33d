package probes

import (
	"slices"
	"time"

	"github.com/forewarn/forewarn/probes/expect"
)

// Journey is a pretended user's way through one feature: ordered steps that
// share one cookie jar, one set of variables and one deadline.
// It is a plain value, holds no state of a run, and is shared by all runs.
type Journey struct {
	Name    string // unique in the configuration
	Title   string // the words used in messages; never empty
	Feature string // what the business would name; never empty
	Tags    []string
	Runbook string // URL or ""

	Every   time.Duration // from one due time to the next
	Timeout time.Duration // of the whole run; every request obeys it. 0 is DefaultTimeout

	BaseURL string            // steps with a relative URL start here, as links of that page do
	Vars    map[string]string // {{name}} in requests, vars.name in expressions
	Secrets map[string]string // as Vars, and never shown anywhere; at least MinSecret bytes each
	Network Network           // how its requests reach their servers
	Lock    string            // of the journeys with the same one only one runs at a time; "" is none
	Hosts   []Host            // what hosts are asked at most, by all journeys together
	Trace   bool              // each step sends a traceparent, so that its trace can be found
	Auth    Auth              // of every step to the host of BaseURL that has none of its own
	Steps   []Step

	Heartbeat *Heartbeat // the journey is a job that reports by itself, and is not walked; nil: it is walked
}

// Step is one request with its expectations and captures. A {{name}} in its
// URL, Headers, Query, Form, JSON and Body stands for a var, a secret or an
// earlier capture, escaped for its place.
type Step struct {
	Name   string // unique in the journey
	Method string // upper case; "" is GET
	URL    string // absolute, or relative to the journey's BaseURL
	Look   *Look  // taken in place of a request; nothing else of the request counts then

	Vars    map[string]string // values of this step alone, which hide the journey's; may hold {{name}} of those
	Auth    *Auth             // nil: the journey's; the zero Auth: none at all
	Headers []Field           // replace what forewarn sends by itself; a name may come twice
	Query   []Field           // added to the URL's own query, in this order
	Form    []Field           // body as application/x-www-form-urlencoded; wins over JSON and Body
	Files   []File            // if not nil, Form is sent as multipart/form-data, these behind it
	JSON    any               // body as application/json; placeholders only inside strings; nil is none
	Body    string            // raw body
	Raw     string            // as Body, but nothing in it is a placeholder; Body wins

	Redirects int           // how many are followed; 0: a redirect is the answer
	Timeout   time.Duration // of this step; 0 is what is left of the journey's
	MaxBody   int64         // bytes of the decoded body that are read; 0 is DefaultMaxBody

	Expect  []expect.Condition // empty: the status is below 400
	Schema  *expect.Schema     // that the body must fit as well; nil: it may be anything
	Capture []Capture          // taken in this order after the expectations passed
	Hide    []string           // captures of this step that are secrets from then on
	Always  bool               // runs even after a failed step, but never with a value missing

	If       *expect.Condition // over vars alone; false: skipped, which fails nothing. nil: always taken
	Optional bool              // its failure does not fail the run, and it is in no latency but its own
	Pause    time.Duration     // before the request; in no latency
	Retry    Retry
	Poll     Poll // excludes Retry
}

// What a journey and a step that say nothing of it get.
const (
	DefaultTimeout = 30 * time.Second
	DefaultMaxBody = 1 << 20
)

// Field is one named value of a header, a query or a form.
type Field struct{ Name, Value string }

// File is a file in a form, sent as it is.
type File struct {
	Field   string // its name in the form
	Name    string // its own, without a directory
	Type    string // Content-Type
	Content string
}

// Capture takes a value from a step's response for later steps.
// The value is verbatim text: "00123" stays "00123".
type Capture struct {
	Name  string
	Query expect.Query
}

// Longest is how long a run may take at most, its cleanup included.
func (j Journey) Longest() time.Duration {
	if j.cleansUp() {
		return j.timeout() + grace(j.timeout())
	}
	return j.timeout()
}

// cleansUp reports whether it has steps that are always taken.
func (j Journey) cleansUp() bool {
	return slices.ContainsFunc(j.Steps, func(s Step) bool { return s.Always })
}

func (j Journey) timeout() time.Duration {
	if j.Timeout > 0 {
		return j.Timeout
	}
	return DefaultTimeout
}

func (s *Step) maxBody() int64 {
	if s.MaxBody > 0 {
		return s.MaxBody
	}
	return DefaultMaxBody
}
