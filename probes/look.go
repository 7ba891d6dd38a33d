package probes

import (
	"context"
	"net"
	"net/http/httptrace"
	"time"
)

// Look is what a step does in place of a request, for what speaks no HTTP.
// Exactly one of its fields is set. It has phases, a verdict and a transcript
// as a request has, and no placeholders.
type Look struct {
	Handshake  *Handshake
	Connection *Connection
	Lookup     *Lookup
}

// look takes the look of a step.
func (r *run) look(ctx context.Context, l Look, rec *record) (failure *Failure) {
	rec.result.Start = time.Now()
	switch {
	case l.Handshake != nil:
		failure = r.shakeHands(ctx, *l.Handshake, rec)
	case l.Connection != nil:
		failure = r.call(ctx, *l.Connection, rec)
	case l.Lookup != nil:
		failure = r.lookUp(ctx, *l.Lookup, rec)
	}
	rec.result.measured(rec.hops)
	return failure
}

// glance is one connection of a look, and what is measured of it.
type glance struct {
	hop   hop
	watch *stopwatch
	conn  net.Conn
	addr  string // as it was asked for
	what  string // that is waited for
	quit  func() bool
}

// glance connects to addr. Its conn obeys ctx until it is over; it is nil
// after an error.
func (r *run) glance(ctx context.Context, network, addr, what string) (*glance, error) {
	g := &glance{watch: new(stopwatch), addr: addr, what: what}
	trace := new(httptrace.ClientTrace)
	g.watch.trace(trace)
	g.watch.start()
	conn, err := r.journey.Network.dial(httptrace.WithClientTrace(ctx, trace), network, addr)
	if err != nil {
		return g, err
	}
	g.watch.reach(conn.RemoteAddr().String(), "", false) // of several, the one that answered
	g.conn = conn
	g.quit = context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	return g, nil
}

// over ends the clock and the connection, and adds the hop to the record. A
// nil err means that all that was asked for came.
func (r *run) over(ctx context.Context, g *glance, rec *record, err error) *Failure {
	at := g.watch.stop()
	g.watch.fill(&g.hop.Hop)
	if g.conn != nil {
		g.quit()
		_ = g.conn.Close() // nothing is left to be sent
	}
	rec.hops = append(rec.hops, g.hop)
	if err == nil {
		return nil
	}
	host, _, _ := net.SplitHostPort(g.addr) // the dialer has complained of one that has none
	return r.blame(ctx, &fault{
		err: err, at: at, roots: r.roots, addr: dialed(err, g.hop.Addr), host: host,
		what: g.what, head: len(g.hop.answer.body) > 0, read: int64(len(g.hop.answer.body)),
	})
}
