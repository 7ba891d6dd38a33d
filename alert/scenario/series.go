package scenario

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"time"
)

// itemKind is what sort of run an item is.
type itemKind uint8

const (
	figure  itemKind = iota // passed, with a figure
	pass                    // passed, without one
	fail                    // failed before it had one
	timeout                 // ended by the deadline
	unknown                 // our own fault
	missing                 // never made
)

// item is one run of a series.
type item struct {
	kind  itemKind
	value float64 // seconds, or days
	noise float64 // standard deviation of its logarithm
	text  string  // for the report
}

const mostRuns = 200_000 // of one series: a year of days, four months of minutes

const largest = 1e9 // seconds, or days

var (
	wordPattern   = regexp.MustCompile(`^(pass|fail|timeout|unknown|_)(?:x(\d+))?$`)
	figurePattern = regexp.MustCompile(`^(\d+(?:\.\d+)?)(us|ms|s|m|d)(?:([+-]\d+(?:\.\d+)?)(us|ms|s|m|d))?(?:~(\d+(?:\.\d+)?)%)?(?:x(\d+))?$`)
)

// series reads one word of a series, such as 200ms+5msx60, onto items. The
// unit d is for days, and only for them.
func series(items []item, word string, days bool) ([]item, error) {
	if m := wordPattern.FindStringSubmatch(word); m != nil {
		return repeat(items, m[2], func(int) item { return item{kind: kindOf(m[1]), text: m[1]} })
	}
	m := figurePattern.FindStringSubmatch(word)
	if m == nil {
		return nil, fmt.Errorf("%q is no run; write 200ms, 200msx60, 200ms+5msx60, 200ms~10%%x60, pass, fail, timeout, unknown or _", word)
	}
	if (m[2] == "d") != days || m[4] != "" && (m[4] == "d") != days {
		return nil, fmt.Errorf("%q has the wrong unit; latencies are us, ms, s or m, certificates d", word)
	}
	if days && m[5] != "" {
		return nil, fmt.Errorf("%q: days have no noise; leave out ~%s%%", word, m[5])
	}
	first, step := number(m[1])*unit(m[2]), number(m[3])*unit(m[4])
	items, err := repeat(items, m[6], func(i int) item {
		v := first + float64(i)*step
		return item{kind: figure, value: v, noise: number(m[5]) / 100, text: shown(v, days)}
	})
	if err != nil {
		return nil, err
	}
	if last := items[len(items)-1].value; !days && last < 0 || math.Abs(last) > largest || first > largest {
		return nil, fmt.Errorf("%q leaves the range from 0 to %g s; shorten it", word, float64(largest))
	}
	return items, nil
}

func repeat(items []item, count string, each func(i int) item) ([]item, error) {
	n := 1
	if count != "" {
		var err error
		if n, err = strconv.Atoi(count); err != nil || n < 1 {
			return nil, fmt.Errorf("x%s is no number of runs; write x1 or more", count)
		}
	}
	if n > mostRuns-len(items) {
		return nil, fmt.Errorf("more than %d runs; make the interval longer with every", mostRuns)
	}
	for i := range n {
		items = append(items, each(i))
	}
	return items, nil
}

func kindOf(word string) itemKind {
	switch word {
	case "pass":
		return pass
	case "fail":
		return fail
	case "timeout":
		return timeout
	case "unknown":
		return unknown
	}
	return missing
}

// number is the value of digits that the pattern has checked; "" is 0.
func number(digits string) float64 {
	v, _ := strconv.ParseFloat(digits, 64)
	return v
}

func unit(u string) float64 {
	switch u {
	case "us":
		return 1e-6
	case "ms":
		return 1e-3
	case "m":
		return 60
	}
	return 1
}

func shown(v float64, days bool) string {
	if days {
		return strconv.FormatFloat(v, 'g', 4, 64) + "d"
	}
	return time.Duration(math.Round(v*1e6) * 1e3).String()
}
