package probes

import (
	"crypto/tls"
	"net/http/httptrace"
	"sync"
	"time"
)

// stopwatch splits the time of one request into phases. A lap begins where
// the one before it ended, so that the phases add up to the whole: time
// between two phases goes to the later one, what is left at the end to the
// phase under way.
//
// Callbacks of httptrace come from several goroutines, those of the slower of
// two dials even after the request: a phase never goes back, and nothing
// counts after stop.
type stopwatch struct {
	mu      sync.Mutex
	last    time.Time // end of the last lap
	now     phase     // under way
	phases  Phases
	addr    string // remote address, once one was tried
	proto   string // that TLS agreed on: "h2", "http/1.1" or ""
	reused  bool
	stopped bool
}

// phase numbers the phases in their order.
type phase int

const (
	starting phase = iota // nothing was reported yet; counts as waiting
	resolving
	connecting
	handshaking
	waiting
	transferring
)

// String is the phase's name in results.
func (p phase) String() string {
	return [...]string{"", "resolve", "connect", "tls", "wait", "transfer"}[p]
}

func (p *Phases) at(now phase) *time.Duration {
	return [...]*time.Duration{&p.Wait, &p.Resolve, &p.Connect, &p.TLS, &p.Wait, &p.Transfer}[now]
}

func (w *stopwatch) start() { w.last = time.Now() }

// enter says that p is under way. The time since the last lap is p's.
func (w *stopwatch) enter(p phase) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = max(w.now, p)
}

// leave ends the lap of p.
func (w *stopwatch) leave(p phase) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stopped || p < w.now {
		return
	}
	w.now = p
	w.lap()
}

// stop ends the last lap and tells in which phase that was.
func (w *stopwatch) stop() phase {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lap()
	w.stopped = true
	return w.now
}

func (w *stopwatch) lap() {
	now := time.Now()
	*w.phases.at(w.now) += now.Sub(w.last)
	w.last = now
}

// answered says that the head of the response is there.
func (w *stopwatch) answered() {
	w.leave(waiting)
	w.enter(transferring)
}

// fill writes what was measured into h.
func (w *stopwatch) fill(h *Hop) {
	w.mu.Lock()
	defer w.mu.Unlock()
	h.Phases, h.Elapsed = w.phases, w.phases.Sum()
	h.Addr, h.Reused = w.addr, w.reused
}

// trace makes t report to the stopwatch.
func (w *stopwatch) trace(t *httptrace.ClientTrace) {
	t.DNSStart = func(httptrace.DNSStartInfo) { w.enter(resolving) }
	t.DNSDone = func(info httptrace.DNSDoneInfo) { w.done(resolving, info.Err) }
	t.ConnectStart = func(_, addr string) {
		w.reach(addr, "", false)
		w.enter(connecting)
	}
	t.ConnectDone = func(_, _ string, err error) { w.done(connecting, err) }
	t.TLSHandshakeStart = func() { w.enter(handshaking) }
	t.TLSHandshakeDone = func(_ tls.ConnectionState, err error) { w.done(handshaking, err) }
	t.GotConn = w.gotConn
	t.GotFirstResponseByte = w.answered
}

// done ends a phase that went well. One that went wrong stays under way: its
// time runs until another attempt succeeds or the request is given up.
func (w *stopwatch) done(p phase, err error) {
	if err == nil {
		w.leave(p)
	}
}

func (w *stopwatch) gotConn(info httptrace.GotConnInfo) {
	proto := ""
	if secure, ok := info.Conn.(*tls.Conn); ok {
		proto = secure.ConnectionState().NegotiatedProtocol
	}
	w.reach(info.Conn.RemoteAddr().String(), proto, info.Reused)
	w.enter(waiting)
}

func (w *stopwatch) reach(addr, proto string, reused bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.stopped && w.now < waiting {
		w.addr, w.proto, w.reused = addr, proto, reused
	}
}
