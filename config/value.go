package config

import "github.com/pelletier/go-toml/v2/unstable"

// value makes a node of a value. The parser tells no place for lists and only
// the first byte of inline tables, so the caller says where it stands.
func (b *builder) value(e *unstable.Node, at span) *node {
	n := &node{kind: kindOf(e.Kind), at: at}
	switch e.Kind {
	case unstable.Array:
		for it := e.Children(); it.Next(); {
			n.items = append(n.items, b.item(it.Node(), at))
		}
	case unstable.InlineTable:
		for it := e.Children(); it.Next(); {
			b.set(n, b.keys(it.Node()), it.Node())
		}
	default:
		n.text = string(e.Data)
	}
	return n
}

// item is an element of a list. A list in a list stands where its first
// element does, an empty one where the list around it does.
func (b *builder) item(e *unstable.Node, around span) *node {
	if e.Raw.Length > 0 {
		return b.value(e, b.span(e.Raw))
	}
	n := b.value(e, around)
	if len(n.items) > 0 {
		n.at = n.items[0].at
	}
	return n
}

// valueSpan is the place of the value of a key: what follows the equals sign.
func (b *builder) valueSpan(e *unstable.Node, key span) span {
	at := span{key.to, b.span(e.Raw).to}
	for at.from < at.to && isBlankOrEquals(b.doc.data[at.from]) {
		at.from++
	}
	return at
}

func isBlankOrEquals(c byte) bool { return c == ' ' || c == '\t' || c == '=' }
