package config

import (
	"strings"
	"unicode/utf8"
)

// within is the place in the document of a part of a node's text, given in
// bytes of the text as decoded, whatever quotes and escapes it is written in.
func (r *reader) within(n *node, from, to int) span {
	if n.kind != aString || n.at.to-n.at.from < 2 {
		return n.at
	}
	offsets := decodedOffsets(r.doc.text(n.at))
	if to >= len(offsets) || from > to {
		return n.at
	}
	return span{n.at.from + offsets[from], n.at.from + offsets[to]}
}

// decodedOffsets gives, for each byte of the text that a TOML string token
// stands for, where in the token it is written, and last where the text ends.
func decodedOffsets(token string) []int {
	quotes := 1
	if len(token) >= 6 && token[:3] == strings.Repeat(token[:1], 3) {
		quotes = 3
	}
	at, end := quotes, len(token)-quotes
	if quotes == 3 {
		at += lineEnd(token[at:end]) // one directly after the quotes does not count
	}
	var offsets []int
	for at < end {
		size, decoded := 1, 1
		if token[0] == '"' && token[at] == '\\' {
			size, decoded = escape(token[at:end])
		}
		for range decoded {
			offsets = append(offsets, at)
		}
		at += size
	}
	return append(offsets, end)
}

// escape is how many bytes the escape sequence at the beginning of s takes,
// and how many bytes of text it stands for.
func escape(s string) (size, decoded int) {
	if len(s) < 2 {
		return 1, 1
	}
	digits := map[byte]int{'x': 2, 'u': 4, 'U': 8}[s[1]]
	if digits > 0 {
		var r rune
		for _, c := range []byte(s[2:min(len(s), 2+digits)]) {
			r = r<<4 | hex(c)
		}
		return 2 + digits, utf8.RuneLen(r)
	}
	if strings.IndexByte(" \t\r\n", s[1]) >= 0 {
		return 1 + len(s[1:]) - len(strings.TrimLeft(s[1:], " \t\r\n")), 0
	}
	return 2, 1
}

func hex(c byte) rune {
	switch {
	case c <= '9':
		return rune(c - '0')
	case c <= 'F':
		return rune(c - 'A' + 10)
	}
	return rune(c - 'a' + 10)
}

// lineEnd is the length of a line's end at the beginning of s.
func lineEnd(s string) int {
	switch {
	case strings.HasPrefix(s, "\r\n"):
		return 2
	case strings.HasPrefix(s, "\n"):
		return 1
	}
	return 0
}
