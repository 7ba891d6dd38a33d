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

// coldTransport is a new transport without any connection, so that every run
// pays for name lookup, connection and handshake as a new visitor does.
// Closing its idle connections also ends dials and handshakes that it left
// behind. It keeps config.
func coldTransport(config *tls.Config, n Network) http.RoundTripper {
	if n.HTTP == "3" {
		return newQUICTransport(config, n)
	}
	t := &tcpTransport{network: n}
	t.Transport = &http.Transport{
		TLSClientConfig:        config,
		ForceAttemptHTTP2:      true,
		MaxResponseHeaderBytes: maxHeader,
		Protocols:              n.protocols(),
		DisableCompression:     n.Identity,
		DialContext:            t.dial,
	}
	if n.HTTP != "1.1" {
		speakHTTP2(t.Transport, n)
	}
	if n.Proxy != "" {
		proxy, err := url.Parse(n.Proxy)
		t.Proxy = func(*http.Request) (*url.URL, error) { return proxy, err }
		t.OnProxyConnectResponse = func(_ context.Context, _ *url.URL, _ *http.Request, answer *http.Response) error {
			if answer.StatusCode != http.StatusOK {
				return proxyRefusal{answer.StatusCode}
			}
			return nil
		}
	}
	return t
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

// tcpTransport is a transport of one run that leaves no connection behind.
type tcpTransport struct {
	*http.Transport
	network Network

	mu    sync.Mutex
	conns []net.Conn // all that were made
	over  bool
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
	t.Transport.CloseIdleConnections()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.over = true
	for _, conn := range t.conns {
		conn.Close()
	}
}

// protocols are those that may be spoken; nil leaves it to the server. HTTP/2
// without TLS is spoken without asking first (RFC 9113, section 3.3).
func (n Network) protocols() *http.Protocols {
	p := new(http.Protocols)
	switch n.HTTP {
	case "1.1":
		p.SetHTTP1(true)
	case "2":
		p.SetHTTP2(true)
		p.SetUnencryptedHTTP2(true)
	default:
		return nil
	}
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
