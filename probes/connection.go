package probes

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strconv"
)

// Connection is a look at a server of any protocol over TCP: that it takes
// connections, and what it says.
type Connection struct {
	Addr   string // host:port
	Send   string // said first; a secret, because it may hold one
	Expect string // must be part of what the server says; "": it need say nothing
}

// maxBanner is how much of what a server says is read, in bytes.
const maxBanner = 16 << 10

func (r *run) call(ctx context.Context, l Connection, rec *record) *Failure {
	g, err := r.glance(ctx, "tcp", l.Addr, strconv.Quote(l.Expect))
	g.hop.Method, g.hop.URL, g.hop.answer.proto = "TCP", l.Addr, "TCP"
	if err == nil && l.Send != "" {
		g.watch.enter(waiting)
		_, err = io.WriteString(g.conn, l.Send)
	}
	if err == nil && l.Expect != "" {
		err = g.listen([]byte(l.Expect))
	}
	said := g.hop.answer.body
	if errors.Is(err, io.EOF) && len(said) > 0 {
		err = nil // it has said all it has to say
	}
	if failure := r.over(ctx, g, rec, err); failure != nil {
		return failure
	}
	if !bytes.Contains(said, []byte(l.Expect)) {
		rec.note("no", strconv.Quote(l.Expect))
		return r.failure(FailExpect, "expect", "expected "+strconv.Quote(l.Expect)+
			" from the server, found "+strconv.Quote(clip(r.redact.String(string(said)), maxFound)), "")
	}
	if l.Expect != "" {
		rec.note("ok", strconv.Quote(l.Expect))
	}
	return nil
}

// listen reads until want was said.
func (g *glance) listen(want []byte) error {
	g.watch.enter(waiting)
	said := make([]byte, 0, maxBanner)
	for len(said) < maxBanner && !bytes.Contains(said, want) {
		n, err := g.conn.Read(said[len(said):maxBanner])
		if n > 0 {
			g.watch.answered()
		}
		said = said[:len(said)+n]
		g.hop.answer.body = said
		if err != nil && !bytes.Contains(said, want) {
			return err
		}
	}
	return nil
}
