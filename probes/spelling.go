package probes

import (
	"html"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// secret is a text to be found in other texts however its characters are
// written there: as they are, or escaped each in its own way.
type secret string

// longest bounds the bytes of a spelling: the longest of one byte is an
// entity, as &#00000038;
func (s secret) longest() int { return len(s) * maxEntity }

// match is where the secret that begins at text[i:] ends, i if there is none.
// Where a spelling is ambiguous all readings are followed. A text that breaks
// off in the middle, at its end or before "…", matches too.
func (s secret) match(text string, i int) int {
	ends := append(make([]int, 0, 8), i)
	next := make([]int, 0, 8)
	for at := 0; at < len(s); {
		_, size := utf8.DecodeRuneInString(string(s[at:])) // a byte that is no UTF-8 stands for itself
		unit := string(s[at : at+size])
		next = next[:0]
		for _, end := range ends {
			rest := text[end:]
			if at >= MinSecret && (rest == "" || strings.HasPrefix(rest, "…")) {
				return end
			}
			for _, length := range spellings(rest, unit) {
				if length > 0 && !slices.Contains(next, end+length) {
					next = append(next, end+length)
				}
			}
		}
		if len(next) == 0 {
			return i
		}
		ends, next = next, ends
		at += size
	}
	return slices.Max(ends)
}

// spellings are the lengths of all ways to read the beginning of text as
// unit; 0 for a way that does not apply.
func spellings(text, unit string) [4]int {
	var sizes [4]int
	if text == "" {
		return sizes
	}
	if strings.HasPrefix(text, unit) {
		sizes[0] = len(unit)
	}
	switch text[0] {
	case '+':
		sizes[1] = sizeIf(unit == " ", 1)
	case '%':
		sizes[1] = escapedBytes(text, "%", unit)
	case '\\':
		sizes[1] = escapedBytes(text, `\x`, unit)
		sizes[2] = unicodeEscape(text, unit)
		sizes[3] = sizeIf(len(text) > 1 && plainEscape(text[1]) == unit, 2)
	case '&':
		sizes[1] = entity(text, unit)
	}
	return sizes
}

func sizeIf(ok bool, size int) int {
	if ok {
		return size
	}
	return 0
}

// escapedBytes reads %C3%A9 or \xc3\xa9.
func escapedBytes(text, mark, unit string) int {
	size := len(mark) + 2
	for i := range len(unit) {
		at := i * size
		if len(text) < at+size || text[at:at+len(mark)] != mark {
			return 0
		}
		b, err := strconv.ParseUint(text[at+len(mark):at+size], 16, 8)
		if err != nil || byte(b) != unit[i] {
			return 0
		}
	}
	return len(unit) * size
}

// unicodeEscape reads \u00e9, a pair of surrogates, or \U000000e9.
func unicodeEscape(text, unit string) int {
	want, size := utf8.DecodeRuneInString(unit)
	if want == utf8.RuneError && size == 1 {
		return 0
	}
	if got, ok := hexRune(text, `\U`, 8); ok {
		return sizeIf(got == want, 10)
	}
	got, ok := hexRune(text, `\u`, 4)
	if !ok || got == want {
		return sizeIf(ok, 6)
	}
	low, _ := hexRune(text[6:], `\u`, 4)
	return sizeIf(utf16.DecodeRune(got, low) == want, 12)
}

func hexRune(text, mark string, digits int) (rune, bool) {
	if len(text) < len(mark)+digits || !strings.HasPrefix(text, mark) {
		return 0, false
	}
	n, err := strconv.ParseUint(text[len(mark):len(mark)+digits], 16, 32)
	return rune(n), err == nil
}

// plainEscape is what a backslash before b stands for: JSON's and Go's
// letters, or the character itself.
func plainEscape(b byte) string {
	if i := strings.IndexByte("abfnrtv", b); i >= 0 {
		return "\a\b\f\n\r\t\v"[i : i+1]
	}
	return string(rune(b))
}

// maxEntity is the longest entity that is read, in bytes.
const maxEntity = 12

// entity reads &amp; or &#38; or &#x26;
func entity(text, unit string) int {
	end := strings.IndexByte(text[:min(len(text), maxEntity)], ';')
	if end < 0 || html.UnescapeString(text[:end+1]) != unit {
		return 0
	}
	return end + 1
}
