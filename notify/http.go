package notify

import (
	"context"
	"net"
	"net/http"
	"net/http/httptrace"
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
		Transport: &http.Transport{
			Proxy:             http.ProxyFromEnvironment,
			DialContext:       dial,
			DisableKeepAlives: true,
			Protocols:         &http1,
		},
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
