package expect

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"
)

type (
	valuePattern = func(value, *regex) bool
	textPattern  = func(string, *regex) bool
)

// regex is a pattern with the size of its program: a match costs at most
// instructions times bytes.
type regex struct {
	*regexp.Regexp
	instructions int
}

const (
	maxInstructions = 500 // of one pattern
	maxMatchSteps   = 1e8 // of one match: some seconds at worst, usually milliseconds
)

// affordable is the error that matching n bytes could take too long.
func (re *regex) affordable(n int) error {
	if re.instructions*n > maxMatchSteps {
		return fmt.Errorf("the pattern is too large for a text of %d kB: it counts as %d, repeat less in it", n>>10, re.instructions)
	}
	return nil
}

// compileRegex compiles a pattern (RE2 syntax) within its bound; the error is
// one line for people.
func compileRegex(pattern string) (*regex, *fault) {
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil, &fault{offset: -1, message: "the pattern does not parse: " + strings.TrimPrefix(err.Error(), "error parsing regexp: "),
			hint: "patterns are RE2: without look-around and back references"}
	}
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil || len(program.Inst) > maxInstructions {
		return nil, &fault{offset: -1, message: "the pattern is too large", hint: "repeat less: {1,500} counts as 500 patterns"}
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return nil, &fault{offset: -1, message: "the pattern does not compile: " + err.Error()}
	}
	return &regex{re, len(program.Inst)}, nil
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
		group = groupOf(re.Regexp, arguments[1])
		if group < 0 {
			return nil, &fault{argument: 1, offset: -1, message: "the pattern has no group " + arguments[1],
				hint: "it has " + groups(re.Regexp)}
		}
	}
	return &finder{part: true, find: func(r *Response) (value, error) {
		body := r.text()
		if err := re.affordable(len(body)); err != nil {
			return value{}, err
		}
		at := re.FindSubmatchIndex(body)
		if at == nil || at[2*group] < 0 {
			return nothing("the pattern does not match"), nil
		}
		from, to := at[2*group], at[2*group+1]
		v := text(string(body[from:to]))
		v.around = string(body[max(0, from-maxShown):min(len(body), to+maxShown)])
		return v, nil
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
