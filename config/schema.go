package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// object is an object of JSON.
type object = map[string]any

// Schema is the file's JSON Schema (draft 2020-12), for editors: indented
// JSON. What it refuses [Load] refuses; what only Load can know, such as
// whether a name exists, it lets pass.
func Schema() ([]byte, error) {
	keys := shapeOf(reflect.TypeFor[fileTable](), "")
	b := &schemaBuilder{shared: map[string]bool{}, defs: object{}}
	for _, k := range keys.all() {
		b.shared[k.As] = k.As != ""
	}
	schema := b.table("", keys)
	schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	schema["title"] = "forewarn"
	schema["description"] = "The configuration of forewarn. Every string may hold ${NAME}, a variable of the environment, or ${file:/path}."
	schema["$defs"] = b.defs
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(schema)
	return text.Bytes(), err
}

// schemaBuilder makes the schemas of tables.
type schemaBuilder struct {
	shared map[string]bool // paths of the tables that stand in several places
	defs   object          // the schemas of those, by their paths
}

// table is the schema of a table.
func (b *schemaBuilder) table(path string, s *shape) object {
	properties := object{}
	var required []string
	for i := range s.keys {
		k := &s.keys[i]
		properties[k.word()] = b.property(k)
		if k.Required && k.Unless == "" {
			required = append(required, k.word())
		}
	}
	schema := object{"type": "object", "properties": properties, "additionalProperties": false}
	if required != nil {
		schema["required"] = required
	}
	if rules := tableRules()[path]; rules != nil {
		schema["allOf"] = rules
	}
	return schema
}

// property is the schema of a key.
func (b *schemaBuilder) property(k *Key) object {
	schema := b.element(k)
	switch {
	case strings.HasPrefix(k.Type, "list of "):
		schema = object{"type": "array", "items": schema}
		if k.Required {
			schema["minItems"] = 1
		}
	case strings.HasPrefix(k.Type, "table of "):
		schema = object{"type": "object", "additionalProperties": schema}
		if variableNames(k.Path) {
			schema["propertyNames"] = object{"pattern": identifier.String()}
		}
	}
	schema["description"] = described(k)
	if k.preset != nil {
		schema["default"] = presetValue(k.preset)
	}
	return schema
}

// element is the schema of the key's value, or of each in it.
func (b *schemaBuilder) element(k *Key) object {
	switch {
	case k.As != "":
		return object{"$ref": definition(k.As)}
	case k.fields == nil:
		return k.leaf.schema(k)
	case b.shared[k.Path]:
		if _, made := b.defs[k.Path]; !made {
			b.defs[k.Path] = b.table(k.Path, k.fields)
		}
		return object{"$ref": definition(k.Path)}
	}
	return b.table(k.Path, k.fields)
}

func definition(path string) string { return "#/$defs/" + path }

// variableNames reports whether the names in a table are those of variables.
func variableNames(path string) bool {
	switch path {
	case "journey.vars", "journey.secrets", "journey.matrix", "journey.step.vars", "journey.step.capture":
		return true
	}
	return false
}

// described is what an editor shows of a key.
func described(k *Key) string {
	text := k.Meaning
	if k.Unit != "" && !strings.HasPrefix(k.Type, "table") {
		text += " (" + k.Unit + ")"
	}
	if k.Min != "" && k.Max != "" {
		text += "; " + k.Min + " to " + k.Max
	}
	if k.Else != "" {
		text += "; default: " + k.Else
	}
	if k.Secret {
		text += "; never shown"
	}
	return text
}

func presetValue(preset *node) any {
	switch preset.kind {
	case aBoolean:
		return preset.text == "true"
	case anInteger:
		return json.Number(preset.text)
	}
	return preset.text
}

// fromEnvironment is the part of a pattern that lets ${NAME} pass: nobody
// knows yet what it will be.
const fromEnvironment = `\$\{`

func (*label) schema(k *Key) object {
	if len(k.OneOf) > 0 {
		return object{"anyOf": []object{{"enum": k.OneOf}, {"type": "string", "pattern": fromEnvironment}}}
	}
	repeat := "+"
	if most, err := strconv.Atoi(k.Max); err == nil && most <= 1000 { // more is too much for the patterns of some editors
		repeat = fmt.Sprintf("{1,%d}", most)
	}
	return object{"type": "string", "pattern": "^." + repeat + "$|" + fromEnvironment}
}

func (*text) schema(*Key) object { return object{"type": []string{"string", "number", "boolean"}} }

func (*template) schema(*Key) object { return new(text).schema(nil) }

func (*texts) schema(*Key) object {
	one := new(text).schema(nil)
	return object{"anyOf": []object{one, {"type": "array", "items": one}}}
}

func (*address) schema(*Key) object {
	return object{"type": "string", "pattern": `^[Hh][Tt][Tt][Pp][Ss]?://|` + fromEnvironment}
}

func (*duration) schema(*Key) object {
	return object{"type": "string", "pattern": `^(0|([0-9]+(\.[0-9]+)?(ns|us|µs|μs|ms|s|m|h|d|w))+)$|` + fromEnvironment}
}

func (*size) schema(*Key) object {
	return object{"type": "string", "pattern": `^[0-9]+(\.[0-9]+)?([kKMG]?B|[KMG]iB)$|` + fromEnvironment}
}

func (*integer) schema(k *Key) object {
	schema := object{"type": "integer"}
	for word, bound := range map[string]string{"minimum": k.Min, "maximum": k.Max} {
		if n, err := strconv.Atoi(bound); err == nil {
			schema[word] = n
		}
	}
	return schema
}

func (*amount) schema(*Key) object {
	return object{"type": "string", "pattern": `^[0-9]+(\.[0-9]+)?(-[0-9]+(\.[0-9]+)?)? [A-Z]{3}$|` + fromEnvironment}
}

func (*count) schema(*Key) object {
	return object{"anyOf": []object{{"type": "number", "exclusiveMinimum": 0},
		{"type": "string", "pattern": `^[0-9]+(\.[0-9]+)?(-[0-9]+(\.[0-9]+)?)?$|` + fromEnvironment}}}
}

func (*share) schema(k *Key) object {
	pattern := `^[0-9]+(\.[0-9]+)?(-[0-9]+(\.[0-9]+)?)? ?%$|` + fromEnvironment
	if k.word() == "loss_per_100ms" {
		pattern += "|^public$"
	}
	return object{"type": "string", "pattern": pattern}
}

func (*boolean) schema(*Key) object { return object{"type": "boolean"} }

func (*expression) schema(*Key) object { return object{"type": "string", "minLength": 1} }

func (*payload) schema(*Key) object {
	return object{"type": []string{"object", "array", "number", "boolean"}}
}
