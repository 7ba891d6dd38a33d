package probes

import (
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
	Timeout time.Duration // of the whole run; every request obeys it

	BaseURL string            // steps with a relative URL start here
	Vars    map[string]string // {{name}} in requests, vars.name in expressions
	Secrets map[string]string // as Vars, and never shown anywhere
	Steps   []Step
}

// Step is one request with its expectations and captures.
type Step struct {
	Name   string // unique in the journey
	Method string // upper case
	URL    string // absolute, or relative to the journey's BaseURL; may hold placeholders

	Headers []Field // sent in this order; may hold placeholders
	Query   []Field // added to the URL's own query
	Form    []Field // body as application/x-www-form-urlencoded
	JSON    any     // body as application/json; placeholders only inside strings; nil is none
	Body    string  // raw body

	Redirects int           // how many are followed
	Timeout   time.Duration // of this step; 0 is what is left of the journey's
	MaxBody   int64         // bytes of the decoded body that are read; never 0

	Expect  []expect.Condition // empty: the status is below 400
	Capture []Capture          // taken in this order after the expectations passed
	Always  bool               // runs even after a failed step, but never with a value missing
}

// Field is one named value of a header, a query or a form.
type Field struct{ Name, Value string }

// Capture takes a value from a step's response for later steps.
// The value is verbatim text: "00123" stays "00123".
type Capture struct {
	Name  string
	Query expect.Query
}
