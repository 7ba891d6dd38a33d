package config

import (
	"fmt"
	"reflect"
	"strings"
)

// reader reads one file: what every part of the reading needs.
type reader struct {
	findings
	dir    string                      // relative paths of the file begin here
	lookup func(string) (string, bool) // the environment
	bare   bool                        // it may lack what nothing is done with
	keys   []Key                       // every key there is
	clear  []span                      // secrets written in the file itself
	cache  expressions
	named  []string // files that were read, or looked for, beside this one

	misspelt map[misspelling]bool // what is not absent, but has another name
}

// misspelling is a key that an unknown one of the same table was likely meant
// for.
type misspelling struct {
	table *node
	word  string
}

// place is where a value was written; the zero place is nowhere.
type place struct{ node *node }

func (p *place) put(n *node) { p.node = n }

// given is false for a table, too, of which the file says nothing.
func (p place) given() bool { return p.node != nil && p.node.at.to > 0 }

// at is the place in the document. Ask only for what is given.
func (p place) at() span { return p.node.at }

// leaf is a value of the file that is not a table of known keys.
type leaf interface {
	put(*node)
	read(r *reader, n *node, k *Key) // reports what is wrong; the zero value stands for it then
	words() string                   // its type, for people
	schema(k *Key) object            // its type, for editors: a JSON Schema
}

// entry is one name and its value in a table of free names.
type entry interface {
	enter(name string, key span) leaf
}

// named is an entry whose value is a T, which must be a leaf.
type named[T any] struct {
	name  string
	key   span
	value T
}

func (e *named[T]) enter(name string, key span) leaf {
	e.name, e.key = name, key
	return any(&e.value).(leaf)
}

type (
	namedText  = named[text]
	namedTexts = named[texts]
	namedLabel = named[label]
	namedQuery = named[expression]
	namedValue = named[template]
)

// decode fills the struct v, whose tags made the shape, from a table.
func (r *reader) decode(v reflect.Value, n *node, table *Key) {
	if v.CanAddr() {
		if p, has := v.Addr().Interface().(interface{ put(*node) }); has {
			p.put(n)
		}
	}
	for _, child := range n.entries {
		if table.fields.has(child.name) {
			continue
		}
		if meant := r.unknown(child, table); meant != nil {
			r.misspelt[misspelling{n, meant.word()}] = true
		}
	}
	for i := range table.fields.keys {
		k := &table.fields.keys[i]
		r.field(v.FieldByIndex(table.fields.index[i]), n.child(k.word()), k, n)
	}
}

// field decodes one key of a table, or gives it its default.
func (r *reader) field(v reflect.Value, n *node, k *Key, table *node) {
	if n == nil {
		if k.Required && table.child(k.Unless) == nil && !r.misspelt[misspelling{table, k.word()}] {
			r.absent(table.at, k.word()+" is missing", "add "+example(k))
		} else if k.preset != nil {
			v.Addr().Interface().(leaf).read(r, k.preset, k)
		} else if k.Type == "table" {
			r.decode(v, &node{}, k)
		}
		return
	}
	if k.Secret {
		r.conceal(n)
	}
	if one, isLeaf := v.Addr().Interface().(leaf); isLeaf {
		one.put(n)
		one.read(r, n, k)
		return
	}
	if v.Kind() == reflect.Slice {
		r.slice(v, n, k)
	} else if r.want(aTable, n, k) {
		r.decode(v, n, k)
	}
}

// slice decodes a list, or a table of free names.
func (r *reader) slice(v reflect.Value, n *node, k *Key) {
	elem := v.Type().Elem()
	if _, free := reflect.New(elem).Interface().(entry); free {
		if !r.want(aTable, n, k) {
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), len(n.entries), len(n.entries)))
		for i, child := range n.entries {
			one := v.Index(i).Addr().Interface().(entry).enter(child.name, child.key)
			one.put(child)
			one.read(r, child, k.entry(child.name))
		}
		return
	}
	items := n.items
	if !r.want(aList, n, k) && n.made == byHeader {
		items = []*node{n} // [journey] for [[journey]]: look what else is wrong
	}
	if k.Required && n.kind == aList && len(items) == 0 {
		r.absent(n.at, k.word()+" is empty", "add "+example(k))
	}
	v.Set(reflect.MakeSlice(v.Type(), len(items), len(items)))
	k = k.element()
	for i, item := range items {
		if one, isLeaf := v.Index(i).Addr().Interface().(leaf); isLeaf {
			one.put(item)
			one.read(r, item, k)
		} else if r.want(aTable, item, k) {
			r.decode(v.Index(i), item, k)
		}
	}
}

// want reports whether n is of the kind, and says so if it is not.
func (r *reader) want(what kind, n *node, k *Key) bool {
	if n.kind == what {
		return true
	}
	r.concealWhatMayBeSecret(n, k)
	r.wrong(n.at, fmt.Sprintf("%s must be %s, not %s", k.name(), k.kind(), n.kind), "write "+instead(n, k))
	return false
}

// concealWhatMayBeSecret conceals what was given for k and is not of its kind,
// so that nobody looked at its parts: basic = "ann:hunter2".
func (r *reader) concealWhatMayBeSecret(n *node, k *Key) {
	suspect := sensitive.MatchString(k.name())
	n.scalars(func(s *node) {
		suspect = suspect || sensitive.MatchString(s.text) && !strings.Contains(k.kind(), "expression")
	})
	if suspect {
		r.conceal(n)
	}
}

// conceal hides every scalar of n and keeps its text out of messages. What is
// nothing but ${...} or {{...}} gives nothing away.
func (r *reader) conceal(n *node) {
	n.scalars(func(s *node) {
		if !reference.MatchString(s.text) && !oneName.MatchString(s.text) {
			r.hide(s.at)
			r.keep(s.text)
		}
	})
}
