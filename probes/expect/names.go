package expect

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/types"
)

// Names of the engine's environment that are not of the language: rewriting
// puts them into the tree, and lets none of them through from a source.
const (
	self    = "the response"
	raw     = "the body as it came"
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
			raw:              types.String,
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
		expr.Function(find, lookUp, new(func(*Response, *finder) value),
			new(func(*Response, *finder, string) value), new(func(*Response, *finder, value) value)),
		expr.Function(days, certDays, new(func(*Response) float64)),
		expr.Function(pattern, matches, new(valuePattern), new(textPattern)),
	}
	for name, f := range functions() {
		options = append(options, expr.Function(name, f.do, f.types...))
	}
	for _, set := range append(options, operators()...) {
		set(config)
	}
	clear(config.Builtins)
	return config
}

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
		"cert":  {"days", "subject", "issuer", "serial", "names", "start", "end"},
	}
}

// known are all names that an expression can begin with.
func known() []string {
	return slices.Concat(plainNames(), []string{"ip", "locations", "phase", "cert", "vars"},
		slices.Sorted(maps.Keys(finders())), slices.Sorted(maps.Keys(functions())))
}

const maxInside = 256 << 10 // bytes of a text, other than the body, that is looked into

// lookUp is the engine's way into a finder. A third operand is the text that
// it looks into instead of the body.
func lookUp(operands ...any) (any, error) {
	r, f := operands[0].(*Response), operands[1].(*finder)
	if len(operands) == 2 {
		return f.find(r)
	}
	if v, ok := operands[2].(value); ok && !v.Found {
		return nothing(v.why), nil
	}
	inside, err := textOf(operands[2])
	if err != nil {
		return value{}, err
	}
	if len(inside) > maxInside {
		return value{}, fmt.Errorf("the text has %d kB, %d kB at most are looked into", len(inside)>>10, maxInside>>10)
	}
	return f.find(&Response{utf8: []byte(inside)})
}
