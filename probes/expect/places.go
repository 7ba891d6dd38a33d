package expect

import (
	"fmt"
	"slices"
	"strings"
)

// several is a value that stands in several places: its text is of all of
// them, joined as a repeated header is (RFC 9110, section 5.3).
func several(all []string) value {
	if len(all) == 0 {
		return nothing("")
	}
	v := text(strings.Join(all, ", "))
	v.count, v.joined = len(all), true
	v.place = func(i int) value { return text(all[i]) }
	return v
}

// quantity is how many places of the response gave a value.
func quantity(operands ...any) (any, error) { return operands[0].(value).count, nil }

// nth is the value of one place, counted from 0, or from the last by -1.
func nth(operands ...any) (any, error) {
	v, i := operands[0].(value), operands[1].(int)
	if i < 0 {
		i += v.count
	}
	switch {
	case v.count == 0:
		return nothing(v.why), nil
	case i < 0 || i >= v.count:
		return nothing(fmt.Sprintf("there are %d", v.count)), nil
	case v.place == nil:
		return v, nil
	}
	return v.place(i), nil
}

const maxParts = 10_000 // of a text that is split

// split makes a place of each part of a text, without white space around it.
func split(operands ...any) (any, error) {
	s, err := textOf(operands[0])
	if err != nil {
		return value{}, err
	}
	parts := strings.SplitN(s, operands[1].(string), maxParts+1)
	if len(parts) > maxParts {
		return value{}, fmt.Errorf("the text has more than %d parts", maxParts)
	}
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return several(parts), nil
}

// amongPlaces reports whether a text, number, boolean or value stands in one
// of the places of a lookup, or in a JSON array found alone. Arrays and objects
// among them equal nothing.
func amongPlaces(wanted any, in value) (bool, error) {
	if v, ok := wanted.(value); ok && !v.Found {
		return false, undecided{v.why}
	}
	if in.count == 0 {
		return false, undecided{in.why}
	}
	holds := func(v value) bool {
		same, err := equal(v, wanted)
		return err == nil && same
	}
	switch {
	case in.elements != nil:
		return slices.ContainsFunc(in.elements, func(element any) bool {
			v, scalar := scalarOf(element)
			return scalar && holds(v)
		}), nil
	case in.place == nil:
		return in.size < 0 && holds(in), nil
	}
	for i := range in.count {
		if holds(in.place(i)) {
			return true, nil
		}
	}
	return false, nil
}
