package expect

import "time"

// Condition is a compiled expectation. It is immutable and safe for use by
// many goroutines.
type Condition struct{ source string }

// CompileCondition compiles and type-checks a condition that may use the named
// vars. The error is an [*Error].
func CompileCondition(src string, vars []string) (Condition, error) {
	return Condition{}, &Error{Source: src, Offset: -1, Message: "conditions are not built yet"}
}

// Source is the condition as it was written.
func (c Condition) Source() string { return c.source }

// Check reports whether the condition holds. If not, evidence shows it in
// several lines: the source, a caret under the part that failed, the values
// found in its parts. An error means that the condition could not be judged
// because of a limit of ours; it accuses nobody.
func (c Condition) Check(r *Response) (ok bool, evidence string, err error) {
	return false, "", &Error{Source: c.source, Offset: -1, Message: "conditions are not built yet"}
}

// DurationBound is the largest duration literal that is compared with
// `duration`; false if there is none.
func (c Condition) DurationBound() (time.Duration, bool) { return 0, false }
