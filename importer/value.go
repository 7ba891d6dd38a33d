package importer

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"
)

// value is a JSON value whose members keep their order.
type value struct {
	kind    byte // one of { [ " 0 t n, as the value may begin
	text    text // of a string; of a number or boolean its token
	members []member
	items   []*value
}

type member struct {
	name  string
	value *value
}

// deepest is how many levels of JSON are read: what TOML takes of it.
const deepest = 90

var errJSON = errors.New("not plain JSON")

// parseJSON reads one JSON value and nothing after it.
func parseJSON(data []byte) (*value, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	v, err := readValue(dec, 0)
	if err != nil {
		return nil, err
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, errJSON
	}
	return v, nil
}

func readValue(dec *json.Decoder, depth int) (*value, error) {
	token, err := dec.Token()
	if err != nil {
		return nil, err
	}
	switch t := token.(type) {
	case string:
		return &value{kind: '"', text: literal(t)}, nil
	case json.Number:
		return &value{kind: '0', text: literal(t.String())}, nil
	case bool:
		return &value{kind: 't', text: literal(strconv.FormatBool(t))}, nil
	case json.Delim:
		if depth > deepest {
			return nil, errJSON
		}
		return readNested(dec, byte(t), depth)
	}
	return &value{kind: 'n', text: literal("null")}, nil
}

func readNested(dec *json.Decoder, kind byte, depth int) (*value, error) {
	v := &value{kind: kind}
	for dec.More() {
		var name string
		if kind == '{' {
			token, err := dec.Token()
			if err != nil {
				return nil, err
			}
			name, _ = token.(string)
		}
		child, err := readValue(dec, depth+1)
		if err != nil {
			return nil, err
		}
		if kind == '{' {
			v.members = append(v.members, member{name, child})
		} else {
			v.items = append(v.items, child)
		}
	}
	_, err := dec.Token()
	return v, err
}

// walk calls visit for every scalar with the name of the member that holds it
// and its JSONPath.
func (v *value) walk(name, path string, visit func(v *value, name, path string)) {
	for _, m := range v.members {
		m.value.walk(m.name, path+pathStep(m.name), visit)
	}
	for i, item := range v.items {
		item.walk(name, path+"["+strconv.Itoa(i)+"]", visit)
	}
	if v.kind != '{' && v.kind != '[' {
		visit(v, name, path)
	}
}

// pathStep is one member in a JSONPath (RFC 9535).
func pathStep(name string) string {
	short := name != "" && (name[0] < '0' || name[0] > '9')
	for _, c := range []byte(name) {
		short = short && isWord(c)
	}
	if short {
		return "." + name
	}
	return "['" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(name) + "']"
}

// fits reports whether TOML can write the value so that JSON gets it back: it
// has no null, no number that is out of range, no name twice, and a value that
// is put in stands in a string.
func (v *value) fits() bool {
	seen := map[string]bool{}
	for _, m := range v.members {
		if seen[m.name] || !m.value.fits() {
			return false
		}
		seen[m.name] = true
	}
	for _, item := range v.items {
		if !item.fits() {
			return false
		}
	}
	switch v.kind {
	case 'n':
		return false
	case '0':
		return len(v.text.names()) == 0 && isNumber(v.text.plain())
	case 't':
		return len(v.text.names()) == 0
	}
	return true
}

func isNumber(s string) bool {
	if !strings.ContainsAny(s, ".eE") {
		_, err := strconv.ParseInt(s, 10, 64)
		return err == nil
	}
	f, err := strconv.ParseFloat(s, 64)
	return err == nil && !math.IsInf(f, 0)
}

// toml writes a value that fits.
func (v *value) toml(j *journey) string {
	switch v.kind {
	case '{':
		pairs := make([]string, len(v.members))
		for i, m := range v.members {
			pairs[i] = key(m.name) + " = " + m.value.toml(j)
		}
		return table(pairs)
	case '[':
		items := make([]string, len(v.items))
		for i, item := range v.items {
			items[i] = item.toml(j)
		}
		return list(items)
	case '"':
		return j.template(v.text)
	}
	return v.text.plain()
}

// json is the value as the text of a body.
func (v *value) json() text {
	switch v.kind {
	case '{':
		t := literal("{")
		for i, m := range v.members {
			t = append(t, piece{literal: comma(i) + string(encode(m.name)) + ":"})
			t = append(t, m.value.json()...)
		}
		return append(t, piece{literal: "}"})
	case '[':
		t := literal("[")
		for i, item := range v.items {
			t = append(append(t, piece{literal: comma(i)}), item.json()...)
		}
		return append(t, piece{literal: "]"})
	case '"':
		t := literal(`"`)
		for _, p := range v.text {
			if p.name == "" {
				inner := encode(p.literal)
				p.literal = string(inner[1 : len(inner)-1])
			}
			t = append(t, p)
		}
		return append(t, piece{literal: `"`})
	}
	return v.text
}

func comma(i int) string {
	if i == 0 {
		return ""
	}
	return ","
}

// encode is a string as JSON writes it.
func encode(s string) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(s) // a string always encodes
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
