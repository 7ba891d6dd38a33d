package impact

import (
	"errors"
	"math"
	"strconv"
	"strings"
)

// Range is a number that is not known exactly: from Low to High, likely
// Likely. It is a range of inputs, not a confidence interval.
type Range struct{ Low, Likely, High float64 }

// Exactly is the range of one number.
func Exactly(v float64) Range { return Range{v, v, v} }

// Between is the range from low to high, with its middle as the likely number.
func Between(low, high float64) Range { return Range{low, low + (high-low)/2, high} }

// scale is r times v, which must not be negative.
func (r Range) scale(v float64) Range { return Range{r.Low * v, r.Likely * v, r.High * v} }

// text writes r with unit behind it: "120", "0.2–1 %".
func (r Range) text(unit string) string {
	figure := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
	if r.Low == r.High {
		return figure(r.Low) + unit
	}
	return figure(r.Low) + "–" + figure(r.High) + unit
}

// Amount is a sum of money known as a range, in one currency. The zero Amount
// is unknown.
type Amount struct{ Low, Likely, High Money }

// Known reports whether a is an amount at all.
func (a Amount) Known() bool { return a.Likely.Currency != "" }

// Currency is that of a; "" if a is unknown.
func (a Amount) Currency() string { return a.Likely.Currency }

// Plus is the sum of two amounts of the same currency, low and low, high and
// high. Of an unknown one and another it is the other: name what is unknown
// beside it.
func (a Amount) Plus(b Amount) Amount {
	switch {
	case !a.Known():
		return b
	case !b.Known():
		return a
	}
	x, y := a.minor(), b.minor()
	return amount(Range{x.Low + y.Low, x.Likely + y.Likely, x.High + y.High}, a.Currency())
}

// minor is a in minor units.
func (a Amount) minor() Range {
	return Range{float64(a.Low.Minor), float64(a.Likely.Minor), float64(a.High.Minor)}
}

// amount is r minor units of a currency.
func amount(r Range, currency string) Amount {
	return Amount{rounded(r.Low, currency), rounded(r.Likely, currency), rounded(r.High, currency)}
}

// Span is the range of a for people, "180–460"; "" if it is one figure.
func (a Amount) Span() string {
	low, high := a.Low.about(), a.High.about()
	if low == high {
		return ""
	}
	return low + "–" + high
}

// String writes a as [ParseAmount] reads it.
func (a Amount) String() string {
	if a.Low == a.High {
		return a.Likely.String()
	}
	low, _, _ := strings.Cut(a.Low.String(), " ")
	return low + "-" + a.High.String()
}

// ParseAmount reads an amount of money or a range of it: "40 EUR", "35-45 EUR".
func ParseAmount(s string) (Amount, error) {
	numbers, currency, _ := strings.Cut(s, " ")
	from, to, ranges := strings.Cut(numbers, "-")
	if !ranges {
		to = from
	}
	low, err := parseMoney(from + " " + currency)
	if err != nil {
		return Amount{}, err
	}
	high, err := parseMoney(to + " " + currency)
	if err != nil {
		return Amount{}, err
	}
	if low.Minor > high.Minor {
		return Amount{}, errOrder
	}
	return Amount{low, Money{low.Minor + (high.Minor-low.Minor)/2, currency}, high}, nil
}

// What is wrong with a range.
var (
	errOrder = errors.New("is a range that ends below its beginning")
	errShare = errors.New(`is not a share: write it as "1%" or "0.2-2%", from 0% to 100%`)
	errCount = errors.New(`is not a number: write it as 120 or "100-140"`)
)

// ParseShare reads a share or a range of it as parts of 1: "1%", "0.2-2%".
func ParseShare(s string) (Range, error) {
	number, isPercent := strings.CutSuffix(s, "%")
	r, err := ParseCount(strings.TrimSuffix(number, " "))
	switch {
	case errors.Is(err, errOrder):
		return Range{}, err
	case err != nil || !isPercent || r.High > 100:
		return Range{}, errShare
	}
	return Range{r.Low / 100, r.Likely / 100, r.High / 100}, nil
}

// ParseCount reads a number that is not negative, or a range of it: "120",
// "100-140".
func ParseCount(s string) (Range, error) {
	from, to, ranges := strings.Cut(s, "-")
	if !ranges {
		to = from
	}
	low, lowOK := number(from)
	high, highOK := number(to)
	switch {
	case !lowOK || !highOK:
		return Range{}, errCount
	case low > high:
		return Range{}, errOrder
	}
	return Between(low, high), nil
}

// number reads plain decimal digits, at most a point among them.
func number(s string) (v float64, ok bool) {
	whole, fraction, pointed := strings.Cut(s, ".")
	if !digitsOnly(whole) || pointed && !digitsOnly(fraction) || len(whole) > wholeDigits {
		return 0, false
	}
	v, err := strconv.ParseFloat(s, 64)
	return v, err == nil && !math.IsInf(v, 0)
}
