// Package alert decides what is said, when and why. [Decide] is a pure
// function of an incident, one piece of evidence and its limit.
package alert
