// Package probes looks at a product from outside, the way a customer does.
//
// A [Journey] is a list of steps; [Runner.Run] takes it once and returns a
// [Result], never an error: a failing product is data ([Failed]), a fault of
// our own is data too ([Unknown]) and accuses nobody.
//
//	Journey -> Runner.Run -> Result{Verdict, Duration, Steps{Phases, Failure}}
package probes
