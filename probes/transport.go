package probes

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/net/http2"
)

// maxHeader is how many bytes of response headers are read.
const maxHeader = 256 << 10

// connBuffer holds what is on its way over a connection. Hardly any request or
// head of an answer is longer; bodies pass it by.
const connBuffer = 2 << 10

// coldTransport is a new transport without any connection, so that every run
// pays for name lookup, connection and handshake as a new visitor does.
// Closing its idle connections also ends dials and handshakes that it left
// behind. It asks once for each config it needs, and keeps that.
func coldTransport(config func() *tls.Config, n Network) http.RoundTripper {
	if n.HTTP == "3" {
		return newQUICTransport(config(), n)
	}
	return &tcpTransport{network: n, config: config}
}

// speakHTTP2 has t speak HTTP/2 by golang.org/x/net. That of net/http locks
// itself up for good, whatever the deadline, when a server grants a stream a
// window that is too large (Go 1.26.8, processWindowUpdate).
func speakHTTP2(t *http.Transport, n Network) {
	h2, err := http2.ConfigureTransports(t)
	if err != nil {
		return // it had been done before
	}
	h2.MaxHeaderListSize = maxHeader
	if n.HTTP == "2" {
		t.TLSClientConfig.NextProtos = []string{http2.NextProtoTLS}
	}
}

// tcpTransport is a transport of one run that leaves no connection behind. It
// has two halves because HTTP/2 and TLS take as long to set up as a request:
// most runs need only one.
type tcpTransport struct {
	network Network
	config  func() *tls.Config

	mu            sync.Mutex
	plain, secure *http.Transport // for http and https; nil until asked for
	conns         []net.Conn      // all that were made
	over          bool
}

// RoundTrip fulfils http.RoundTripper.
func (t *tcpTransport) RoundTrip(request *http.Request) (*http.Response, error) {
	return t.half(request.URL.Scheme).RoundTrip(request)
}

func (t *tcpTransport) half(scheme string) *http.Transport {
	t.mu.Lock()
	defer t.mu.Unlock()
	half, make := &t.secure, t.newSecure
	if scheme == "http" {
		half, make = &t.plain, t.newPlain
	}
	if *half == nil {
		*half = make()
	}
	return *half
}

// newSecure speaks HTTP/2 where it may.
func (t *tcpTransport) newSecure() *http.Transport {
	secure := t.newHalf()
	secure.TLSClientConfig = t.config()
	if t.network.HTTP != "1.1" {
		speakHTTP2(secure, t.network)
	}
	return secure
}

// newPlain speaks HTTP/2 only if it is told to: without TLS, it cannot ask the
// server (RFC 9113, section 3.3).
func (t *tcpTransport) newPlain() *http.Transport {
	plain := t.newHalf()
	if strings.HasPrefix(t.network.Proxy, "https") {
		plain.TLSClientConfig = t.config()
	}
	if t.network.HTTP == "2" {
		speakHTTP2(plain, t.network)
	}
	return plain
}

func (t *tcpTransport) newHalf() *http.Transport {
	half := &http.Transport{
		MaxResponseHeaderBytes: maxHeader,
		Protocols:              t.network.protocols(),
		DisableCompression:     t.network.Identity,
		DialContext:            t.dial,
		ReadBufferSize:         connBuffer,
		WriteBufferSize:        connBuffer,
	}
	if t.network.Proxy != "" {
		proxy, err := url.Parse(t.network.Proxy)
		half.Proxy = func(*http.Request) (*url.URL, error) { return proxy, err }
		half.OnProxyConnectResponse = func(_ context.Context, _ *url.URL, _ *http.Request, answer *http.Response) error {
			if answer.StatusCode != http.StatusOK {
				return proxyRefusal{answer.StatusCode}
			}
			return nil
		}
	}
	return half
}

// dial is that of the network. Who comes when the run is over comes too late.
func (t *tcpTransport) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	conn, err := t.network.dial(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.over {
		conn.Close()
		return nil, net.ErrClosed
	}
	t.conns = append(t.conns, conn)
	return conn, nil
}

// CloseIdleConnections ends all connections: a run closes its transport when
// its last request is over. One of HTTP/2 whose request ran into a deadline is
// not idle yet to net/http, which would keep it for good.
func (t *tcpTransport) CloseIdleConnections() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.over = true
	for _, half := range []*http.Transport{t.plain, t.secure} {
		if half != nil {
			half.CloseIdleConnections()
		}
	}
	for _, conn := range t.conns {
		conn.Close()
	}
}

// protocols are those that net/http speaks: HTTP/2 over TLS is not its own.
func (n Network) protocols() *http.Protocols {
	p := new(http.Protocols)
	p.SetHTTP1(n.HTTP != "2")
	p.SetHTTP2(n.HTTP == "2")
	p.SetUnencryptedHTTP2(n.HTTP == "2")
	return p
}

// dial connects over the family, with the name server and to the addresses
// that the journey asks for.
func (n Network) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	if ip := n.Resolve[strings.ToLower(host)]; ip != "" {
		addr = net.JoinHostPort(ip, port)
	}
	var d net.Dialer
	if n.Resolver != "" {
		d.Resolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, n.Resolver)
		}}
	}
	return d.DialContext(ctx, network+n.IP, addr)
}

// proxyRefusal is what a proxy said instead of connecting us.
type proxyRefusal struct{ status int }

// Error is the refusal in one line.
func (p proxyRefusal) Error() string {
	return "the proxy could not connect: status " + bareStatus(p.status)
}

// proxyFault says in one line why our way through the proxy is at fault, and
// not what is behind it, or "".
func proxyFault(err error) string {
	var op *net.OpError
	var refusal proxyRefusal
	switch {
	case errors.As(err, &op) && op.Op == "proxyconnect":
		return "this machine cannot reach its proxy: " + op.Err.Error()
	case errors.As(err, &refusal) && refusal.status == http.StatusProxyAuthRequired:
		return "the proxy refuses us: status " + bareStatus(refusal.status)
	case errors.As(err, &op) && op.Op == "socks connect" && strings.Contains(op.Err.Error(), "authentication"):
		return "the proxy refuses us: " + op.Err.Error()
	}
	return ""
}

// wrongAnswer is why a whole answer is not what the journey's Network asks
// for, or nil.
func (r *run) wrongAnswer(h *hop) *Failure {
	n := &r.journey.Network
	switch {
	case n.forwards(h.url) && h.Status == http.StatusProxyAuthRequired:
		return r.failure(FailSelf, waiting.String(), "the proxy refuses us: status "+bareStatus(h.Status), "")
	case n.HTTP == "2" && h.answer.proto != "HTTP/2.0":
		return r.failure(FailProtocol, waiting.String(), "the server answered with "+h.answer.proto+", and the journey asks for HTTP/2", "")
	}
	return nil
}

// forwards reports whether an answer may be the proxy's own: in a tunnel,
// which it makes for TLS and SOCKS, it is the site's.
func (n *Network) forwards(to *url.URL) bool {
	return to.Scheme == "http" && strings.HasPrefix(n.Proxy, "http")
}

func bareStatus(status int) string { return strconv.Itoa(status) + " " + http.StatusText(status) }
