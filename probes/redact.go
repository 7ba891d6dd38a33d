package probes

import (
	"encoding/base64"
	"net/url"
	"regexp"
	"slices"
	"sort"
	"strings"
)

// Mask stands where a secret was.
const Mask = "•••"

// MinSecret is the length in bytes from which a secret can be hidden. A
// shorter one would take half of every text with it.
const MinSecret = 4

// Redactor hides secrets in text: each secret as it is, with any of its
// characters escaped as in a URL, a form, JSON, a Go string or HTML, and in
// base64, also as a part of what was encoded ("user:secret"). It hides the
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

// mask is prefix, but for the passwords of URLs.
func (r *Redactor) mask(s string, n int) string {
	if r == nil || len(r.secrets) == 0 {
		return s[:n]
	}
	var b strings.Builder
	from, i := 0, 0
	for i < n {
		end := r.match(s, i)
		if end == i {
			i++
			continue
		}
		b.WriteString(s[from:i])
		b.WriteString(Mask)
		from, i = end, end
	}
	if from == 0 {
		return s[:n]
	}
	if from < n {
		b.WriteString(s[from:n])
	}
	return b.String()
}

// reach is how much of a text prefix has to see to give its first n bytes.
func (r *Redactor) reach(n int) int {
	if r == nil {
		return n
	}
	return n + r.longest
}

// hides reports whether s holds a secret.
func (r *Redactor) hides(s string) bool {
	for i := range len(s) {
		if r.match(s, i) > i {
			return true
		}
	}
	return false
}

// match is where the longest secret that begins at i ends; i if none does. A
// text that breaks off amid a secret, at its end or before "…", matches too.
// Where a spelling is ambiguous all readings are followed.
func (r *Redactor) match(s string, i int) int {
	if r == nil || !r.first[s[i]] {
		return i
	}
	longest := i
	var room [8]begun
	open := append(room[:0], begun{end: i, high: len(r.secrets)})
	for n := 0; n < len(open); n++ {
		b, rest := open[n], s[open[n].end:]
		brokenOff := rest == "" || strings.HasPrefix(rest, "…")
		if b.size == len(r.secrets[b.low]) || brokenOff && b.size >= MinSecret {
			longest = max(longest, b.end)
		}
		if rest == "" {
			continue
		}
		for _, way := range readings(rest) {
			next := r.narrow(b, way)
			if way.size > 0 && next.low < next.high && !slices.Contains(open[n+1:], next) {
				open = append(open, next)
			}
		}
	}
	return longest
}

// begun are secrets of which a text up to end holds the first size bytes:
// those from low to before high, which are all that begin so.
type begun struct{ end, size, low, high int }

// narrow is what is left of b when the text goes on with what way means.
func (r *Redactor) narrow(b begun, way reading) begun {
	for _, want := range []byte(way.means) {
		among := r.secrets[b.low:b.high]
		first := sort.Search(len(among), func(i int) bool { return len(among[i]) > b.size && among[i][b.size] >= want })
		after := sort.Search(len(among), func(i int) bool { return len(among[i]) > b.size && among[i][b.size] > want })
		b.low, b.high = b.low+first, b.low+after
		b.size++
	}
	b.end += way.size
	return b
}
