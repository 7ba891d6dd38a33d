package config

import (
	"bytes"
	"cmp"
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/forewarn/forewarn/probes"
)

// findings is what is known about a file while it is read: what is wrong,
// what is odd, and what must never be shown.
type findings struct {
	doc      *document
	errors   []finding
	warnings []finding

	using   span     // the use of a fragment whose steps are being read; zero if none are
	torn    bool     // a line could not be read at all
	hidden  []span   // parts of the file that hold secrets
	secrets []string // values that must not appear in a message
}

// finding is a Problem that is not rendered yet.
type finding struct {
	at      span
	message string
	hint    string
	use     span // that brought what is at the place into a journey; zero if none did
}

// wrong records an error at a place of the file.
func (f *findings) wrong(at span, message, hint string) {
	f.errors = append(f.errors, finding{at, message, hint, f.using})
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
	f.warnings = append(f.warnings, finding{at, message, hint, f.using})
}

// hide keeps a part of the file out of every excerpt.
func (f *findings) hide(at span) { f.hidden = append(f.hidden, at) }

// words are those of our own messages about a file, and its keys, of four
// letters and more, as a test collects them from the sources of this room.
//
//go:embed words.txt
var words string

// keep keeps a value out of every message and excerpt. What is in our own
// words is only hidden where it is written: a message that lost it would tell
// it, and no longer what to do.
func (f *findings) keep(secret string) {
	for _, line := range strings.FieldsFunc(secret, func(r rune) bool { return r == '\n' || r == '\r' }) {
		if probes.Unhidable(line) == "" && !strings.Contains(words, line) {
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
	for _, one := range f.fold(found) {
		all = append(all, f.render(one))
	}
	return all
}

// fold keeps each finding once. What is wrong with a fragment comes up in
// every use of it, and is said once, with the lines of these uses.
func (f *findings) fold(found []finding) []finding {
	var kept []finding
	uses := map[finding][]string{}
	for _, one := range found {
		use := one.use
		one.use = span{}
		if _, known := uses[one]; !known {
			kept = append(kept, one)
			uses[one] = nil
		}
		if use != (span{}) {
			line, _ := f.doc.position(use.from)
			uses[one] = append(uses[one], strconv.Itoa(line))
		}
	}
	for i, one := range kept {
		if lines := slices.Compact(uses[one]); lines != nil {
			kept[i].hint = strings.TrimPrefix(one.hint+usedOn(lines), " ")
		}
	}
	return kept
}

func usedOn(lines []string) string {
	const most = 5
	if len(lines) == 1 {
		return " (the fragment is used on line " + lines[0] + ")"
	}
	if len(lines) > most {
		lines = append(lines[:most:most], "...")
	}
	return " (the fragment is used on lines " + strings.Join(lines, ", ") + ")"
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
