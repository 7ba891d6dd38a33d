package config

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// label is a short text of one line: a name, a title, a token.
type label struct {
	place
	value string
}

func (*label) words() string { return "string" }

func (l *label) read(r *reader, n *node, k *Key) {
	s, ok := r.quoted(n, k)
	if ok && r.oneLine(n, k, s) && r.oneOf(n, k, s) {
		l.value = s
	}
}

// text is any text; numbers and booleans are taken as they are written.
type text struct {
	place
	value string
	good  bool // nothing was wrong with it
}

func (*text) words() string { return "string" }

func (t *text) read(r *reader, n *node, k *Key) { t.value, t.good = r.verbatim(n, k) }

// address is an absolute http or https URL.
type address struct {
	place
	value string
}

func (*address) words() string { return "URL" }

func (a *address) read(r *reader, n *node, k *Key) {
	s, ok := r.quoted(n, k)
	if !ok || !r.oneLine(n, k, s) {
		return
	}
	if r.whole(n, k, s, s) {
		a.value = s
	}
}

// whole reports whether a text is an absolute URL that can be fetched, and
// says so if it is not. filled is the text with its placeholders filled in.
func (r *reader) whole(n *node, k *Key, s, filled string) bool {
	u, err := url.Parse(filled)
	wrong, hint := "", "write it whole, as in https://shop.example/path"
	switch {
	case strings.Contains(filled, "{{"):
		wrong, hint = "takes no {{...}}", "values of the environment go in as ${NAME}"
	case err != nil, u.Host == "", u.Scheme != "http" && u.Scheme != "https":
		wrong = "is not an absolute http or https URL"
		if bareName.MatchString(s) {
			hint = "for a variable of the environment, write ${NAME}"
		}
	case hasPassword(s):
		wrong, hint = "holds a password", "put it in secrets and send it in headers"
	default:
		return true
	}
	if strings.Contains(s, "@") {
		r.conceal(n)
	}
	r.wrong(n.at, k.name()+" "+wrong, hint)
	return false
}

var passwordInURL = regexp.MustCompile(`^[A-Za-z]+://[^/?#:]*:([^/?#]*)@`)

// hasPassword reports whether a password is written out in a URL. One that is
// all placeholders is not.
func hasPassword(address string) bool {
	found := passwordInURL.FindStringSubmatch(address)
	return found != nil && braces.ReplaceAllString(found[1], "") != ""
}

// duration is a time such as "800ms" or "30d".
type duration struct {
	place
	value time.Duration
}

func (*duration) words() string { return "duration" }

func (d *duration) read(r *reader, n *node, k *Key) {
	s, ok := r.quoted(n, k)
	if !ok {
		return
	}
	value, wrong := bounded(s, k, parseDuration, "0s")
	switch meant := meantDuration(n.text); {
	case wrong == "":
		d.value = value
	case meant != "":
		r.wrong(n.at, k.name()+" "+wrong, "write "+k.word()+` = "`+meant+`"`)
	default:
		r.fits(n, k, wrong)
	}
}

// size is a number of bytes such as "64kB".
type size struct {
	place
	value int64
}

func (*size) words() string { return "size" }

func (b *size) read(r *reader, n *node, k *Key) {
	s, ok := r.quoted(n, k)
	if !ok {
		return
	}
	if value, wrong := bounded(s, k, parseSize, "1B"); r.fits(n, k, wrong) {
		b.value = value
	}
}

// integer is a whole number.
type integer struct {
	place
	value int64
}

func (*integer) words() string { return "integer" }

func (i *integer) read(r *reader, n *node, k *Key) {
	if !r.want(anInteger, n, k) {
		return
	}
	if value, wrong := bounded(n.text, k, parseInteger, "0"); r.fits(n, k, wrong) {
		i.value = value
	}
}

// boolean is true or false.
type boolean struct {
	place
	value bool
}

func (*boolean) words() string { return "boolean" }

func (b *boolean) read(r *reader, n *node, k *Key) {
	b.value = r.want(aBoolean, n, k) && n.text == "true"
}

// fits reports whether nothing is wrong with a value, and says so if there is.
func (r *reader) fits(n *node, k *Key, wrong string) bool {
	if wrong != "" {
		r.wrong(n.at, k.name()+" "+wrong, "write "+example(k))
	}
	return wrong == ""
}

// oneLine reports whether s is fit to be shown in one line of a table, a log
// or a message, and says so if it is not.
func (r *reader) oneLine(n *node, k *Key, s string) bool {
	most, _ := strconv.Atoi(k.Max)
	if most == 0 {
		most = 2000
	}
	wrong, hint := "", ""
	switch {
	case s == "":
		wrong, hint = "is empty", "fill it in, or leave it out"
	case utf8.RuneCountInString(s) > most:
		wrong, hint = fmt.Sprintf("has %d characters, at most %d", utf8.RuneCountInString(s), most), "shorten it"
	case strings.ContainsFunc(s, unprintable):
		wrong, hint = "holds a control character", "take it out"
	case strings.TrimSpace(s) != s:
		wrong, hint = "begins or ends with a space", "take the space out"
	default:
		return true
	}
	if s == "" && k.Required && !k.within {
		hint = "fill it in"
	}
	r.wrong(n.at, k.name()+" "+wrong, hint)
	return false
}

// unprintable finds what would break a line or turn its direction around.
func unprintable(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp, unicode.Bidi_Control)
}

func (r *reader) oneOf(n *node, k *Key, s string) bool {
	if slices.Contains(k.OneOf, s) {
		return true
	}
	if len(k.OneOf) == 0 {
		return true
	}
	hint := "it is one of " + list(k.OneOf)
	if near := Nearest(s, k.OneOf); near != "" {
		hint = didYouMean(near)
	}
	switch s {
	case "availability":
		hint = "availability is always on: leave it out"
	case "traffic", "saturation":
		hint = s + " needs a source, and none can be configured yet"
	}
	r.wrong(n.at, "unknown "+k.name(), hint)
	return false
}
