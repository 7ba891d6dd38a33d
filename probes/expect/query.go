package expect

import (
	"errors"
	"fmt"
	"strconv"
)

const maxCapture = 8 << 10 // bytes

// Query is a compiled capture. It is immutable and safe for use by many
// goroutines.
type Query struct{ operand }

// CompileQuery compiles and type-checks a capture that may use the named vars.
// The error is an [*Error].
func CompileQuery(src string, vars []string) (Query, error) {
	c, bad := compile(src, vars, false)
	if bad != nil {
		return Query{}, bad
	}
	switch what := noun(c.tree.Node.Type()); what {
	case "a value", "a text", "a number":
	default:
		return Query{}, whole(src, "a capture takes a text, this is "+what, `write a lookup, like jsonpath("$.id")`)
	}
	o, err := c.operand(c.tree.Node)
	if err != nil {
		return Query{}, explain(src, err)
	}
	o.source = src
	return Query{o}, nil
}

// Source is the query as it was written.
func (q Query) Source() string { return q.source }

// Evidence is one line with what the query finds or why it finds nothing, such
// as "jsonpath("$.id") = not found (the body is empty)".
func (q Query) Evidence(r *Response) string {
	if q.program == nil {
		return ""
	}
	return oneLine(q.source) + " = " + q.show(r)
}

// OfSecret reports whether what the query finds is a part or another form of a
// secret, as r.Redact knows them: then it is one itself.
func (q Query) OfSecret(r *Response) bool {
	if !q.partial {
		return false
	}
	out, err := run(q.program, r)
	return err == nil && q.ofSecret(r, out)
}

// Find takes the value from the response as verbatim text: a JSON string
// decoded, any other JSON value as its very token. found is false if the
// response does not have it. An error means that the query could not be
// answered because of a limit of ours, such as 8 kB for the text; it accuses
// nobody.
func (q Query) Find(r *Response) (text string, found bool, err error) {
	if q.program == nil {
		return "", false, errors.New("the capture was never compiled")
	}
	out, err := run(q.program, r)
	if _, ok := err.(undecided); ok {
		return "", false, nil
	}
	if err != nil {
		return "", false, err
	}
	found = true
	switch v := out.(type) {
	case value:
		text, found = v.Text, v.Found
	case string:
		text = v
	case int:
		text = strconv.Itoa(v)
	case float64:
		text = strconv.FormatFloat(v, 'f', -1, 64)
	}
	if len(text) > maxCapture {
		return "", false, fmt.Errorf("the value has %d bytes, a capture holds %d at most: capture a smaller part", len(text), maxCapture)
	}
	return text, found, nil
}
