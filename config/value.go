package config

import "github.com/pelletier/go-toml/v2/unstable"

// value makes a node of a value. The parser tells no place for lists and only
// the first byte of inline tables, so the caller says where it stands.
func (b *builder) value(e *unstable.Node, at span) *node {
	n := &node{kind: kindOf(e.Kind), at: at}
	switch e.Kind {
	case unstable.Array:
		for it := e.Children(); it.Next(); {
			n.items = append(n.items, b.value(it.Node(), b.itemSpan(it.Node(), at)))
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

// itemSpan is the place of an element of a list; where the parser does not
// tell it, that of its first element, else that of the list around it.
func (b *builder) itemSpan(e *unstable.Node, around span) span {
	for e.Kind == unstable.Array && e.Child().Valid() {
		e = e.Child()
	}
	if e.Raw.Length == 0 {
		return around
	}
	return b.span(e.Raw)
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
