package probes

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"

	"github.com/quic-go/quic-go"
	"github.com/quic-go/quic-go/http3"
)

// quicTransport speaks HTTP/3 (RFC 9114) and nothing else, for one run, which
// sends one request at a time. It holds its own connections and gives each
// request to exactly one of them: http3.Transport sends again what the server
// rejected, and leaves behind the connection that it gave up.
type quicTransport struct {
	network Network
	tls     *tls.Config
	client  *http3.Transport     // makes a client of a connection; nothing is sent through it
	open    map[string]*quicConn // by host:port
}

// quicConn is a connection with a socket of its own. A socket that serves one
// peer hears at once that nobody listens there.
type quicConn struct {
	socket    net.Conn
	transport *quic.Transport
	conn      *quic.Conn
	client    *http3.ClientConn
}

func newQUICTransport(config *tls.Config, n Network) *quicTransport {
	config.NextProtos = []string{http3.NextProtoH3}
	return &quicTransport{
		network: n, tls: config, open: map[string]*quicConn{},
		client: &http3.Transport{MaxResponseHeaderBytes: maxHeader, DisableCompression: n.Identity},
	}
}

// RoundTrip fulfils http.RoundTripper. A connection that has ended meanwhile, or
// takes no more requests (GOAWAY), is replaced before anything is sent.
func (t *quicTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Scheme != "https" {
		return nil, errors.New("HTTP/3 is spoken over https alone, and this is " + req.URL.Scheme + "://" + req.URL.Host)
	}
	ctx := req.Context()
	addr := net.JoinHostPort(strings.ToLower(req.URL.Hostname()), port(req.URL))
	if held := t.open[addr]; held != nil {
		resp, err := held.client.RoundTrip(req.WithContext(held.toldWhenUsed(ctx)))
		if !unsent(err) {
			return resp, err
		}
		held.close()
		delete(t.open, addr)
	}
	c, err := t.dial(ctx, addr)
	if err != nil {
		return nil, err
	}
	t.open[addr] = c
	c.told(httptrace.ContextClientTrace(ctx), false)
	return c.client.RoundTrip(req)
}

// unsent reports whether a connection could take no request any more, so that
// nothing of it was sent. http3 has this error in words alone.
func unsent(err error) bool {
	return err != nil && strings.HasPrefix(err.Error(), "http3: conn unusable: ")
}

// toldWhenUsed is ctx with a trace that hears of c when a request is sent over
// it: until then another one may have to be made.
func (c *quicConn) toldWhenUsed(ctx context.Context) context.Context {
	trace := httptrace.ContextClientTrace(ctx)
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { c.told(trace, true) }})
}

func (c *quicConn) told(trace *httptrace.ClientTrace, reused bool) {
	if trace != nil {
		trace.GotConn(httptrace.GotConnInfo{Conn: c.socket, Reused: reused})
	}
}

// CloseIdleConnections ends all connections: a run closes its transport when
// its last request is over.
func (t *quicTransport) CloseIdleConnections() {
	for _, c := range t.open {
		c.close()
	}
	clear(t.open)
}

// close says goodbye and frees what the connection held. What is said on the
// way no longer matters to anybody.
func (c *quicConn) close() {
	if c.conn != nil {
		c.conn.CloseWithError(quic.ApplicationErrorCode(http3.ErrCodeNoError), "")
	}
	c.transport.Close()
	c.socket.Close()
}

// datagrams is a connected socket as quic-go wants one. It hides that it is a
// *net.UDPConn: on one that is connected quic-go could not write, and it would
// write to our log when it cannot have the buffers it asks for.
type datagrams struct{ net.Conn }

// ReadFrom fulfils net.PacketConn.
func (d datagrams) ReadFrom(b []byte) (int, net.Addr, error) {
	n, err := d.Read(b)
	return n, d.RemoteAddr(), err
}

// WriteTo fulfils net.PacketConn.
func (d datagrams) WriteTo(b []byte, _ net.Addr) (int, error) { return d.Write(b) }

// SetReadBuffer asks for room; less will do.
func (d datagrams) SetReadBuffer(bytes int) error {
	if udp, ok := d.Conn.(*net.UDPConn); ok {
		udp.SetReadBuffer(bytes)
	}
	return nil
}

// SetWriteBuffer takes the buffer as it is: requests are small.
func (d datagrams) SetWriteBuffer(int) error { return nil }

// quicFault tells in one line what an error of QUIC or HTTP/3 means, with the
// kind of failure that it is; "" for any other.
func (f *fault) quicFault() (kind FailureKind, message string) {
	var reset *http3.Error
	var broken *quic.TransportError
	var version *quic.VersionNegotiationError
	switch {
	case errors.As(f.err, &reset) && reset.ErrorCode == http3.ErrCodeRequestRejected:
		return FailProtocol, "the server refused the request unread (H3_REQUEST_REJECTED); forewarn sends each request once"
	case errors.As(f.err, &reset) && !reset.Remote && reset.ErrorCode == http3.ErrCodeNoError:
		return FailSelf, "the server said goodbye (GOAWAY) as the request was sent, and the connection ended before an answer; forewarn sends each request once"
	case errors.As(f.err, &reset) && reset.Remote:
		return FailProtocol, "the server broke off " + f.doing() + ": " + reset.Error()
	case errors.As(f.err, &version):
		return FailTLS, "the server speaks QUIC, but not its version 1 (RFC 9000)"
	case errors.As(f.err, &broken) && broken.Remote && broken.ErrorCode.IsCryptoError():
		return FailTLS, "the server broke off the handshake: " + broken.Error()
	case errors.As(f.err, &broken) && broken.Remote && broken.ErrorCode == quic.ConnectionRefused:
		return FailConnect, "the server takes no connections: " + broken.Error()
	}
	return "", ""
}
