package probes_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/quic-go/quic-go"
	"github.com/quic-go/quic-go/http3"

	"github.com/forewarn/forewarn/probes"
)

// shifts is a site over HTTP/3 on which each connection has a server of its
// own: one may leave, and the next connection is taken all the same.
type shifts struct {
	runner   probes.Runner
	url      string
	requests atomic.Int32
	leaving  sync.WaitGroup
}

func newShifts(t *testing.T, handler func(*shifts, *http3.Server, http.ResponseWriter)) *shifts {
	t.Helper()
	socket, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ca := newAuthority(t)
	s := &shifts{runner: probes.Runner{TLS: ca.trust()}, url: "https://" + socket.LocalAddr().String()}
	config := ca.serve(t, time.Now().Add(time.Hour), "127.0.0.1")
	listener, err := quic.Listen(socket, http3.ConfigureTLSConfig(config), nil)
	if err != nil {
		t.Fatal(err)
	}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			conn, err := listener.Accept(context.Background())
			if err != nil {
				return
			}
			server := new(http3.Server)
			server.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				s.requests.Add(1)
				handler(s, server, w)
			})
			serving.Go(func() { server.ServeQUICConn(conn) })
		}
	})
	t.Cleanup(func() {
		listener.Close()
		serving.Wait() // until the last handler has said who leaves
		s.leaving.Wait()
		socket.Close()
	})
	return s
}

func TestAServerThatSaysGoodbyeBetweenTwoStepsFailsNoneOverHTTP3(t *testing.T) {
	for name, test := range map[string]struct {
		pause time.Duration
		serve func(*shifts, *http3.Server, http.ResponseWriter)
	}{
		"before its answer": {0, func(s *shifts, server *http3.Server, w http.ResponseWriter) {
			s.leaving.Go(func() { server.Shutdown(context.Background()) })
			<-time.After(20 * time.Millisecond) // it has arrived by then
			io.WriteString(w, "ok")
		}},
		"after its answer": {200 * time.Millisecond, func(s *shifts, server *http3.Server, w http.ResponseWriter) {
			io.WriteString(w, "ok")
			s.leaving.Go(func() { server.Shutdown(context.Background()) })
		}},
		"for good": {200 * time.Millisecond, func(s *shifts, server *http3.Server, w http.ResponseWriter) {
			io.WriteString(w, "ok")
			s.leaving.Go(func() {
				<-time.After(10 * time.Millisecond) // the answer has gone by then
				server.Close()
			})
		}},
	} {
		for _, body := range []string{"", strings.Repeat("x", 1<<20)} {
			t.Run(fmt.Sprint(name, " of ", len(body), " bytes"), func(t *testing.T) {
				t.Parallel()
				s := newShifts(t, test.serve)
				one := probes.Step{Name: "one", Method: "POST", URL: s.url, Body: body, Pause: test.pause}
				two, three := one, one
				two.Name, three.Name = "two", "three"
				result, transcript := s.runner.Run(t.Context(), overQUIC(one, two, three), time.Time{})
				if came := s.requests.Load(); result.Verdict != probes.Passed || came != 3 {
					t.Fatalf("%d requests, %s\n%s", came, result.Why(), transcript)
				}
				for _, step := range result.Steps {
					if p := step.Phases; step.Reused || p.TLS <= 0 || p.Sum() != step.Duration {
						t.Errorf("%s: %+v, reused %v", step.Name, p, step.Reused)
					}
				}
			})
		}
	}
}

// A goodbye that meets a request on its way has it refused unread: that is told,
// and nothing is sent twice. One that comes before it is sent costs a new
// connection, however short before. If it comes just then, nobody knows whether
// it was sent, and nobody is blamed.
func TestAGoodbyeInTheLastMomentFailsNoRequestThatWasNotSent(t *testing.T) {
	s := newShifts(t, func(s *shifts, server *http3.Server, w http.ResponseWriter) {
		io.WriteString(w, "ok")
		s.leaving.Go(func() { server.Shutdown(context.Background()) })
	})
	said := map[string]int{}
	for range 150 {
		s.requests.Store(0)
		result, _ := s.runner.Run(t.Context(), overQUIC(probes.Step{Name: "one", URL: s.url}, probes.Step{Name: "two", URL: s.url}), time.Time{})
		said[result.Verdict.String()+" "+result.Why()]++
		if came := s.requests.Load(); came > 2 || result.Verdict == probes.Passed && came != 2 {
			t.Errorf("%d requests came: %v, %s", came, result.Verdict, result.Why())
		}
	}
	delete(said, "passed ")
	delete(said, "failed the server refused the request unread (H3_REQUEST_REJECTED); forewarn sends each request once")
	delete(said, "unknown the server said goodbye (GOAWAY) as the request was sent, and the connection ended before an answer; forewarn sends each request once")
	if len(said) > 0 {
		t.Errorf("it says %v", said)
	}
}
