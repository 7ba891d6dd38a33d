package config

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/forewarn/forewarn/probes"
)

// template is a text that may hold {{name}}.
type template struct {
	place
	value string
	names []placed
	good  bool // nothing was wrong with it but, perhaps, the names
}

// placed is a name and where it is written.
type placed struct {
	name string
	at   span
}

func (*template) words() string { return "string" }

func (t *template) read(r *reader, n *node, k *Key) {
	t.value, t.names, t.good = r.template(n, k)
	if most, err := strconv.Atoi(k.Max); err == nil && len(t.value) > most {
		r.wrong(n.at, k.name()+" is longer than "+k.Max+" bytes", "")
	}
}

// template is the text of a scalar with its ${...} replaced, and the
// placeholders that are written in it.
func (r *reader) template(n *node, k *Key) (s string, names []placed, ok bool) {
	s, ok = r.verbatim(n, k)
	if !ok {
		return "", nil, false
	}
	names = r.placeholders(n)
	if s != n.text && !sameNames(s, names) {
		r.wrong(n.at, "a value of the environment in "+k.name()+" holds {{", "put it in vars and write its {{name}}")
	}
	return s, names, true
}

// placeholders lists the {{name}} in a text of the file.
func (r *reader) placeholders(n *node) []placed {
	if !strings.Contains(n.text, "{{") {
		return nil
	}
	found, err := probes.Placeholders(n.text)
	if wrong, ok := errors.AsType[*probes.PlaceholderError](err); ok {
		r.wrong(r.withinRunes(n, wrong.Offset, wrong.Length), wrong.Message, wrong.Hint)
	}
	var names []placed
	for _, p := range found {
		names = append(names, placed{p.Name, r.withinRunes(n, p.Offset, p.Length)})
	}
	return names
}

// sameNames reports whether s holds the placeholders of names and no others.
// What is wrong with those of the file was said already.
func sameNames(s string, names []placed) bool {
	found, err := probes.Placeholders(s)
	return err != nil && names == nil || slices.EqualFunc(found, names, func(p probes.Placeholder, n placed) bool {
		return p.Name == n.name
	})
}

// withinRunes is within, for a part given in characters of the text.
func (r *reader) withinRunes(n *node, offset, length int) span {
	runes := []rune(n.text)
	if offset < 0 || offset+length > len(runes) {
		return n.at
	}
	from := len(string(runes[:offset]))
	return r.within(n, from, from+len(string(runes[offset:offset+length])))
}

// texts is one text, or a list of them.
type texts struct {
	place
	all []template
}

func (*texts) words() string { return "string" }

func (t *texts) read(r *reader, n *node, k *Key) {
	items := []*node{n}
	if n.kind == aList {
		items = n.items
	}
	t.all = make([]template, len(items))
	for i, item := range items {
		t.all[i].put(item)
		t.all[i].read(r, item, k)
	}
}

// payload is any value that has a form in JSON.
type payload struct {
	place
	value any
	names []placed
}

func (*payload) words() string { return "any value" }

const deepestJSON = 100

func (p *payload) read(r *reader, n *node, k *Key) {
	if n.kind == aString {
		if mayBeSecret([]byte(n.text)) {
			r.conceal(n)
		}
		r.wrong(n.at, "json is a text, not a value", "write a table, as in json = { qty = 1 }, or use body")
		return
	}
	p.value = p.json(r, n, k, 0)
}

func (p *payload) json(r *reader, n *node, k *Key, depth int) any {
	if depth > deepestJSON {
		r.wrong(n.at, "json is nested more than 100 deep", "")
		return nil
	}
	switch n.kind {
	case aTable:
		object := make(map[string]any, len(n.entries))
		for _, child := range n.entries {
			object[child.name] = p.json(r, child, k.entry(child.name), depth+1)
		}
		return object
	case aList:
		array := make([]any, 0, len(n.items))
		for _, item := range n.items {
			array = append(array, p.json(r, item, k, depth+1))
		}
		return array
	case aString:
		s, names, _ := r.template(n, k)
		p.names = append(p.names, names...)
		return s
	}
	return r.jsonScalar(n)
}

// jsonScalar is a number or boolean of the file. Numbers stay as written as
// far as JSON can write them.
func (r *reader) jsonScalar(n *node) any {
	plain := strings.TrimPrefix(strings.ReplaceAll(n.text, "_", ""), "+")
	switch n.kind {
	case aBoolean:
		return n.text == "true"
	case anInteger:
		if i, wrong := parseInteger(plain); wrong == "" {
			return i
		}
	case aFloat:
		f, err := strconv.ParseFloat(plain, 64)
		if err == nil && !math.IsNaN(f) && !math.IsInf(f, 0) {
			return json.Number(plain)
		}
	}
	r.wrong(n.at, "JSON has no such value", "write it as a text, in quotes")
	return nil
}
