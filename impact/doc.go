// Package impact says what slowness and failures cost, in money: formulas F1,
// F2 and F4 of docs/money.md over what a journey's settings say it is worth.
// Every figure is a range with its basis. What cannot be known is unknown and
// names the key that is missing: it is never 0.
//
// The room is pure: it does no I/O and reads no clock.
package impact
