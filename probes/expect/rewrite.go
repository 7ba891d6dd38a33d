package expect

import (
	"slices"
	"strings"
	"time"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
)

// rewriter turns the parsed tree into one the engine can check and run: it
// lets pass only what belongs to this language, resolves names, and makes a
// finder of every lookup from its literal arguments.
type rewriter struct {
	source string
	vars   []string
	early  bool // nothing was sent yet: there is no response to look at

	bound    time.Duration // largest duration compared with `duration`
	hasBound bool
}

// rewrite replaces *node and all below it. It runs once per tree: a rewritten
// tree is another language.
func (w *rewriter) rewrite(node *ast.Node) *Error {
	switch n := (*node).(type) {
	case *ast.IntegerNode, *ast.FloatNode, *ast.StringNode, *ast.BoolNode:
		return nil
	case *ast.NilNode:
		return w.error(n, "nil is not a value here", `ask whether it is there: jsonpath("$.error").found, or not ... .found`)
	case *ast.IdentifierNode:
		return w.name(node, n)
	case *ast.MemberNode:
		return w.member(node, n)
	case *ast.CallNode:
		return w.call(node, n)
	case *ast.UnaryNode:
		return w.rewrite(&n.Node)
	case *ast.BinaryNode:
		return w.binary(node, n)
	case *ast.ConditionalNode:
		return w.error(n, "there is no ?: in an expectation", "use and, or, not")
	case *ast.BuiltinNode:
		return w.unknown(n, n.Name)
	case *ast.ArrayNode:
		return w.error(n, "a list has its place after in", "write status in [200, 204]")
	}
	return w.error(*node, "this is not part of the language", "docs/expressions.md has all of it")
}

func (w *rewriter) error(n ast.Node, message, hint string) *Error {
	return at(w.source, n.Location(), message, hint)
}

// put replaces *node by n, at the same place of the source.
func put(node *ast.Node, n ast.Node) { ast.Patch(node, n) }

// callTo is a call of one of our own functions, at the place of n.
func callTo(n ast.Node, name string, arguments ...ast.Node) *ast.CallNode {
	return &ast.CallNode{Callee: placed(n, &ast.IdentifierNode{Value: name}), Arguments: arguments}
}

// placed is a new node at the place of an old one.
func placed[N ast.Node](old ast.Node, n N) N {
	n.SetLocation(old.Location())
	return n
}

func (w *rewriter) response(n ast.Node) ast.Node { return placed(n, &ast.IdentifierNode{Value: self}) }

func (w *rewriter) name(node *ast.Node, n *ast.IdentifierNode) *Error {
	d, spelled, err := spelledDuration(n.Value)
	switch {
	case err != nil:
		return w.error(n, "a duration is too long: "+unspell(n.Value), "")
	case spelled:
		put(node, &ast.ConstantNode{Value: d})
		return nil
	case slices.Contains(plainNames(), n.Value):
		return w.tooEarly(n, n.Value)
	}
	if names, ok := members()[n.Value]; ok {
		return w.error(n, n.Value+" needs a name behind it", "write "+n.Value+"."+strings.Join(names, " or "+n.Value+"."))
	}
	if n.Value == "vars" {
		return w.error(n, "vars needs a name behind it", "write vars."+slices.Concat(w.vars, []string{"name"})[0])
	}
	if f, ok := facts()[n.Value]; ok {
		if bad := w.tooEarly(n, n.Value); bad != nil {
			return bad
		}
		put(node, callTo(n, find, w.response(n), placed(n, &ast.ConstantNode{Value: f})))
		return nil
	}
	usage := functions()[n.Value].usage
	if f, ok := finders()[n.Value]; ok {
		usage = f.usage
	}
	if usage != "" {
		return w.error(n, n.Value+" is a function", "write "+usage)
	}
	return w.unknown(n, n.Value)
}

// unknown is the error for a name that means nothing.
func (w *rewriter) unknown(n ast.Node, name string) *Error {
	hint := "known are status, duration, header(...), jsonpath(...) and others: docs/expressions.md has all of them"
	switch near := closest(name, known()); {
	case name == "null" || name == "None" || name == "undefined":
		hint = `ask whether it is there: jsonpath("$.error").found`
	case name == "$":
		hint = `a path into JSON is a text in jsonpath: write jsonpath("$.state")`
	case slices.Contains(w.vars, name):
		hint = "a captured value is vars." + name
	case near != "":
		hint = "did you mean " + near + "?"
	}
	return w.error(n, "unknown name "+unspell(name), hint)
}

// member handles phase.tls, cert.days, vars.order, vars["user-id"] and the
// field of a value.
func (w *rewriter) member(node *ast.Node, n *ast.MemberNode) *Error {
	property, literal := n.Property.(*ast.StringNode)
	if !literal || n.Optional {
		return w.error(n.Property, "this is not part of the language", "docs/expressions.md has all of it")
	}
	base, plain := n.Node.(*ast.IdentifierNode)
	switch {
	case plain && base.Value == "vars":
		return w.variable(node, n, property)
	case plain && members()[base.Value] != nil:
		if names := members()[base.Value]; !slices.Contains(names, property.Value) {
			return w.error(property, "unknown name "+base.Value+"."+property.Value, meant(base.Value, property.Value, names))
		}
		return w.ofResponse(node, base, property)
	}
	if err := w.rewrite(&n.Node); err != nil {
		return err
	}
	if property.Value != "found" {
		return w.error(property, "there is no ."+property.Value, "a value has only .found")
	}
	return nil
}

// ofResponse resolves a known name with a dot in it.
func (w *rewriter) ofResponse(node *ast.Node, base *ast.IdentifierNode, property *ast.StringNode) *Error {
	name := base.Value + "." + property.Value
	if bad := w.tooEarly(*node, name); bad != nil {
		return bad
	}
	switch f, fact := facts()[name]; {
	case fact:
		put(node, callTo(base, find, w.response(base), placed(property, &ast.ConstantNode{Value: f})))
	case name == days:
		put(node, placed(base, callTo(base, days, w.response(base))))
	default:
		put(node, &ast.IdentifierNode{Value: name})
	}
	(*node).SetLocation(file.Location{From: base.Location().From, To: property.Location().To})
	return nil
}

func (w *rewriter) variable(node *ast.Node, n *ast.MemberNode, property *ast.StringNode) *Error {
	if !slices.Contains(w.vars, property.Value) {
		return w.error(property, "unknown variable vars."+property.Value, meant("vars", property.Value, w.vars))
	}
	call := callTo(n.Node, find, w.response(n.Node), placed(property, &ast.ConstantNode{Value: findVar(property.Value)}))
	put(node, call)
	return nil
}

// meant is the hint for an unknown member.
func meant(base, name string, names []string) string {
	if near := closest(name, names); near != "" {
		return "did you mean " + base + "." + near + "?"
	}
	if len(names) == 0 {
		return "nothing is captured before this step, and the journey has no vars"
	}
	return "known are " + base + "." + strings.Join(names, ", "+base+".")
}

func (w *rewriter) binary(node *ast.Node, n *ast.BinaryNode) *Error {
	switch n.Operator {
	case "matches":
		return w.matches(node, n)
	case "in":
		look := w.list
		if isPlural(n.Right) {
			look = w.rewrite
		}
		if err := look(&n.Right); err != nil {
			return err
		}
		return w.rewrite(&n.Left)
	case "and", "or", "&&", "||", "==", "!=", "<", "<=", ">", ">=", "contains", "startsWith", "endsWith", "+", "-", "*", "/":
	default:
		return w.error(n, "the operator "+n.Operator+" has no place here", "docs/expressions.md has all of them")
	}
	if err := w.rewrite(&n.Left); err != nil {
		return err
	}
	if err := w.rewrite(&n.Right); err != nil {
		return err
	}
	w.remember(n.Operator, n.Left, n.Right)
	w.remember(n.Operator, n.Right, n.Left)
	return nil
}

// remember notes the largest duration that `duration` is compared with.
func (w *rewriter) remember(operator string, a, b ast.Node) {
	name, ok := a.(*ast.IdentifierNode)
	constant, literal := b.(*ast.ConstantNode)
	if !ok || !literal || name.Value != "duration" || !slices.Contains([]string{"<", "<=", ">", ">=", "==", "!="}, operator) {
		return
	}
	if d, ok := constant.Value.(time.Duration); ok {
		w.bound, w.hasBound = max(w.bound, d), true
	}
}

func (w *rewriter) matches(node *ast.Node, n *ast.BinaryNode) *Error {
	literal, ok := n.Right.(*ast.StringNode)
	if !ok {
		return w.error(n.Right, "matches takes a pattern in quotes", `write body matches "order-\\d+"; to look for a captured value, use contains`)
	}
	re, bad := compileRegex(literal.Value)
	if bad != nil {
		return w.fault(literal, bad)
	}
	if err := w.rewrite(&n.Left); err != nil {
		return err
	}
	put(node, callTo(n, pattern, n.Left, placed(literal, &ast.ConstantNode{Value: re})))
	return nil
}

const maxRange = 1000 // numbers in one range

// list checks what stands after in: texts or numbers in brackets, or a range.
func (w *rewriter) list(node *ast.Node) *Error {
	n := *node
	switch l := n.(type) {
	case *ast.ArrayNode:
		if len(l.Nodes) > 0 {
			return w.elements(l.Nodes)
		}
	case *ast.BinaryNode:
		from, ok := l.Left.(*ast.IntegerNode)
		to, ok2 := l.Right.(*ast.IntegerNode)
		if l.Operator == ".." && ok && ok2 && from.Value <= to.Value && to.Value-from.Value <= maxRange && to.Value-from.Value >= 0 {
			return nil
		}
	}
	return w.error(n, "in takes a list, a range of at most 1000 numbers, or a lookup",
		`write status in [200, 204], status in 200..299 or "tea" in jsonpath("$.items[*].sku"); for texts, use contains`)
}

// elements lets pass literals of one kind, since the engine does not check the
// types of a mixed list. Beside a fraction, whole numbers become fractions.
func (w *rewriter) elements(nodes []ast.Node) *Error {
	var texts, fractions int
	for _, n := range nodes {
		switch n.(type) {
		case *ast.StringNode:
			texts++
		case *ast.FloatNode:
			fractions++
		case *ast.IntegerNode:
		default:
			return w.error(n, "a list holds plain texts or numbers", "compare with == and or")
		}
	}
	if texts > 0 && texts < len(nodes) {
		return w.error(nodes[0], "a list holds either texts or numbers", "put all of them in quotes, or none")
	}
	for i, n := range nodes {
		if whole, ok := n.(*ast.IntegerNode); ok && fractions > 0 {
			put(&nodes[i], &ast.FloatNode{Value: float64(whole.Value)})
		}
	}
	return nil
}
