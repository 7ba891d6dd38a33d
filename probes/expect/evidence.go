package expect

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"
)

const (
	maxShown    = 1 << 10 // bytes of one value that evidence shows
	maxEvidence = 8 << 10 // bytes after which evidence shows no further value
)

// span is a part of the source, in runes.
type span struct{ from, to int }

// span is where a part of the tree stands in the source, with the parentheses
// that belong to it: the tree knows only places of single tokens.
func (c compilation) span(part ast.Node) span {
	runes := []rune(c.source)
	e := &extremes{span{from: len(runes)}}
	ast.Walk(&part, e)
	s := span{min(e.from, len(runes)), min(e.to, len(runes))}
	code := unquoted(runes, "\"'`", true)
	var opened, closed int // brackets whose partner is outside
	for _, r := range code[s.from:s.to] {
		switch {
		case strings.ContainsRune("([", r):
			opened++
		case strings.ContainsRune(")]", r) && opened > 0:
			opened--
		case strings.ContainsRune(")]", r):
			closed++
		}
	}
	for ; closed > 0 && s.from > 0; s.from-- {
		if strings.ContainsRune("([", code[s.from-1]) {
			closed--
		}
	}
	for ; opened > 0 && s.to < len(runes); s.to++ {
		if strings.ContainsRune(")]", code[s.to]) {
			opened--
		}
	}
	return s
}

// extremes visits nodes and keeps the first and last rune they stand at. Nodes
// made by the engine have no place.
type extremes struct{ span }

func (e *extremes) Visit(node *ast.Node) {
	if place := (*node).Location(); place.To > 0 {
		e.from, e.to = min(e.from, place.From), max(e.to, place.To)
	}
}

func (c compilation) text(s span) string { return oneLine(string([]rune(c.source)[s.from:s.to])) }

// oneLine is s with every control rune as a space: rune for rune, so that a
// caret below still points at the right one.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, s)
}

// evidence shows a condition that does not hold.
func (c Condition) evidence(r *Response, outcomes []*outcome) string {
	guilty := c.root.blame(yes, outcomes)
	lines := []string{oneLine(c.source), carets(guilty)}
	size := 0
	for _, leaf := range guilty {
		for _, o := range leaf.operands {
			line := o.source + " = " + o.show(r)
			if slices.Contains(lines, line) {
				continue
			}
			if size += len(line); size > maxEvidence {
				return strings.Join(append(lines, "…"), "\n")
			}
			lines = append(lines, line)
		}
		if o := outcomes[leaf.leaf]; o.err != nil && !strings.Contains(strings.Join(lines, "\n"), o.err.Error()) {
			lines = append(lines, o.err.Error())
		}
	}
	return strings.Join(lines, "\n")
}

// carets is the line under the source that marks the leaves.
func carets(leaves []*term) string {
	var line []rune
	for _, leaf := range leaves {
		for len(line) < leaf.place.to {
			line = append(line, ' ')
		}
		for i := leaf.place.from; i < leaf.place.to; i++ {
			line[i] = '^'
		}
	}
	return string(line)
}

// show evaluates the operand again and shows what it is.
func (o operand) show(r *Response) string {
	out, err := run(o.program, r)
	if u, ok := err.(undecided); ok {
		return because("not found", u.why)
	}
	if err != nil {
		return because("unknown", err.Error())
	}
	if o.ofSecret(r, out) {
		return "hidden (it is made of a secret)"
	}
	switch v := out.(type) {
	case string:
		return quote(r.redacted(v))
	case value:
		return v.show(r)
	}
	return fmt.Sprint(out)
}

func (v value) show(r *Response) string {
	if !v.Found {
		return because("not found", v.why)
	}
	others := ""
	if v.count > 1 && !v.joined {
		others = fmt.Sprintf(" (the first of %d)", v.count)
	}
	if v.bare {
		shown, rest := cut(r.redacted(v.Text))
		return oneLine(shown) + rest + others
	}
	return quote(r.redacted(v.Text)) + others
}

// ofSecret reports whether out, which the operand gave, is a part or another
// form of a text that holds a secret: in that form nothing would redact it.
func (o operand) ofSecret(r *Response, out any) bool {
	if v, ok := out.(value); ok && r.redacted(v.around) != v.around {
		return true
	}
	for _, program := range o.made {
		made, err := run(program, r)
		if err != nil {
			continue
		}
		s, err := textOf(made)
		if s == string(r.Body) {
			s = string(r.text()) // a secret is known by its letters
		}
		if err == nil && r.redacted(s) != s {
			return true
		}
	}
	return false
}

func (r *Response) redacted(s string) string {
	if r.Redact == nil {
		return s
	}
	return r.Redact(s)
}

func because(what, why string) string {
	if why == "" {
		return what
	}
	return what + " (" + why + ")"
}

// quote shows s between quotes, single ones if it has only double ones inside.
func quote(s string) string {
	shown, rest := cut(s)
	quoted := strconv.Quote(shown)
	if strings.Contains(shown, `"`) && !strings.Contains(shown, "'") {
		quoted = "'" + strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `"`) + "'"
	}
	return quoted + rest
}

// cut is the part of s that is shown, and what stands for the rest.
func cut(s string) (shown, rest string) {
	if len(s) <= maxShown {
		return s, ""
	}
	end := maxShown
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end], fmt.Sprintf("… (%d bytes)", len(s))
}
