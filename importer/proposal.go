package importer

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Proposal is a configuration made of something else.
type Proposal struct {
	TOML      string   // the file; every guess is a comment in it
	Variables []string // of the environment, that the file needs; sorted
	Warnings  []string // what could not be taken over, one line each; also in the file
}

// Options are what a person knows and the input does not say.
type Options struct {
	Name  string   // of the journey; "" is its host
	Hosts []string // kept beside the site's own, with all below them
}

// journey is one journey of the file to come.
type journey struct {
	name         string
	base         text   // scheme://host
	from         string // what it was made of, in words
	notes        []string
	warns        []string
	secrets      []secret
	recorded     []string // values of the recording's cookies, which are never written
	baseVariable string   // of the environment, that holds the base instead
	settings     []setting
	bearer       text     // of every step to the base that has none of its own
	variables    []string // of the environment, that settings need
	braces       bool     // some text holds {{, which is written as a var
	steps        []step
	limits       []limit
	slow         bool // needs more time than the default deadline leaves
}

// step is one request.
type step struct {
	name      string
	method    string
	url       text
	headers   []field
	user      text     // of basic authentication, with password
	digest    bool     // it is digest
	signs     []string // it is sigv4, with this region and service
	password  text
	bearer    text   // instead; empty: the journey's
	nobody    bool   // says nothing of who asks, whatever the journey says
	files     []pair // fields and paths; not nil: the form is multipart
	timeout   string // written already; "" is what is left of the journey's
	form      []field
	json      *value
	body      text
	redirects int // negative: as many as forewarn follows by itself
	expect    []guess
	capture   []capture
	always    bool
	notes     []string
}

type field struct {
	name  string
	value text
}

// guess is an expression, and why it is proposed.
type guess struct{ expression, why string }

type capture struct {
	name, expression string
	why              string
	secret           bool // opens doors: not to be shown
}

type limit struct{ signal, bound, amount, why string }

// secret is a credential that the input holds. Its value is never written.
type secret struct {
	name, value string
	env         string // the variable it is read from; "" is its name in capitals
	why         string
}

// variable is the name in the environment of a secret.
func (s secret) variable() string { return cmp.Or(s.env, strings.ToUpper(s.name)) }

// warn notes what was left out.
func (j *journey) warn(format string, args ...any) {
	j.warns = append(j.warns, fmt.Sprintf(format, args...))
}

// hide makes a secret of a value and returns its placeholder. The same value
// is the same secret.
func (j *journey) hide(name, value, why string) text {
	for _, s := range j.secrets {
		if s.value == value {
			return placeholder(s.name)
		}
	}
	name = j.free(identifier(name, "secret"))
	j.secrets = append(j.secrets, secret{name: name, value: value, why: why})
	return placeholder(name)
}

// free is the name, with a number behind it if it is taken.
func (j *journey) free(name string) string {
	taken := []string{openBraces, openBrace}
	for _, s := range j.secrets {
		taken = append(taken, s.name)
	}
	for _, s := range j.steps {
		for _, c := range s.capture {
			taken = append(taken, c.name)
		}
	}
	return unique(name, "_", taken)
}

// title is a name for a step that no other step has.
func (j *journey) title(words string) string {
	var taken []string
	for _, s := range j.steps {
		taken = append(taken, s.name)
	}
	return unique(label(words, 90), " ", taken)
}

func unique(name, between string, taken []string) string {
	for n, first := 2, name; slices.Contains(taken, name); n++ {
		name = fmt.Sprintf("%s%s%d", first, between, n)
	}
	return name
}

// label is a text that may name a journey or a step, of most characters.
func label(s string, most int) string {
	s = strings.Join(strings.Fields(strings.Map(visible, strings.ToValidUTF8(s, "?"))), " ")
	if runes := []rune(s); len(runes) > most {
		s = strings.TrimSpace(string(runes[:most-1])) + "…"
	}
	if s == "" {
		return "step"
	}
	return strings.ReplaceAll(s, "${", "$ {")
}

// visible replaces what would break a line or turn its direction around.
func visible(r rune) rune {
	if unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp, unicode.Bidi_Control) {
		return ' '
	}
	return r
}

// identifier is a text as a name of a capture or secret: X-CSRF-Token is
// x_csrf_token.
func identifier(s, otherwise string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r >= 'A' && r <= 'Z':
			b.WriteRune(r + 'a' - 'A')
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "_"):
			b.WriteByte('_')
		}
	}
	name := strings.Trim(b.String(), "_")
	if len(name) > 40 {
		name = strings.Trim(name[:40], "_")
	}
	if name == "" || name[0] >= '0' && name[0] <= '9' {
		return otherwise
	}
	return name
}
