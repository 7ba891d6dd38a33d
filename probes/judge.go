package probes

import (
	"fmt"
	"math"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/forewarn/forewarn/probes/expect"
)

// note is one line of a transcript about an expectation or a capture.
type note struct {
	mark string // ok, no or take
	text string
}

// judge holds a step's answer against its expectations, all of them, and takes
// its captures if they passed. The clock has stopped before.
func (r *run) judge(s *Step, rec *record) *Failure {
	seen := r.response(rec)
	expectations := r.expectations
	if len(s.Expect) == 0 {
		expectations = r.plainStatus
	}
	if failure := expectations(s, seen, rec); failure != nil {
		return failure.because(rec.hops[len(rec.hops)-1].why)
	}
	if failure := r.schema(s, seen, rec); failure != nil {
		return failure
	}
	return r.captures(s, seen, rec)
}

// plainStatus is the expectation of a step that states none.
func (r *run) plainStatus(_ *Step, seen *expect.Response, rec *record) *Failure {
	if seen.Status < http.StatusBadRequest {
		rec.note("ok", "status < 400")
		return nil
	}
	rec.note("no", "status < 400")
	return r.failure(FailExpect, "expect", fmt.Sprintf("status %d %s, expected below 400",
		seen.Status, http.StatusText(seen.Status)), "")
}

func (r *run) expectations(s *Step, seen *expect.Response, rec *record) *Failure {
	var wrong, evidence []string
	for _, condition := range s.Expect {
		ok, shown, err := condition.Check(seen)
		if err != nil {
			return r.failure(FailSelf, "expect", condition.Source()+" could not be judged: "+err.Error(), "")
		}
		if ok {
			rec.note("ok", condition.Source())
			continue
		}
		rec.note("no", condition.Source())
		wrong = append(wrong, "expected "+condition.Source()+values(shown))
		evidence = append(evidence, shown)
	}
	return r.unmet(wrong, evidence)
}

// schema holds the body against the step's schema.
func (r *run) schema(s *Step, seen *expect.Response, rec *record) *Failure {
	if s.Schema == nil {
		return nil
	}
	name := "schema " + s.Schema.Source()
	ok, shown, err := s.Schema.Check(seen)
	if err != nil {
		return r.failure(FailSelf, "expect", name+" could not be judged: "+err.Error(), "")
	}
	if ok {
		rec.note("ok", name)
		return nil
	}
	rec.note("no", name)
	lines := strings.Split(shown, "\n")
	misfits := make([]string, 0, len(lines))
	for _, line := range lines[1:] {
		misfits = append(misfits, "expected "+name+": "+clip(line, maxFound))
	}
	return r.unmet(misfits, []string{shown})
}

// unmet is the failure of what was expected in vain; nil for nothing.
func (r *run) unmet(wrong, evidence []string) *Failure {
	if wrong == nil {
		return nil
	}
	message := wrong[0]
	if len(wrong) > 1 {
		message = fmt.Sprintf("%s (and %d more)", message, len(wrong)-1)
	}
	return r.failure(FailExpect, "expect", message, strings.Join(evidence, "\n"))
}

// because is the failure with what else is known of it, if there is anything.
func (f *Failure) because(why string) *Failure {
	if why == "" {
		return f
	}
	told := *f
	told.Message = clip(f.Message, maxMessage-len(why)-2) + ": " + why
	return &told
}

// maxFound is how much of the values found stands in a failure's line.
const maxFound = 160

// values are the values found, the third and further lines of evidence, for
// the end of a line.
func values(evidence string) string {
	lines := strings.Split(evidence, "\n")
	if len(lines) < 3 {
		return ""
	}
	return ", found " + clip(strings.Join(lines[2:], ", "), maxFound)
}

func (r *run) captures(s *Step, seen *expect.Response, rec *record) *Failure {
	for _, c := range s.Capture {
		value, found, err := c.Query.Find(seen)
		if err != nil {
			return r.failure(FailSelf, "capture", c.Query.Source()+" could not be answered: "+err.Error(), "")
		}
		if !found {
			return r.failure(FailCapture, "capture", "no "+c.Name+": "+c.Query.Evidence(seen), "")
		}
		if !utf8.ValidString(value) || strings.ContainsRune(value, 0) {
			return r.failure(FailCapture, "capture", c.Name+" is not text: it holds a NUL or broken UTF-8", "")
		}
		r.values[c.Name] = value
		if slices.Contains(s.Hide, c.Name) || c.Query.OfSecret(seen) {
			r.hide(value)
			value = Mask // one too short to be found elsewhere is hidden here at least
		}
		rec.note("take", c.Name+" = "+value)
	}
	return nil
}

// response is what expressions may look at. Cookies are those that all hops
// set, in their order: a login sets its cookie and redirects.
func (r *run) response(rec *record) *expect.Response {
	last := rec.hops[len(rec.hops)-1]
	seen := &expect.Response{
		Status:   rec.result.Status,
		Header:   last.answer.header,
		Body:     last.answer.body,
		Cut:      last.answer.cut,
		URL:      last.url.String(),
		Proto:    rec.result.Proto,
		IP:       host(last.Addr),
		At:       rec.result.Start.Add(rec.result.Duration),
		Duration: rec.result.Duration,
		Phases:   expect.Phases(rec.result.Phases),
		CertDays: math.NaN(),
		Vars:     r.values,
		Redact:   func(s string) string { return r.redact.String(s) }, // with what becomes a secret on the way
	}
	if c := last.answer.cert; c != nil {
		seen.Cert = shown(c)
	}
	for i, h := range rec.hops {
		if i > 0 && !rec.hops[i-1].asks {
			seen.Locations = append(seen.Locations, h.url.String())
		}
		seen.Cookies = append(seen.Cookies, h.answer.cookies...)
	}
	seen.Redirects = len(seen.Locations)
	if end := rec.result.CertEnd; !end.IsZero() {
		seen.CertDays = days(end.Sub(rec.result.Start))
	}
	return seen
}

// host is an address without its port.
func host(addr string) string {
	name, _, err := net.SplitHostPort(addr)
	if err != nil {
		return addr
	}
	return name
}

func days(d time.Duration) float64 { return d.Hours() / 24 }

func (rec *record) note(mark, text string) { rec.notes = append(rec.notes, note{mark, text}) }
