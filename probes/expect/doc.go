// Package expect is the language of expectations and captures: one expression
// language over one response, compiled and type-checked when the
// configuration is read.
package expect
