package importer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"go.yaml.in/yaml/v3"
)

// mostNodes bounds a YAML document with its aliases followed: nine lines can
// stand for billions of values.
const mostNodes = 1_000_000

var errYAML = errors.New("nested too deep, or too large: take its aliases out")

// parseYAML reads one document of YAML or JSON.
func parseYAML(data []byte) (*value, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) {
		var whole json.RawMessage
		if err := json.Unmarshal(data, &whole); err != nil {
			return nil, fmt.Errorf("%s%w: is it whole?", place(data, err), err)
		}
		return parseJSON(whole)
	}
	var document yaml.Node
	if err := yaml.Unmarshal(data, &document); err != nil {
		return nil, fmt.Errorf("%w: is it YAML or JSON?", err)
	}
	left := mostNodes
	return fromYAML(&document, 0, &left)
}

func fromYAML(n *yaml.Node, depth int, left *int) (*value, error) {
	*left--
	if depth > deepest || *left < 0 {
		return nil, fmt.Errorf("line %d: %w", n.Line, errYAML)
	}
	switch n.Kind {
	case yaml.AliasNode:
		return fromYAML(n.Alias, depth+1, left)
	case yaml.ScalarNode:
		kind := map[string]byte{"!!int": '0', "!!float": '0', "!!bool": 't', "!!null": 'n'}[n.ShortTag()]
		if kind == 0 {
			kind = '"'
		}
		return &value{kind: kind, text: literal(n.Value)}, nil
	case yaml.MappingNode:
		v := &value{kind: '{'}
		for i := 0; i+1 < len(n.Content); i += 2 {
			child, err := fromYAML(n.Content[i+1], depth+1, left)
			if err != nil {
				return nil, err
			}
			v.members = append(v.members, member{n.Content[i].Value, child})
		}
		return v, nil
	case yaml.SequenceNode:
		v := &value{kind: '['}
		for _, item := range n.Content {
			child, err := fromYAML(item, depth+1, left)
			if err != nil {
				return nil, err
			}
			v.items = append(v.items, child)
		}
		return v, nil
	}
	if len(n.Content) > 0 {
		return fromYAML(n.Content[0], depth+1, left)
	}
	return &value{kind: 'n'}, nil
}

// get is what stands under names in nested objects; never nil.
func (v *value) get(names ...string) *value {
	for _, name := range names {
		found := &value{kind: 'n'}
		for _, m := range v.members {
			if m.name == name {
				found = m.value
			}
		}
		v = found
	}
	return v
}

// scalar is the text of a string, number or boolean; "" for all else.
func (v *value) scalar() string {
	if v.kind == '"' || v.kind == '0' || v.kind == 't' {
		return v.text.plain()
	}
	return ""
}
