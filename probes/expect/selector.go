package expect

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/andybalholm/cascadia"
)

// selector is a list of alternatives, each a chain of compounds, all in one
// row: a compound whose combinator is start begins the next alternative.
type selector struct {
	compounds []compound // at most 64
	ends      uint64     // bits of the last compound of each alternative
}

type compound struct {
	combinator rune // how it follows the one before it: start, ' ', '>', '+' or '~'
	matcher    cascadia.Sel
}

// start is the combinator of a chain's first compound.
const start rune = 0

const (
	maxCompounds = 64
	maxCostly    = 2 // pseudo-classes that look further than at their element
)

// parseSelector cuts a selector into its compounds, which the library parses
// and matches.
func parseSelector(source string) (selector, *fault) {
	var s selector
	costly := 0
	for i, p := range cutSelector(source) {
		if i == maxCompounds {
			return s, &fault{offset: -1, message: "the selector has more than 64 parts"}
		}
		matcher, looksFurther, bad := parseCompound(p.source)
		if bad != nil {
			bad.offset, bad.length = p.offset, utf8.RuneCountInString(p.source)
			return s, bad
		}
		if costly += looksFurther; costly > maxCostly {
			return s, &fault{offset: -1, message: "the selector uses :has, :contains and :nth-child more than twice"}
		}
		if p.combinator == start && i > 0 {
			s.ends |= 1 << (i - 1)
		}
		s.compounds = append(s.compounds, compound{p.combinator, matcher})
	}
	s.ends |= 1 << (len(s.compounds) - 1)
	return s, nil
}

// piece is the source of a compound.
type piece struct {
	combinator rune
	source     string
	offset     int // in runes
}

// separator is what stands between two compounds.
var separator = regexp.MustCompile(`\s*[>+~,]\s*|\s+`)

func cutSelector(source string) []piece {
	base := utf8.RuneCountInString(source) - utf8.RuneCountInString(strings.TrimLeftFunc(source, unicode.IsSpace))
	runes := []rune(strings.TrimSpace(source))
	code := nested(ascii(unquoted(runes, `"'`, true)))
	var pieces []piece
	combinator, from := start, 0
	for _, at := range separator.FindAllIndex(code, -1) {
		pieces = append(pieces, piece{combinator, string(runes[from:at[0]]), base + from})
		from = at[1]
		switch sign := bytes.TrimSpace(code[at[0]:at[1]]); {
		case len(sign) == 0:
			combinator = ' '
		case sign[0] == ',':
			combinator = start
		default:
			combinator = rune(sign[0])
		}
	}
	return append(pieces, piece{combinator, string(runes[from:]), base + from})
}

// nested replaces what stands in brackets by an x, so that what looks like a
// combinator is one.
func nested(code []byte) []byte {
	depth := 0
	for i, c := range code {
		if c == ')' || c == ']' {
			depth--
		}
		if depth > 0 {
			code[i] = 'x'
		}
		if c == '(' || c == '[' {
			depth++
		}
	}
	return code
}

// parseCompound parses a selector without combinators, of bounded cost. It
// tells how many of its pseudo-classes look further than at their element.
func parseCompound(source string) (matcher cascadia.Sel, costly int, bad *fault) {
	if source == "" {
		return nil, 0, &fault{message: "a part of the selector is missing", hint: "write an element, .class, #id or [attribute]"}
	}
	if costly, bad = checkPseudo(source); bad != nil {
		return nil, 0, bad
	}
	matcher, err := cascadia.Parse(source)
	if err != nil {
		return nil, 0, &fault{message: strings.TrimPrefix(err.Error(), "parsing "), hint: `write it like input[name="csrf"]`}
	}
	return matcher, costly, nil
}

var (
	pseudo      = regexp.MustCompile(`:([-\w]+)(?:\(([^()]*)(\))?)?`)
	plainNumber = regexp.MustCompile(`^\s*\d{1,2}\s*$`)
	bracketed   = regexp.MustCompile(`\[[^\]]*\]`)
)

// checkPseudo lets pass what costs at most a hundred steps, or the depth
// of the page, per element: nothing whose cost is the number of siblings, and
// nothing nested or chained inside :not() and :has().
func checkPseudo(source string) (costly int, bad *fault) {
	code := string(unquoted([]rune(source), `"'`, true))
	if strings.Contains(code, "#=") {
		return 0, &fault{message: "[attribute#=pattern] is not offered", hint: "capture the attribute and use matches"}
	}
	for _, p := range pseudo.FindAllStringSubmatch(bracketed.ReplaceAllString(code, "[]"), -1) {
		name, argument, closed := strings.ToLower(p[1]), p[2], p[3] != ""
		switch name {
		case "nth-child", "nth-last-child":
			if !plainNumber.MatchString(argument) {
				return 0, &fault{message: ":" + name + " takes a plain number up to 99"}
			}
			costly++
		case "not", "has", "haschild":
			if !closed || !plain(argument) {
				return 0, &fault{message: ":" + name + "() takes single parts, like :" + name + "(.open)"}
			}
			if name != "not" {
				costly++
			}
		case "contains", "containsown", "lang":
			costly++
		default:
			if !slices.Contains(plainPseudo(), name) {
				return 0, &fault{message: ":" + name + " is not offered",
					hint: "use an attribute, :first-child, :nth-child(2), :not(.x), :has(.x) or :contains('text')"}
			}
		}
	}
	return costly, nil
}

// plainPseudo are the pseudo-classes that take no argument.
func plainPseudo() []string {
	return []string{"first-child", "last-child", "only-child", "empty", "root", "link", "input", "checked"}
}

// plain reports whether a list of selectors has neither combinators nor
// pseudo-classes with arguments.
func plain(list string) bool {
	for part := range strings.SplitSeq(list, ",") {
		if strings.ContainsAny(strings.TrimSpace(part), " \t\r\n\f>+~") {
			return false
		}
		for _, p := range pseudo.FindAllStringSubmatch(part, -1) {
			if !slices.Contains(plainPseudo(), strings.ToLower(p[1])) {
				return false
			}
		}
	}
	return true
}
