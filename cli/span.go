package cli

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"time"
)

// span is a duration on the command line, written as in the configuration:
// "12h", "30d", "2w". A day has 24 hours.
type span time.Duration

// longestSpan is a hundred years: nothing is older.
const longestSpan = 100 * 365 * 24 * time.Hour

// Set reads s.
func (d *span) Set(s string) error {
	for unit, hours := range map[string]time.Duration{"d": 24, "w": 7 * 24} {
		number, whole := strings.CutSuffix(s, unit)
		if n, err := strconv.ParseFloat(number, 64); whole && err == nil && !math.IsNaN(n) {
			*d = span(max(-1, min(n*float64(hours*time.Hour), float64(longestSpan))))
			return d.valid()
		}
	}
	parsed, err := time.ParseDuration(s)
	if err != nil {
		return errors.New(`a number and a unit are needed, such as "12h", "30d" or "2w"`)
	}
	*d = span(parsed)
	return d.valid()
}

func (d *span) valid() error {
	if *d <= 0 {
		return errors.New("must be more than 0")
	}
	*d = min(*d, span(longestSpan))
	return nil
}

func (d *span) String() string {
	const day = 24 * time.Hour
	if t := time.Duration(*d); t >= day && t%day == 0 {
		return strconv.Itoa(int(t/day)) + "d"
	}
	return time.Duration(*d).String()
}

// Type names the flag's value in the help.
func (d *span) Type() string { return "span" }
