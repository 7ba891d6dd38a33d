package probes

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// synthetic is the header that tells a product's own figures that no customer
// asks; User-Agent tells it too, but a step may have one of its own.
const synthetic = "X-Synthetic"

// message is one request before it is sent: all placeholders are filled in.
type message struct {
	method string
	url    *url.URL
	host   string // Host header, if the step sets its own
	header http.Header
	body   string
	digest *Digest // filled in: who answers a challenge of the server; nil: nobody
	sigv4  *SigV4  // filled in: who signs; nil: nobody
}

// message makes a step's request. An error is [unsendable].
func (r *run) message(s *Step) (message, error) {
	u, err := address(r.journey.BaseURL, s.URL, r.values)
	if err != nil {
		return message{}, err
	}
	query, err := encodeFields(s.Query, r.values)
	if err != nil {
		return message{}, err
	}
	u.RawQuery = join(u.RawQuery, query, "&")
	m := message{method: s.Method, url: u, header: http.Header{}}
	if m.method == "" {
		m.method = http.MethodGet
	}
	if !httpguts.ValidHeaderFieldName(m.method) { // a method is a token too
		return message{}, unsendable(m.method + " is no method")
	}
	m.header.Set("User-Agent", r.agent)
	m.header.Set(synthetic, "forewarn")
	m.header.Set("Accept", "*/*")
	if r.journey.Trace {
		m.header.Set("Traceparent", traceparent())
	}
	if err := m.fill(s, r.values); err != nil {
		return message{}, err
	}
	if err := r.authorize(&m, r.authFor(s, m)); err != nil {
		return message{}, err
	}
	return m, m.addHeaders(s.Headers, r.values)
}

// fill writes the body and its type.
func (m *message) fill(s *Step, values map[string]string) (err error) {
	switch {
	case s.Files != nil:
		return m.fillMultipart(s, values)
	case s.Form != nil:
		m.header.Set("Content-Type", "application/x-www-form-urlencoded")
		m.body, err = encodeFields(s.Form, values)
	case s.JSON != nil:
		m.header.Set("Content-Type", "application/json")
		m.body, err = encodeJSON(s.JSON, values)
	case s.Body != "":
		m.body, err = verbatim(s.Body, values)
	default:
		m.body = s.Raw
	}
	return err
}

// addHeaders adds the step's own headers. The first of a name replaces what
// forewarn sends by itself.
func (m *message) addHeaders(fields []Field, values map[string]string) error {
	seen := map[string]bool{}
	for _, f := range fields {
		value, err := verbatim(f.Value, values)
		if err != nil {
			return err
		}
		if !httpguts.ValidHeaderFieldName(f.Name) || !httpguts.ValidHeaderFieldValue(value) {
			return unsendable("header " + f.Name + " has a character that no header may have, such as a line break")
		}
		name := http.CanonicalHeaderKey(f.Name)
		switch {
		case name == "Host":
			m.host = value
		case seen[name]:
			m.header.Add(name, value)
		default:
			m.header.Set(name, value)
		}
		seen[name] = true
	}
	return nil
}

// request is the message as net/http wants it, with the cookies of the run.
// It cannot be rewound (no GetBody), so that net/http cannot send it twice.
func (m message) request(ctx context.Context, jar http.CookieJar) *http.Request {
	req := (&http.Request{Method: m.method, URL: m.url, Host: m.host, Header: m.header.Clone()}).WithContext(ctx)
	if m.body != "" {
		req.Body = io.NopCloser(strings.NewReader(m.body))
		req.ContentLength = int64(len(m.body))
	}
	if u := m.url.User; u != nil && req.Header.Get("Authorization") == "" {
		password, _ := u.Password()
		req.SetBasicAuth(u.Username(), password)
	}
	for _, cookie := range jar.Cookies(m.url) {
		req.AddCookie(cookie)
	}
	return req
}

// encodeFields writes fields as a query or form does, in their order.
func encodeFields(fields []Field, values map[string]string) (string, error) {
	pairs := make([]string, 0, len(fields))
	for _, f := range fields {
		name, err := verbatim(f.Name, values)
		if err != nil {
			return "", err
		}
		value, err := verbatim(f.Value, values)
		if err != nil {
			return "", err
		}
		pairs = append(pairs, url.QueryEscape(name)+"="+url.QueryEscape(value))
	}
	return strings.Join(pairs, "&"), nil
}

// encodeJSON writes v with the placeholders of its strings filled in. The
// names in an object are left alone.
func encodeJSON(v any, values map[string]string) (string, error) {
	tree, err := plainJSON(v)
	if err != nil {
		return "", unsendable("the json of the step: " + err.Error())
	}
	filled, err := fillStrings(tree, values)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err = enc.Encode(filled)
	return strings.TrimSuffix(b.String(), "\n"), err
}

// plainJSON is v as maps, slices and plain values, its numbers as written.
func plainJSON(v any) (tree any, err error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	err = dec.Decode(&tree)
	return tree, err
}

func fillStrings(tree any, values map[string]string) (any, error) {
	var err error
	switch v := tree.(type) {
	case string:
		return verbatim(v, values)
	case []any:
		for i := range v {
			if v[i], err = fillStrings(v[i], values); err != nil {
				return nil, err
			}
		}
	case map[string]any:
		for name := range v {
			if v[name], err = fillStrings(v[name], values); err != nil {
				return nil, err
			}
		}
	}
	return tree, nil
}

func join(a, b, between string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + between + b
}
