package probes

import (
	"strings"
	"unicode/utf8"
)

// Placeholder is one {{name}} of a text.
type Placeholder struct {
	Name   string
	Offset int // in runes, of its first brace
	Length int // in runes, braces included
}

// PlaceholderError says what is wrong with the placeholders of a text.
type PlaceholderError struct {
	Offset, Length int    // in runes, of the part that is wrong
	Message        string // lower case, one line
	Hint           string // what to do
}

// Error is the message with its hint.
func (e *PlaceholderError) Error() string { return e.Message + ": " + e.Hint }

// Placeholders lists the placeholders of a text in their order, so that a
// configuration can be checked before its first run. The error is a
// [*PlaceholderError].
//
// There is no escape for two opening braces: a var that holds them is one,
// because values are put in as they are and never looked at again.
func Placeholders(text string) ([]Placeholder, error) {
	parts, err := parseTemplate(text)
	if err != nil {
		return nil, err
	}
	var found []Placeholder
	offset := 0
	for _, p := range parts {
		length := utf8.RuneCountInString(p.text)
		if p.name != "" {
			found = append(found, Placeholder{Name: p.name, Offset: offset, Length: length})
		}
		offset += length
	}
	return found, nil
}

// part is a stretch of a text as it was written, and the name if the stretch
// is a placeholder.
type part struct{ text, name string }

// parseTemplate cuts a text into literal parts and placeholders. A joined
// text of all parts is the text itself.
func parseTemplate(text string) ([]part, error) {
	var parts []part
	for rest := text; rest != ""; {
		before, after, found := strings.Cut(rest, "{{")
		if before != "" {
			parts = append(parts, part{text: before})
		}
		if !found {
			break
		}
		inside, next, closed := strings.Cut(after, "}}")
		name := strings.TrimSpace(inside)
		if !closed || !isName(name) {
			offset := utf8.RuneCountInString(text[:len(text)-len(after)-len("{{")])
			return nil, wrongPlaceholder(offset, inside, closed)
		}
		parts = append(parts, part{text: "{{" + inside + "}}", name: name})
		rest = next
	}
	return parts, nil
}

func wrongPlaceholder(offset int, inside string, closed bool) *PlaceholderError {
	if !closed {
		return &PlaceholderError{offset, 2, "{{ without }}", "close the placeholder, as in {{order}}"}
	}
	return &PlaceholderError{
		Offset:  offset,
		Length:  utf8.RuneCountInString(inside) + len("{{}}"),
		Message: "not a name between {{ and }}",
		Hint:    "a name has letters, digits and _, and no digit first, as in {{order}}",
	}
}

func isName(s string) bool {
	for i, r := range s {
		letter := r == '_' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return s != ""
}

// unsendable is why a step's request can not be made; the step is skipped.
type unsendable string

// Error is the reason, in one line.
func (u unsendable) Error() string { return string(u) }

// uncaptured is the name of a value that no step captured.
type uncaptured string

// Error is the reason why its step is skipped, in one line.
func (u uncaptured) Error() string { return string(u) + " was never captured" }

// expand puts values into a text, each spelled for its place by spell, which
// sees what was written so far. It is a single pass: what a value holds is
// never expanded again.
func expand(text string, values map[string]string, spell func(sofar, name, value string) (string, error)) (string, error) {
	if !strings.Contains(text, "{{") {
		return text, nil
	}
	parts, err := parseTemplate(text)
	if err != nil {
		return "", unsendable(err.Error())
	}
	var b strings.Builder
	for _, p := range parts {
		if p.name == "" {
			b.WriteString(p.text)
			continue
		}
		value, known := values[p.name]
		if !known {
			return "", uncaptured(p.name)
		}
		spelled, err := spell(b.String(), p.name, value)
		if err != nil {
			return "", err
		}
		b.WriteString(spelled)
	}
	return b.String(), nil
}

// verbatim expands a text with values as they are.
func verbatim(text string, values map[string]string) (string, error) {
	return expand(text, values, func(_, _, value string) (string, error) { return value, nil })
}
