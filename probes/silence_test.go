package probes_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/forewarn/forewarn/probes"
)

// Servers that take their time, each in another phase. The deadline is the
// only thing that ends these runs.
func TestSilenceInAnyPhaseEndsWithTheDeadline(t *testing.T) {
	hang := func(conn net.Conn) { io.Copy(io.Discard, conn) }
	for name, test := range map[string]struct {
		scheme, phase string
		serve         func(net.Conn)
	}{
		"in the handshake": {"https", "tls", hang},
		"before the head":  {"http", "wait", hang},
		"in the head": {"http", "transfer", func(conn net.Conn) {
			readRequest(conn)
			io.WriteString(conn, "HTTP/1.1 200 OK\r\nX-Slow: ")
			drip(conn, "x")
		}},
		"with early hints": {"http", "transfer", func(conn net.Conn) {
			readRequest(conn)
			drip(conn, "HTTP/1.1 103 Early Hints\r\n\r\n")
		}},
		"in the body": {"http", "transfer", func(conn net.Conn) {
			readRequest(conn)
			io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
			drip(conn, "x")
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := strings.Replace(socket(t, test.serve), "http", test.scheme, 1)
			began := time.Now()
			result, _ := take(t, probes.Journey{Timeout: 300 * time.Millisecond, Steps: []probes.Step{{Name: "a", URL: url}}})
			if took := time.Since(began); took < 300*time.Millisecond || took > 2*time.Second {
				t.Errorf("the run took %v, its deadline is 300ms", took)
			}
			if a := stepOf(t, result, "a"); !a.TimedOut || !result.TimedOut || a.Duration != a.Phases.Sum() {
				t.Errorf("%+v", a)
			}
			wantFailure(t, result.Failure, probes.FailTimeout, test.phase)
		})
	}
}

// drip writes a text every 20 ms until the other side hangs up.
func drip(conn net.Conn, text string) {
	for {
		if _, err := io.WriteString(conn, text); err != nil {
			return
		}
		conn.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
		if _, err := io.Copy(io.Discard, conn); err == nil {
			return
		}
	}
}

func TestAPortThatDoesNotAcceptEndsWithTheDeadline(t *testing.T) {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(fd)
	if err := errors.Join(syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}), syscall.Listen(fd, 0)); err != nil {
		t.Fatal(err)
	}
	name, err := syscall.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	address := fmt.Sprintf("127.0.0.1:%d", name.(*syscall.SockaddrInet4).Port)
	for range 16 { // until its queue is full
		conn, err := net.DialTimeout("tcp", address, 100*time.Millisecond)
		if err != nil {
			break
		}
		defer conn.Close()
	}
	result, _ := take(t, probes.Journey{Timeout: 200 * time.Millisecond, Steps: []probes.Step{{Name: "a", URL: "http://" + address}}})
	wantFailure(t, result.Failure, probes.FailTimeout, "connect")
	if !strings.Contains(result.Failure.Message, "while connecting to "+address) {
		t.Error(result.Failure.Message)
	}
}
