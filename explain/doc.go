// Package explain tells what carries a change: by how much a journey's typical
// run became longer, in which step and phase, seen from where, and which steps
// fail since. It is pure, and says nothing where the runs say nothing.
//
//	[]probes.Result, onset -> Since -> Change -> Carrier
package explain
