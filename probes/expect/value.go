package expect

import (
	"errors"
	"math/big"
	"regexp"
	"strconv"
	"strings"
)

// value is what a response says somewhere: verbatim text, or nothing.
// Beside a number or true/false it is read as one.
type value struct {
	Found bool `expr:"found"`
	Text  string

	count int    // how many places matched; Text is of the first
	size  int    // elements of a JSON array, members of an object; -1 for all else
	bare  bool   // a JSON number, boolean or container: shown without quotes
	json  bool   // it has a type, that of JSON
	why   string // it was not found; may be ""

	place    func(i int) value // the value of one of count places; nil: there is no other
	joined   bool              // Text is of all places
	elements []any             // what `in` looks through: those of one JSON array, else several JSON nodes
	around   string            // of a part of a text: what stands around it, to tell whether it is part of a secret
}

// text is a value found once.
func text(s string) value { return value{Found: true, Text: s, count: 1, size: -1} }

// nothing is a value that was not found.
func nothing(why string) value { return value{why: why, size: -1} }

// undecided is the error of a comparison that is neither true nor false:
// its condition fails whichever way it asks.
type undecided struct{ why string }

func (u undecided) Error() string { return u.why }

// must is v's text, or the error that there is none.
func (v value) must() (string, error) {
	if !v.Found {
		return "", undecided{}
	}
	return v.Text, nil
}

// errTooLong is a limit of ours on texts built inside an expression.
var errTooLong = errors.New("the joined text is longer than 64 kB")

const maxJoined = 64 << 10

// textOf is the text of an operand that is a string or a value.
func textOf(operand any) (string, error) {
	if v, ok := operand.(value); ok {
		return v.must()
	}
	s, _ := operand.(string)
	return s, nil
}

var decimal = regexp.MustCompile(`^[+-]?\d+(?:\.\d+)?(?:[eE]([+-]?\d{1,3}))?$`)

const maxDigits = 400 // of a number as text: big.Rat's cost grows with them

// number reads an operand as an exact number: a Go number, or a value whose
// text is a decimal of at most 400 digits with an exponent of at most 3.
func number(operand any) (*big.Rat, error) {
	var s string
	switch n := operand.(type) {
	case int:
		return new(big.Rat).SetInt64(int64(n)), nil
	case float64: // as it was written, not its nearest binary fraction
		s = strconv.FormatFloat(n, 'g', -1, 64)
	case value:
		t, err := n.must()
		if err != nil {
			return nil, err
		}
		s = strings.TrimSpace(t)
	}
	if len(s) <= maxDigits && decimal.MatchString(s) {
		if r, ok := new(big.Rat).SetString(s); ok {
			return r, nil
		}
	}
	return nil, undecided{"only a number compares with a number"}
}

// boolean reads an operand as true or false.
func boolean(operand any) (bool, error) {
	if b, ok := operand.(bool); ok {
		return b, nil
	}
	s, err := textOf(operand)
	if err == nil && s != "true" && s != "false" {
		err = undecided{"only true and false compare with true or false"}
	}
	return s == "true", err
}

// equal compares two operands, at least one of them a value: as numbers or
// booleans if the other one is, else as text.
func equal(a, b any) (bool, error) {
	switch {
	case isNumber(a) || isNumber(b):
		order, err := compareNumbers(a, b)
		return order == 0, err
	case isBool(a) || isBool(b):
		x, err := boolean(a)
		if err != nil {
			return false, err
		}
		y, err := boolean(b)
		return x == y, err
	default:
		order, err := compareTexts(a, b)
		return order == 0, err
	}
}

// compare orders two operands, at least one of them a value: beside a string
// as text, else as numbers.
func compare(a, b any) (int, error) {
	if isString(a) || isString(b) {
		return compareTexts(a, b)
	}
	return compareNumbers(a, b)
}

func compareNumbers(a, b any) (int, error) {
	x, err := number(a)
	if err != nil {
		return 0, err
	}
	y, err := number(b)
	if err != nil {
		return 0, err
	}
	return x.Cmp(y), nil
}

func compareTexts(a, b any) (int, error) {
	x, err := textOf(a)
	if err != nil {
		return 0, err
	}
	y, err := textOf(b)
	return strings.Compare(x, y), err
}

func isBool(v any) bool   { _, ok := v.(bool); return ok }
func isString(v any) bool { _, ok := v.(string); return ok }

func isNumber(v any) bool {
	switch v.(type) {
	case int, float64:
		return true
	}
	return false
}
