package importer

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

// recording is what this room reads of an HTTP archive (HAR 1.2), as browsers
// write it.
type recording struct {
	Log *struct {
		Creator struct{ Name, Version string }
		Entries []entry
	}
}

type entry struct {
	StartedDateTime string
	Time            float64 // milliseconds, queueing included
	Request         struct {
		Method, URL string
		Headers     []pair
		PostData    *posted
	}
	Response struct {
		Status      int
		Headers     []pair
		Content     content
		RedirectURL string
	}
	Timings struct{ Blocked float64 } // milliseconds in the browser's queue; -1 is none
	Type    string                    `json:"_resourceType"` // Chrome's

	url *url.URL
}

type pair struct{ Name, Value string }

type posted struct {
	MimeType, Text string
	Params         []struct{ Name, Value, FileName string }
}

type content struct{ MimeType, Text, Encoding string }

// HAR makes a journey of a browser's recording: what the page loads by itself
// is dropped, redirects are folded into the step that caused them, and values
// that a response gave to a later request become captures. The error says
// what about the file is wrong, and where.
func HAR(data []byte, o Options) (Proposal, error) {
	entries, from, err := readHAR(data)
	if err != nil {
		return Proposal{}, err
	}
	j := &journey{from: "forewarn import har: recorded with " + from + ". Every key: docs/config.md"}
	visits, base, err := j.choose(entries, o)
	if err != nil {
		return Proposal{}, err
	}
	j.name, j.base = label(cmp.Or(o.Name, base.Hostname()), 90), literal(root(base))
	f := &flow{journey: j, base: base, origins: map[string]*origin{}, sent: map[string]bool{},
		jar: map[string]bool{}, typed: map[string]bool{}, recording: true}
	for _, v := range visits {
		f.add(v)
	}
	f.finish()
	j.speed(visits)
	return propose(j), nil
}

func readHAR(data []byte) (entries []entry, from string, err error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	var r recording
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, "", fmt.Errorf("%s%w: save the recording anew, as \"HAR with content\"", place(data, err), err)
	}
	if r.Log == nil || len(r.Log.Entries) == 0 {
		return nil, "", errors.New("log.entries: the recording holds no request: open the network panel before the first page, and save it as \"HAR with content\"")
	}
	from = cmp.Or(strings.TrimSpace(label(r.Log.Creator.Name+" "+r.Log.Creator.Version, 60)), "a browser")
	slices.SortStableFunc(r.Log.Entries, func(a, b entry) int {
		at, wrongA := time.Parse(time.RFC3339, a.StartedDateTime)
		bt, wrongB := time.Parse(time.RFC3339, b.StartedDateTime)
		if wrongA != nil || wrongB != nil {
			return 0
		}
		return at.Compare(bt)
	})
	return r.Log.Entries, from, nil
}

// place is "line 7: " where the error says at which byte it stands.
func place(data []byte, err error) string {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	offset := int64(-1)
	switch {
	case errors.As(err, &syntax):
		offset = syntax.Offset
	case errors.As(err, &kind):
		offset = kind.Offset
	}
	if offset < 0 || offset > int64(len(data)) {
		return ""
	}
	return fmt.Sprintf("line %d: ", 1+bytes.Count(data[:offset], []byte("\n")))
}

// took is how long an entry was under way, in milliseconds, without the
// browser's own queue.
func (e *entry) took() float64 {
	took := e.Time
	if e.Timings.Blocked > 0 {
		took -= e.Timings.Blocked
	}
	return max(0, took)
}

// body is the response's body; "" if the recording has none.
func (e *entry) body() string {
	c := e.Response.Content
	if c.Encoding != "base64" {
		return c.Text
	}
	data, err := base64.StdEncoding.DecodeString(c.Text)
	if err != nil {
		return ""
	}
	return string(data)
}

// mime is the type of the response, without parameters.
func (e *entry) mime() string {
	return bare(cmp.Or(e.Response.Content.MimeType, header(e.Response.Headers, "Content-Type")))
}

// bare is a media type without its parameters, in lower case.
func bare(mime string) string {
	mime, _, _ = strings.Cut(mime, ";")
	return strings.ToLower(strings.TrimSpace(mime))
}

// header is the first field of a name, "" if there is none.
func header(fields []pair, name string) string {
	for _, f := range fields {
		if strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}
