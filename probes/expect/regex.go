package expect

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"
)

type (
	valuePattern = func(value, *regexp.Regexp) bool
	textPattern  = func(string, *regexp.Regexp) bool
)

// maxInstructions bounds a pattern's program. A match costs at most
// instructions x bytes of the text, so this is the bound by construction.
const maxInstructions = 500

// compileRegex compiles a pattern (RE2 syntax) within its bound; the error is
// one line for people.
func compileRegex(pattern string) (*regexp.Regexp, *fault) {
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil, &fault{offset: -1, message: strings.TrimPrefix(err.Error(), "error parsing regexp: ")}
	}
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil || len(program.Inst) > maxInstructions {
		return nil, &fault{offset: -1, message: "the pattern is too large", hint: "repeat less: {1,500} counts as 500 patterns"}
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return nil, &fault{offset: -1, message: err.Error()}
	}
	return re, nil
}

// findRegex takes a group of the first match in the body: the one asked for by
// number or name, else the first one, else (a pattern without groups) all of it.
func findRegex(arguments []string) (*finder, *fault) {
	re, bad := compileRegex(arguments[0])
	if bad != nil {
		return nil, bad
	}
	group := min(1, re.NumSubexp())
	if len(arguments) == 2 {
		group = groupOf(re, arguments[1])
		if group < 0 {
			return nil, &fault{argument: 1, offset: -1, message: "the pattern has no group " + arguments[1],
				hint: "it has " + groups(re)}
		}
	}
	return &finder{func(r *Response) (value, error) {
		at := re.FindSubmatchIndex(r.Body)
		if at == nil || at[2*group] < 0 {
			return nothing("the pattern does not match"), nil
		}
		return text(string(r.Body[at[2*group]:at[2*group+1]])), nil
	}}, nil
}

// groupOf is the index of a group by number or name; -1 if there is none.
func groupOf(re *regexp.Regexp, name string) int {
	if n, err := strconv.Atoi(name); err == nil && n >= 0 && n <= re.NumSubexp() {
		return n
	}
	if name == "" {
		return -1
	}
	return re.SubexpIndex(name)
}

// groups names the groups of a pattern.
func groups(re *regexp.Regexp) string {
	names := []string{"0"}
	for i, name := range re.SubexpNames()[1:] {
		names = append(names, strconv.Itoa(i+1))
		if name != "" {
			names = append(names, name)
		}
	}
	return strings.Join(slices.Compact(names), ", ")
}
