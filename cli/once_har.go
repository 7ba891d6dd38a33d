package cli

import (
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/forewarn/forewarn/probes"
)

// mostHARBody bounds each body in an archive, in bytes.
const mostHARBody = 256 << 10

// The objects of HAR 1.2. Times are in milliseconds; -1 says that something
// did not take place or is not known.
type harLog struct {
	Version string     `json:"version"`
	Creator harCreator `json:"creator"`
	Pages   []harPage  `json:"pages"`
	Entries []harEntry `json:"entries"`
}

type harCreator struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

type harPage struct {
	Start   string        `json:"startedDateTime"`
	ID      string        `json:"id"`
	Title   string        `json:"title"`
	Timings harPageTiming `json:"pageTimings"`
	Comment string        `json:"comment,omitempty"`
}

type harPageTiming struct {
	OnLoad float64 `json:"onLoad"`
}

type harEntry struct {
	Page     string      `json:"pageref"`
	Start    string      `json:"startedDateTime"`
	Time     float64     `json:"time"` // the sum of the timings that are not -1, TLS being part of connect
	Request  harRequest  `json:"request"`
	Response harResponse `json:"response"`
	Cache    struct{}    `json:"cache"`
	Timings  harTimings  `json:"timings"`
	Server   string      `json:"serverIPAddress,omitempty"`
	Comment  string      `json:"comment"` // the step

	at time.Time
}

type harRequest struct {
	Method      string    `json:"method"`
	URL         string    `json:"url"`
	Version     string    `json:"httpVersion"`
	Cookies     []harPair `json:"cookies"`
	Headers     []harPair `json:"headers"`
	Query       []harPair `json:"queryString"`
	Post        *harPost  `json:"postData,omitempty"`
	HeadersSize int       `json:"headersSize"`
	BodySize    int64     `json:"bodySize"`
}

type harResponse struct {
	Status      int        `json:"status"`
	StatusText  string     `json:"statusText"`
	Version     string     `json:"httpVersion"`
	Cookies     []harPair  `json:"cookies"`
	Headers     []harPair  `json:"headers"`
	Content     harContent `json:"content"`
	Redirect    string     `json:"redirectURL"`
	HeadersSize int        `json:"headersSize"`
	BodySize    int64      `json:"bodySize"`
}

type harPair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type harPost struct {
	Mime    string    `json:"mimeType"`
	Params  []harPair `json:"params"`
	Text    string    `json:"text"`
	Comment string    `json:"comment,omitempty"`
}

type harContent struct {
	Size    int64  `json:"size"`
	Mime    string `json:"mimeType"`
	Text    string `json:"text,omitempty"`
	Comment string `json:"comment,omitempty"`
}

type harTimings struct {
	Blocked float64 `json:"blocked"`
	DNS     float64 `json:"dns"`
	Connect float64 `json:"connect"`
	Send    float64 `json:"send"`
	Wait    float64 `json:"wait"`
	Receive float64 `json:"receive"`
	SSL     float64 `json:"ssl"`
}

// writeHAR writes the requests of a round as an HTTP archive: a page for each
// journey, an entry for each request and redirect, in the order of time.
func writeHAR(w io.Writer, r round) error {
	log := harLog{Version: "1.2", Creator: harCreator{"forewarn", programVersion()}, Pages: []harPage{}, Entries: []harEntry{}}
	for _, run := range r.runs {
		if run.result.Start.IsZero() {
			continue
		}
		log.Pages = append(log.Pages, newPage(run))
		for _, e := range run.transcript.Exchanges(mostHARBody) {
			log.Entries = append(log.Entries, newEntry(run.result.Journey, e))
		}
	}
	slices.SortStableFunc(log.Entries, func(a, b harEntry) int { return a.at.Compare(b.at) })
	return writeJSON(w, map[string]harLog{"log": log})
}

func newPage(run walked) harPage {
	p := harPage{
		Start: harTime(run.result.Start), ID: run.result.Journey, Title: run.journey.Title,
		Timings: harPageTiming{-1}, Comment: run.result.Verdict.String(),
	}
	if run.result.Verdict.Good() {
		p.Timings.OnLoad = inMillis(run.result.Duration)
	}
	return p
}

func newEntry(page string, e probes.Exchange) harEntry {
	host, _, err := net.SplitHostPort(e.Hop.Addr)
	if err != nil {
		host = ""
	}
	return harEntry{
		Page: page, Start: harTime(e.Start), Time: inMillis(e.Hop.Elapsed), at: e.Start,
		Request: newHARRequest(e), Response: newHARResponse(e), Timings: newHARTimings(e.Hop.Phases), Server: host, Comment: e.Step,
	}
}

func newHARRequest(e probes.Exchange) harRequest {
	r := harRequest{
		Method: e.Hop.Method, URL: e.Hop.URL, Version: e.Proto, Headers: harPairs(e.Request.Headers), Query: []harPair{},
		Cookies: []harPair{}, HeadersSize: -1, BodySize: e.Request.Size,
	}
	if u, err := url.Parse(e.Hop.URL); err == nil {
		r.Query = harForm(u.RawQuery)
	}
	for pair := range strings.SplitSeq(first(e.Request.Headers, "Cookie"), "; ") {
		if name, value, ok := strings.Cut(pair, "="); ok {
			r.Cookies = append(r.Cookies, harPair{name, value})
		}
	}
	if e.Request.Size > 0 {
		r.Post = &harPost{Mime: first(e.Request.Headers, "Content-Type"), Params: []harPair{}, Text: e.Request.Body, Comment: missing(e.Request)}
		if strings.HasPrefix(r.Post.Mime, "application/x-www-form-urlencoded") {
			r.Post.Params = harForm(r.Post.Text)
		}
	}
	return r
}

func newHARResponse(e probes.Exchange) harResponse {
	r := harResponse{
		Status: e.Hop.Status, StatusText: http.StatusText(e.Hop.Status), Version: e.Proto, Headers: harPairs(e.Response.Headers),
		Cookies: []harPair{}, Redirect: first(e.Response.Headers, "Location"), HeadersSize: -1, BodySize: -1,
		Content: harContent{Size: e.Response.Size, Mime: first(e.Response.Headers, "Content-Type"), Text: e.Response.Body, Comment: missing(e.Response)},
	}
	for _, h := range e.Response.Headers {
		if name, value, ok := strings.Cut(h.Value, "="); ok && h.Name == "Set-Cookie" {
			value, _, _ = strings.Cut(value, ";")
			r.Cookies = append(r.Cookies, harPair{name, value})
		}
	}
	return r
}

// newHARTimings maps phases to timings: sending is part of wait, and the
// archive counts TLS both by itself and as part of connect.
func newHARTimings(p probes.Phases) harTimings {
	t := harTimings{Blocked: -1, DNS: -1, Connect: -1, SSL: -1, Wait: inMillis(p.Wait), Receive: inMillis(p.Transfer)}
	if p.Resolve > 0 {
		t.DNS = inMillis(p.Resolve)
	}
	if p.Connect+p.TLS > 0 {
		t.Connect = inMillis(p.Connect + p.TLS)
	}
	if p.TLS > 0 {
		t.SSL = inMillis(p.TLS)
	}
	return t
}

// missing says what of a body is not in the archive.
func missing(c probes.Content) string {
	switch {
	case c.Size > 0 && c.Body == "":
		return "left out: it is no text"
	case c.Cut:
		return "only the beginning"
	}
	return ""
}

func harPairs(fields []probes.Field) []harPair {
	pairs := []harPair{}
	for _, f := range fields {
		pairs = append(pairs, harPair(f))
	}
	return pairs
}

// harForm reads a query or a form in its order.
func harForm(encoded string) []harPair {
	pairs := []harPair{}
	for field := range strings.SplitSeq(encoded, "&") {
		name, value, _ := strings.Cut(field, "=")
		if plain, err := url.QueryUnescape(name); err == nil {
			name = plain
		}
		if plain, err := url.QueryUnescape(value); err == nil {
			value = plain
		}
		if field != "" {
			pairs = append(pairs, harPair{name, value})
		}
	}
	return pairs
}

// first is the first field of a name, "" if there is none.
func first(fields []probes.Field, name string) string {
	for _, f := range fields {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

func inMillis(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func harTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z07:00") }
