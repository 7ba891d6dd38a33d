package notify

import (
	"context"
	"net"
	"net/http/httptest"
	"testing"

	"github.com/forewarn/forewarn/notify/slackfake"
)

// bubble serves a workspace inside a synctest bubble.
func bubble(t *testing.T, s slackfake.Settings) (*slackfake.Server, Dial) {
	t.Helper()
	fake := slackfake.New(s)
	server := httptest.NewUnstartedServer(fake)
	pipe := newPipe()
	server.Listener.Close()
	server.Listener = pipe
	server.Start()
	t.Cleanup(server.Close)
	return fake, pipe.dial
}

// pipe is a listener inside a bubble: real sockets would stop its clock.
type pipe struct {
	conns  chan net.Conn
	closed chan struct{}
}

func newPipe() *pipe { return &pipe{make(chan net.Conn), make(chan struct{})} }

func (p *pipe) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case p.conns <- server:
		return client, nil
	case <-p.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *pipe) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipe) Close() error {
	select {
	case <-p.closed:
	default:
		close(p.closed)
	}
	return nil
}

func (p *pipe) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }
