package expect

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"path"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

// Schema is a compiled JSON Schema that a response's body can be held against.
// It is safe for use by many goroutines, none of which waits for another.
type Schema struct {
	source  string
	digest  string
	idle    chan *validator
	another func() (*validator, error) // compiles one more, when all are busy
}

// CompileSchema compiles the JSON Schema of any draft in a file of JSON or
// YAML, or the part of it that is behind a #: file.json#/$defs/order, or
// openapi.yaml#/components/schemas/Order of a document of OpenAPI 3 or Swagger.
// Schemas that it refers to are read in the same way; read is handed absolute
// paths. Nothing is ever fetched. The error is one line.
func CompileSchema(source, dir string, read func(file string) ([]byte, error)) (*Schema, error) {
	file, part, _ := strings.Cut(source, "#")
	if strings.Contains(file, "://") {
		return nil, errors.New("it is a URL, and nothing is fetched: save it beside this file, and name that file")
	}
	if !filepath.IsAbs(file) {
		file = filepath.Join(dir, file)
	}
	texts, sums := map[string][]byte{}, map[string][sha256.Size]byte{}
	first, err := newValidator(file, part, func(file string) ([]byte, error) {
		text, err := read(file)
		texts[file], sums[file] = text, sha256.Sum256(text)
		return text, err
	})
	if err != nil {
		return nil, err
	}
	s := &Schema{
		source: source, digest: fmt.Sprintf("%q %x", source, sums), // maps are printed in the order of their keys
		idle: make(chan *validator, runtime.GOMAXPROCS(0)),
		another: func() (*validator, error) {
			return newValidator(file, part, func(file string) ([]byte, error) { return texts[file], nil })
		},
	}
	s.idle <- first
	return s, nil
}

// Source is the schema's file as it was named.
func (s *Schema) Source() string { return s.source }

// Digest is the same for two schemas if they were named the same, and all
// files that they are made of held the same.
func (s *Schema) Digest() string { return s.digest }

// draftOf is the draft of a document that does not name one: what OpenAPI 3.0
// and Swagger call a schema is closest to draft 4.
func draftOf(content any) *jsonschema.Draft {
	object, _ := content.(map[string]any)
	version, _ := object["openapi"].(string)
	if _, swagger := object["swagger"]; swagger || strings.HasPrefix(version, "3.0") {
		return jsonschema.Draft4
	}
	return jsonschema.Draft2020
}

func fileURL(path string) string {
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(path)}).String()
}

// schemaFiles loads documents by their URLs.
type schemaFiles func(file string) ([]byte, error)

// Load is of jsonschema.URLLoader.
func (read schemaFiles) Load(link string) (any, error) {
	u, err := url.Parse(link)
	if err != nil || u.Scheme != "file" || u.Host != "" {
		return nil, fmt.Errorf("it refers to %s, and nothing is fetched: save that beside it, and refer to its file", link)
	}
	content, err := read(filepath.FromSlash(u.Path))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(u.Path), err)
	}
	document, err := decodeSchema(content)
	if _, ok := document.(map[string]any); !ok && err == nil {
		err = errors.New("it is neither a JSON Schema nor an OpenAPI document")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(u.Path), err)
	}
	if draftOf(document) == jsonschema.Draft4 {
		nullable(document)
	}
	return document, nil
}

// decodeSchema reads JSON or YAML. Numbers keep their text.
func decodeSchema(content []byte) (any, error) {
	content = bytes.TrimPrefix(content, []byte("\ufeff"))
	d := readDocument(bytes.TrimPrefix(content, []byte(byteOrderMark)))
	if d.why == "" && d.limit == nil {
		return d.root, nil
	}
	if text := bytes.TrimSpace(content); len(text) == 0 || text[0] == '{' || d.limit != nil {
		return nil, errors.Join(d.limit, errorIf(d.why != "", strings.Replace(d.why, "the body is", "it is", 1)))
	}
	var document any
	if err := yaml.Unmarshal(content, &document); err != nil {
		return nil, errors.New("it is neither JSON nor YAML")
	}
	return plainYAML(document), nil
}

func errorIf(wrong bool, message string) error {
	if !wrong {
		return nil
	}
	return errors.New(message)
}

// plainYAML is a value of YAML as JSON would have it: names are texts, as the
// 200 of an OpenAPI response, and numbers keep their text.
func plainYAML(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			v[name] = plainYAML(member)
		}
		return v
	case map[any]any:
		object := make(map[string]any, len(v))
		for name, member := range v {
			object[fmt.Sprint(name)] = plainYAML(member)
		}
		return object
	case []any:
		for i := range v {
			v[i] = plainYAML(v[i])
		}
		return v
	case string, bool, nil:
		return v
	case int, int64, uint64, float64:
		return json.Number(fmt.Sprint(v))
	}
	return fmt.Sprint(v)
}

// nullable spells what OpenAPI 3.0 writes as nullable the way of JSON Schema.
func nullable(v any) {
	switch v := v.(type) {
	case map[string]any:
		if name, one := v["type"].(string); one && v["nullable"] == true {
			v["type"] = []any{name, "null"}
			if values, ok := v["enum"].([]any); ok {
				v["enum"] = append(values, nil)
			}
		}
		for _, member := range v {
			nullable(member)
		}
	case []any:
		for _, member := range v {
			nullable(member)
		}
	}
}

func nowhere(link string) error {
	file, part, _ := strings.Cut(link, "#")
	return fmt.Errorf("%s has nothing at #%s", path.Base(file), part)
}

// problem is the library's error in one line.
func (read schemaFiles) problem(err error) error {
	var unreadable *jsonschema.LoadURLError
	var invalid *jsonschema.SchemaValidationError
	var wrong *jsonschema.ValidationError
	var lost *jsonschema.JSONPointerNotFoundError
	var unnamed *jsonschema.AnchorNotFoundError
	switch {
	case errors.As(err, &lost):
		return nowhere(lost.URL)
	case errors.As(err, &unnamed):
		return nowhere(unnamed.Reference)
	case errors.As(err, &unreadable):
		return unreadable.Err
	case errors.As(err, &invalid) && errors.As(invalid.Err, &wrong):
		file, _, _ := strings.Cut(invalid.URL, "#")
		document, _ := read.Load(file)
		lines := misfits(wrong, document, new(Response))
		if len(lines) > 1 && strings.HasSuffix(lines[0], ":") {
			return errors.New("it is no JSON Schema: " + lines[0] + lines[1][1:])
		}
		return errors.New("it is no JSON Schema: " + strings.Join(lines[:min(1, len(lines))], ""))
	}
	return errors.New("it is no JSON Schema: " + oneLine(strings.ReplaceAll(err.Error(), "file://", "")))
}
