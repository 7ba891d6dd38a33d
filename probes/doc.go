// Package probes looks at a product from outside, the way a customer does.
//
// A [Journey] is a list of steps; [Runner.Run] takes it once and returns a
// [Result], never an error: a failing product is data ([Failed]), a fault of
// our own is data too ([Unknown]) and accuses nobody.
//
//	Journey -> Runner.Run -> Result{Verdict, Duration, Steps{Phases, Failure}}
//	                         Transcript: the same run in full, as text
//
// A run begins cold, like a new visitor: no connection, no cookie, no cached
// name. Within the run connections and cookies are kept, as in a browser.
// Each request is sent exactly once, whatever net/http thinks of repeating it;
// a step that is to be tried again makes another, which is an [Attempt] of its
// own.
// What a step took is the sum of its phases, of which none is left out:
//
//	resolve | connect | tls | wait | transfer        redirects: one after another
//	name      TCP       TLS   until    until the last
//	lookup                    1st byte byte of the body
//
// What speaks no HTTP is seen by a step with a [Look] in place of a request: a
// TLS handshake, a TCP connection, a DNS lookup.
//
// Expectations are judged and captures taken after the clock has stopped. All
// text that leaves this package is redacted, printable and bounded.
package probes
