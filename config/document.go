package config

import (
	"bytes"
	"sort"
	"unicode/utf8"
)

// document is the file as it was read, without a byte order mark.
type document struct {
	name  string
	data  []byte
	lines []int // offset of the first byte of each line
}

// span is a part of the document, in bytes: from is in it, to is not.
type span struct{ from, to int }

func (s span) contains(offset int) bool { return s.from <= offset && offset < s.to }

func newDocument(name string, data []byte) *document {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	d := &document{name: name, data: data, lines: []int{0}}
	for i, c := range data {
		if c == '\n' {
			d.lines = append(d.lines, i+1)
		}
	}
	return d
}

// row is the index into lines of the line that holds the offset.
func (d *document) row(offset int) int {
	return sort.SearchInts(d.lines, offset+1) - 1
}

// line is the span of a line without its end.
func (d *document) line(row int) span {
	s := span{d.lines[row], len(d.data)}
	if row+1 < len(d.lines) {
		s.to = d.lines[row+1] - 1
	}
	if s.to > s.from && d.data[s.to-1] == '\r' {
		s.to--
	}
	return s
}

// position is the line and the column of an offset, both from 1, the column
// in characters. An offset at the end of the line is one past its last.
func (d *document) position(offset int) (line, column int) {
	row := d.row(offset)
	at := d.line(row)
	return row + 1, utf8.RuneCount(d.data[at.from:min(offset, at.to)]) + 1
}

func (d *document) text(s span) string { return string(d.data[s.from:s.to]) }
