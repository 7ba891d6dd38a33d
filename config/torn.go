package config

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2/unstable"
)

var (
	headerLine = regexp.MustCompile(`^[ \t]*\[{1,2}[ \t]*[\w-]+([ \t]*\.[ \t]*[\w-]+)*[ \t]*\]{1,2}[ \t]*(#.*)?$`)
	keyLine    = regexp.MustCompile(`^[ \t]*[\w-]+([ \t]*\.[ \t]*[\w-]+)*[ \t]*=`)

	// sensitive finds lines that may hold a secret. Of a line that cannot be
	// read nobody can tell which part that is.
	sensitive = regexp.MustCompile(`(?i)secret|token|api_|passw|pwd|webhook|auth|bearer|basic|digest|sigv4|proxy|cookie|credential|key|private|dsn|heartbeat|xox[a-z]-|hooks\.slack`)
)

// tear reports an expression that cannot be read and returns where reading
// goes on: at the next line that looks like the beginning of one.
func (b *builder) tear(err error) int {
	b.found.torn = true
	at := b.highlight(err)
	start := min(b.start(), at.from)
	message, hint := b.explain(err.Error(), at)
	first, last := b.doc.row(start), b.doc.row(at.from)
	b.hideTorn(first, last)
	if at.to >= len(b.doc.data) && last > first {
		b.found.wrong(span{start, b.doc.line(first).to}, message, hint) // begun here, never ended
		return len(b.doc.data)
	}
	if last > first {
		hint = strings.TrimPrefix(fmt.Sprintf("%s; or the value begun on line %d is not closed", hint, first+1), "; or ")
	}
	b.found.wrong(at, message, hint)
	return b.resume(last, b.doc.data[start] == '[')
}

// start is where the expression begins that could not be read.
func (b *builder) start() int {
	row := b.doc.row(b.end)
	if b.end > b.base {
		row++ // the expression before ends its line
	}
	for ; row < len(b.doc.lines); row++ {
		line := b.doc.line(row)
		text := b.doc.text(line)
		trimmed := strings.TrimLeft(text, " \t")
		if trimmed != "" && trimmed[0] != '#' {
			return line.from + len(text) - len(trimmed)
		}
	}
	return b.base
}

// highlight is the place the parser complains of.
func (b *builder) highlight(err error) span {
	input := b.doc.data[b.base:]
	p, ok := errors.AsType[*unstable.ParserError](err)
	if !ok || cap(p.Highlight) > cap(input) {
		return span{b.base, b.base + 1}
	}
	from := b.base + cap(input) - cap(p.Highlight) // both end where the document's memory ends
	from = min(from, len(b.doc.data)-1)
	return span{from, min(from+max(1, len(p.Highlight)), len(b.doc.data))}
}

// resume finds the line to go on with. The keys below a header that cannot be
// read belong nowhere: they are passed over.
func (b *builder) resume(row int, header bool) int {
	for row++; row < len(b.doc.lines); row++ {
		line := b.doc.line(row)
		text := b.doc.data[line.from:line.to]
		if headerLine.Match(text) || !header && keyLine.Match(text) {
			return line.from
		}
	}
	return len(b.doc.data)
}

// mayBeSecret finds a secret by its looks. Long texts are not worth the time.
func mayBeSecret(text []byte) bool { return len(text) > 4000 || sensitive.Match(text) }

// hideTorn hides the values of lines that may hold a secret.
func (b *builder) hideTorn(first, last int) {
	text := b.doc.data[b.doc.lines[first]:b.doc.line(last).to]
	if !mayBeSecret([]byte(b.doc.text(b.current.at))) && !mayBeSecret(text) {
		return
	}
	for row := first; row <= last; row++ {
		line := b.doc.line(row)
		text := b.doc.text(line)
		if at := strings.IndexByte(text, '='); at >= 0 {
			line.from += at + 1
		}
		b.found.hide(line)
	}
}

// curly are the quotes that word processors make of straight ones.
const curly = "“”„‟‘’‚‛«»"

// explain is explained, but for a character of several bytes, of which the
// parser sees the first alone.
func (b *builder) explain(message string, at span) (what, hint string) {
	what, hint = explained(message)
	odd, _ := utf8.DecodeRune(b.doc.data[at.from:])
	if odd < utf8.RuneSelf || odd == utf8.RuneError || !strings.Contains(message, "unexpected character") {
		return what, hint
	}
	if strings.ContainsRune(curly, odd) {
		hint = `write straight quotes: "`
	}
	return "unexpected character " + string(odd), hint
}

// explained puts the parser's message in our words where it has a known remedy.
func explained(message string) (what, hint string) {
	for _, known := range [][2]string{
		{"strings must be quoted", `put it in quotes, as in every = "1m"`},
		{"unterminated", "close the string with the quote that began it, on the same line"},
		{"cannot have new lines", "close the string with the quote that began it; three quotes begin one of several lines"},
		{"not terminated", "close the string with the three quotes that began it"},
		{"incomplete", "close it with ] or }"},
		{"expected ',' or", "separate the values by commas and close the last"},
		{"expected '='", `write key = value`},
		{"to close", "write [table] or [[list of tables]]"},
		{"expected newline", "one key = value to a line"},
		{"U+000A at start of value", "the value is missing"},
		{"start of value", "a text needs quotes"},
		{"expected keyword", "a text needs quotes; true and false are the only words without"},
		{"invalid escape", `write \\ for a backslash, or put the text in single quotes`},
		{"leading zeroes", "put it in quotes if it is a text"},
		{"UTF-8", "save the file as UTF-8"},
		{"start of key", "a key is a word, or a text in quotes"},
	} {
		if strings.Contains(message, known[0]) {
			return message, known[1]
		}
	}
	return message, ""
}
