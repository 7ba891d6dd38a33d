package expect

import (
	"net/http"
	"time"
)

// Response is all that an expression can look at. One Response belongs to one
// goroutine: what is parsed out of its body for one expression is kept for the
// next, so hand the same pointer to all of them.
type Response struct {
	Status  int
	Header  http.Header // repeated fields keep all their values
	Cookies []*http.Cookie
	Body    []byte // decoded, as far as it was read
	URL     string // of the last hop
	Proto   string // "HTTP/1.1", "HTTP/2.0"

	Duration time.Duration // request begun to last body byte
	Phases   Phases
	CertDays float64           // until the first certificate ends; NaN without TLS
	Vars     map[string]string // captures, vars and secrets by name

	// Redact, if set, is applied to every value before it is cut to size and
	// shown as evidence, so that no half of a secret survives the cut.
	Redact func(string) string
}

// Phases are the parts of a duration. A phase that did not take place is 0.
type Phases struct{ Resolve, Connect, TLS, Wait, Transfer time.Duration }
