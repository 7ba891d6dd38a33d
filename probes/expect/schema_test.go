package expect

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"testing"

	"github.com/forewarn/forewarn/internal/golden"
)

// schemaDir is a directory of schema files, by their paths.
type schemaDir map[string]string

func (d schemaDir) read(path string) ([]byte, error) {
	if content, ok := d[path]; ok {
		return []byte(content), nil
	}
	return nil, fs.ErrNotExist
}

const order = `{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "required": ["id", "items"], "additionalProperties": false,
 "properties": {"id": {"type": "string", "pattern": "^\\d{5}$"}, "state": {"enum": ["paid", "open"]}, "total": {"type": "number", "exclusiveMinimum": 0, "multipleOf": 0.05},
 "at": {"type": "string", "format": "date-time"}, "note": {"type": ["string", "null"], "maxLength": 5}, "pay": {"oneOf": [{"$ref": "#/$defs/card"}, {"$ref": "cash.json"}]},
 "items": {"type": "array", "minItems": 1, "uniqueItems": true, "items": {"type": "object", "required": ["sku"], "properties": {"qty": {"type": "integer", "minimum": 1, "maximum": 9}}}}},
 "$defs": {"card": {"type": "object", "required": ["number"]}}}`

func shopSchemas() schemaDir {
	return schemaDir{
		"/s/order.json": order,
		"/s/cash.json":  `{"type": "object", "required": ["cash"]}`,
		"/s/api30.yaml": "openapi: 3.0.3\npaths: {/orders: {get: {responses: {200: {content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}}}}}\n" +
			"components: {schemas: {Order: {type: object, required: [id], properties: {id: {type: integer, format: int64, minimum: 0, exclusiveMinimum: true}, note: {type: string, nullable: true, enum: [a]}, due: {$ref: 'due.yaml'}}}}}\n",
		"/s/id.json":    `{"$id":"https://shop.example/order.json","$ref":"#/$defs/a","$defs":{"a":{"type":"null"}}}`,
		"/s/due.yaml":   "type: string\nformat: date\n",
		"/s/api31.json": `{"openapi": "3.1.0", "components": {"schemas": {"Order": {"type": ["object", "null"], "properties": {"id": {"type": "integer", "exclusiveMinimum": 0}}}}}}`,
	}
}

func mustSchema(t *testing.T, source string) *Schema {
	t.Helper()
	s, err := CompileSchema(source, "/s", shopSchemas().read)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestABodyThatFitsItsSchemaPasses(t *testing.T) {
	for source, bodies := range map[string][]string{
		"order.json":                            {`{"id":"00123","items":[{"sku":"tea"}]}`, `{"id":"00123","state":"paid","total":12.10,"at":"2026-11-22T10:00:00Z","note":null,"items":[{"sku":"a","qty":2},{"sku":"a","qty":3.0}],"pay":{"cash":1}}`},
		"/s/order.json#/properties/items/items": {`{"sku":1}`},
		"api30.yaml#/components/schemas/Order":  {`{"id":1,"note":null,"due":"2026-11-22"}`, `{"id":9007199254740993,"note":"a"}`},
		"api30.yaml#/paths/~1orders/get/responses/200/content/application~1json/schema": {`{"id":1}`},
		"id.json":                              {`null`},
		"api31.json#/components/schemas/Order": {`null`, `{"id":1}`},
	} {
		for _, body := range bodies {
			if ok, evidence, err := mustSchema(t, source).Check(&Response{Body: []byte(body)}); !ok || evidence != "" || err != nil {
				t.Errorf("%s, %s: %v, %v\n%s", source, body, ok, err, evidence)
			}
		}
	}
}

func TestABodyThatDoesNotFitIsShownWhereWhatWasWantedAndWhatWasFound(t *testing.T) {
	var b strings.Builder
	for _, body := range []string{
		``, `<html>`, `{}`, `[]`, `null`, `{"id":5,"items":[]}`, `{"id":"abc","items":[{"sku":"a"},{"sku":"a"}]}`, `{"id":"00123","items":[{"qty":"two"},{"sku":"a","qty":0},{"sku":"b","qty":10},{"sku":"c","qty":1.5}]}`,
		`{"id":"00123","items":[{"sku":"a"}],"state":"lost","total":-1.01,"at":"yesterday","note":"too long","extra":1,"a/b~c":2}`, `{"id":"00123","items":[{"sku":"a"}],"pay":{}}`, `{"id":"00123","items":[{"sku":"a"}],"pay":{"cash":1,"number":2}}`,
		`{"id":"00123","items":[` + strings.Repeat(`{},`, 30) + `1]}`, `{"id":"` + strings.Repeat("ї", 2000) + `","items":[{"sku":"\u001b[2J"}]}`,
	} {
		ok, evidence, err := mustSchema(t, "order.json").Check(&Response{Body: []byte(body)})
		if ok || err != nil {
			t.Errorf("%s: %v, %v", body, ok, err)
		}
		if len(evidence) > 8<<10 || strings.ContainsRune(evidence, '\x1b') {
			t.Errorf("%d bytes of evidence: %.100q", len(evidence), evidence)
		}
		fmt.Fprintf(&b, "%.120s\n%s\n\n", body, evidence)
	}
	for source, body := range map[string]string{"api30.yaml#/components/schemas/Order": `{"id":0,"note":"b","due":"soon"}`} {
		_, evidence, _ := mustSchema(t, source).Check(&Response{Body: []byte(body)})
		fmt.Fprintf(&b, "%s\n%s\n\n", body, evidence)
	}
	golden.Compare(t, "testdata/schema.golden", b.String())
}

func TestASchemaThatCannotBeUsedSaysWhyInOneLine(t *testing.T) {
	files := schemaDir{
		"/s/empty.json": "", "/s/broken.json": `{"type":`, "/s/two.json": `{} {}`, "/s/page.json": "<html>\n\t<", "/s/list.json": `[1]`, "/s/type.json": `{"properties":{"a":{"type":"text"}}}`, "/s/min.json": `{"minLength":-1}`,
		"/s/remote.json": `{"$ref":"https://schemas.example/order.json"}`, "/s/host.json": `{"$ref":"file://evil.example/etc/passwd"}`, "/s/draft.json": `{"$schema":"http://schemas.example/my-draft"}`, "/s/lost.json": `{"$ref":"gone.json"}`,
		"/s/look.json": `{"pattern":"(?=a)"}`, "/s/vast.json": `{"pattern":"[a-z]{900}"}`, "/s/deep.json": strings.Repeat("[", 200) + strings.Repeat("]", 200), "/s/self.json": `{"$ref":"#/$defs/none"}`, "/s/yaml.yaml": "a: [b", "/s/bomb.yaml": bomb(),
	}
	var b strings.Builder
	for _, source := range []string{"none.json", "empty.json", "broken.json", "two.json", "page.json", "list.json", "type.json", "min.json", "remote.json", "host.json", "draft.json", "lost.json", "look.json", "vast.json", "deep.json", "self.json", "yaml.yaml", "bomb.yaml", "type.json#/none", "type.json#nope"} {
		_, err := CompileSchema(source, "/s", files.read)
		if err == nil || strings.Contains(err.Error(), "\n") || len(err.Error()) > 300 {
			t.Errorf("%s: %v", source, err)
		}
		fmt.Fprintf(&b, "%s: %v\n", source, err)
	}
	golden.Compare(t, "testdata/schema_errors.golden", b.String())
}

// bomb is nine lines of YAML that stand for billions of values.
func bomb() string {
	var b strings.Builder
	b.WriteString("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n")
	for i := range 9 {
		fmt.Fprintf(&b, "a%d: &a%d [%s]\n", i+1, i+1, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d,", i), 10), ","))
	}
	return b.String()
}

func TestNothingIsEverFetchedForASchema(t *testing.T) {
	var asked []string
	files := shopSchemas()
	files["/s/remote.json"] = `{"anyOf":[{"$ref":"http://127.0.0.1:1/a.json"},{"$ref":"order.json"}]}`
	_, err := CompileSchema("remote.json", "/s", func(path string) ([]byte, error) {
		asked = append(asked, path)
		return files.read(path)
	})
	if err == nil || !strings.Contains(err.Error(), "nothing is fetched") {
		t.Errorf("%v", err)
	}
	for _, path := range asked {
		if !strings.HasPrefix(path, "/s/") {
			t.Errorf("%s was read", path)
		}
	}
}

func TestASchemaNeverShowsASecret(t *testing.T) {
	const secret = "hunter2-hunter2"
	r := &Response{Redact: func(s string) string { return strings.ReplaceAll(s, secret, "[secret]") }}
	for _, body := range []string{
		`{"id":"` + secret + `","items":[1]}`, `{"id":"1","items":[1],"` + secret + `":1}`, `{"id":"` + strings.Repeat("a", maxShown-5) + secret + `"}`, `{"id":"00123","items":[{"sku":"a"}],"pay":"` + secret + `"}`, `{"items":["` + secret + `"]}`,
	} {
		r.Body, r.json = []byte(body), nil
		ok, evidence, err := mustSchema(t, "order.json").Check(r)
		if ok || err != nil || strings.Contains(evidence, "hunter") {
			t.Errorf("%v, %v:\n%s", ok, err, evidence)
		}
	}
}

func TestAHostileBodyCannotKeepASchemaBusy(t *testing.T) {
	// Two ways to the same child at each level: 2^depth.
	files := schemaDir{"/s/round.json": `{"type":"array","items":{"anyOf":[{"allOf":[{"$ref":"#"},{"minItems":1}]},{"allOf":[{"$ref":"#"},{"maxItems":9}]}]}}`,
		"/s/not.json":    `{"not":{"$ref":"#/$defs/r"},"$defs":{"r":{"type":"array","minItems":1,"items":{"$ref":"#/$defs/r"},"contains":{"$ref":"#/$defs/r"}}}}`,
		"/s/if.json":     `{"$schema":"http://json-schema.org/draft-07/schema#","if":{"$ref":"#/definitions/r"},"definitions":{"r":{"type":"object","required":["a"],"dependencies":{"a":{"properties":{"a":{"$ref":"#/definitions/r"}}},"b":{"properties":{"a":{"$ref":"#/definitions/r"}}}}}}}`,
		"/s/number.json": `{"items":{"type":"integer","multipleOf":3}}`, "/s/pattern.json": `{"items":{"pattern":"[a-z]{480}0"}}`, "/s/any.json": `{}`,
		"/s/type.json": `{"items":{"type":"string"}}`, "/s/tree.json": `{"anyOf":[{"type":"object"},{"type":"array","items":{"$ref":"#"}}]}`}
	for source, body := range map[string]string{
		"round.json":   strings.Repeat("[", 60) + "1" + strings.Repeat("]", 60),
		"not.json":     strings.Repeat("[", 60) + "1" + strings.Repeat("]", 60),           // each level looks at its element twice,
		"if.json":      strings.Repeat(`{"b":1,"a":`, 60) + "1" + strings.Repeat("}", 60), // and only wants to know whether it fits
		"number.json":  `[1e999999999]`,
		"pattern.json": `["` + strings.Repeat("a", 1<<20) + `"]`,
		"any.json":     strings.Repeat("[", 129) + strings.Repeat("]", 129),
		"type.json":    "[" + strings.Repeat("1,", 500_000) + "1]",                                               // none is of the type
		"tree.json":    strings.Repeat("[", 120) + strings.Repeat("1,", 90_000) + "1" + strings.Repeat("]", 120), // each misfit is 120 deep
	} {
		s, err := CompileSchema(source, "/s", files.read)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // the steps are counted anew each time
			if ok, evidence, err := s.Check(&Response{Body: []byte(body)}); ok || evidence != "" || err == nil {
				t.Errorf("%s: %v, %v, %s", source, ok, err, evidence)
			}
		}
		if ok, _, err := s.Check(&Response{Body: []byte(`[]`)}); !ok || err != nil {
			t.Errorf("%s: %v", source, err)
		}
	}
}

func TestOfManyMisfitsTheFirstAreToldAndTheRestCounted(t *testing.T) {
	s, err := CompileSchema("type.json", "/s", schemaDir{"/s/type.json": `{"items":{"type":"string"}}`}.read)
	if err != nil {
		t.Fatal(err)
	}
	_, evidence, err := s.Check(&Response{Body: []byte("[" + strings.Repeat("1,", 89_999) + "1]")})
	lines := strings.Split(evidence, "\n")
	if err != nil || len(lines) != 12 || lines[10] != "/9 wants string, found 1" || lines[11] != "… and 89990 more" {
		t.Errorf("%v\n%s", err, evidence)
	}
}

func TestTwoSchemasAreTheSameIfTheirFilesAre(t *testing.T) {
	files := shopSchemas()
	digest := func() string {
		s, err := CompileSchema("order.json", "/s", files.read)
		if err != nil {
			t.Fatal(err)
		}
		s.Check(&Response{Body: []byte(`{}`)})
		return s.Digest()
	}
	before := digest()
	if digest() != before {
		t.Error("a schema is another after it was read again")
	}
	files["/s/cash.json"] = `{"type": "object"}`
	if digest() == before {
		t.Error("a file that the schema refers to is another, and nobody would know")
	}
}

func TestNoBodyWaitsForAnother(t *testing.T) {
	s := mustSchema(t, "order.json")
	var busy []*validator
	for range cap(s.idle) + 2 {
		v, err := s.borrow()
		if err != nil {
			t.Fatal(err)
		}
		busy = append(busy, v)
	}
	if ok, evidence, err := s.Check(&Response{Body: []byte(`{"id":"abc","items":[{"sku":"a"}]}`)}); ok || err != nil || !strings.Contains(evidence, `/id wants a match of ^\d{5}$`) {
		t.Errorf("%v, %v\n%s", ok, err, evidence)
	}
	for _, v := range busy {
		s.giveBack(v)
	}
	if kept := len(s.idle); kept != cap(s.idle) {
		t.Errorf("%d of %d are kept", kept, cap(s.idle))
	}
}

func TestASchemaServesManyGoroutines(t *testing.T) {
	s := mustSchema(t, "order.json")
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			body := `{"id":"00123","items":[{"sku":"a"}]}`
			if i%2 == 0 {
				body = `{"id":"00123","items":[]}`
			}
			if ok, evidence, err := s.Check(&Response{Body: []byte(body)}); ok == (i%2 == 0) || err != nil {
				t.Errorf("%s: %v, %v", body, evidence, err)
			}
		})
	}
	all.Wait()
}

// FuzzPlaceInASchema asks for any place of a document, as in
// openapi.yaml#/components/schemas/Order: it is there, or an error says so in a
// line.
func FuzzPlaceInASchema(f *testing.F) {
	const document = `{"a/b": {"~": {"type": "string"}}, "list": [{"type": "null"}], "$defs": {"x": {"$anchor": "name"}}}`
	for _, place := range []string{"", "/", "/a~1b/~0", "/list/0", "/list/-", "/%24defs/x", "name", "~", "/~2", "%zz", "#", "/list/0?x"} {
		f.Add(place)
	}
	f.Fuzz(func(t *testing.T, place string) {
		if len(place) > 200 {
			return
		}
		s, err := CompileSchema("s.json#"+place, "/s", func(path string) ([]byte, error) {
			if path != "/s/s.json" {
				return nil, errors.New("only one")
			}
			return []byte(document), nil
		})
		switch {
		case err != nil && strings.Contains(err.Error(), "\n"):
			t.Errorf("%q: %q", place, err)
		case err == nil:
			if _, _, err := s.Check(&Response{Body: []byte(`null`)}); err != nil {
				t.Errorf("%q: %v", place, err)
			}
		}
	})
}

// FuzzSchema feeds any schema and any body: it ends, with a line for an error,
// evidence or a limit.
func FuzzSchema(f *testing.F) {
	f.Add([]byte(order), []byte(`{"id":"00123","items":[{"sku":"tea","qty":0}]}`))
	f.Add([]byte("openapi: 3.0.0\ntype: string\nnullable: true\nenum: [a]"), []byte(`null`))
	f.Add([]byte(`{"not":{"$ref":"#"}}`), []byte(`[[]]`))
	f.Add([]byte(`{"patternProperties":{"^a":{"contains":{"const":1}}},"unevaluatedProperties":false,"dependentRequired":{"a":["b"]}}`), []byte(`{"a":[1],"c":1e5}`))
	f.Fuzz(func(t *testing.T, schema, body []byte) {
		if len(schema) > 4<<10 || len(body) > 4<<10 {
			return
		}
		s, err := CompileSchema("s.json", "/s", func(path string) ([]byte, error) {
			if path != "/s/s.json" {
				return nil, errors.New("only one")
			}
			return schema, nil
		})
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("%q", err)
			}
			return
		}
		ok, evidence, err := s.Check(&Response{Body: body})
		if ok == (evidence != "" || err != nil) || evidence != "" && err != nil {
			t.Errorf("%v, %q, %v", ok, evidence, err)
		}
	})
}
