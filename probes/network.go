package probes

import (
	"crypto/tls"
	"crypto/x509"
	"sync/atomic"
)

// Network is how a journey's requests reach their servers. Its zero value is
// how any program of this machine does.
type Network struct {
	TLS      TLS
	Proxy    string            // URL with http, https or socks5; its password is a secret. "" is none
	HTTP     string            // "1.1", "2" or "3" and no other, "3" never with a Proxy; "": what the server prefers
	IP       string            // "4" or "6"; "" is both, the faster
	Resolver string            // IP:port of the name server; "": as this machine is set up
	Identity bool              // bodies come as they are: nothing offers to unpack them
	Resolve  map[string]string // IPs of hosts that are not looked up; names in lower case
}

// TLS is what a journey asks of secure connections.
type TLS struct {
	Authorities  []*x509.Certificate // trusted instead of the system's; nil: the system's
	Certificates []tls.Certificate   // shown to a server that asks for one
	MinVersion   uint16              // as in crypto/tls; 0 is its default
	ServerName   string              // in the handshake and of the certificate; "": the URL's host
	Insecure     bool                // any certificate will do
}

// apply is base as this journey wants it. base may be nil.
func (t TLS) apply(base *tls.Config) *tls.Config {
	config := &tls.Config{}
	if base != nil {
		config = base.Clone()
	}
	if t.Authorities != nil {
		config.RootCAs = x509.NewCertPool()
		for _, authority := range t.Authorities {
			config.RootCAs.AddCert(authority)
		}
	}
	if t.Certificates != nil {
		config.Certificates = t.Certificates
	}
	if t.MinVersion != 0 {
		config.MinVersion = t.MinVersion
	}
	if t.ServerName != "" {
		config.ServerName = t.ServerName
	}
	config.InsecureSkipVerify = config.InsecureSkipVerify || t.Insecure
	return config
}

// heed makes config note in asked when a server asks for a certificate, if
// there is none to show it.
func heed(config *tls.Config, asked *atomic.Bool) {
	if config.Certificates != nil || config.GetClientCertificate != nil {
		return
	}
	config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
		asked.Store(true)
		return new(tls.Certificate), nil
	}
}
