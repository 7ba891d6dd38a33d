package probes

import (
	"context"
	"crypto/x509"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"time"

	"github.com/forewarn/forewarn/probes/expect"
)

// maxRedirectBody is how much of the body of a redirect is read, so that its
// connection can be used again.
const maxRedirectBody = 64 << 10

// hop is one request on the wire and its answer.
type hop struct {
	Hop
	url    *url.URL
	header http.Header // as sent, cookies included
	body   string      // as sent
	answer answer
	asks   bool   // a challenge: the next hop is the same request with the answer
	why    string // what else is known of a status of 401 that was not answered
}

// answer is a response, read as far as we read it.
type answer struct {
	status  int // 0: none came
	proto   string
	header  http.Header
	cookies []*http.Cookie
	body    []byte // decompressed
	cut     bool   // there was more
	certEnd time.Time
	cert    *x509.Certificate // the server's own; nil without TLS
}

// text is the body in UTF-8.
func (a answer) text() []byte { return expect.Text(a.header, a.body) }

// send puts one message on the wire, exactly once, and reads its answer: h is
// filled in with all that is known of both. The clock runs from before the
// name lookup until after the last body byte.
func (r *run) send(ctx context.Context, m message, s *Step, h *hop) *fault {
	h.url, h.Method = m.url, m.method
	leave, err := r.turn(ctx, m.url, s.Always)
	if err != nil {
		return &fault{err: err, host: m.url.Hostname()}
	}
	defer leave()
	sending, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	guard := &once{stop: stop}
	watch := new(stopwatch)
	req := m.request(httptrace.WithClientTrace(sending, traceFor(watch, guard)), r.jar)
	h.header, h.body = req.Header, m.body
	h.URL = clip(r.redact.String(m.url.Redacted()), maxURL)

	r.unshown.Store(false)
	watch.start()
	resp, err := r.transport.RoundTrip(req)
	var body []byte
	var cut bool
	if err == nil {
		watch.answered()
		body, cut, err = readBody(resp, s)
	}
	at := watch.stop()

	watch.fill(&h.Hop)
	if resp != nil {
		h.answer = answerOf(resp, body, cut)
		h.Status = h.answer.status
		r.jar.SetCookies(m.url, h.answer.cookies)
	}
	if err == nil {
		return nil
	}
	h.answer.certEnd = earlier(h.answer.certEnd, firstEnd(unverified(err)))
	return &fault{
		err: err, at: at, roots: r.roots, addr: dialed(err, h.Addr), host: m.url.Hostname(),
		h2: watch.proto == "h2", head: resp != nil, read: int64(len(body)), resent: guard.stopped(err),
		unshown: r.unshown.Load(),
	}
}

func traceFor(watch *stopwatch, guard *once) *httptrace.ClientTrace {
	t := new(httptrace.ClientTrace)
	watch.trace(t)
	guard.trace(t)
	return t
}

// readBody reads the decoded body up to the step's limit, and closes it. What
// was read before an error counts.
func readBody(resp *http.Response, s *Step) (body []byte, cut bool, err error) {
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusSwitchingProtocols {
		return nil, false, nil // what follows is no body
	}
	limit := s.maxBody()
	if s.Redirects > 0 && isRedirect(resp.StatusCode, resp.Header) {
		limit = maxRedirectBody
	}
	body, err = io.ReadAll(io.LimitReader(resp.Body, limit+1))
	if int64(len(body)) > limit {
		return body[:limit], true, nil
	}
	return body, false, err
}

func answerOf(resp *http.Response, body []byte, cut bool) answer {
	a := answer{
		status: resp.StatusCode, proto: resp.Proto, header: resp.Header, cookies: resp.Cookies(),
		body: body, cut: cut, certEnd: certEnd(resp.TLS),
	}
	if resp.TLS != nil && len(resp.TLS.PeerCertificates) > 0 {
		a.cert = resp.TLS.PeerCertificates[0]
	}
	return a
}
