package expect

// Query is a compiled capture. It is immutable and safe for use by many
// goroutines.
type Query struct{ source string }

// CompileQuery compiles and type-checks a capture that may use the named vars.
// The error is an [*Error].
func CompileQuery(src string, vars []string) (Query, error) {
	return Query{}, &Error{Source: src, Offset: -1, Message: "captures are not built yet"}
}

// Source is the query as it was written.
func (q Query) Source() string { return q.source }

// Find takes the value from the response as verbatim text. found is false if
// the response does not have it. An error means that the query could not be
// answered because of a limit of ours; it accuses nobody.
func (q Query) Find(r *Response) (text string, found bool, err error) {
	return "", false, &Error{Source: q.source, Offset: -1, Message: "captures are not built yet"}
}
