package expect

import (
	"slices"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/vm"
)

// truth is what a condition, or a part of it, says about a response. In this
// order `and` is the least and `or` the greatest of its sides (Kleene's logic
// with two degrees of not knowing).
type truth uint8

const (
	no       truth = iota
	missing        // it compares with what is not there, or is of another kind: fails either way
	unjudged       // a limit of ours kept it from being judged
	yes
)

func (t truth) not() truth {
	switch t {
	case yes:
		return no
	case no:
		return yes
	}
	return t
}

// term is a condition as a tree: and, or and not over what the engine decides.
type term struct {
	operator string // "and", "or", "not"; "" for a leaf
	terms    []*term

	// Of a leaf:
	leaf     int // its index
	program  *vm.Program
	place    span
	operands []operand
}

// operand is a part of a leaf whose value tells why the leaf failed.
type operand struct {
	source  string
	program *vm.Program
	partial bool          // it may be a part or another form of a secret
	made    []*vm.Program // the texts it is made of
}

// operand compiles a part of the tree.
func (c compilation) operand(part ast.Node) (operand, error) {
	program, err := c.program(part)
	if err != nil {
		return operand{}, err
	}
	o := operand{source: c.text(c.span(part)), program: program}
	m := new(makers)
	ast.Walk(&part, m)
	o.partial = m.part || len(m.texts) > 0
	for _, text := range m.texts {
		program, err := c.program(text)
		if err != nil {
			return operand{}, err
		}
		o.made = append(o.made, program)
	}
	return o, nil
}

// makers visits nodes and keeps the texts that functions make others of, or
// look into.
type makers struct {
	texts []ast.Node
	part  bool // a finder of parts is among them
}

func (m *makers) Visit(node *ast.Node) {
	n, call := (*node).(*ast.CallNode)
	if !call {
		return
	}
	callee, _ := n.Callee.(*ast.IdentifierNode)
	switch {
	case callee == nil:
	case callee.Value == find:
		c, _ := n.Arguments[1].(*ast.ConstantNode)
		f, _ := c.Value.(*finder)
		m.part = m.part || f.part
		m.texts = append(m.texts, n.Arguments[2:]...)
	case functions()[callee.Value].reveals:
		m.texts = append(m.texts, n.Arguments[0])
	}
}

// grow makes the term of a checked tree; leaves counts as they are made.
func (c compilation) grow(n ast.Node, leaves *int) (*term, error) {
	switch n := n.(type) {
	case *ast.BinaryNode:
		if operator := map[string]string{"and": "and", "&&": "and", "or": "or", "||": "or"}[n.Operator]; operator != "" {
			return c.branch(operator, leaves, n.Left, n.Right)
		}
	case *ast.UnaryNode:
		return c.branch("not", leaves, n.Node)
	}
	return c.growLeaf(n, leaves)
}

func (c compilation) branch(operator string, leaves *int, nodes ...ast.Node) (*term, error) {
	t := &term{operator: operator}
	for _, n := range nodes {
		below, err := c.grow(n, leaves)
		if err != nil {
			return nil, err
		}
		t.terms = append(t.terms, below)
	}
	return t, nil
}

func (c compilation) growLeaf(n ast.Node, leaves *int) (*term, error) {
	program, err := c.program(n)
	if err != nil {
		return nil, err
	}
	t := &term{leaf: *leaves, program: program, place: c.span(n)}
	*leaves++
	for _, part := range operandsOf(n) {
		o, err := c.operand(part)
		if err != nil {
			return nil, err
		}
		t.operands = append(t.operands, o)
	}
	return t, nil
}

// operandsOf are the parts of a leaf that tell why it failed: the sides of a
// comparison that are not literals; of anything else, itself. A sum, or the
// question whether something was found, shows what is in it too.
func operandsOf(leaf ast.Node) []ast.Node {
	switch n := leaf.(type) {
	case *ast.BinaryNode:
		return append(telling(n.Left), telling(n.Right)...)
	case *ast.CallNode: // an operator on values, or matches
		var operands []ast.Node
		for _, argument := range n.Arguments {
			operands = append(operands, telling(argument)...)
		}
		return operands
	}
	return telling(leaf)
}

func telling(side ast.Node) []ast.Node {
	switch n := side.(type) {
	case *ast.IntegerNode, *ast.FloatNode, *ast.StringNode, *ast.BoolNode, *ast.ConstantNode, *ast.ArrayNode:
		return nil
	case *ast.BinaryNode:
		if n.Operator == ".." {
			return nil
		}
		return slices.Concat([]ast.Node{n}, telling(n.Left), telling(n.Right))
	case *ast.MemberNode: // .found
		return []ast.Node{n, n.Node}
	case *ast.CallNode: // a lookup into another text
		if callee, ok := n.Callee.(*ast.IdentifierNode); ok && callee.Value == find && len(n.Arguments) == 3 {
			return append([]ast.Node{n}, telling(n.Arguments[2])...)
		}
	}
	return []ast.Node{side}
}

// outcome is what one leaf said.
type outcome struct {
	truth truth
	err   error
}

// judge decides a term, leaving in outcomes what the leaves it looked at said.
// It stops where the rest cannot change the answer, so that one side can guard
// the other.
func (t *term) judge(r *Response, outcomes []*outcome) truth {
	switch t.operator {
	case "":
		o := t.decide(r)
		outcomes[t.leaf] = &o
		return o.truth
	case "not":
		return t.terms[0].judge(r, outcomes).not()
	case "and":
		left := t.terms[0].judge(r, outcomes)
		if left == no {
			return no
		}
		return min(left, t.terms[1].judge(r, outcomes))
	default:
		left := t.terms[0].judge(r, outcomes)
		if left == yes {
			return yes
		}
		return max(left, t.terms[1].judge(r, outcomes))
	}
}

func (t *term) decide(r *Response) outcome {
	out, err := run(t.program, r)
	if _, ok := err.(undecided); ok {
		return outcome{missing, err}
	}
	if err != nil {
		return outcome{unjudged, err}
	}
	if out == true {
		return outcome{yes, nil}
	}
	return outcome{no, nil}
}

// blame gives the leaves because of which the term is not what was wanted.
func (t *term) blame(wanted truth, outcomes []*outcome) []*term {
	if t.operator == "" {
		if o := outcomes[t.leaf]; o == nil || o.truth == wanted {
			return nil
		}
		return []*term{t}
	}
	if t.operator == "not" {
		wanted = wanted.not()
	}
	var leaves []*term
	for _, below := range t.terms {
		leaves = append(leaves, below.blame(wanted, outcomes)...)
	}
	return leaves
}
