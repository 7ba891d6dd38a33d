package probes

import (
	"context"
	"crypto/tls"
	"net"
	"net/http/httptrace"
	"net/netip"
	"strings"
	"time"

	"github.com/quic-go/quic-go"
)

// fallbackDelay is how long one family of addresses has before the other is
// tried beside it, as net.Dialer does it over TCP (RFC 8305).
const fallbackDelay = 300 * time.Millisecond

// quicDial is one of at most two ways to a server.
type quicDial struct {
	conn *quicConn
	err  error
}

// dial connects over the family that is first ready, unless the journey says
// which: a family that is broken on this machine is not the product's fault.
// Of two errors the first counts.
func (t *quicTransport) dial(ctx context.Context, addr string) (*quicConn, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // who comes second is not needed
	socket, err := t.network.dial(ctx, "udp", addr)
	if err != nil {
		return nil, err
	}
	ended, other := make(chan quicDial, 2), t.otherFamily(addr, socket)
	timer := time.NewTimer(fallbackDelay)
	defer timer.Stop()
	late := timer.C
	if other == "" {
		late = nil
	}
	go func() { ended <- t.handshake(ctx, socket, addr) }()
	for underWay := 1; underWay > 0 || late != nil; {
		select {
		case <-late:
			late = nil
			underWay++
			go func() { ended <- t.dialOver(ctx, other, addr) }()
		case one := <-ended:
			underWay--
			if one.err == nil {
				go discard(ended, underWay)
				return one.conn, nil
			}
			if err == nil {
				err = one.err
			}
			if late != nil {
				timer.Reset(0)
			}
		}
	}
	return nil, err
}

// discard closes what comes too late.
func discard(ended <-chan quicDial, underWay int) {
	for range underWay {
		if one := <-ended; one.err == nil {
			one.conn.close()
		}
	}
}

// otherFamily is the family of addresses that the socket does not use, or "" if
// it is not to be tried.
func (t *quicTransport) otherFamily(addr string, socket net.Conn) string {
	host, _, _ := net.SplitHostPort(addr) // it was joined
	_, notIP := netip.ParseAddr(host)
	_, given := t.network.Resolve[strings.ToLower(host)]
	switch remote, _ := socket.RemoteAddr().(*net.UDPAddr); {
	case t.network.IP != "", notIP == nil, given, remote == nil:
		return ""
	case remote.IP.To4() != nil:
		return "6"
	}
	return "4"
}

func (t *quicTransport) dialOver(ctx context.Context, family, addr string) quicDial {
	network := t.network
	network.IP = family
	socket, err := network.dial(ctx, "udp", addr)
	if err != nil {
		return quicDial{err: err}
	}
	return t.handshake(ctx, socket, addr)
}

// handshake makes a connection of a socket. There is one handshake, of QUIC
// with TLS 1.3 in it, and all of it is the phase tls: connect is no more than
// the making of the socket. The silence of a server ends with the run's
// deadline, as it does over TCP.
func (t *quicTransport) handshake(ctx context.Context, socket net.Conn, addr string) quicDial {
	c := &quicConn{socket: socket, transport: &quic.Transport{Conn: datagrams{socket}}}
	config := t.tls.Clone()
	if config.ServerName == "" {
		config.ServerName, _, _ = net.SplitHostPort(addr) // it was joined
	}
	if err := c.shakeHands(ctx, config); err != nil {
		c.close()
		return quicDial{err: err}
	}
	c.client = t.client.NewClientConn(c.conn)
	return quicDial{conn: c}
}

// shakeHands waits until the handshake is over, as long as ctx allows.
func (c *quicConn) shakeHands(ctx context.Context, config *tls.Config) (err error) {
	const never = 24 * time.Hour
	trace := httptrace.ContextClientTrace(ctx)
	if trace != nil {
		trace.TLSHandshakeStart()
	}
	c.conn, err = c.transport.Dial(ctx, c.socket.RemoteAddr(), config, &quic.Config{
		Versions: []quic.Version{quic.Version1}, MaxIncomingStreams: -1,
		HandshakeIdleTimeout: never, KeepAlivePeriod: 10 * time.Second,
	})
	if err == nil && trace != nil {
		trace.TLSHandshakeDone(c.conn.ConnectionState().TLS, nil)
	}
	return err
}
