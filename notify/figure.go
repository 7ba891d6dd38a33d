package notify

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/forewarn/forewarn/alert"
)

// Figure writes v, a value of signal s, for people: "840 ms", "1.51 s",
// "3.1 %", "13 days". NaN is "unknown".
func Figure(s alert.Signal, v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "unknown"
	}
	switch s {
	case alert.Latency:
		return seconds(v)
	case alert.Cert:
		return digits(v) + " days"
	}
	return digits(100*v) + " %"
}

func seconds(v float64) string {
	if v < 0.9995 {
		return strconv.FormatFloat(v*1000, 'f', 0, 64) + " ms"
	}
	return digits(v) + " s"
}

// digits writes v with three significant digits and no trailing zeros.
func digits(v float64) string {
	places := 2
	switch {
	case math.Abs(v) >= 99.95:
		places = 0
	case math.Abs(v) >= 9.995:
		places = 1
	}
	scale := math.Pow10(places)
	return strconv.FormatFloat(math.Round(v*scale)/scale, 'f', -1, 64)
}

// unit is the unit a span of time is best read in.
func unit(d time.Duration) (time.Duration, string) {
	switch d = d.Abs(); {
	case d < time.Minute:
		return time.Second, "s"
	case d < 100*time.Minute:
		return time.Minute, "min"
	case d < 48*time.Hour:
		return time.Hour, "h"
	}
	return 24 * time.Hour, "d"
}

// Span writes how long d is: "42 s", "42 min", "3.5 h", "12 d".
func Span(d time.Duration) string {
	u, name := unit(d)
	return count(d, u) + " " + name
}

// Clock writes when t is by the clock in the zone of beside, with its day where
// that is not the day of beside: "15:04", "Mon 2 Jan 15:04".
func Clock(t, beside time.Time) string {
	t = t.In(beside.Location())
	if sameDay(t, beside) {
		return t.Format("15:04")
	}
	return t.Format(onDay + "15:04")
}

// onDay is what a clock time begins with that needs its day.
const onDay = "Mon 2 Jan "

// sameDay reports whether t is on the day of beside, in the zone of beside.
func sameDay(t, beside time.Time) bool {
	t = t.In(beside.Location())
	return t.Year() == beside.Year() && t.YearDay() == beside.YearDay()
}

// between writes a range of spans, as "28–65 min" when one unit serves both.
func between(from, to time.Duration) string {
	from, to = max(from, 0), max(to, 0)
	u, name := unit(to)
	if v, _ := unit(from); v == u || from == 0 || from >= u {
		return fmt.Sprintf("%s–%s %s", count(from, u), count(to, u), name)
	}
	return Span(from) + " – " + Span(to)
}

// count is d in units, with one decimal where that matters.
func count(d, unit time.Duration) string {
	n := d.Abs().Seconds() / unit.Seconds()
	if unit >= time.Hour && n < 9.95 {
		return strconv.FormatFloat(math.Round(n*10)/10, 'f', -1, 64)
	}
	return strconv.FormatFloat(math.Round(n), 'f', 0, 64)
}
