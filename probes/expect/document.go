package expect

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/theory/jsonpath/spec"
)

const maxDepth = 128 // of a JSON body's nesting

// document is a body read as JSON. Numbers keep their text.
type document struct {
	raw  []byte
	root any
	extent
	why   string // it is not JSON
	early bool   // because it ends too early
	limit error  // of ours: it is JSON we do not read
}

func readDocument(body []byte) *document {
	d := &document{raw: body}
	d.extent = measure(d.raw)
	if len(bytes.TrimSpace(d.raw)) == 0 {
		d.why = "the body is empty"
		return d
	}
	if d.depth > maxDepth {
		d.limit = fmt.Errorf("the JSON is nested %d deep, %d at most is read", d.depth, maxDepth)
		return d
	}
	decoder := json.NewDecoder(bytes.NewReader(d.raw))
	decoder.UseNumber()
	if err := decoder.Decode(&d.root); err != nil {
		d.why = "the body is not JSON: " + err.Error()
		if errors.Is(err, io.ErrUnexpectedEOF) {
			d.why, d.early = "the body is not JSON: it ends too early", true
		}
		return d
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		d.why = "the body is not JSON: something follows its value"
	}
	return d
}

// extent bounds a JSON text from above.
type extent struct {
	bytes  int
	nodes  int // number of its values
	depth  int // of its nesting
	weight int // sum of the depths of its values
}

// measure looks at a JSON text before anything recurses into it.
func measure(raw []byte) (e extent) {
	e.bytes, e.nodes = len(raw), 1
	open, quoted := 0, false
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[' || c == '{':
			open++
			e.depth = max(e.depth, open)
			e.nodes++ // its first element; each comma stands for a further one
			e.weight += open
		case c == ']' || c == '}':
			open--
		case c == ',':
			e.nodes++
			e.weight += open
		}
	}
	return e
}

// valueAt is the node found at a path of the document as a value: a string
// decoded, all else as the very text of its JSON token.
func (d *document) valueAt(path spec.NormalizedPath, node any) value {
	v, scalar := scalarOf(node)
	if !scalar {
		v = text(strings.TrimSpace(string(d.rawAt(path))))
		v.bare, v.json = true, true
	}
	switch n := node.(type) {
	case []any:
		v.size, v.elements = len(n), n
	case map[string]any:
		v.size = len(n)
	}
	return v
}

// places are the values of several nodes in their order, and the nodes as they
// were found.
func (d *document) places(found []*spec.LocatedNode) (place func(int) value, nodes []any) {
	for _, f := range found {
		nodes = append(nodes, f.Node)
	}
	sorted := sync.OnceValue(func() []*spec.LocatedNode { return slices.SortedFunc(slices.Values(found), inOrder) })
	return func(i int) value {
		at := sorted()[i]
		return d.valueAt(at.Path, at.Node)
	}, nodes
}

// scalarOf is the value of a node that is neither array nor object.
func scalarOf(node any) (v value, scalar bool) {
	switch n := node.(type) {
	case nil:
		return value{count: 1, size: -1, json: true, why: "it is null"}, true
	case string:
		v = text(n)
	case json.Number:
		v = text(n.String())
		v.bare = true
	case bool:
		v = text(fmt.Sprint(n))
		v.bare = true
	default:
		return value{}, false
	}
	v.json = true
	return v, true
}

// rawAt is the text of the array or object at path. It reads each enclosing
// level once, of at most maxDepth.
func (d *document) rawAt(path spec.NormalizedPath) []byte {
	raw := json.RawMessage(d.raw)
	for _, step := range path {
		switch s := step.(type) {
		case spec.Name:
			var members map[string]json.RawMessage
			_ = json.Unmarshal(raw, &members) // the whole document was read before
			raw = members[string(s)]
		case spec.Index:
			var elements []json.RawMessage
			_ = json.Unmarshal(raw, &elements)
			raw = elements[s]
		}
	}
	return raw
}
