package importer

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// quote writes a string of TOML: between single quotes if it holds double ones
// and nothing that needs an escape.
func quote(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	plain := !strings.ContainsFunc(s, func(r rune) bool { return visible(r) != r })
	if plain && !strings.Contains(s, "'") && strings.ContainsAny(s, `"\`) {
		return "'" + s + "'"
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteString(`\` + string(r))
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case visible(r) != r && r > 0xFFFF:
			fmt.Fprintf(&b, `\U%08X`, r)
		case visible(r) != r:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String() + `"`
}

// key writes a key of TOML, in quotes where it needs them.
func key(s string) string {
	bare := s != "" && strings.IndexFunc(s, func(r rune) bool {
		return r >= utf8.RuneSelf || !isWord(byte(r)) && r != '-'
	}) < 0
	if bare {
		return s
	}
	return quote(s)
}

func isWord(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// outside writes a string that is not an expression: ${ is literal in it.
func outside(s string) string { return quote(strings.ReplaceAll(s, "${", "$${")) }

// list writes a list whose elements are written already.
func list(items []string) string { return "[" + strings.Join(items, ", ") + "]" }

// table writes an inline table of pairs that are written already.
func table(pairs []string) string {
	if len(pairs) == 0 {
		return "{}"
	}
	return "{ " + strings.Join(pairs, ", ") + " }"
}

// remark is a text as the rest of a line of comment.
func remark(s string) string {
	return strings.TrimRight(strings.Map(visible, strings.ToValidUTF8(s, "?")), " ")
}
