// Package expect is the language of expectations and captures: one expression
// language over one response, compiled and type-checked when the configuration
// is read. docs/expressions.md is its reference; its examples are tests.
//
//	c, err := expect.CompileCondition(`status == 200 and duration < 800ms`, vars)
//	r := &expect.Response{...}            // one per response, for all its expressions
//	ok, evidence, err := c.Check(r)       // err: a limit of ours, accuses nobody
//
// Parsing, type checking and evaluation are expr-lang/expr's. Around it:
//
//	source   checkSource, spell   what no parser should see; duration literals
//	  |      parser
//	tree     rewriter             only this language passes; names resolved;
//	  |                           lookups made, their literals parsed
//	  |      checker              types; operators on values as explicit pairs
//	term     judge, blame         and, or, not in three-valued logic: what is
//	                              not there fails whichever way it is asked
//	finder   jsonpath, css, ...   each with a bound on its cost: a count made
//	                              before it begins, or moves used up on the way
//
// A [Schema] is the other thing a body can be held against. It shares the
// body's document, and counts its steps.
package expect
