package expect

import "github.com/expr-lang/expr/file"

// Error says what is wrong with an expression, where, and what to do.
type Error struct {
	Source  string // the whole expression
	Offset  int    // in runes from the start of Source; -1: the whole expression
	Length  int    // in runes; at least 1 where Offset is not -1
	Message string // one line, lower case
	Hint    string // what to do; may be ""
}

// Error is the message, with its hint where there is one.
func (e *Error) Error() string {
	if e.Hint == "" {
		return e.Message
	}
	return e.Message + "; " + e.Hint
}

// whole is an error that concerns all of src.
func whole(src, message, hint string) *Error {
	return &Error{Source: src, Offset: -1, Message: message, Hint: hint}
}

// at is an error at a place the parser knows.
func at(src string, place file.Location, message, hint string) *Error {
	return &Error{
		Source: src, Offset: place.From, Length: max(1, place.To-place.From),
		Message: message, Hint: hint,
	}
}

// closest is the one of names that differs from name in the fewest letters;
// "" if none is close enough to be meant.
func closest(name string, names []string) string {
	best, limit := "", max(1, len(name)/3)
	for _, n := range names {
		if d := distance(name, n); d <= limit && (best == "" || d < distance(name, best)) {
			best = n
		}
	}
	return best
}

// distance counts the letters to insert, delete, replace or swap with their
// neighbour to get from a to b (optimal string alignment).
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	d := make([][]int, len(x)+1)
	for i := range d {
		d[i] = make([]int, len(y)+1)
		for j := range d[i] {
			switch {
			case i == 0 || j == 0:
				d[i][j] = i + j
			case x[i-1] == y[j-1]:
				d[i][j] = d[i-1][j-1]
			default:
				d[i][j] = 1 + min(d[i-1][j], d[i][j-1], d[i-1][j-1])
			}
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(x)][len(y)]
}
