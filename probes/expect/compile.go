package expect

import (
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/checker"
	"github.com/expr-lang/expr/compiler"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"
)

// compilation is an expression that was parsed, rewritten and type-checked.
type compilation struct {
	source string
	config *conf.Config
	tree   *parser.Tree

	bound    time.Duration // as of rewriter
	hasBound bool
}

// compile does all that conditions and captures have in common. The engine's
// own Compile takes only a source; this takes its steps one by one, so that
// the rewriting comes before the types are checked and the parts of a checked
// tree can be compiled on their own. With early nothing of a response may be
// in it.
func compile(src string, vars []string, early bool) (c compilation, bad *Error) {
	defer func() {
		if r := recover(); r != nil {
			bad = whole(src, fmt.Sprintf("the expression cannot be compiled: %v", r), "write it in another way, and please report this")
		}
	}()
	if bad := checkSource(src); bad != nil {
		return c, bad
	}
	c = compilation{source: src, config: newConfig()}
	tree, err := parser.ParseWithConfig(spell(src), c.config)
	if err != nil {
		return c, explain(src, err)
	}
	w := &rewriter{source: src, vars: vars, early: early}
	if bad := w.rewrite(&tree.Node); bad != nil {
		return c, bad
	}
	if _, err := new(checker.Checker).PatchAndCheck(tree, c.config); err != nil {
		return c, explain(src, err)
	}
	c.tree, c.bound, c.hasBound = tree, w.bound, w.hasBound
	return c, nil
}

// program compiles one part of the tree.
func (c compilation) program(part ast.Node) (*vm.Program, error) {
	return compiler.Compile(&parser.Tree{Node: part, Source: c.tree.Source}, c.config)
}

// run evaluates a program on a response. The error is undecided or a limit of
// ours.
func run(p *vm.Program, r *Response) (any, error) {
	out, err := vm.Run(p, r.environment())
	if placed, ok := errors.AsType[*file.Error](err); ok {
		if err = placed.Prev; err == nil {
			err = errors.New(placed.Message)
		}
	}
	return out, err
}

// noun is what a type is called in messages.
func noun(t reflect.Type) string {
	switch {
	case t == reflect.TypeFor[value]():
		return "a value"
	case t == reflect.TypeFor[time.Duration]():
		return "a duration"
	case t.Kind() == reflect.String:
		return "a text"
	case t.Kind() == reflect.Int, t.Kind() == reflect.Float64:
		return "a number"
	case t.Kind() == reflect.Bool:
		return "a condition"
	}
	return "a list"
}
