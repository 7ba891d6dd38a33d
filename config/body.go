package config

import (
	"net/http"
	"path/filepath"
	"strings"

	"golang.org/x/net/http/httpguts"

	"github.com/forewarn/forewarn/probes"
)

// body is the request's body: of the ways to write one at most one.
func (r *reader) body(t *stepTable, step *probes.Step, s *scope) {
	step.Form = r.fields(t.Form, s)
	step.JSON, step.Body = t.JSON.value, t.Body.value
	r.use(t.JSON.names, s)
	r.use(t.Body.names, s)
	if t.GraphQL.given() {
		step.JSON = r.graphql(&t.GraphQL, s)
	}
	if t.BodyFile.value != "" {
		step.Raw = r.bodyFile(t.BodyFile)
	}
	if t.Files != nil {
		step.Files = r.files(t.Files)
	}
	form := t.node.child("form")
	if form == nil {
		form = t.node.child("files")
	}
	r.oneBody(form, t.JSON.node, t.GraphQL.place.node, t.Body.node, t.BodyFile.node)
	for _, sent := range []*node{form, t.GraphQL.place.node} {
		if written(sent) && (step.Method == http.MethodGet || step.Method == http.MethodHead) {
			r.wrong(sent.key, sent.name+" with "+strings.ToLower(step.Method), "a "+step.Method+" sends no "+sent.name+": use query, or post")
		}
	}
}

func written(n *node) bool { return place{n}.given() }

// oneBody reports every way to write a body beside the first.
func (r *reader) oneBody(ways ...*node) {
	var first *node
	for _, way := range ways {
		switch {
		case !written(way):
		case first == nil:
			first = way
		default:
			r.wrong(way.key, way.name+" stands beside "+first.name, "a request has one body: keep one of them")
		}
	}
}

// graphql is a query as it is sent (graphql-over-http, section 6.4).
func (r *reader) graphql(t *graphqlTable, s *scope) any {
	r.needs(t.place, "query", t.Query.place)
	if strings.Contains(t.Query.value, "{{") {
		r.wrong(t.Query.at(), "the query holds {{", `declare a $variable in it, and give it in variables = { name = "{{name}}" }`)
	}
	body := map[string]any{"query": t.Query.value}
	if t.Operation.value != "" {
		body["operationName"] = t.Operation.value
	}
	if v := t.Variables; v.given() {
		r.use(v.names, s)
		if v.node.kind != aTable {
			r.wrong(v.at(), "variables must be a table", `write variables = { id = 1 }`)
		}
		body["variables"] = v.value
	}
	return body
}

// largestBody bounds each file that is sent, in bytes.
const largestBody = 8 << 20

func (r *reader) bodyFile(file label) string {
	content, err := r.smallFile(file.value, largestBody)
	if err != nil {
		r.wrong(file.at(), "the file for "+file.node.name+": "+err.Error(), fileRemedy(err))
	}
	return string(content)
}

// files are sent with a type by the ending of their names, or else by what
// they begin with.
func (r *reader) files(table []namedLabel) []probes.File {
	files := make([]probes.File, 0, len(table))
	for i := range table {
		one := &table[i]
		if one.value.value == "" {
			continue // said already
		}
		content := r.bodyFile(one.value)
		files = append(files, probes.File{Field: one.name, Name: filepath.Base(one.value.value),
			Type: contentType(one.value.value, content), Content: content})
	}
	return files
}

// contentType goes by a table of our own, so that a request is the same on
// every machine: package mime reads that of the machine.
func contentType(name, content string) string {
	known := map[string]string{
		".csv": "text/csv", ".json": "application/json", ".xml": "application/xml", ".svg": "image/svg+xml",
		".md": "text/markdown", ".js": "text/javascript", ".css": "text/css",
	}[strings.ToLower(filepath.Ext(name))]
	return or(known, http.DetectContentType([]byte(content)))
}

// fields are the entries of query or form, in the order of the file.
func (r *reader) fields(table []namedTexts, s *scope) []probes.Field {
	if table == nil {
		return nil
	}
	fields := make([]probes.Field, 0, len(table))
	for i := range table {
		one := &table[i]
		r.use(r.placeholders(&node{kind: aString, at: one.key, text: one.name}), s)
		for _, t := range one.value.all {
			r.use(t.names, s)
			fields = append(fields, probes.Field{Name: one.name, Value: t.value})
		}
	}
	return fields
}

// headers are fields whose names and values HTTP can carry.
func (r *reader) headers(table []namedTexts, s *scope) []probes.Field {
	var fields []probes.Field
	for i := range table {
		one := &table[i]
		switch http.CanonicalHeaderKey(one.name) {
		case "Content-Length", "Transfer-Encoding", "Connection", "Trailer", "Upgrade":
			r.wrong(one.key, one.name+" is written by forewarn itself", "leave it out")
		}
		if !httpguts.ValidHeaderFieldName(one.name) {
			r.wrong(one.key, "not a name of a header", "letters, digits and - only, as in X-Test-Run")
		}
		for _, t := range one.value.all {
			if !httpguts.ValidHeaderFieldValue(t.value) {
				r.wrong(t.at(), "a header cannot hold line breaks or control characters", "")
			}
			r.use(t.names, s)
			fields = append(fields, probes.Field{Name: one.name, Value: t.value})
		}
	}
	return fields
}
