package probes_test

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/forewarn/forewarn/probes"
	"github.com/forewarn/forewarn/probes/expect"
)

// take runs a journey once, as the zero Runner does.
func take(t *testing.T, j probes.Journey) (probes.Result, probes.Transcript) {
	t.Helper()
	return probes.Runner{}.Run(t.Context(), j, time.Time{})
}

// site serves handlers by pattern until the test ends.
func site(t *testing.T, handlers map[string]http.HandlerFunc) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	for pattern, handler := range handlers {
		mux.HandleFunc(pattern, handler)
	}
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server
}

// answer is a handler that sends a status and a body.
func answer(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		w.Write([]byte(body))
	}
}

func condition(t testing.TB, src string, vars ...string) expect.Condition {
	t.Helper()
	c, err := expect.CompileCondition(src, vars)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func query(t testing.TB, src string) expect.Query {
	t.Helper()
	q, err := expect.CompileQuery(src, nil)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// stepOf is the result of the step with that name: results are never matched
// by position.
func stepOf(t *testing.T, r probes.Result, name string) probes.StepResult {
	t.Helper()
	for _, s := range r.Steps {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("no result of step %q in %+v", name, r.Steps)
	return probes.StepResult{}
}

// wantFailure checks kind and phase of a failure that must be there.
func wantFailure(t *testing.T, f *probes.Failure, kind probes.FailureKind, phase string) {
	t.Helper()
	if f == nil {
		t.Fatalf("no failure, want %s in %s", kind, phase)
	}
	if f.Kind != kind || f.Phase != phase {
		t.Errorf("failure %s in %q (%s), want %s in %q", f.Kind, f.Phase, f.Message, kind, phase)
	}
}

// socket serves raw connections, each in its own goroutine, until the test
// ends; it waits for all of them.
func socket(t *testing.T, serve func(net.Conn)) (url string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	accept(t, listener, serve)
	return "http://" + listener.Addr().String()
}

func accept(t *testing.T, listener net.Listener, serve func(net.Conn)) {
	t.Helper()
	var serving sync.WaitGroup
	var mu sync.Mutex
	var conns []net.Conn
	serving.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			conns = append(conns, conn)
			mu.Unlock()
			serving.Go(func() {
				defer conn.Close()
				serve(conn)
			})
		}
	})
	t.Cleanup(func() {
		listener.Close()
		mu.Lock()
		for _, conn := range conns { // what was sent is still read; a client that stays is not waited for
			conn.SetReadDeadline(time.Now().Add(time.Second))
		}
		mu.Unlock()
		serving.Wait()
	})
}

// readRequest takes one request off a raw connection.
func readRequest(conn net.Conn) (*http.Request, error) {
	return http.ReadRequest(bufio.NewReader(conn))
}

// pipes joins clients and one server in memory, so that time in a synctest
// bubble passes exactly as the handlers say.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
}

// servePipes serves handler and gives a Runner that reaches nothing else.
func servePipes(t *testing.T, handler http.HandlerFunc) probes.Runner {
	t.Helper()
	p := pipes{make(chan net.Conn), make(chan struct{})}
	server := &http.Server{Handler: handler}
	done := make(chan struct{})
	go func() {
		defer close(done)
		server.Serve(p)
	}()
	t.Cleanup(func() {
		server.Close()
		<-done
	})
	return probes.Runner{Transport: func() http.RoundTripper { return &http.Transport{DialContext: p.dial} }}
}

func (p pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case p.conns <- server:
		return client, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.conns:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p pipes) Close() error {
	close(p.closed)
	return nil
}

func (p pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 80} }
