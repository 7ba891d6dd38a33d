package probes

import (
	"context"
	"crypto/tls"
	"net"
	"strings"
)

// Handshake is a look at a certificate: the TLS handshake and no more. The
// journey's Network says what is asked of it.
type Handshake struct{ Addr string } // host:port

func (r *run) shakeHands(ctx context.Context, l Handshake, rec *record) *Failure {
	g, err := r.glance(ctx, "tcp", l.Addr, "")
	g.hop.Method, g.hop.URL, g.hop.answer.proto = "TLS", l.Addr, "TLS"
	if err != nil {
		return r.over(ctx, g, rec, err)
	}
	config := r.journey.Network.TLS.apply(r.tls)
	if config.ServerName == "" {
		config.ServerName, _, _ = net.SplitHostPort(l.Addr) // it was dialled: it is host:port
	}
	secure := tls.Client(g.conn, config)
	g.watch.enter(handshaking)
	if err = secure.HandshakeContext(ctx); err == nil {
		g.watch.leave(handshaking)
		state := secure.ConnectionState()
		g.hop.answer.proto, g.hop.answer.certEnd = tls.VersionName(state.Version), certEnd(&state)
		for line := range strings.Lines(describe(state.PeerCertificates[0])) {
			rec.note("<", strings.TrimSpace(line))
		}
	} else {
		g.hop.answer.certEnd = firstEnd(unverified(err))
	}
	return r.over(ctx, g, rec, err)
}
