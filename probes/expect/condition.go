package expect

import (
	"errors"
	"time"
)

// Condition is a compiled expectation. It is immutable and safe for use by
// many goroutines.
type Condition struct {
	source string
	root   *term
	leaves int

	bound    time.Duration
	hasBound bool
}

// CompileCondition compiles and type-checks a condition that may use the named
// vars. The error is an [*Error].
func CompileCondition(src string, vars []string) (Condition, error) {
	return compileCondition(src, vars, false)
}

func compileCondition(src string, vars []string, early bool) (Condition, error) {
	c, bad := compile(src, vars, early)
	if bad != nil {
		return Condition{}, bad
	}
	if what := noun(c.tree.Node.Type()); what != "a condition" {
		hint := "compare it, like status == 200"
		if what == "a value" {
			hint = "compare it, or ask whether it is there with .found"
		}
		return Condition{}, whole(src, "an expectation is true or false, this is "+what, hint)
	}
	condition := Condition{source: src, bound: c.bound, hasBound: c.hasBound}
	root, err := c.grow(c.tree.Node, &condition.leaves)
	if err != nil {
		return Condition{}, explain(src, err)
	}
	condition.root = root
	return condition, nil
}

// Source is the condition as it was written.
func (c Condition) Source() string { return c.source }

// Check reports whether the condition holds. If not, evidence shows it in
// several lines: the source, carets under the parts that failed, the values
// found in them. A comparison with a value that the response does not have, or
// that is of another kind, fails whichever way it asks.
//
// An error means that the condition could not be judged because of a limit of
// ours; it accuses nobody.
func (c Condition) Check(r *Response) (ok bool, evidence string, err error) {
	if c.root == nil {
		return false, "", errors.New("the condition was never compiled")
	}
	outcomes := make([]*outcome, c.leaves)
	switch c.root.judge(r, outcomes) {
	case yes:
		return true, "", nil
	case unjudged:
		for _, o := range outcomes {
			if o != nil && o.truth == unjudged {
				return false, "", o.err
			}
		}
	}
	return false, c.evidence(r, outcomes), nil
}

// DurationBound is the largest duration literal that is compared with
// `duration`; false if there is none.
func (c Condition) DurationBound() (time.Duration, bool) { return c.bound, c.hasBound }
