package expect

import (
	"regexp"
	"slices"
	"strings"

	"github.com/andybalholm/cascadia"
)

// selector is a list of alternatives, each a chain of compounds, all in one
// row: a compound whose combinator is first begins the next alternative.
type selector struct {
	compounds []compound // at most 64
	ends      uint64     // bits of the last compound of each alternative
}

type compound struct {
	combinator rune // how it follows the one before it: first, ' ', '>', '+' or '~'
	matcher    cascadia.Sel
}

const first rune = 0

const maxCompounds = 64

// parseSelector cuts a selector into its compounds, which the library parses
// and matches.
func parseSelector(source string) (selector, *fault) {
	var s selector
	runes := []rune(source)
	code := nested(unquoted(runes, `"'`, true))
	combinator, from := first, 0
	add := func(to int) *fault {
		c, bad := parseCompound(strings.TrimSpace(string(runes[from:to])))
		if bad == nil && len(s.compounds) == maxCompounds {
			bad = &fault{offset: -1, message: "the selector has more than 64 parts"}
		}
		if bad != nil {
			bad.offset = min(from+leading(runes[from:to]), max(0, len(runes)-1))
			return bad
		}
		s.compounds = append(s.compounds, compound{combinator, c})
		return nil
	}
	for _, at := range separator.FindAllStringIndex(string(code), -1) {
		sign := strings.TrimSpace(string(code[at[0]:at[1]]))
		if sign == "" && (at[0] == 0 || at[1] == len(code)) {
			continue // white space around it all
		}
		if bad := add(at[0]); bad != nil {
			return s, bad
		}
		from = at[1]
		switch sign {
		case ",":
			s.ends |= 1 << (len(s.compounds) - 1)
			combinator = first
		case "":
			combinator = ' '
		default:
			combinator = rune(sign[0])
		}
	}
	if bad := add(len(runes)); bad != nil {
		return s, bad
	}
	s.ends |= 1 << (len(s.compounds) - 1)
	return s, nil
}

var separator = regexp.MustCompile(`\s*[>+~,]\s*|\s+`)

// nested replaces what stands in brackets, and every rune that is not ASCII,
// by a letter, so that what looks like a combinator is one and bytes are runes.
func nested(code []rune) []byte {
	out := make([]byte, len(code))
	depth := 0
	for i, r := range code {
		if r == ')' || r == ']' {
			depth--
		}
		out[i] = 'x'
		if depth <= 0 && r < 0x80 {
			out[i] = byte(r)
		}
		if r == '(' || r == '[' {
			depth++
		}
	}
	return out
}

func leading(runes []rune) int {
	return len(runes) - len([]rune(strings.TrimLeft(string(runes), " \t\r\n\f")))
}

// parseCompound parses a selector without combinators, of bounded cost.
func parseCompound(source string) (cascadia.Sel, *fault) {
	if source == "" {
		return nil, &fault{message: "a part of the selector is missing", hint: "write an element, .class, #id or [attribute]"}
	}
	if bad := checkPseudo(source); bad != nil {
		return nil, bad
	}
	c, err := cascadia.Parse(source)
	if err != nil {
		return nil, &fault{message: strings.TrimPrefix(err.Error(), "parsing "), hint: `write it like input[name="csrf"]`}
	}
	return c, nil
}

var (
	pseudo      = regexp.MustCompile(`:([-\w]+)(?:\(([^()]*)(\))?)?`)
	plainNumber = regexp.MustCompile(`^\s*\d{1,3}\s*$`)
	bracketed   = regexp.MustCompile(`\[[^\]]*\]`)
)

// checkPseudo lets pass what costs at most about a thousand steps, or the depth
// of the page, per element: nothing whose cost is the number of siblings, and
// nothing nested or chained inside :not() and :has().
func checkPseudo(source string) *fault {
	code := string(unquoted([]rune(source), `"'`, true))
	if strings.Contains(code, "#=") {
		return &fault{message: "[attribute#=pattern] is not offered", hint: "capture the attribute and use matches"}
	}
	for _, p := range pseudo.FindAllStringSubmatch(bracketed.ReplaceAllString(code, "[]"), -1) {
		name, argument := strings.ToLower(p[1]), p[2]
		switch name {
		case "nth-child", "nth-last-child":
			if !plainNumber.MatchString(argument) {
				return &fault{message: ":" + name + " takes a plain number up to 999"}
			}
		case "not", "has", "haschild":
			if p[3] == "" || !plain(argument) {
				return &fault{message: ":" + name + "() takes single parts, like :" + name + "(.open)"}
			}
		case "contains", "containsown", "lang":
		default:
			if !slices.Contains(plainPseudo(), name) {
				return &fault{message: ":" + name + " is not offered",
					hint: "use an attribute, :first-child, :nth-child(2), :not(.x), :has(.x) or :contains('text')"}
			}
		}
	}
	return nil
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
