package probes

import (
	"crypto/rand"
	"fmt"
)

// traceparent begins a trace that is to be recorded (W3C Trace Context, section
// 3.2): version, trace, its first span, flags. A redirect goes on with it as
// long as it stays with the same host.
func traceparent() string {
	var trace [16]byte
	var span [8]byte
	rand.Read(trace[:]) // never fails
	rand.Read(span[:])
	return fmt.Sprintf("00-%x-%x-01", trace, span)
}
