package config

import (
	"net/http"
	"strings"

	"golang.org/x/net/http/httpguts"

	"github.com/forewarn/forewarn/probes"
)

// body is the request's body: of form, json and body at most one.
func (r *reader) body(t *stepTable, step *probes.Step, s *scope) {
	step.Form = r.fields(t.Form, s)
	step.JSON, step.Body = t.JSON.value, t.Body.value
	r.use(t.JSON.names, s)
	r.use(t.Body.names, s)
	form := t.node.child("form")
	first := form
	for _, other := range []place{t.JSON.place, t.Body.place} {
		if !other.given() {
			continue
		}
		if first != nil {
			r.wrong(other.node.key, other.node.name+" stands beside "+first.name, "a request has one body: keep one of them")
		}
		first = other.node
	}
	if form != nil && (step.Method == http.MethodGet || step.Method == http.MethodHead) {
		r.wrong(form.key, "form with "+strings.ToLower(step.Method), "a "+step.Method+" sends no form: use query, or post")
	}
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
