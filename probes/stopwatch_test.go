package probes

import (
	"crypto/tls"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http/httptrace"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// event is one callback of httptrace, some milliseconds after the one before.
type event struct {
	after int
	call  func(*httptrace.ClientTrace)
}

func dnsStart(t *httptrace.ClientTrace)     { t.DNSStart(httptrace.DNSStartInfo{}) }
func dnsDone(t *httptrace.ClientTrace)      { t.DNSDone(httptrace.DNSDoneInfo{}) }
func connectStart(t *httptrace.ClientTrace) { t.ConnectStart("tcp", "192.0.2.1:443") }
func connectDone(t *httptrace.ClientTrace)  { t.ConnectDone("tcp", "192.0.2.1:443", nil) }
func connectLost(t *httptrace.ClientTrace) {
	t.ConnectDone("tcp", "[2001:db8::1]:443", errors.New("lost"))
}
func tlsStart(t *httptrace.ClientTrace) { t.TLSHandshakeStart() }
func tlsDone(t *httptrace.ClientTrace)  { t.TLSHandshakeDone(tls.ConnectionState{}, nil) }
func gotConn(t *httptrace.ClientTrace) {
	conn, _ := net.Pipe()
	t.GotConn(httptrace.GotConnInfo{Conn: conn})
}
func firstByte(t *httptrace.ClientTrace) { t.GotFirstResponseByte() }

// timed plays events to a stopwatch and stops it some milliseconds later.
func timed(events []event, rest int) (Phases, phase) {
	var w stopwatch
	var trace httptrace.ClientTrace
	w.trace(&trace)
	w.start()
	for _, e := range events {
		time.Sleep(time.Duration(e.after) * time.Millisecond)
		e.call(&trace)
	}
	time.Sleep(time.Duration(rest) * time.Millisecond)
	at := w.stop()
	var h Hop
	w.fill(&h)
	return h.Phases, at
}

func TestPhasesBeginWhereTheOneBeforeEnded(t *testing.T) {
	ms := func(n int) time.Duration { return time.Duration(n) * time.Millisecond }
	for name, test := range map[string]struct {
		events []event
		rest   int
		want   Phases
		at     string
	}{
		"a new connection": {
			[]event{{1, dnsStart}, {4, dnsDone}, {1, connectStart}, {10, connectDone}, {1, tlsStart}, {10, tlsDone}, {1, gotConn}, {100, firstByte}},
			10, Phases{ms(5), ms(11), ms(11), ms(101), ms(10)}, "transfer"},
		"a connection kept alive": {
			[]event{{1, gotConn}, {20, firstByte}}, 2, Phases{Wait: ms(21), Transfer: ms(2)}, "transfer"},
		"an address without a name": {
			[]event{{1, connectStart}, {10, connectDone}, {1, gotConn}, {20, firstByte}}, 0, Phases{Connect: ms(11), Wait: ms(21)}, "transfer"},
		"the second of two dials wins": {
			[]event{{0, dnsStart}, {1, dnsDone}, {0, connectStart}, {300, connectStart}, {10, connectDone}, {1, gotConn}, {5, connectLost}, {5, connectDone}, {5, firstByte}},
			1, Phases{Resolve: ms(1), Connect: ms(310), Wait: ms(16), Transfer: ms(1)}, "transfer"},
		"a dial that begins too late": {
			[]event{{0, connectStart}, {2, connectDone}, {1, tlsStart}, {4, connectStart}, {4, dnsStart}, {1, tlsDone}, {1, gotConn}, {5, connectStart}, {5, firstByte}, {1, gotConn}},
			1, Phases{Connect: ms(2), TLS: ms(10), Wait: ms(11), Transfer: ms(2)}, "transfer"},
		"a name that hangs": {[]event{{1, dnsStart}}, 50, Phases{Resolve: ms(51)}, "resolve"},
		"a connection that hangs": {
			[]event{{0, dnsStart}, {2, dnsDone}, {0, connectStart}}, 50, Phases{Resolve: ms(2), Connect: ms(50)}, "connect"},
		"a handshake that hangs": {
			[]event{{0, connectStart}, {2, connectDone}, {1, tlsStart}}, 50, Phases{Connect: ms(2), TLS: ms(51)}, "tls"},
		"a transport that tells nothing": {nil, 7, Phases{Wait: ms(7)}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				got, at := timed(test.events, test.rest)
				if diff := cmp.Diff(test.want, got); diff != "" || at.String() != test.at {
					t.Errorf("ended in %q\n%s", at, diff)
				}
			})
		})
	}
}

func TestPhasesAddUpInWhateverOrderCallbacksCome(t *testing.T) {
	calls := []func(*httptrace.ClientTrace){dnsStart, dnsDone, connectStart, connectDone, connectLost, tlsStart, tlsDone, gotConn, firstByte}
	for seed := range uint64(500) {
		random := rand.New(rand.NewPCG(seed, 1))
		var events []event
		total := random.IntN(5)
		rest := total
		for range random.IntN(15) {
			e := event{random.IntN(9), calls[random.IntN(len(calls))]}
			events = append(events, e)
			total += e.after
		}
		synctest.Test(t, func(t *testing.T) {
			got, _ := timed(events, rest)
			if want := time.Duration(total) * time.Millisecond; got.Sum() != want {
				t.Errorf("seed %d: %+v add up to %v, not %v", seed, got, got.Sum(), want)
			}
			for p := resolving; p <= transferring; p++ {
				if *got.at(p) < 0 {
					t.Errorf("seed %d: %v is negative in %+v", seed, p, got)
				}
			}
		})
	}
}

func TestNothingCountsAfterTheStopwatchStopped(t *testing.T) {
	var w stopwatch
	var trace httptrace.ClientTrace
	w.trace(&trace)
	w.start()
	var late sync.WaitGroup
	for range 50 {
		late.Go(func() { connectDone(&trace) })
		late.Go(func() { gotConn(&trace) })
	}
	w.stop()
	var before, after Hop
	w.fill(&before)
	late.Wait()
	firstByte(&trace)
	w.fill(&after)
	if diff := cmp.Diff(fmt.Sprint(before), fmt.Sprint(after)); diff != "" {
		t.Error(diff)
	}
}
