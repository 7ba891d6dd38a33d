package config

import "github.com/pelletier/go-toml/v2/unstable"

// node is a value of the file and where it stands.
type node struct {
	kind kind
	made origin
	at   span   // of a table with a header, the header's key
	name string // the key in front of it; "" in a list
	key  span   // of that key
	text string // of a scalar: a string decoded, all else as written

	entries []*node        // of a table, in the order of the file
	index   map[string]int // of entries, by name
	items   []*node        // of a list
}

// kind is what TOML calls a type.
type kind uint8

const (
	aTable kind = iota
	aList
	aString
	anInteger
	aFloat
	aBoolean
	aDate
)

func (k kind) String() string {
	return [...]string{"a table", "a list", "a string", "an integer", "a decimal", "a boolean", "a date"}[k]
}

// origin is how a table or list came to be, which decides who may add to it.
type origin uint8

const (
	byValue  origin = iota // inline: closed
	byDots                 // the a of a.b = 1: open to other dotted keys
	byPath                 // the a of [a.b]: open to its own header
	byHeader               // [a]
	byArray                // [[a]]
)

func (n *node) child(name string) *node {
	if i, found := n.index[name]; found {
		return n.entries[i]
	}
	return nil
}

func (n *node) add(child *node) {
	if n.index == nil {
		n.index = map[string]int{}
	}
	n.index[child.name] = len(n.entries)
	n.entries = append(n.entries, child)
}

// scalars calls visit for every scalar in n.
func (n *node) scalars(visit func(*node)) {
	for _, child := range n.entries {
		child.scalars(visit)
	}
	for _, item := range n.items {
		item.scalars(visit)
	}
	if n.kind != aTable && n.kind != aList {
		visit(n)
	}
}

func kindOf(k unstable.Kind) kind {
	switch k {
	case unstable.String:
		return aString
	case unstable.Integer:
		return anInteger
	case unstable.Float:
		return aFloat
	case unstable.Bool:
		return aBoolean
	case unstable.Array:
		return aList
	case unstable.InlineTable:
		return aTable
	}
	return aDate
}
