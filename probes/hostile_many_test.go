package probes_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"github.com/forewarn/forewarn/probes"
	"github.com/forewarn/forewarn/probes/expect"
)

// hostile are servers that do what no server should.
func hostile() map[string]func(net.Conn) {
	says := func(text string) func(net.Conn) {
		return func(conn net.Conn) {
			readRequest(conn)
			io.WriteString(conn, text)
		}
	}
	const head = "HTTP/1.1 200 OK\r\n"
	return map[string]func(net.Conn){
		"hangs up":             func(net.Conn) {},
		"resets":               func(conn net.Conn) { conn.(*net.TCPConn).SetLinger(0) },
		"is silent":            func(conn net.Conn) { io.Copy(io.Discard, conn) },
		"says garbage":         says("\x00\xff\xfe garbage\r\n\r\n"),
		"breaks in the head":   says(head + "X-Half: "),
		"has no end of a head": func(conn net.Conn) { readRequest(conn); io.WriteString(conn, head); drip(conn, "X-More: yes\r\n") },
		"cuts the body":        says(head + "Content-Length: 1000\r\n\r\nhalf"),
		"cuts a chunk":         says(head + "Transfer-Encoding: chunked\r\n\r\nff\r\nhalf"),
		"lies of gzip":         says(head + "Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nplain"),
		"switches protocols":   says("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\nmore"),
		"leads in a circle":    says("HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"),
		"promises for ever":    func(conn net.Conn) { readRequest(conn); drip(conn, "HTTP/1.1 103 Early Hints\r\n\r\n") },
		"has no end of a body": func(conn net.Conn) {
			readRequest(conn)
			io.WriteString(conn, head+"\r\n")
			for {
				if _, err := conn.Write(make([]byte, 4096)); err != nil {
					return
				}
			}
		},
	}
}

// bomb is a body that unpacks to a thousand times its size.
func bomb(t *testing.T) string {
	t.Helper()
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	w.Write(make([]byte, 10<<20))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.String()
}

// hostileHTTP2 are answers of servers that speak HTTP/2 and do not mean it.
// One that returns false hangs up.
func hostileHTTP2() map[string]func(*http2.Framer, uint32) bool {
	head := func(framer *http2.Framer, stream uint32, fields ...string) bool {
		var block bytes.Buffer
		encoder := hpack.NewEncoder(&block)
		encoder.WriteField(hpack.HeaderField{Name: ":status", Value: "200"})
		for _, name := range fields {
			encoder.WriteField(hpack.HeaderField{Name: name, Value: strings.Repeat("x", 4000)})
		}
		return framer.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: block.Bytes(), EndHeaders: true}) == nil
	}
	return map[string]func(*http2.Framer, uint32) bool{
		"leaves":       goAway,
		"refuses":      refuseStream,
		"complains":    protocolError,
		"hangs up":     func(*http2.Framer, uint32) bool { return false },
		"says nothing": func(*http2.Framer, uint32) bool { return true },
		"stalls in a body": func(f *http2.Framer, id uint32) bool {
			return head(f, id) && f.WriteData(id, false, []byte("half")) == nil
		},
		"resets in a body": func(f *http2.Framer, id uint32) bool { return head(f, id) && protocolError(f, id) },
		"answers others":   func(f *http2.Framer, id uint32) bool { return head(f, id+2) },
		"breaks the frames": func(f *http2.Framer, id uint32) bool {
			return f.WriteRawFrame(0x1, 0x4, id, []byte("\xff\xff\xff")) == nil
		},
		"lies of windows": func(f *http2.Framer, id uint32) bool {
			return f.WriteWindowUpdate(id, 1<<31-1) == nil && f.WriteWindowUpdate(id, 1<<31-1) == nil
		},
		"has a huge head": func(f *http2.Framer, id uint32) bool { return head(f, id, "a", "b", "c") },
		"pushes": func(f *http2.Framer, id uint32) bool {
			return f.WritePushPromise(http2.PushPromiseParam{StreamID: id, PromiseID: 2, EndHeaders: true}) == nil
		},
		"pings for ever": func(f *http2.Framer, _ uint32) bool {
			for f.WritePing(false, [8]byte{1}) == nil {
				<-time.After(time.Millisecond)
			}
			return false
		},
	}
}

// The deadline ends a run whatever a server does: the client of net/http waits
// for itself for good when a window overflows.
func TestNoAnswerOverHTTP2HoldsARunUp(t *testing.T) {
	for name, answer := range hostileHTTP2() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newHTTP2Site(t, func(requests int32) bool { return requests >= 1 }, answer)
			ended := make(chan probes.Result, 1)
			go func() {
				r, _ := s.runner.Run(context.Background(), probes.Journey{BaseURL: s.url, Timeout: 500 * time.Millisecond,
					Steps: []probes.Step{{Name: "a", URL: "/", Expect: []expect.Condition{condition(t, `body == "this"`)}}}}, time.Time{})
				ended <- r
			}()
			select {
			case r := <-ended:
				if r.Verdict != probes.Failed {
					t.Error(r.Why())
				}
			case <-time.After(20 * time.Second):
				t.Error("the run goes on")
			}
		})
	}
}

// hostileTLS are addresses whose certificates or handshakes are no good, and
// of servers of hostileHTTP2. asked counts the requests that came.
func hostileTLS(t *testing.T, ca authority, asked *atomic.Int32) (urls []string) {
	t.Helper()
	good, hour := ca.serve(t, time.Now().Add(time.Hour), "127.0.0.1"), time.Hour
	answers := func(conn net.Conn) {
		asked.Add(1)
		readRequest(conn)
	}
	for _, config := range []*tls.Config{
		ca.serve(t, time.Now().Add(-hour), "127.0.0.1"), ca.serve(t, time.Now().Add(hour), "another.example"),
		newAuthority(t).serve(t, time.Now().Add(hour), "127.0.0.1"), {Certificates: good.Certificates, MaxVersion: tls.VersionTLS10},
		{Certificates: good.Certificates, ClientAuth: tls.RequireAnyClientCert},
	} {
		urls = append(urls, secureSocket(t, config, answers))
	}
	for _, handshake := range []string{"", "\x16\x03\x03", "\x15\x03\x03\x00\x02\x02\x28", "HTTP/1.1 400 Bad Request\r\n\r\n"} {
		urls = append(urls, strings.Replace(socket(t, func(conn net.Conn) { // amid the handshake
			_, _ = conn.Read(make([]byte, 1024))
			_, _ = io.WriteString(conn, handshake)
		}), "http", "https", 1))
	}
	overHTTP2 := good.Clone()
	overHTTP2.NextProtos = []string{"h2"}
	for _, answer := range hostileHTTP2() {
		s := new(http2Site)
		urls = append(urls, secureSocket(t, overHTTP2, func(conn net.Conn) {
			s.serve(conn, func(f *http2.Framer, id uint32) bool { asked.Add(1); return answer(f, id) })
		}))
	}
	return urls
}

func TestTenThousandRunsAgainstHostileServersLeaveNothingBehind(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: takes some seconds")
	}
	const runs, atOnce = 10_000, 100
	ca := newAuthority(t)
	var asked atomic.Int32
	urls := hostileTLS(t, ca, &asked)
	packed := bomb(t)
	bombs := fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s", len(packed), packed)
	urls = append(urls, socket(t, func(conn net.Conn) { readRequest(conn); io.WriteString(conn, bombs) }))
	for name, serve := range hostile() {
		url := socket(t, serve)
		urls = append(urls, url)
		if name == "is silent" || name == "hangs up" {
			urls = append(urls, strings.Replace(url, "http", "https", 1))
		}
	}
	urls = append(urls, "http://127.0.0.1:1")
	runner := probes.Runner{TLS: ca.trust()}
	var mu sync.Mutex
	passed := map[string]int{}
	never := condition(t, `body == "this"`)
	all := func(n int) {
		var running sync.WaitGroup
		next := make(chan int)
		for range atOnce {
			running.Go(func() {
				for i := range next {
					url := urls[i%len(urls)]
					timeout := 30 * time.Millisecond
					if strings.HasPrefix(url, "https") {
						timeout = 200 * time.Millisecond // a hundred handshakes at once take longer
					}
					r, _ := runner.Run(t.Context(), probes.Journey{Timeout: timeout, Steps: []probes.Step{
						{Name: "a", URL: url, Redirects: 3, MaxBody: 10_000, Expect: []expect.Condition{never}}, {Name: "b", URL: url, Always: true}}}, time.Time{})
					if r.Verdict.Good() {
						mu.Lock()
						passed[url]++
						mu.Unlock()
					}
				}
			})
		}
		for i := range n {
			next <- i
		}
		close(next)
		running.Wait()
	}
	all(len(urls)) // what is made once is there now
	runtime.GC()
	goroutines, files := open(t)
	began := time.Now()
	all(runs)
	t.Logf("%d runs in %v, %d requests over TLS", runs, time.Since(began), asked.Load())
	if asked.Load() < runs/10 || len(passed) > 0 {
		t.Errorf("%d requests came over TLS, and these passed: %v", asked.Load(), passed)
	}
	for deadline := time.Now().Add(20 * time.Second); ; <-time.After(20 * time.Millisecond) {
		nowGoroutines, nowFiles := open(t)
		if nowGoroutines <= goroutines+5 && nowFiles <= files+5 {
			t.Logf("%d goroutines and %d files were %d and %d", nowGoroutines, nowFiles, goroutines, files)
			return
		}
		if time.Now().After(deadline) {
			stacks := make([]byte, 1<<16)
			t.Fatalf("%d goroutines and %d files became %d and %d\n%s", goroutines, files, nowGoroutines, nowFiles,
				stacks[:runtime.Stack(stacks, true)])
		}
	}
}
