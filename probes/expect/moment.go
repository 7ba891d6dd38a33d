package expect

import (
	"net/http"
	"strings"
	"time"
)

func moments() []any {
	return []any{new(func(*Response, string) time.Duration), new(func(*Response, value) time.Duration)}
}

// until is the time from the response to a moment that it names. More than
// 292 years are 292 years, as in [time.Time.Sub].
func until(operands ...any) (any, error) {
	moment, err := momentOf(operands[1])
	if err != nil {
		return time.Duration(0), err
	}
	return moment.Sub(operands[0].(*Response).At), nil
}

// since is the time from a moment that a response names to the response. It is
// not -until: the longest time into the past has no opposite, and the year 1 is
// what programs write that know no date.
func since(operands ...any) (any, error) {
	moment, err := momentOf(operands[1])
	if err != nil {
		return time.Duration(0), err
	}
	return operands[0].(*Response).At.Sub(moment), nil
}

func momentOf(operand any) (time.Time, error) {
	s, err := textOf(operand)
	if err != nil {
		return time.Time{}, err
	}
	moment, ok := readMoment(s)
	if !ok {
		return time.Time{}, undecided{"it is no date of RFC 3339 or HTTP"}
	}
	return moment, nil
}

// readMoment reads the dates of RFC 3339 (a day alone begins in UTC) and of
// HTTP (RFC 9110, section 5.6.7).
func readMoment(s string) (time.Time, bool) {
	s = strings.TrimSpace(s)
	for _, layout := range []string{time.RFC3339Nano, time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	t, err := http.ParseTime(s)
	return t, err == nil
}
