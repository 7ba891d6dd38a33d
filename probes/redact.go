package probes

import (
	"encoding/base64"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// Mask stands where a secret was.
const Mask = "•••"

// MinSecret is the length in bytes from which a secret can be hidden. A
// shorter one would take half of every text with it.
const MinSecret = 4

// Redactor hides secrets in text: each secret as it is, with any of its
// characters escaped as in a URL, a form, JSON, a Go string or HTML, and in
// base64, also as a part of what was encoded ("user:secret"), and escaped up
// to three times, as HTML in JSON is. It hides the
// beginning of a secret where a text breaks off, and the password of every
// URL. It is immutable; a nil Redactor hides passwords of URLs alone.
type Redactor struct {
	secrets []string  // sorted, none twice
	first   [256]bool // bytes that a spelling can begin with
	longest int       // bytes of the longest spelling
}

// Redactor hides the journey's secrets and the passwords of its URLs.
func (j Journey) Redactor() *Redactor {
	var values []string
	for _, value := range j.Secrets {
		values = append(values, value)
	}
	values = append(append(values, password(j.BaseURL)), j.Auth.literals()...)
	if proxy := password(j.Network.Proxy); Unhidable(proxy) == "" {
		values = append(values, proxy) // of any other nothing is shown but its URL
	}
	if j.Heartbeat != nil {
		values = append(values, j.Heartbeat.ID)
	}
	for _, s := range j.Steps {
		values = append(append(values, password(s.URL)), TokensIn(s.URL)...)
		if s.Look != nil && s.Look.Connection != nil {
			values = append(values, sayings(s.Look.Connection.Send)...)
		}
		if s.Auth != nil {
			values = append(values, s.Auth.literals()...)
		}
	}
	return newRedactor(values)
}

// sayings are what a server may say back of what was sent to it: all of it, a
// line, or a line without its first words ("unknown command 'hunter2'").
func sayings(sent string) []string {
	all := []string{strings.TrimSpace(sent)}
	for line := range strings.Lines(sent) {
		for line = strings.TrimSpace(line); line != ""; {
			all = append(all, line)
			_, after, _ := strings.Cut(line, " ")
			line = strings.TrimSpace(after)
		}
	}
	return all
}

func password(link string) string {
	if !strings.Contains(link, "@") {
		return ""
	}
	u, err := url.Parse(link)
	if err != nil || u.User == nil {
		return ""
	}
	word, _ := u.User.Password()
	return word
}

// TokensIn are the values that stand written out in the query of a step's URL,
// under a name that says that they give access. They are hidden like secrets.
func TokensIn(link string) []string {
	const shortest = 8 // less may be "true", or "bearer"
	var found []string
	_, query, _ := strings.Cut(link, "?")
	for field := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(field, "=")
		if plain, err := url.QueryUnescape(value); err == nil {
			value = plain
		}
		if access.MatchString(name) && len(value) >= shortest && !strings.Contains(value, "{{") && strings.ContainsAny(value, "0123456789") {
			found = append(found, value)
		}
	}
	return found
}

func newRedactor(values []string) *Redactor {
	r := new(Redactor)
	for _, value := range values {
		r.learn(value)
	}
	return r
}

// with is a Redactor that hides value too.
func (r *Redactor) with(value string) *Redactor {
	if _, known := slices.BinarySearch(r.secrets, value); known || len(value) < MinSecret {
		return r
	}
	more := *r
	more.secrets = slices.Clone(r.secrets)
	more.learn(value)
	return &more
}

// hide takes out of a step's result what became a secret only after it was
// written down.
func (s *StepResult) hide(secrets *Redactor) {
	for i := range s.Hops {
		s.Hops[i].URL = secrets.String(s.Hops[i].URL)
	}
	s.Failure.hide(secrets)
	for _, a := range s.Attempts {
		a.Failure.hide(secrets)
	}
}

func (f *Failure) hide(secrets *Redactor) {
	if f != nil {
		f.Message, f.Evidence = secrets.String(f.Message), secrets.String(f.Evidence)
	}
}

func (r *Redactor) learn(value string) {
	if len(value) < MinSecret {
		return
	}
	r.add(value)
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for offset := range 3 {
			r.add(base64Core(encoding, value, offset))
		}
	}
}

func (r *Redactor) add(value string) {
	for _, b := range []byte{value[0], '%', '\\', '&'} {
		r.first[b] = true
	}
	r.first['+'] = r.first['+'] || value[0] == ' '
	r.longest = max(r.longest, len(value)*maxEntity)
	if at, known := slices.BinarySearch(r.secrets, value); !known {
		r.secrets = slices.Insert(r.secrets, at, value)
	}
}

// base64Core is the part of a base64 text that value alone decides when it
// begins at a byte offset that leaves this remainder when divided by three.
func base64Core(encoding *base64.Encoding, value string, offset int) string {
	text := encoding.EncodeToString([]byte("..."[:offset] + value))
	from := (offset*8 + 5) / 6
	to := (offset + len(value)) * 8 / 6
	return text[from:to]
}

var urlPassword = regexp.MustCompile(`(://[^/?#@\s:]*:)[^/?#@\s]+@`)

// String is s without the secrets.
func (r *Redactor) String(s string) string { return r.prefix(s, len(s)) }

// prefix is what String leaves of the first n bytes of s. A secret that begins
// in them is hidden even if it ends after them, so that cutting a text short
// does not leave half a secret.
func (r *Redactor) prefix(s string, n int) string {
	hidden := r.mask(s, min(n, len(s)))
	if !strings.Contains(hidden, "://") || !strings.Contains(hidden, "@") {
		return hidden
	}
	return urlPassword.ReplaceAllString(hidden, "${1}"+Mask+"@")
}

// reach is how much of a text prefix has to see to give its first n bytes.
func (r *Redactor) reach(n int) int {
	if r == nil {
		return n
	}
	return n + r.longest
}
