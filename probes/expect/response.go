package expect

import (
	"bytes"
	"errors"
	"net/http"
	"time"
)

// Response is all that an expression can look at. One Response belongs to one
// goroutine: what is parsed out of its body for one expression is kept for the
// next, so hand the same pointer to all of them and do not change it.
type Response struct {
	Status  int
	Header  http.Header // repeated fields keep all their values
	Cookies []*http.Cookie
	Body    []byte // decompressed, as far as it was read
	Cut     bool   // there was more of it
	URL     string // of the last hop
	Proto   string // "HTTP/1.1", "HTTP/2.0", "HTTP/3.0"

	Redirects int       // that were followed
	Locations []string  // the URLs that they led to
	IP        string    // of the last hop; "" if it is not known
	At        time.Time // when the last body byte came

	Duration time.Duration // request begun to last body byte
	Phases   Phases
	CertDays float64           // until the first certificate ends; NaN without TLS
	Cert     *Certificate      // of the last hop; nil without TLS
	Vars     map[string]string // captures, vars and secrets by name

	// Redact, if set, is applied to every value before it is cut to size and
	// shown as evidence, so that no half of a secret survives the cut.
	Redact func(string) string

	// Made when first asked for.
	utf8  []byte
	names map[string]any
	json  *document
	html  *page
}

// Phases are the parts of a duration. A phase that did not take place is 0.
type Phases struct{ Resolve, Connect, TLS, Wait, Transfer time.Duration }

// environment is what the engine sees of the response: the plain names, and
// the response itself for all that is looked up.
func (r *Response) environment() map[string]any {
	if r.names == nil {
		body := string(r.text())
		came := body
		if !bytes.Equal(r.Body, r.text()) {
			came = string(r.Body)
		}
		r.names = map[string]any{
			self:             r,
			raw:              came,
			"status":         r.Status,
			"body":           body,
			"bytes":          len(r.Body),
			"url":            r.URL,
			"proto":          r.Proto,
			"redirects":      r.Redirects,
			"duration":       r.Duration,
			"phase.resolve":  r.Phases.Resolve,
			"phase.connect":  r.Phases.Connect,
			"phase.tls":      r.Phases.TLS,
			"phase.wait":     r.Phases.Wait,
			"phase.transfer": r.Phases.Transfer,
		}
	}
	return r.names
}

// text is the body in UTF-8.
func (r *Response) text() []byte {
	if r.utf8 == nil {
		r.utf8 = Text(r.Header, r.Body)
	}
	return r.utf8
}

// document is the body as JSON.
func (r *Response) document() *document {
	if r.json == nil {
		r.json = readDocument(r.text())
		if r.Cut && r.json.early {
			r.json.limit = errCut
		}
	}
	return r.json
}

// errCut is a limit of ours: where the body ends, we stopped to read.
var errCut = errors.New("the body is longer than max_body, and what was read of it is no whole document: raise max_body")

// page is the body as HTML, or as XML if that is what it is.
func (r *Response) page() *page {
	switch {
	case r.html != nil:
	case isXML(r.Header, r.text()):
		r.html = readXML(r.Header, r.text())
		if r.Cut && r.html.early {
			r.html.limit = errCut
		}
	default:
		r.html = readPage(r.text())
	}
	return r.html
}
