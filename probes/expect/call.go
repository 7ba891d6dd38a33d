package expect

import (
	"slices"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/ast"
)

func (w *rewriter) call(node *ast.Node, n *ast.CallNode) *Error {
	callee, plain := n.Callee.(*ast.IdentifierNode)
	if !plain {
		return w.error(n, "values have no functions of their own", "write len(body), not body.len()")
	}
	switch signature, lookup := finders()[callee.Value]; {
	case lookup:
		if bad := w.tooEarly(n, callee.Value); bad != nil {
			return bad
		}
		return w.lookup(node, n, callee.Value, signature)
	case slices.Contains(plainNames(), callee.Value) || facts()[callee.Value] != nil:
		return w.error(callee, callee.Value+" is not a function", "write it without parentheses")
	}
	f, known := functions()[callee.Value]
	if !known {
		return w.unknown(callee, callee.Value)
	}
	return w.apply(n, callee.Value, f)
}

// apply rewrites the arguments of a function.
func (w *rewriter) apply(n *ast.CallNode, name string, f function) *Error {
	if len(n.Arguments) != f.takes {
		return w.error(n, name+" takes "+arguments(f.takes), "write "+f.usage)
	}
	if f.plural && !isPlural(n.Arguments[0]) {
		return w.error(n.Arguments[0], name+" takes a lookup that can stand in several places",
			"write "+f.usage+": header, jsonpath, css, xpath, split, locations or cert.names")
	}
	for i := range n.Arguments {
		if err := w.rewrite(&n.Arguments[i]); err != nil {
			return err
		}
	}
	if name, ok := n.Arguments[0].(*ast.IdentifierNode); ok && f.ofBytes && name.Value == "body" {
		put(&n.Arguments[0], &ast.IdentifierNode{Value: raw})
	}
	if f.timed {
		if bad := w.tooEarly(n, name); bad != nil {
			return bad
		}
		n.Arguments = slices.Insert(n.Arguments, 0, w.response(n))
	}
	return nil
}

func arguments(n int) string {
	return [...]string{"", "one argument", "2 arguments", "3 arguments"}[n]
}

// isPlural reports whether what is written there can stand in several places.
func isPlural(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.CallNode:
		callee, ok := n.Callee.(*ast.IdentifierNode)
		return ok && (finders()[callee.Value].plural || callee.Value == "split")
	case *ast.IdentifierNode:
		f := facts()[n.Value]
		return f != nil && f.plural
	case *ast.MemberNode:
		base, ok := n.Node.(*ast.IdentifierNode)
		property, ok2 := n.Property.(*ast.StringNode)
		return ok && ok2 && base.Value == "cert" && property.Value == "names"
	}
	return false
}

// lookup makes the finder of a call such as jsonpath("$.id").
func (w *rewriter) lookup(node *ast.Node, n *ast.CallNode, name string, s signature) *Error {
	given := n.Arguments
	var inside ast.Node
	if s.inside && len(given) > 1 && !isLiteral(given[0]) {
		if err := w.rewrite(&given[0]); err != nil {
			return err
		}
		inside, given = given[0], given[1:]
	}
	if len(given) < 1 || len(given) > s.most {
		takes := " takes 1 argument"
		if s.most == 2 {
			takes = " takes 1 or 2 arguments"
		}
		return w.error(n, name+takes, "write "+s.usage)
	}
	arguments := make([]string, len(given))
	for i, argument := range given {
		literal, ok := literalText(argument, name == "regex" && i == 1)
		if !ok {
			return w.error(argument, name+" takes a text in quotes", "write "+s.usage)
		}
		arguments[i] = literal
	}
	made, bad := s.make(arguments)
	if bad != nil {
		return w.fault(given[bad.argument], bad)
	}
	operands := []ast.Node{w.response(n), placed(given[len(given)-1], &ast.ConstantNode{Value: made})}
	if inside != nil {
		operands = append(operands, inside)
	}
	put(node, callTo(n, find, operands...))
	return nil
}

func isLiteral(n ast.Node) bool {
	switch n.(type) {
	case *ast.StringNode, *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return true
	}
	return false
}

// literalText is the text of a literal; that of a whole number too if one may
// stand there.
func literalText(n ast.Node, orNumber bool) (string, bool) {
	switch l := n.(type) {
	case *ast.StringNode:
		return l.Value, true
	case *ast.IntegerNode:
		return strconv.Itoa(l.Value), orNumber
	}
	return "", false
}

// fault places what is wrong inside a literal: exactly if the literal stands
// in the source as it is, else under all of it.
func (w *rewriter) fault(n ast.Node, bad *fault) *Error {
	place := n.Location()
	if l, ok := n.(*ast.StringNode); ok && bad.offset >= 0 {
		written := string([]rune(w.source)[place.From:place.To])
		if strings.Contains(written, l.Value) {
			place.From = min(place.From+1+bad.offset, place.To-1)
			place.To = min(place.From+max(1, bad.length), place.To)
		}
	}
	return at(w.source, place, bad.message, bad.hint)
}
