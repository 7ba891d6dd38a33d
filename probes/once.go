package probes

import (
	"errors"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
)

// errSentOnce ends an attempt of net/http to send a request again.
var errSentOnce = errors.New("sent once, and not again")

// once keeps net/http from sending a request a second time. The transport
// repeats what it thinks is safe to repeat: any request without a body that an
// HTTP/2 server refused (GOAWAY, REFUSED_STREAM), any GET on a kept-alive
// connection that broke. Against a server that always answers so it never ends
// (golang/go#52459). A prober that orders something must not order it twice,
// and a lost answer is what it is there to see.
type once struct {
	wrote   atomic.Bool // the request went out
	refused atomic.Bool // a second attempt was stopped
	stop    func(error) // ends the request
}

// trace adds the guard to what t does already. A transport that has asked for
// a connection may get it before it looks whether the request has ended; then
// it gets it closed.
func (o *once) trace(t *httptrace.ClientTrace) {
	t.WroteHeaders = func() { o.wrote.Store(true) }
	t.GetConn = func(string) {
		if o.wrote.Load() {
			o.refused.Store(true)
			o.stop(errSentOnce)
		}
	}
	gotConn := t.GotConn
	t.GotConn = func(info httptrace.GotConnInfo) {
		if o.refused.Load() {
			info.Conn.Close()
		}
		gotConn(info)
	}
}

// stopped reports whether err ends a request that net/http wanted to repeat:
// one without a body was stopped by the guard, one with a body by its having
// no GetBody.
func (o *once) stopped(err error) bool {
	return o.refused.Load() || strings.Contains(err.Error(), "cannot retry err") ||
		strings.Contains(err.Error(), "cannot rewind body")
}
