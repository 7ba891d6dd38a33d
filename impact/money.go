package impact

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Money is an amount in whole minor units of its currency: cents of EUR, yen
// of JPY. The zero Money is no amount at all.
type Money struct {
	Minor    int64  // never negative
	Currency string // ISO 4217
}

// errMoney is what [parseMoney] says of a text that is no amount of money.
var errMoney = errors.New(`is not an amount of money: a number and a currency are needed, as in "40 EUR"`)

// wholeDigits is how many digits an amount may have before its point.
const wholeDigits = 12

// parseMoney reads "40 EUR", "1.50 USD" or "4000 JPY". It takes no more
// decimals than the currency has.
func parseMoney(s string) (Money, error) {
	number, code, _ := strings.Cut(s, " ")
	whole, fraction, pointed := strings.Cut(number, ".")
	places, known := decimals(code)
	switch {
	case !digitsOnly(whole) || pointed && !digitsOnly(fraction):
		return Money{}, errMoney
	case code == "":
		return Money{}, errMoney
	case !known:
		return Money{}, fmt.Errorf("has an unknown currency: %q is no code of ISO 4217, such as EUR", code)
	case len(whole) > wholeDigits:
		return Money{}, fmt.Errorf("is more than %d digits of money", wholeDigits)
	case len(fraction) > places:
		return Money{}, fmt.Errorf("has %d decimals: %s has %d", len(fraction), code, places)
	}
	minor, err := strconv.ParseInt(whole+fraction+strings.Repeat("0", places-len(fraction)), 10, 64)
	if err != nil {
		return Money{}, errMoney
	}
	return Money{minor, code}, nil
}

func digitsOnly(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// String is m exactly, as [ParseAmount] reads it: "40 EUR", "1.50 USD".
func (m Money) String() string {
	places, _ := decimals(m.Currency)
	s := strconv.FormatInt(m.Minor, 10)
	if places > 0 {
		s = strings.Repeat("0", max(0, places+1-len(s))) + s
		whole, fraction := s[:len(s)-places], s[len(s)-places:]
		if s = whole; strings.Trim(fraction, "0") != "" {
			s += "." + fraction
		}
	}
	return strings.TrimSpace(s + " " + m.Currency)
}

// About is m for people: two significant digits and never minor units, with
// thin spaces between thousands ("4 400 EUR"). More digits would claim more
// than any of this knows.
func (m Money) About() string {
	number := m.about()
	if number == "" {
		return ""
	}
	return number + " " + m.Currency
}

// about is About without the currency.
func (m Money) about() string {
	places, known := decimals(m.Currency)
	if !known {
		return ""
	}
	major := float64(m.Minor) / math.Pow10(places)
	switch rounded := significant(major); {
	case m.Minor == 0:
		return "0"
	case rounded < 1:
		return "under 1"
	default:
		return thousands(rounded)
	}
}

// Small reports whether m is under ten whole units of its currency.
func (m Money) Small() bool {
	places, _ := decimals(m.Currency)
	return float64(m.Minor) < math.Pow10(places+1)
}

// significant rounds v to two significant digits, and to a whole number.
func significant(v float64) float64 {
	if v < 10 {
		return math.Round(v)
	}
	scale := math.Pow10(int(math.Floor(math.Log10(v))) - 1)
	return math.Round(v/scale) * scale
}

// thousands writes a whole number with a thin space between each three digits,
// one at which no line ends.
func thousands(v float64) string {
	const thin = "\u202f"
	s := strconv.FormatFloat(v, 'f', 0, 64)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + thin + s[i:]
	}
	return s
}

// rounded is v minor units as Money. What no Money can hold is the largest
// that one can.
func rounded(v float64, currency string) Money {
	if v = math.Round(v); v >= math.MaxInt64 {
		return Money{math.MaxInt64, currency}
	}
	return Money{int64(v), currency}
}
