package config

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var (
	quantity = regexp.MustCompile(`^([0-9]+(?:\.[0-9]+)?)([a-zA-Zµμ]+)`)
	percent  = regexp.MustCompile(`^([0-9]+(?:\.[0-9]+)?)[ ]?%$`)
)

// parseDuration reads "800ms", "1h30m" or "30d". A day has 24 hours.
func parseDuration(s string) (total time.Duration, wrong string) {
	if s == "0" {
		return 0, ""
	}
	if strings.HasPrefix(s, "-") {
		return 0, "is negative"
	}
	for rest := s; rest != "" || s == ""; {
		m := quantity.FindStringSubmatch(rest)
		if m == nil {
			return 0, "is not a duration: a number and a unit are needed"
		}
		unit := unitOf(m[2])
		number, err := strconv.ParseFloat(m[1], 64)
		if unit == 0 || err != nil {
			return 0, "has an unknown unit: it is one of us, ms, s, m, h, d, w"
		}
		part := math.Round(number * float64(unit))
		if part+float64(total) >= math.MaxInt64 {
			return 0, "is longer than any clock can count"
		}
		total += time.Duration(part)
		rest = rest[len(m[0]):]
	}
	return total, ""
}

func unitOf(word string) time.Duration {
	switch word {
	case "ns":
		return time.Nanosecond
	case "us", "µs", "μs":
		return time.Microsecond
	case "ms":
		return time.Millisecond
	case "s":
		return time.Second
	case "m":
		return time.Minute
	case "h":
		return time.Hour
	case "d":
		return 24 * time.Hour
	case "w":
		return 7 * 24 * time.Hour
	}
	return 0
}

// parseSize reads "64kB" or "1MiB" as bytes.
func parseSize(s string) (bytes int64, wrong string) {
	m := quantity.FindStringSubmatch(s)
	if m == nil || m[0] != s {
		return 0, "is not a size: a number and a unit are needed"
	}
	units := map[string]float64{"B": 1, "kB": 1e3, "KB": 1e3, "MB": 1e6, "GB": 1e9, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}
	number, err := strconv.ParseFloat(m[1], 64)
	unit, known := units[m[2]]
	if !known || err != nil {
		return 0, "has an unknown unit: it is one of B, kB, MB, KiB, MiB"
	}
	if number*unit >= math.MaxInt64 {
		return 0, "is larger than any memory"
	}
	return int64(number * unit), ""
}

// parseInteger reads an integer as TOML writes it.
func parseInteger(s string) (value int64, wrong string) {
	value, err := strconv.ParseInt(strings.TrimPrefix(s, "+"), 0, 64)
	if err != nil {
		return 0, "is larger than any integer here"
	}
	return value, ""
}

// parsePercent reads "5%" as 0.05.
func parsePercent(s string) (share float64, ok bool) {
	m := percent.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	number, err := strconv.ParseFloat(m[1], 64)
	return number / 100, err == nil
}

// bounded reads a value within the bounds of its key, which are written as in
// the file, or says what is wrong with it. least is the bound where the key
// has none.
func bounded[T int64 | time.Duration](s string, k *Key, parse func(string) (T, string), least string) (value T, wrong string) {
	if value, wrong = parse(s); wrong != "" {
		return 0, wrong
	}
	if k.Min != "" {
		least = k.Min
	}
	if low, _ := parse(least); value < low {
		if value == 0 {
			return 0, "must not be zero"
		}
		return 0, "is less than " + least
	}
	if high, _ := parse(k.Max); k.Max != "" && value > high {
		return 0, "is more than " + k.Max
	}
	return value, ""
}

// brief writes a duration as in the file: "10m", "1h40m", "30d".
func brief(d time.Duration) string {
	if days := d / (24 * time.Hour); days > 1 && d%(24*time.Hour) == 0 {
		return strconv.Itoa(int(days)) + "d"
	}
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
