package expect

import (
	"errors"
	"regexp"
	"strings"
	"unicode"

	"github.com/theory/jsonpath"
	"github.com/theory/jsonpath/registry"
	"github.com/theory/jsonpath/spec"
)

// parsePath parses a JSONPath with match() and search() of our own: those of
// the library panic on a member that is not there, and compile their pattern,
// which may come from the body, for every node.
//
// A name in the library's registry is there for good, so ours begin with a
// capital and are put in place of the others: every position stays right.
func parsePath(source string) (*jsonpath.Path, map[string]*regex, error) {
	runes := []rune(source)
	for _, at := range patternCall.FindAllIndex(ascii(unquoted(runes, `"'`, true)), -1) {
		runes[at[0]] = unicode.ToUpper(runes[at[0]])
	}
	patterns := map[string]*regex{} // only read once the path is parsed
	functions := registry.New()
	err := errors.Join(
		functions.Register("Match", spec.FuncLogical, patternArgument(patterns, `\A(?:`, `)\z`), match(patterns, `\A(?:`)),
		functions.Register("Search", spec.FuncLogical, patternArgument(patterns, "", ""), match(patterns, "")),
	)
	if err != nil {
		return nil, nil, err
	}
	path, err := jsonpath.NewParser(jsonpath.WithRegistry(functions)).Parse(string(runes))
	return path, patterns, err
}

var patternCall = regexp.MustCompile(`\b(?:match|search)\(`)

// patternArgument checks the arguments when the path is parsed and keeps the
// compiled pattern under its source.
func patternArgument(patterns map[string]*regex, before, after string) spec.Validator {
	return func(arguments []spec.FuncExprArg) error {
		if len(arguments) != 2 || !arguments[0].ConvertsTo(spec.FuncValue) {
			return errors.New("takes a value and a pattern")
		}
		literal, ok := arguments[1].(*spec.LiteralArg)
		if !ok {
			return errors.New("takes a pattern in quotes")
		}
		pattern, ok := literal.Value().(string)
		if !ok {
			return errors.New("takes a pattern in quotes")
		}
		re, bad := compileRegex(before + pattern + after)
		if bad != nil {
			return errors.New("has a pattern that " + strings.TrimPrefix(bad.message, "the pattern "))
		}
		patterns[before+pattern] = re
		return nil
	}
}

func match(patterns map[string]*regex, before string) spec.Evaluator {
	return func(arguments []spec.PathValue) spec.PathValue {
		if arguments[0] == nil { // what the query asks for is not there
			return spec.LogicalFalse
		}
		text, ok := spec.ValueFrom(arguments[0]).Value().(string)
		pattern, _ := spec.ValueFrom(arguments[1]).Value().(string)
		return spec.Logical(ok && patterns[before+pattern].MatchString(text))
	}
}
