package probes_test

import (
	"io"
	"net"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/forewarn/forewarn/probes"
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

func TestTenThousandRunsAgainstHostileServersLeaveNothingBehind(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: takes some seconds")
	}
	const runs, atOnce = 10_000, 100
	var urls []string
	for name, serve := range hostile() {
		url := socket(t, serve)
		urls = append(urls, url)
		if name == "is silent" || name == "hangs up" {
			urls = append(urls, strings.Replace(url, "http", "https", 1))
		}
	}
	urls = append(urls, "http://127.0.0.1:1")
	all := func(n int) {
		var running sync.WaitGroup
		next := make(chan int)
		for range atOnce {
			running.Go(func() {
				for i := range next {
					url := urls[i%len(urls)]
					take(t, probes.Journey{Timeout: 30 * time.Millisecond, Steps: []probes.Step{
						{Name: "a", URL: url, Redirects: 3, MaxBody: 10_000}, {Name: "b", URL: url, Always: true}}})
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
	t.Logf("%d runs in %v", runs, time.Since(began))
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
