package config

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// findings is what is known about a file while it is read: what is wrong,
// what is odd, and what must never be shown.
type findings struct {
	doc      *document
	errors   []finding
	warnings []finding

	torn    bool     // a line could not be read at all
	hidden  []span   // parts of the file that hold secrets
	secrets []string // values that must not appear in a message
}

// finding is a Problem that is not rendered yet.
type finding struct {
	at      span
	message string
	hint    string
}

// wrong records an error at a place of the file.
func (f *findings) wrong(at span, message, hint string) {
	f.errors = append(f.errors, finding{at, message, hint})
}

// absent records that something is not in the file. While a line could not be
// read nobody knows what it held, so nothing is said to be absent then.
func (f *findings) absent(at span, message, hint string) {
	if !f.torn {
		f.wrong(at, message, hint)
	}
}

// odd records a warning: the file loads all the same.
func (f *findings) odd(at span, message, hint string) {
	f.warnings = append(f.warnings, finding{at, message, hint})
}

// hide keeps a part of the file out of every excerpt.
func (f *findings) hide(at span) { f.hidden = append(f.hidden, at) }

// keep keeps a value out of every message and excerpt. Values of less than
// four bytes are only hidden where they are written: they are in every word.
func (f *findings) keep(secret string) {
	for _, line := range strings.FieldsFunc(secret, func(r rune) bool { return r == '\n' || r == '\r' }) {
		if len(line) >= 4 {
			f.secrets = append(f.secrets, line)
		}
	}
}

// problems renders findings in the order of the file, each once.
func (f *findings) problems(found []finding) []Problem {
	slices.SortStableFunc(found, func(a, b finding) int { return cmp.Compare(a.at.from, b.at.from) })
	slices.SortFunc(f.hidden, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	f.sortSecrets()
	var all []Problem
	for _, one := range slices.Compact(found) {
		all = append(all, f.render(one))
	}
	return all
}

// sortSecrets puts the longest first, so that none leaves the rest of a
// longer one behind.
func (f *findings) sortSecrets() {
	slices.SortFunc(f.secrets, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b))
	})
	f.secrets = slices.Compact(f.secrets)
}

func (f *findings) render(one finding) Problem {
	p := Problem{File: f.doc.name, Message: plain(f.redact(one.message)), Hint: plain(f.redact(one.hint))}
	p.Line, p.Column = f.doc.position(one.at.from)
	p.Source, p.Caret = f.doc.excerpt(one.at, f.hiddenIn(f.doc.line(p.Line-1)))
	return p
}

// hiddenIn lists what must not be shown of a line, in order and apart: the
// parts known to be secret, and every other copy of a secret value.
func (f *findings) hiddenIn(line span) []span {
	first, _ := slices.BinarySearchFunc(f.hidden, line.from, func(s span, at int) int { return cmp.Compare(s.from, at) })
	var found []span
	for i := max(0, first-1); i < len(f.hidden) && f.hidden[i].from < line.to; i++ {
		if f.hidden[i].to > line.from {
			found = append(found, f.hidden[i])
		}
	}
	for _, secret := range f.secrets {
		found = appendCopies(found, f.doc.data[:line.to], line.from, []byte(secret))
	}
	return merge(found)
}

func appendCopies(found []span, text []byte, from int, secret []byte) []span {
	for {
		next := bytes.Index(text[from:], secret)
		if next < 0 {
			return found
		}
		found = append(found, span{from + next, from + next + len(secret)})
		from += next + 1
	}
}

func merge(spans []span) []span {
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	var apart []span
	for _, s := range spans {
		if last := len(apart) - 1; last >= 0 && s.from <= apart[last].to {
			apart[last].to = max(apart[last].to, s.to)
			continue
		}
		apart = append(apart, s)
	}
	return apart
}

// plain is s in one line that a terminal may show: keys of the file can hold
// anything.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unprintable(r) {
			return utf8.RuneError
		}
		return r
	}, s)
}

func (f *findings) redact(s string) string {
	for _, secret := range f.secrets {
		s = strings.ReplaceAll(s, secret, mask)
	}
	return s
}
