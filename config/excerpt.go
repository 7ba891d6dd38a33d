package config

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	mask        = "***"
	excerptWide = 120 // columns of a line that are shown at most
)

// cell is one character of an excerpt and what it stands for.
type cell struct {
	shown  rune
	marked bool
}

// excerpt is the line on which mark begins, and a caret line below it. What
// lies in hidden is shown as three stars, whatever its length.
func (d *document) excerpt(mark span, hidden []span) (source, caret string) {
	line := d.line(d.row(mark.from))
	mark.to = max(mark.from+1, min(mark.to, line.to))
	near := d.near(line, mark.from)
	cells := d.cells(near, mark, hidden)
	if mark.from >= line.to {
		cells = append(cells, cell{' ', true})
	}
	cells = crop(cells, near.from > line.from, near.to < line.to)
	for _, c := range cells {
		source += string(c.shown)
		caret += strings.Repeat(underline(c), width(c.shown))
	}
	return strings.TrimRight(source, " "), strings.TrimRight(caret, " ")
}

// near is the part of a line around an offset that can be shown at all: lines
// may be megabytes long.
func (d *document) near(line span, at int) span {
	const reach = utf8.UTFMax * excerptWide
	near := span{max(line.from, at-reach), min(line.to, at+reach)}
	for near.from > line.from && !utf8.RuneStart(d.data[near.from]) {
		near.from--
	}
	return near
}

func underline(c cell) string {
	if c.marked {
		return "^"
	}
	return " "
}

func (d *document) cells(line, mark span, hidden []span) []cell {
	var cells []cell
	for at := line.from; at < line.to; {
		if h := slices.IndexFunc(hidden, func(s span) bool { return s.contains(at) }); h >= 0 {
			end := min(hidden[h].to, line.to)
			marked := mark.from < end && at < mark.to
			for _, star := range mask {
				cells = append(cells, cell{star, marked})
			}
			at = end
			continue
		}
		r, size := utf8.DecodeRune(d.data[at:])
		cells = appendShown(cells, r, mark.contains(at))
		at += size
	}
	return cells
}

// appendShown appends a character as a terminal may safely show it.
func appendShown(cells []cell, r rune, marked bool) []cell {
	switch {
	case r == '\t':
		return append(cells, cell{' ', marked}, cell{' ', marked})
	case !unicode.IsGraphic(r), marked && width(r) == 0: // no caret could stand under a mark that combines
		r = utf8.RuneError
	}
	return append(cells, cell{r, marked})
}

// crop keeps at most excerptWide cells: those around the mark. before and
// after say that the line has more.
func crop(cells []cell, before, after bool) []cell {
	first := slices.IndexFunc(cells, func(c cell) bool { return c.marked })
	from := max(0, min(first-excerptWide/3, len(cells)-excerptWide))
	to := min(len(cells), from+excerptWide)
	cut := slices.Clone(cells[from:to])
	if from > 0 || before {
		cut[0].shown = '…'
	}
	if to < len(cells) || after {
		cut[len(cut)-1].shown = '…'
	}
	return cut
}

// width is the columns a terminal gives to r: 2 for the scripts and symbols
// that Unicode calls wide (UAX 11), 0 for marks that combine, 1 for the rest.
func width(r rune) int {
	switch {
	case unicode.In(r, unicode.Mn, unicode.Me):
		return 0
	case r >= 0x1100 && r <= 0x115f, r >= 0x2e80 && r <= 0xa4cf, r >= 0xac00 && r <= 0xd7a3,
		r >= 0xf900 && r <= 0xfaff, r >= 0xfe30 && r <= 0xfe6f, r >= 0xff00 && r <= 0xff60,
		r >= 0x1f300 && r <= 0x1f64f, r >= 0x1f900 && r <= 0x1f9ff, r >= 0x20000 && r <= 0x3fffd:
		return 2
	}
	return 1
}
