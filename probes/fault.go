package probes

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"time"
)

// fault is why a request did not get its whole answer.
type fault struct {
	err    error
	at     phase  // under way when it ended
	addr   string // remote address, if one was tried
	host   string
	roots  bool   // certificates were held against the system's authorities
	h2     bool   // HTTP/2 was agreed on
	head   bool   // the head of the response came
	read   int64  // bytes of its body that came
	resent bool   // net/http was kept from sending it again
	what   string // that a look waits for; "" is a response

	unshown bool   // the server asked for a certificate, and the journey has none to show
	family  string // of addresses, "4" or "6", that the journey asks for; "" is both
	proxied bool   // the connection is made to a proxy
}

// Error is what net/http says of it.
func (f *fault) Error() string { return f.err.Error() }

// deadline is the cause of a context that ended because time was up.
type deadline string

// Error says whose deadline it was.
func (d deadline) Error() string { return string(d) }

// dialed is the address that could not be reached. Of several, the error of
// the first is returned, while the trace tells of the last.
func dialed(err error, traced string) string {
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "dial" && op.Addr != nil {
		return op.Addr.String()
	}
	return traced
}

// blame turns a fault into a failure. What we did to ourselves is told from
// what the product did first of all, so that nobody is woken by our own fault.
func (r *run) blame(ctx context.Context, f *fault) *Failure {
	f.family, f.proxied = r.journey.Network.IP, r.journey.Network.Proxy != ""
	if f.resent {
		return r.failure(FailProtocol, f.at.String(), f.refusedResend(), "")
	}
	if ctx.Err() != nil {
		return r.ended(ctx, f)
	}
	if crowd, is := errors.AsType[crowded](f.err); is {
		return r.failure(FailSelf, "", crowd.Error(), "")
	}
	if self := f.ownFault(); self != "" {
		return r.failure(FailSelf, f.at.String(), self, f.err.Error())
	}
	if message, evidence := tlsFault(f.err); message != "" {
		return r.failure(FailTLS, handshaking.String(), message+f.nothingShown(), evidence)
	}
	if kind, message := f.quicFault(); message != "" {
		return r.failure(kind, f.at.String(), message, "")
	}
	kind, at := f.kind()
	return r.failure(kind, at.String(), f.words(at)+f.nothingShown(), "")
}

// nothingShown says what a server may miss that ends a connection: with TLS 1.3
// it says so, or just leaves, only after the handshake.
func (f *fault) nothingShown() string {
	if !f.unshown || f.head {
		return ""
	}
	return "; it had asked for a certificate, and cert_file names none"
}

// maxStall is how late the end of a deadline may be noticed. Later than that
// this machine was busy, stopped or asleep, and its timeouts mean nothing.
const maxStall = time.Second

// ended blames the end of the context: a deadline is the product's failure, a
// cancellation comes from our side. A deadline that the caller set is taken
// as the journey's.
func (r *run) ended(ctx context.Context, f *fault) *Failure {
	cause := context.Cause(ctx)
	at := f.at.String()
	if end, ok := ctx.Deadline(); ok && time.Since(end) > maxStall {
		return r.failure(FailSelf, at, fmt.Sprintf("this machine stood still for %v", time.Since(end).Round(time.Millisecond)), "")
	}
	var late deadline
	switch {
	case errors.As(cause, &late):
		return r.failure(FailTimeout, at, string(late)+" ended "+f.doing(), "")
	case errors.Is(cause, context.DeadlineExceeded), errors.Is(ctx.Err(), context.DeadlineExceeded):
		return r.failure(FailTimeout, at, "the run's deadline ended "+f.doing(), "")
	}
	return r.failure(FailSelf, at, "forewarn was stopped "+f.doing(), cause.Error())
}

// doing says what was under way.
func (f *fault) doing() string {
	switch f.at {
	case resolving:
		return "while looking up " + f.host
	case connecting:
		if f.proxied {
			return "while connecting through the proxy " + f.addr
		}
		return "while connecting to " + f.addr
	case handshaking:
		return "in the TLS handshake with " + f.addr
	case transferring, waiting:
		switch {
		case f.what != "" && f.head:
			return fmt.Sprintf("while waiting for %s, %s so far", f.what, bytesText(f.read))
		case f.what != "":
			return "while waiting for " + f.what
		case f.at == waiting:
			return "while waiting for the first byte"
		case !f.head:
			return "while reading the response headers"
		}
		return fmt.Sprintf("while reading the body, %s so far", bytesText(f.read))
	}
	return "before the request was sent"
}

// kind sorts what is left when neither we nor a certificate are to blame. The
// error's type counts for more than the phase, which a foreign transport does
// not report.
func (f *fault) kind() (FailureKind, phase) {
	var dns *net.DNSError
	var op *net.OpError
	switch {
	case errors.As(f.err, &dns), f.otherFamily():
		return FailResolve, resolving
	case isTimeout(f.err):
		return FailTimeout, f.at
	case errors.As(f.err, &op) && op.Op == "dial":
		return FailConnect, connecting
	case f.at == connecting, errors.Is(f.err, syscall.ECONNREFUSED): // UDP hears of it late
		return FailConnect, connecting
	case f.at == handshaking:
		return FailTLS, handshaking
	}
	return FailProtocol, f.at
}

func isTimeout(err error) bool {
	slow, ok := errors.AsType[net.Error](err)
	return ok && slow.Timeout()
}

// words is the fault in one line.
func (f *fault) words(at phase) string {
	if dns, ok := errors.AsType[*net.DNSError](f.err); ok {
		return f.dnsWords(dns)
	}
	if f.otherFamily() {
		return f.host + " has no IPv" + f.family + " address"
	}
	text := strings.TrimPrefix(f.err.Error(), "net/http: ")
	text = strings.TrimPrefix(text, "HTTP/1.x transport connection broken: ")
	switch {
	case errors.Is(f.err, syscall.ECONNREFUSED):
		text = "connection refused by " + f.addr
	case errors.Is(f.err, syscall.ECONNRESET), errors.Is(f.err, syscall.EPIPE):
		text = "the server reset the connection " + f.doing()
	case f.head && errors.Is(f.err, io.ErrUnexpectedEOF):
		text = "the connection ended in the middle of the body, after " + bytesText(f.read)
	case errors.Is(f.err, io.EOF), errors.Is(f.err, io.ErrUnexpectedEOF), strings.Contains(text, "server closed idle connection"):
		text = "the server closed the connection " + f.doing()
	case strings.Contains(text, "server response headers exceeded"), strings.HasPrefix(text, "http3: ") && strings.Contains(text, "too large"):
		text = "the response headers are larger than " + bytesText(maxHeader)
	case strings.Contains(text, "readLoopPeekFailLocked"):
		text = "the server spoke before it was asked, or closed the connection"
	case isTimeout(f.err):
		text = "timeout " + f.doing()
	}
	return text
}

// otherFamily reports whether the host has addresses, and none of the family.
func (f *fault) otherFamily() bool {
	none, ok := errors.AsType[*net.AddrError](f.err)
	return ok && f.family != "" && none.Err == "no suitable address found"
}

func (f *fault) dnsWords(e *net.DNSError) string {
	switch {
	case e.IsNotFound && f.family != "":
		return "no such host: " + e.Name + ", or it has no IPv" + f.family + " address"
	case e.IsNotFound:
		return "no such host: " + e.Name
	case e.IsTimeout:
		return "no answer from the name server about " + e.Name
	}
	return "lookup of " + e.Name + ": " + e.Err
}

// refusedResend is what the server did when net/http wanted to send again.
func (f *fault) refusedResend() string {
	if f.h2 {
		return "the server refused the request unread (HTTP/2 GOAWAY or REFUSED_STREAM); forewarn sends each request once"
	}
	return "the server closed the kept-alive connection without an answer; forewarn sends each request once"
}
