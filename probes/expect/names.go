package expect

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/types"
)

// Names of the engine's environment that are not of the language: rewriting
// puts them into the tree, and lets none of them through from a source.
const (
	self    = "the response"
	find    = "find"
	days    = "cert.days"
	pattern = "matches"
)

// newConfig is the engine with our names and nothing else: its own functions
// (loops, now, repeat, fromJSON ...) are off.
func newConfig() *conf.Config {
	config := conf.CreateNew()
	options := []expr.Option{
		expr.Env(types.Map{
			self:             types.TypeOf((*Response)(nil)),
			"status":         types.Int,
			"body":           types.String,
			"bytes":          types.Int,
			"url":            types.String,
			"proto":          types.String,
			"redirects":      types.Int,
			"duration":       types.TypeOf(time.Duration(0)),
			"phase.resolve":  types.TypeOf(time.Duration(0)),
			"phase.connect":  types.TypeOf(time.Duration(0)),
			"phase.tls":      types.TypeOf(time.Duration(0)),
			"phase.wait":     types.TypeOf(time.Duration(0)),
			"phase.transfer": types.TypeOf(time.Duration(0)),
		}),
		expr.DisableAllBuiltins(),
		expr.MaxNodes(maxNodes),
		expr.Function(find, lookUp, new(func(*Response, *finder) value)),
		expr.Function(days, certDays, new(func(*Response) float64)),
		expr.Function(pattern, matches, new(valuePattern), new(textPattern)),
		expr.Function("count", quantity, new(func(value) int)),
		expr.Function("len", length, new(func(string) int), new(func(value) int)),
		expr.Function("lower", changed(strings.ToLower), new(changeText), new(changeValue)),
		expr.Function("upper", changed(strings.ToUpper), new(changeText), new(changeValue)),
		expr.Function("trim", changed(strings.TrimSpace), new(changeText), new(changeValue)),
		expr.Function("sha256", changed(digest), new(changeText), new(changeValue)),
	}
	for _, set := range append(options, operators()...) {
		set(config)
	}
	clear(config.Builtins)
	return config
}

type (
	changeText  = func(string) string
	changeValue = func(value) string
)

// plainNames are the names that stand alone; those with a dot in them are
// members.
func plainNames() []string {
	return []string{"status", "body", "bytes", "url", "proto", "redirects", "duration"}
}

// members are the names with a dot, under what is before it; those of vars
// depend on the journey.
func members() map[string][]string {
	return map[string][]string{
		"phase": {"resolve", "connect", "tls", "wait", "transfer"},
		"cert":  {"days"},
	}
}

// functions take expressions as arguments.
func functions() []string { return []string{"len", "lower", "upper", "trim", "sha256"} }

// known are all names that an expression can begin with.
func known() []string {
	return slices.Concat(plainNames(), []string{"phase", "cert", "vars"},
		slices.Sorted(maps.Keys(finders())), []string{"count"}, functions())
}

// lookUp is the engine's way into a finder.
func lookUp(operands ...any) (any, error) {
	return operands[1].(*finder).find(operands[0].(*Response))
}

// certDays is undecided without TLS, where NaN would make every comparison
// false and its opposite true.
func certDays(operands ...any) (any, error) {
	if d := operands[0].(*Response).CertDays; !math.IsNaN(d) {
		return d, nil
	}
	return 0.0, undecided{"there was no TLS"}
}

// quantity is how many places of the response gave a value.
func quantity(operands ...any) (any, error) { return operands[0].(value).count, nil }

// length counts the characters of a text, the elements of a JSON array or the
// members of a JSON object.
func length(operands ...any) (any, error) {
	if v, ok := operands[0].(value); ok && v.Found && v.size >= 0 {
		return v.size, nil
	}
	s, err := textOf(operands[0])
	return utf8.RuneCountInString(s), err
}

func changed(change func(string) string) operation {
	return func(operands ...any) (any, error) {
		s, err := textOf(operands[0])
		if err != nil {
			return "", err
		}
		return change(s), nil
	}
}

// digest is the SHA-256 of s in lower case hexadecimal.
func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}
