package probes

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// How much text leaves this package, in bytes.
const (
	maxMessage  = 400
	maxEvidence = 4 << 10
	maxURL      = 2 << 10
)

// printable spells out what a terminal or a page must not interpret: control
// characters, invisible ones, broken UTF-8. Line breaks and tabs stay.
func printable(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case r == '\n' || r == '\t' || unicode.IsPrint(r):
			b.WriteRune(r)
		case r == '\r' && strings.HasPrefix(s[i+1:], "\n"):
		case r < utf8.RuneSelf:
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
		i += size
	}
	return b.String()
}

// oneLine is s without line breaks and without runs of blanks.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// clip is s cut to at most n bytes, the mark of the cut included, between two
// characters.
func clip(s string, n int) string {
	const mark = "…"
	if len(s) <= n {
		return s
	}
	end := max(n-len(mark), 0)
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + mark
}

// bytesText is a number of bytes for a reader.
func bytesText(n int64) string {
	switch {
	case n < 1<<10:
		return fmt.Sprintf("%d B", n)
	case n < 1<<20:
		return fmt.Sprintf("%.1f kB", float64(n)/(1<<10))
	default:
		return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
	}
}
