package probes

import (
	"html"
	"strings"
	"unicode/utf16"
)

// reading is one way to read the beginning of a text: that many bytes of it
// stand for what they mean. A size of 0 is no way.
type reading struct {
	size  int
	means string
}

// readings are all ways to read the beginning of text, which is not empty: as
// it stands there, or escaped as in a URL, a form, JSON, a Go string or HTML.
func readings(text string) [4]reading {
	all := [4]reading{{1, text[:1]}}
	switch text[0] {
	case '+':
		all[1] = reading{1, " "}
	case '%':
		all[1] = escapedByte(text, "%")
	case '\\':
		all[1] = escapedByte(text, `\x`)
		all[2] = escapedRune(text)
		if len(text) > 1 {
			all[3] = reading{2, plainEscape(text[1:2])}
		}
	case '&':
		all[1] = entity(text)
	}
	return all
}

// likely is how an escape is read with which text begins; of size 0 if none
// does.
func likely(text string) reading {
	for i, way := range readings(text) {
		if i > 0 && way.size > 0 {
			return way
		}
	}
	return reading{}
}

// escapedByte reads %C3 or \xc3.
func escapedByte(text, mark string) reading {
	b, ok := hexNumber(text, mark, 2)
	if !ok {
		return reading{}
	}
	return reading{len(mark) + 2, string([]byte{byte(b)})}
}

// escapedRune reads \u00e9, a pair of surrogates, or \U000000e9.
func escapedRune(text string) reading {
	if r, ok := hexNumber(text, `\U`, 8); ok {
		return reading{10, string(r)}
	}
	high, ok := hexNumber(text, `\u`, 4)
	switch {
	case !ok:
		return reading{}
	case !utf16.IsSurrogate(high):
		return reading{6, string(high)}
	}
	low, ok := hexNumber(text[6:], `\u`, 4)
	if !ok {
		return reading{}
	}
	return reading{12, string(utf16.DecodeRune(high, low))}
}

// hexNumber is the number of so many hexadecimal digits after mark, with which
// text begins.
func hexNumber(text, mark string, digits int) (n rune, ok bool) {
	if len(text) < len(mark)+digits || !strings.HasPrefix(text, mark) {
		return 0, false
	}
	for _, digit := range []byte(text[len(mark) : len(mark)+digits]) {
		switch {
		case '0' <= digit && digit <= '9':
			digit -= '0'
		case 'a' <= digit|0x20 && digit|0x20 <= 'f':
			digit = digit | 0x20 - 'a' + 10
		default:
			return 0, false
		}
		n = n<<4 | rune(digit)
	}
	return n, true
}

// plainEscape is what a backslash before letter stands for: JSON's and Go's
// letters, or the character itself.
func plainEscape(letter string) string {
	if i := strings.Index("abfnrtv", letter); i >= 0 {
		return "\a\b\f\n\r\t\v"[i : i+1]
	}
	return letter
}

// maxEntity is the longest entity that is read, in bytes, as &#00000038; and
// with it the longest spelling of one byte.
const maxEntity = 12

// entity reads &amp; or &#38; or &#x26;
func entity(text string) reading {
	end := strings.IndexByte(text[:min(len(text), maxEntity)], ';')
	if end < len("&lt") {
		return reading{}
	}
	means := html.UnescapeString(text[:end+1])
	if means == text[:end+1] {
		return reading{}
	}
	return reading{end + 1, means}
}
