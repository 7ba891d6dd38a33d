package expect

import (
	"math"

	"github.com/expr-lang/expr/ast"
)

// CompileChoice compiles and type-checks the `if` of a step: a condition over
// the named vars alone, judged by [Condition.Chosen] before the step's request
// is sent. The error is an [*Error].
func CompileChoice(src string, vars []string) (Condition, error) {
	return compileCondition(src, vars, true)
}

// Chosen is [Condition.Check] of a choice.
func (c Condition) Chosen(vars map[string]string, redact func(string) string) (ok bool, evidence string, err error) {
	return c.Check(&Response{Vars: vars, Redact: redact, CertDays: math.NaN()})
}

// tooEarly is the error for what a choice cannot know; nil in expectations and
// captures.
func (w *rewriter) tooEarly(n ast.Node, name string) *Error {
	if !w.early {
		return nil
	}
	return w.error(n, name+" is of a response: nothing is sent before if is judged",
		"capture it in an earlier step, and ask for vars.name")
}
