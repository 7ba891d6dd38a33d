package probes

import (
	"crypto/tls"
	"net/http"
)

// maxHeader is how many bytes of response headers are read.
const maxHeader = 256 << 10

// coldTransport is a new transport without any connection, so that every run
// pays for name lookup, connection and handshake as a new visitor does.
// Closing its idle connections also ends dials and handshakes that it left
// behind.
func coldTransport(config *tls.Config, n Network) *http.Transport {
	return &http.Transport{
		TLSClientConfig:        n.TLS.apply(config),
		ForceAttemptHTTP2:      true,
		MaxResponseHeaderBytes: maxHeader,
	}
}
