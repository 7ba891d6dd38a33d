package probes_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"github.com/forewarn/forewarn/probes"
)

// http2Site speaks just enough HTTP/2 to count requests and to refuse each of
// them in its own way.
type http2Site struct {
	runner   probes.Runner
	url      string
	requests atomic.Int32
}

// newHTTP2Site begins to serve. When the test and the last connection have
// ended it asks enough how many requests came.
func newHTTP2Site(t *testing.T, enough func(requests int32) bool,
	refuse func(framer *http2.Framer, stream uint32) (goOn bool)) *http2Site {
	t.Helper()
	ca := newAuthority(t)
	config := ca.serve(t, time.Now().Add(time.Hour), "127.0.0.1")
	config.NextProtos = []string{"h2"}
	s := &http2Site{runner: probes.Runner{TLS: ca.trust()}}
	t.Cleanup(func() {
		if got := s.requests.Load(); !enough(got) {
			t.Errorf("%d requests came", got)
		}
	})
	s.url = secureSocket(t, config, func(conn net.Conn) { s.serve(conn, refuse) })
	return s
}

func (s *http2Site) serve(conn net.Conn, refuse func(*http2.Framer, uint32) bool) {
	if _, err := io.ReadFull(conn, make([]byte, len(http2.ClientPreface))); err != nil {
		return
	}
	framer := http2.NewFramer(conn, conn)
	if framer.WriteSettings() != nil {
		return
	}
	for {
		frame, err := framer.ReadFrame()
		if err != nil {
			return
		}
		if frame.Header().Type != http2.FrameHeaders {
			continue
		}
		s.requests.Add(1)
		if !refuse(framer, frame.Header().StreamID) {
			return
		}
	}
}

func one(requests int32) bool     { return requests == 1 }
func several(requests int32) bool { return requests > 1 }

func goAway(framer *http2.Framer, _ uint32) bool {
	framer.WriteGoAway(0, http2.ErrCodeNo, nil)
	return false
}

func refuseStream(framer *http2.Framer, stream uint32) bool {
	return framer.WriteRSTStream(stream, http2.ErrCodeRefusedStream) == nil
}

func protocolError(framer *http2.Framer, stream uint32) bool {
	return framer.WriteRSTStream(stream, http2.ErrCodeProtocol) == nil
}

func TestARequestThatHTTP2RefusesIsSentOnce(t *testing.T) {
	get := probes.Step{Name: "it", Method: "GET", URL: "/"}
	post := probes.Step{Name: "it", Method: "POST", URL: "/", Body: "order"}
	empty := probes.Step{Name: "it", Method: "POST", URL: "/"}
	for name, refuse := range map[string]func(*http2.Framer, uint32) bool{
		"GOAWAY": goAway, "REFUSED_STREAM": refuseStream, "PROTOCOL_ERROR": protocolError,
	} {
		for _, step := range []probes.Step{get, post, empty} {
			t.Run(name+" "+step.Method+" "+step.Body, func(t *testing.T) {
				s := newHTTP2Site(t, one, refuse)
				result, _ := s.runner.Run(t.Context(), probes.Journey{BaseURL: s.url, Timeout: 3 * time.Second,
					Steps: []probes.Step{step}}, time.Time{})
				wantFailure(t, result.Failure, probes.FailProtocol, "wait")
				want := "the server refused the request unread (HTTP/2 GOAWAY or REFUSED_STREAM); forewarn sends each request once"
				if name == "PROTOCOL_ERROR" { // it may have read it
					want = "stream error: stream ID 1; PROTOCOL_ERROR; received from peer"
				}
				if result.Failure.Message != want {
					t.Errorf("the failure reads %q", result.Failure.Message)
				}
			})
		}
	}
}

func TestASecondStepThatHTTP2RefusesOnAWarmConnectionIsSentOnce(t *testing.T) {
	for name, refuse := range map[string]func(*http2.Framer, uint32) bool{
		"REFUSED_STREAM": refuseStream,
		"GOAWAY": func(framer *http2.Framer, stream uint32) bool {
			framer.WriteGoAway(stream-2, http2.ErrCodeNo, nil)
			return false
		},
	} {
		t.Run(name, func(t *testing.T) {
			two := func(requests int32) bool { return requests == 2 }
			s := newHTTP2Site(t, two, func(framer *http2.Framer, stream uint32) bool {
				if stream > 1 {
					return refuse(framer, stream)
				}
				var head bytes.Buffer
				hpack.NewEncoder(&head).WriteField(hpack.HeaderField{Name: ":status", Value: "200"})
				return framer.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: head.Bytes(),
					EndHeaders: true, EndStream: true}) == nil
			})
			result, _ := s.runner.Run(t.Context(), probes.Journey{BaseURL: s.url, Timeout: 3 * time.Second,
				Steps: []probes.Step{{Name: "one", URL: "/"}, {Name: "two", URL: "/"}}}, time.Time{})
			wantFailure(t, result.Failure, probes.FailProtocol, "wait")
			if two := stepOf(t, result, "two"); result.Step != "two" || !two.Hops[0].Reused {
				t.Errorf("failed at %q: %+v", result.Step, two.Hops)
			}
		})
	}
}

// The guard is not for show: without it the same server is asked again and
// again.
func TestNetHTTPAloneSendsARefusedRequestAgain(t *testing.T) {
	s := newHTTP2Site(t, several, goAway)
	client := http.Client{Transport: &http.Transport{TLSClientConfig: s.runner.TLS, ForceAttemptHTTP2: true}}
	defer client.CloseIdleConnections()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	go func() {
		for s.requests.Load() < 2 && ctx.Err() == nil {
			<-time.After(time.Millisecond)
		}
		cancel()
	}()
	req, err := http.NewRequestWithContext(ctx, "GET", s.url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Do(req); err == nil {
		t.Error("it was answered")
	}
}

func TestAKeptAliveConnectionThatBreaksDoesNotCauseASecondRequest(t *testing.T) {
	for _, method := range []string{"GET", "POST", "DELETE"} {
		t.Run(method, func(t *testing.T) {
			var requests atomic.Int32
			t.Cleanup(func() { // when the last connection has ended
				if got := requests.Load(); got != 1 {
					t.Errorf("%d requests, want 1", got)
				}
			})
			url := socket(t, func(conn net.Conn) {
				for buffered := bufio.NewReader(conn); ; {
					req, err := http.ReadRequest(buffered)
					if err != nil {
						return
					}
					if req.URL.Path == "/two" {
						requests.Add(1)
						return
					}
					io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
				}
			})
			result, _ := take(t, probes.Journey{BaseURL: url, Timeout: 3 * time.Second, Steps: []probes.Step{
				{Name: "one", URL: "/one"},
				{Name: "two", Method: method, URL: "/two", Headers: []probes.Field{{Name: "Idempotency-Key", Value: "1"}}},
			}})
			wantFailure(t, result.Failure, probes.FailProtocol, "wait")
			two := stepOf(t, result, "two")
			if !two.Hops[0].Reused || !strings.Contains(result.Failure.Message, "closed the kept-alive connection") {
				t.Errorf("%+v: %s", two.Hops[0], result.Failure.Message)
			}
		})
	}
}

// Between asking for a connection and getting it a request may be stopped.
func TestAConnectionThatComesAfterTheSecondAttemptWasStoppedIsClosed(t *testing.T) {
	client, server := net.Pipe()
	defer server.Close()
	runner := through(func(r *http.Request) (*http.Response, error) {
		trace := httptrace.ContextClientTrace(r.Context())
		trace.GetConn("shop.example:80")
		trace.WroteHeaders()
		trace.GetConn("shop.example:80")
		trace.GotConn(httptrace.GotConnInfo{Conn: client})
		_, err := client.Write([]byte("GET / HTTP/1.1"))
		return nil, err
	})
	s := fails(t, runner, "http://shop.example")
	wantFailure(t, s.Failure, probes.FailProtocol, "wait")
	if _, err := client.Write(nil); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("the connection is open: %v", err)
	}
}

func TestAFloodOfPingsEndsWithTheDeadline(t *testing.T) {
	s := newHTTP2Site(t, one, func(framer *http2.Framer, _ uint32) bool {
		for range 10_000 {
			if framer.WritePing(false, [8]byte{}) != nil {
				return false
			}
		}
		return true
	})
	began := time.Now()
	result, _ := s.runner.Run(t.Context(), probes.Journey{BaseURL: s.url, Timeout: 500 * time.Millisecond,
		Steps: []probes.Step{{Name: "it", URL: "/"}}}, time.Time{})
	if result.Verdict != probes.Failed || time.Since(began) > 3*time.Second {
		t.Errorf("%v after %v: %+v", result.Verdict, time.Since(began), result.Failure)
	}
}
