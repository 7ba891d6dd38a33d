package config

import (
	"fmt"
	"strings"
)

// Problem is one thing wrong with the file, or one worth a second look.
type Problem struct {
	File    string
	Line    int    // from 1
	Column  int    // from 1, in characters
	Source  string // the line, secrets masked, cut to a readable length
	Caret   string // spaces and carets that underline the place in Source
	Message string // one line, lower case
	Hint    string // what to do; may be ""
}

// String is the problem in up to four lines: place and message, the line of
// the file, the caret, the hint.
func (p Problem) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:%d:%d: %s\n", p.File, p.Line, p.Column, p.Message)
	fmt.Fprintf(&b, "  | %s\n  | %s", p.Source, p.Caret)
	if p.Hint != "" {
		fmt.Fprintf(&b, "\n  = %s", p.Hint)
	}
	return b.String()
}

// Problems are all errors of one file in the order of the file. It is the
// error that [Parse] and [Load] return for a file that is not right.
type Problems []Problem

// Error is every problem, one block after the other.
func (ps Problems) Error() string {
	blocks := make([]string, len(ps))
	for i, p := range ps {
		blocks[i] = p.String()
	}
	return strings.Join(blocks, "\n")
}
