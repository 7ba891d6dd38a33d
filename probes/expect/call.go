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
	case callee.Value == "count":
		return w.count(n)
	case slices.Contains(functions(), callee.Value):
		if len(n.Arguments) != 1 {
			return w.error(n, callee.Value+" takes one argument", "write "+callee.Value+"(body)")
		}
		return w.rewrite(&n.Arguments[0])
	case slices.Contains(plainNames(), callee.Value):
		return w.error(n, callee.Value+" is not a function", "write it without parentheses")
	}
	return w.unknown(callee, callee.Value)
}

// count takes a lookup, not a value: what is counted are the places.
func (w *rewriter) count(n *ast.CallNode) *Error {
	const hint = `write count(jsonpath("$.items[*]")), or css, xpath or header inside`
	if len(n.Arguments) != 1 {
		return w.error(n, "count takes one lookup", hint)
	}
	inner, ok := n.Arguments[0].(*ast.CallNode)
	if !ok {
		return w.error(n.Arguments[0], "count takes a lookup", hint)
	}
	if callee, ok := inner.Callee.(*ast.IdentifierNode); !ok || !finders()[callee.Value].plural {
		return w.error(inner, "this cannot be counted", hint)
	}
	return w.call(&n.Arguments[0], inner)
}

// lookup makes the finder of a call such as jsonpath("$.id").
func (w *rewriter) lookup(node *ast.Node, n *ast.CallNode, name string, s signature) *Error {
	if len(n.Arguments) < 1 || len(n.Arguments) > s.most {
		takes := " takes 1 argument"
		if s.most == 2 {
			takes = " takes 1 or 2 arguments"
		}
		return w.error(n, name+takes, "write "+s.usage)
	}
	arguments := make([]string, len(n.Arguments))
	for i, argument := range n.Arguments {
		literal, ok := literalText(argument, name == "regex" && i == 1)
		if !ok {
			return w.error(argument, name+" takes a text in quotes", "write "+s.usage)
		}
		arguments[i] = literal
	}
	made, bad := s.make(arguments)
	if bad != nil {
		return w.fault(n.Arguments[bad.argument], bad)
	}
	last := n.Arguments[len(n.Arguments)-1]
	put(node, callTo(n, find, w.response(n), placed(last, &ast.ConstantNode{Value: made})))
	return nil
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
