package importer

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// request makes a step of what was sent, without a name.
func (f *flow) request(method string, u *url.URL, headers []pair, body *posted) step {
	s := step{method: method, url: f.address(u)}
	mime := header(headers, "Content-Type")
	if body != nil && body.MimeType != "" {
		mime = body.MimeType
	}
	if body != nil && method != "HEAD" {
		f.fill(&s, mime, body)
	}
	typed := s.form != nil || s.json != nil && bare(mime) == "application/json"
	for _, h := range headers {
		f.header(&s, h, typed)
	}
	if !typed && (s.json != nil || !s.body.empty()) && !s.has("Content-Type") && mime != "" {
		f.header(&s, pair{"Content-Type", mime}, false)
	}
	return s
}

func (s *step) has(name string) bool {
	return slices.ContainsFunc(s.headers, func(h field) bool { return strings.EqualFold(h.name, name) })
}

// address is a URL as the file writes it: from the journey's base if it begins
// there, each part of it either itself or a value.
func (f *flow) address(u *url.URL) text {
	var t text
	path := u.EscapedPath()
	if root(u) != root(f.base) || strings.HasPrefix(path, "//") {
		t = literal(root(u))
	}
	if u.User != nil {
		f.notes = append(f.notes, "the address held a user's name and password, which were dropped: add an Authorization header")
	}
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	for i, segment := range strings.Split(path, "/") {
		if i > 0 {
			t = append(t, piece{literal: "/"})
		}
		if at := strings.Index(strings.ToLower(segment), ";jsessionid="); at >= 0 {
			segment = segment[:at]
			f.notes = append(f.notes, "the session in the path was dropped: cookies carry it")
		}
		t = append(t, f.part("path", "", segment, url.PathUnescape)...)
	}
	if u.RawQuery == "" {
		return t
	}
	for i, one := range strings.Split(u.RawQuery, "&") {
		between := "&"
		if i == 0 {
			between = "?"
		}
		name, value, equals := strings.Cut(one, "=")
		t = append(t, piece{literal: between + ascii(name)})
		if equals {
			t = append(t, piece{literal: "="})
			decoded, _ := url.QueryUnescape(name)
			t = append(t, f.part("query", decoded, value, url.QueryUnescape)...)
		}
	}
	return t
}

// part is one escaped part of a URL.
func (f *flow) part(where, name, escaped string, decode func(string) (string, error)) text {
	value, err := decode(escaped)
	if err != nil {
		value = escaped
	}
	if t := f.resolve(where, name, value); len(t.names()) > 0 {
		return t
	}
	return literal(ascii(escaped))
}

// ascii is a part of a URL in which nothing is a placeholder or leaves ASCII.
func ascii(s string) string {
	var b strings.Builder
	for i, c := range []byte(s) {
		if c == '%' && !isEscape(s[i:]) || c <= ' ' || c > '~' || strings.IndexByte("{}\"<>`\\^|#", c) >= 0 || c == '$' {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// isEscape reports whether s begins with %XX.
func isEscape(s string) bool {
	if len(s) < 3 {
		return false
	}
	_, err := url.PathUnescape(s[:3])
	return err == nil
}

// fill is the body.
func (f *flow) fill(s *step, mime string, body *posted) {
	raw := body.Text
	switch kind := bare(mime); {
	case kind == "application/x-www-form-urlencoded" && isForm(body):
		for _, p := range formFields(body) {
			s.form = append(s.form, field{p.Name, f.resolve("form", p.Name, p.Value)})
		}
	case strings.HasSuffix(kind, "json"):
		tree, err := parseJSON([]byte(raw))
		if err != nil {
			s.body = f.whole(raw)
			return
		}
		tree.walk("", "$", func(v *value, name, _ string) {
			if v.kind == '"' || v.kind == '0' {
				v.text = f.resolve("json", name, v.text.plain())
			}
		})
		if tree.fits() && (tree.kind != '"') {
			s.json = tree
		} else {
			s.body = tree.json()
		}
	default:
		if raw == "" && len(body.Params) > 0 {
			f.warn("the body of a step (%s), which holds files or was not recorded: write it by hand", label(kind, 60))
		}
		s.body = f.whole(raw)
	}
}

// whole is a body that is not taken apart: values that responses gave are
// still found in it where they are whole words.
func (f *flow) whole(raw string) text {
	t := literal(raw)
	for _, named := range []*regexp.Regexp{partOfForm, namedValue} {
		for _, m := range named.FindAllStringSubmatch(raw, 1000) {
			if isCredential(m[1]) || f.typed[m[1]] {
				t = t.replace(m[2], f.hide(m[1], m[2], "sent as "+label(m[1], 40)+" by the recorded customer").names()[0])
			}
		}
	}
	for _, word := range words.FindAllString(raw, 1000) {
		if !unguessable(word) {
			continue
		}
		if o := f.origins[word]; o != nil {
			t = t.replace(word, f.take(o, ""))
		}
	}
	return t
}

// What a body that is not taken apart names: a part of a multipart form, an
// element of XML, a pair of anything else.
var (
	partOfForm = regexp.MustCompile(`name="([^"]{1,100})"\r?\n(?:[^\r\n]+\r?\n)*\r?\n([^\r\n]+)`)
	namedValue = regexp.MustCompile(`([A-Za-z0-9_-]{2,60})["']?\s*[:=>]\s*["']?([^\s"'<>&,;{}]{4,})`)
)

var words = regexp.MustCompile(`[A-Za-z0-9+/=_.~-]{8,}`)

// isForm reports whether the body can be taken apart and put together again.
func isForm(body *posted) bool {
	for one := range strings.SplitSeq(strings.TrimSpace(body.Text), "&") {
		if one != "" && !strings.Contains(one, "=") {
			return false
		}
	}
	return true
}

// formFields are the fields of a form in their order.
func formFields(body *posted) []pair {
	var all []pair
	if body.Text == "" {
		for _, p := range body.Params {
			all = append(all, pair{unescape(p.Name), unescape(p.Value)})
		}
		return all
	}
	for one := range strings.SplitSeq(strings.TrimSpace(body.Text), "&") {
		if name, value, _ := strings.Cut(one, "="); one != "" {
			all = append(all, pair{unescape(name), unescape(value)})
		}
	}
	return all
}

func unescape(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

var token = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")

// header takes a header over unless a browser writes it by itself.
func (f *flow) header(s *step, h pair, typed bool) {
	name := strings.ToLower(h.Name)
	switch {
	case name == "content-type" && typed, name == "origin" && s.method == "GET":
		return
	case name == "accept" && (h.Value == "*/*" || strings.HasPrefix(h.Value, "text/html")):
		return
	case strings.HasPrefix(name, ":"), strings.HasPrefix(name, "sec-"), strings.HasPrefix(name, "access-control-"), f.recording && slices.Contains(browserHeaders(), name):
		return
	}
	if !token.MatchString(h.Name) || strings.ContainsFunc(h.Value, func(r rune) bool { return r != '\t' && (r < ' ' || r == 0x7f) }) {
		name, _, _ := strings.Cut(h.Name, " ") // what follows may be a value
		f.warn("the header %s, which HTTP cannot carry", label(name, 40))
		return
	}
	if name == "authorization" && f.basic(s, h.Value) {
		return
	}
	value := literal(h.Value)
	if name == "cookie" {
		s.headers = append(s.headers, field{h.Name, f.hide("cookie", h.Value, "the cookies of the command; they end: better log in with a step before this one")})
		return
	}
	if name != "accept" && name != "content-type" && name != "origin" {
		value = f.resolve("header", h.Name, h.Value)
	}
	if token := value.bearer(); name == "authorization" && token != nil && s.bearer.empty() && s.user.empty() {
		s.bearer = token
		return
	}
	s.headers = append(s.headers, field{h.Name, value})
}

// basic takes a user and a password out of an Authorization header.
func (f *flow) basic(s *step, value string) bool {
	scheme, credential, _ := strings.Cut(value, " ")
	plain, err := base64.StdEncoding.DecodeString(strings.TrimSpace(credential))
	user, password, found := strings.Cut(string(plain), ":")
	if err != nil || !strings.EqualFold(scheme, "Basic") || !found || user == "" || password == "" || len(user) > 300 || !printable(user) {
		return false
	}
	s.user, s.password = literal(user), f.hide("password", password, "the password of "+label(user, 60))
	return true
}

func printable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return visible(r) != r })
}

// browserHeaders are written anew for every request, by forewarn or by nobody.
func browserHeaders() []string {
	return []string{
		"accept-encoding", "accept-language", "cache-control", "connection", "content-length", "cookie", "cookie2", "dnt",
		"expect", "host", "if-modified-since", "if-none-match", "keep-alive", "pragma", "priority", "proxy-connection",
		"referer", "te", "traceparent", "tracestate", "trailer", "transfer-encoding", "upgrade",
		"upgrade-insecure-requests", "user-agent", "x-client-data", "x-synthetic", "newrelic", "sentry-trace", "baggage",
	}
}
