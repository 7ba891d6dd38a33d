package notify

import (
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Text is a piece of a message that each channel writes in its own way.
type Text []Piece

// Piece is a run of characters of one kind. Its text may come from a site or a
// config file: channels escape it.
type Piece struct {
	Text string
	Bold bool
	URL  string    // not empty: Text is a link to it
	At   time.Time // not zero: a moment, which Text names in the team's zone
	Day  bool      // the moment needs its day beside its clock time

	Seconds bool // the moment needs its seconds

	Member string // not empty: the id of a user or user group of Slack, whom it calls; from the configuration alone
}

// String is the text without any marks, as a terminal shows it.
func (t Text) String() string {
	var b strings.Builder
	for _, s := range t {
		b.WriteString(s.Text)
		if s.URL != "" && s.URL != s.Text {
			b.WriteString(" (" + s.URL + ")")
		}
	}
	return b.String()
}

func words(s string) Piece { return Piece{Text: s} }

func strong(s string) Piece { return Piece{Text: s, Bold: true} }

// join puts between between the parts that are not empty.
func join(between string, parts ...Text) Text {
	var all Text
	for _, p := range parts {
		if len(p) == 0 {
			continue
		}
		if len(all) > 0 {
			all = append(all, words(between))
		}
		all = append(all, p...)
	}
	return all
}

// clean makes one printable line of a value from outside: control characters
// and line ends become blanks, and marks that turn the direction of all the
// text after them are dropped.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r) || unicode.IsControl(r) || r == '\u2028' || r == '\u2029':
			return ' '
		case unicode.Is(unicode.Bidi_Control, r) || r == unicode.ReplacementChar || r == '\ufeff':
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// clip cleans s and shortens it to at most limit, with an ellipsis where it
// was cut. What counts is the worst that Slack may count: UTF-16 units, after
// escaping.
func clip(s string, limit int) string {
	s = clean(s)
	n, cut := 0, 0 // cut is where s still has room for the ellipsis
	for i, r := range s {
		if n < limit {
			cut = i
		}
		if n += cost(r); n > limit {
			return strings.TrimRight(s[:cut], " ") + "…"
		}
	}
	return s
}

// cost is the length of r, escaped.
func cost(r rune) int {
	switch r {
	case '&':
		return len("&amp;")
	case '<', '>':
		return len("&lt;")
	}
	return utf16.RuneLen(r)
}

// length is the number of UTF-16 units of s.
func length(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// plain is s alone, or nothing at all.
func plain(s string) Text {
	if s == "" {
		return nil
	}
	return Text{words(s)}
}

// link leads to address if that is a web address every channel can carry;
// else it is label and address as plain words.
func link(label, address string) Piece {
	u, err := url.Parse(address)
	if err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" {
		if a := ascii(u.String()); length(escURL(a)) <= urlText {
			return Piece{Text: label, URL: a}
		}
	}
	return words(strings.TrimSpace(label + " " + clip(address, noteText)))
}

// ascii percent-encodes what may not stand in an address as it is.
func ascii(address string) string {
	var b strings.Builder
	for i := range len(address) {
		if c := address[i]; c <= ' ' || c > '~' {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

func upper(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}
