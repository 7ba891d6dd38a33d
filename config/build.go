package config

import (
	"fmt"

	"github.com/pelletier/go-toml/v2/unstable"
)

// builder makes a tree of values with places from the parser's expressions,
// by the rules of TOML 1.1 on what may be defined once and what may be added
// to (the parser itself does not look for them).
type builder struct {
	doc     *document
	found   *findings
	base    int   // offset of the parser's input in the document
	end     int   // of the last expression that could be read
	root    *node // of the file
	current *node // the table that the next keys belong to
}

// build reads the whole document, over every line that cannot be read.
func build(doc *document, found *findings) *node {
	b := &builder{doc: doc, found: found, root: &node{made: byHeader}}
	b.current = b.root
	var p unstable.Parser
	for b.base < len(doc.data) {
		p.Reset(doc.data[b.base:])
		for p.NextExpression() {
			b.expression(p.Expression())
		}
		if p.Error() == nil {
			break
		}
		b.base = b.tear(p.Error())
		b.end = b.base
	}
	return b.root
}

func (b *builder) expression(e *unstable.Node) {
	keys := b.keys(e)
	last := keys[len(keys)-1]
	switch e.Kind {
	case unstable.Table:
		b.current = b.header(keys)
		b.end = last.at.to
	case unstable.ArrayTable:
		b.current = b.arrayHeader(keys)
		b.end = last.at.to
	default:
		b.set(b.current, keys, e)
		b.end = b.span(e.Raw).to
	}
}

// part is one name of a dotted key.
type part struct {
	name string
	at   span
}

func (b *builder) keys(e *unstable.Node) []part {
	var parts []part
	for it := e.Key(); it.Next(); {
		parts = append(parts, part{string(it.Node().Data), b.span(it.Node().Raw)})
	}
	return parts
}

func (b *builder) span(r unstable.Range) span {
	from := b.base + int(r.Offset)
	return span{from, from + int(r.Length)}
}

// set gives a value to a possibly dotted key of table.
func (b *builder) set(table *node, keys []part, e *unstable.Node) {
	for _, key := range keys[:len(keys)-1] {
		next := table.child(key.name)
		if next == nil {
			next = &node{made: byDots, name: key.name, key: key.at, at: key.at}
			table.add(next)
		}
		if next.made != byDots {
			b.twice(key, next)
			return
		}
		table = next
	}
	last := keys[len(keys)-1]
	if first := table.child(last.name); first != nil {
		b.twice(last, first)
		return
	}
	value := b.value(e.Value(), b.valueSpan(e, last.at))
	value.name, value.key = last.name, last.at
	table.add(value)
}

// header finds or makes the table of a [header].
func (b *builder) header(keys []part) *node {
	parent, last := b.walk(keys)
	table := parent.child(last.name)
	switch {
	case table == nil:
		table = &node{name: last.name, key: last.at, at: headerSpan(keys)}
		parent.add(table)
	case table.made != byPath:
		b.twice(last, table)
		if table.made != byHeader {
			table = &node{name: last.name, key: last.at, at: last.at} // what follows belongs nowhere
		}
	}
	table.made, table.at = byHeader, headerSpan(keys)
	return table
}

// arrayHeader adds a table to the list of an [[array header]].
func (b *builder) arrayHeader(keys []part) *node {
	parent, last := b.walk(keys)
	table := &node{made: byHeader, name: last.name, key: last.at, at: headerSpan(keys)}
	list := parent.child(last.name)
	if list == nil {
		list = &node{kind: aList, made: byArray, name: last.name, key: last.at, at: table.at}
		parent.add(list)
	}
	switch list.made {
	case byArray:
		list.items = append(list.items, table)
	case byPath:
		b.found.wrong(table.at, fmt.Sprintf("[[%s]] comes too late: something above already belongs to it", last.name),
			fmt.Sprintf("put [[%s]] before the tables that belong to it", last.name))
	default:
		b.twice(last, list)
	}
	return table
}

// walk follows all parts of a header but the last. The newest element stands
// for a list.
func (b *builder) walk(keys []part) (*node, part) {
	table := b.root
	for _, key := range keys[:len(keys)-1] {
		next := table.child(key.name)
		if next == nil {
			next = &node{made: byPath, name: key.name, key: key.at, at: key.at}
			table.add(next)
		}
		if next.made == byValue {
			b.twice(key, next)
			next = &node{made: byPath}
		}
		if next.made == byArray {
			next = next.items[len(next.items)-1]
		}
		table = next
	}
	return table, keys[len(keys)-1]
}

func (b *builder) twice(key part, first *node) {
	what := "key"
	if first.kind == aTable || first.kind == aList {
		what = "table"
	}
	line, _ := b.doc.position(first.key.from)
	b.found.wrong(key.at, fmt.Sprintf("the %s %s is set twice", what, key.name),
		fmt.Sprintf("it is already set on line %d: keep one of them", line))
}

func headerSpan(keys []part) span { return span{keys[0].at.from, keys[len(keys)-1].at.to} }
