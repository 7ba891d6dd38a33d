package expect

import (
	"errors"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

const (
	maxSource = 2 << 10 // bytes of an expression: bounds the parsers' recursion
	maxNodes  = 200     // nodes of its tree
)

// checkSource refuses what no parser should see.
func checkSource(src string) *Error {
	switch {
	case strings.TrimSpace(src) == "":
		return whole(src, "the expression is empty", "write a condition, like status == 200")
	case len(src) > maxSource:
		return whole(src, "the expression is longer than 2 kB", "split it: all expectations of a step must hold")
	case !utf8.ValidString(src):
		return whole(src, "the expression is not UTF-8", "save the file as UTF-8")
	}
	runes := []rune(src)
	for i, pair := range pairs(runes) {
		if pair == "{{" || pair == "${" {
			return &Error{Source: src, Offset: i, Length: 2,
				Message: pair + " has no meaning inside an expression",
				Hint:    "use " + placeholder(runes[i:]) + " for a captured value; to look for the braces themselves, use matches '[" + pair[:1] + "][{]'"}
		}
	}
	code := unquoted(runes, "\"'`", true)
	for i, pair := range pairs(code) {
		if pair == "//" || pair == "/*" {
			return &Error{Source: src, Offset: i, Length: 2, Message: "comments have no place inside an expression", Hint: "use a # comment of the file"}
		}
		if isSpelled(code[i]) {
			return &Error{Source: src, Offset: i, Length: 1, Message: "unknown character " + string(code[i])}
		}
	}
	return nil
}

// pairs gives every rune with its successor.
func pairs(runes []rune) []string {
	out := make([]string, len(runes))
	for i := range runes {
		out[i] = string(runes[i:min(i+2, len(runes))])
	}
	return out
}

// placeholder is what the braces at the start of runes would be in this
// language: {{order}} is vars.order.
func placeholder(runes []rune) string {
	name := regexp.MustCompile(`^[{$]\{\s*([\pL_][\pL\d_]*)\s*\}`).FindStringSubmatch(string(runes))
	if name == nil {
		return "vars.order"
	}
	return "vars." + name[1]
}

// unquoted is src with every rune that stands inside quotes replaced by an x,
// so that what looks like syntax is syntax. The quotes themselves stay. With
// escapes, a backslash and the rune behind it are replaced too.
func unquoted(src []rune, quotes string, escapes bool) []rune {
	out := make([]rune, len(src))
	var quote rune
	for i := 0; i < len(src); i++ {
		r := src[i]
		switch {
		case escapes && r == '\\' && quote != '`':
			out[i] = 'x'
			if i++; i < len(src) {
				out[i] = 'x'
			}
		case quote == 0 && strings.ContainsRune(quotes, r):
			quote, out[i] = r, r
		case r == quote:
			quote, out[i] = 0, r
		case quote != 0:
			out[i] = 'x'
		default:
			out[i] = r
		}
	}
	return out
}

// ascii is code with every other rune as an x: its bytes are its runes.
func ascii(code []rune) []byte {
	out := make([]byte, len(code))
	for i, r := range code {
		out[i] = 'x'
		if r < utf8.RuneSelf {
			out[i] = byte(r)
		}
	}
	return out
}

// The engine knows no duration literals. So before parsing each digit and dot
// of one is spelled with a letter of its own (800ms becomes an identifier of
// five runes: every column stays right), and a rewrite of the tree turns that
// identifier into a constant.
const (
	spelling   = "0123456789."
	spelledOne = 'ꓐ' // U+A4D0, first letter of the Lisu script; the others follow
)

func isSpelled(r rune) bool { return r >= spelledOne && r < spelledOne+rune(len(spelling)) }

var durationLiteral = regexp.MustCompile(`(?:\d+(?:\.\d+)?(?:ns|us|µs|μs|ms|s|m|h|d|w))+`)

// spell is src with its duration literals spelled in letters.
func spell(src string) string {
	out := []rune(src)
	code := string(unquoted(out, "\"'`", true))
	for _, at := range durationLiteral.FindAllStringIndex(code, -1) {
		before, _ := utf8.DecodeLastRuneInString(code[:at[0]])
		after, _ := utf8.DecodeRuneInString(code[at[1]:])
		if inWord(before) || inWord(after) {
			continue
		}
		from := utf8.RuneCountInString(code[:at[0]])
		for i := from; i < from+utf8.RuneCountInString(code[at[0]:at[1]]); i++ {
			if digit := strings.IndexRune(spelling, out[i]); digit >= 0 {
				out[i] = spelledOne + rune(digit)
			}
		}
	}
	return string(out)
}

func inWord(r rune) bool {
	return r == '_' || r == '$' || unicode.IsLetter(r) && r != utf8.RuneError || unicode.IsDigit(r)
}

// unspell undoes spell.
func unspell(s string) string {
	return strings.Map(func(r rune) rune {
		if isSpelled(r) {
			return rune(spelling[r-spelledOne])
		}
		return r
	}, s)
}

// spelledDuration is the duration that an identifier stands for; false if it
// is an ordinary name.
func spelledDuration(name string) (time.Duration, bool, error) {
	if first, _ := utf8.DecodeRuneInString(name); !isSpelled(first) {
		return 0, false, nil
	}
	var total time.Duration
	for _, part := range durationPart.FindAllString(unspell(name), -1) {
		d, err := durationOf(part)
		if err != nil || total+d < total {
			return 0, true, errLongDuration
		}
		total += d
	}
	return total, true, nil
}

var (
	durationPart    = regexp.MustCompile(`[\d.]+\D+`)
	errLongDuration = errors.New("longer than 292 years")
)

// durationOf reads one number with its unit; a day has 24 hours.
func durationOf(part string) (time.Duration, error) {
	hours := map[byte]float64{'d': 24, 'w': 7 * 24}[part[len(part)-1]]
	if hours == 0 {
		return time.ParseDuration(part)
	}
	n, err := strconv.ParseFloat(part[:len(part)-1], 64)
	if err != nil || n*hours*float64(time.Hour) >= math.MaxInt64 {
		return 0, errLongDuration
	}
	return time.Duration(math.Round(n * hours * float64(time.Hour))), nil
}
