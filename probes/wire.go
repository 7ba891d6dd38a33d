package probes

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"sync"
)

// maxHeader is how many bytes of response headers are read.
const maxHeader = 256 << 10

// wire is the way out of one run: it dials all its connections. It can be
// shut, and then nothing more is sent; when it ends, so does everything it
// ever opened, also a dial or a handshake that net/http left behind for some
// later request to use. A nil wire stands for a transport that is not ours.
type wire struct {
	mu     sync.Mutex
	closed bool     // shut, until it is opened for the next request
	ended  bool     // for good
	atEnd  []func() // what ends with the run
}

// transport is a new one without any connection, so that every run pays for
// name lookup, connection and handshake as a new visitor does.
func (w *wire) transport(config *tls.Config) *http.Transport {
	if config != nil {
		config = config.Clone()
	}
	return &http.Transport{
		DialContext:            w.dial,
		TLSClientConfig:        config,
		ForceAttemptHTTP2:      true,
		MaxResponseHeaderBytes: maxHeader,
	}
}

func (w *wire) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if !w.keep(cancel) {
		return nil, errSentOnce
	}
	conn, err := new(net.Dialer).DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	if !w.keep(func() { conn.Close() }) {
		conn.Close()
		return nil, errSentOnce
	}
	return wireConn{conn, w}, nil
}

// keep remembers what ends with the run, unless nothing may be opened now.
func (w *wire) keep(end func()) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed || w.ended {
		return false
	}
	w.atEnd = append(w.atEnd, end)
	return true
}

func (w *wire) shut()   { w.set(true) }
func (w *wire) reopen() { w.set(false) }

func (w *wire) set(closed bool) {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = closed
}

func (w *wire) isShut() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.closed
}

// end closes every connection and stops every dial.
func (w *wire) end() {
	if w == nil {
		return
	}
	w.mu.Lock()
	w.ended = true
	atEnd := w.atEnd
	w.mu.Unlock()
	for _, end := range atEnd {
		end()
	}
}

// wireConn sends nothing while its wire is shut.
type wireConn struct {
	net.Conn
	wire *wire
}

// Write refuses while the wire is shut.
func (c wireConn) Write(p []byte) (int, error) {
	if c.wire.isShut() {
		return 0, errSentOnce
	}
	return c.Conn.Write(p)
}
