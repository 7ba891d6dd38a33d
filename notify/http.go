package notify

import (
	"context"
	"math"
	"net"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"sync/atomic"
	"time"
)

// Dial opens a connection; nil is the network's own way.
type Dial func(ctx context.Context, network, address string) (net.Conn, error)

// client is an http.Client that sends every request at most once: it keeps no
// connection that may have died meanwhile, speaks no HTTP/2 (whose transport
// sends again on its own), and follows no redirect, which would carry a token
// elsewhere. Its timeout is far below the time a delivery may stay "sending".
func client(dial Dial) *http.Client {
	var http1 http.Protocols
	http1.SetHTTP1(true)
	return &http.Client{
		Timeout: 10 * time.Second,
		Transport: inSeconds{&http.Transport{
			Proxy:             http.ProxyFromEnvironment,
			DialContext:       dial,
			DisableKeepAlives: true,
			Protocols:         &http1,
		}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// watched returns a ctx for one request, and a function that tells whether a
// connection was ready for it, so that it may have reached the server. Names
// that do not resolve, refused connections and failed handshakes come before.
func watched(ctx context.Context) (context.Context, func() bool) {
	var began atomic.Bool
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { began.Store(true) }}
	return httptrace.WithClientTrace(ctx, trace), began.Load
}

// mostRetryAfter is the longest that a server may keep a channel quiet by
// Retry-After. Slack asks for seconds; a year, or a slip of a proxy between,
// must not silence the alerts.
const mostRetryAfter = 15 * time.Minute

// retryAfter is how long a server asks to be left alone in Retry-After: in
// seconds or until a date, which its own clock is compared with (RFC 9110,
// 10.2.3). It is 0 if that is not said or cannot be read, else from 1 s to
// mostRetryAfter.
func retryAfter(h http.Header) time.Duration {
	said := h.Get("Retry-After")
	seconds, err := strconv.ParseFloat(said, 64)
	if until, wrong := http.ParseTime(said); wrong == nil {
		now, none := http.ParseTime(h.Get("Date"))
		if none != nil {
			now = time.Now()
		}
		seconds, err = max(until.Sub(now).Seconds(), 1), nil // a date that has passed says that it may go on
	}
	if err != nil || !(seconds > 0) {
		return 0
	}
	return time.Duration(math.Ceil(max(1, min(seconds, mostRetryAfter.Seconds())))) * time.Second
}

// inSeconds writes Retry-After as the seconds that slack-go reads: of a date it
// makes an error that hides the status, and of many digits a negative time.
type inSeconds struct{ http.RoundTripper }

func (t inSeconds) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := t.RoundTripper.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if wait := retryAfter(response.Header); wait > 0 {
		response.Header.Set("Retry-After", strconv.Itoa(int(wait.Seconds())))
	} else {
		response.Header.Del("Retry-After")
	}
	return response, nil
}
