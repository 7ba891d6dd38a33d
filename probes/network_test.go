package probes_test

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/forewarn/forewarn/probes"
)

// secureSite serves every path by TLS.
func secureSite(t *testing.T, config *tls.Config, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.TLS = config
	server.StartTLS()
	t.Cleanup(server.Close)
	return server.URL
}

// shown is a certificate that a client shows.
func (a authority) shown(t *testing.T) tls.Certificate {
	t.Helper()
	key := newKey(t)
	cert := sign(t, &x509.Certificate{
		SerialNumber: big.NewInt(3), Subject: pkix.Name{CommonName: "probe"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}, a.cert, key, a.key)
	return tls.Certificate{Certificate: [][]byte{cert.Raw}, PrivateKey: key}
}

func TestSecureConnectionsAreAsTheJourneyAsks(t *testing.T) {
	ours, theirs := newAuthority(t), newAuthority(t)
	end := time.Now().Add(30 * 24 * time.Hour)
	plain := ours.serve(t, end, "127.0.0.1", "shop.example")
	old := ours.serve(t, end, "127.0.0.1")
	old.MaxVersion = tls.VersionTLS12
	mutual := ours.serve(t, end, "127.0.0.1")
	mutual.ClientAuth, mutual.ClientCAs = tls.RequireAndVerifyClientCert, theirs.trust().RootCAs
	elsewhere := ours.serve(t, end, "other.example")
	trusted := []*x509.Certificate{ours.cert}
	for _, test := range []struct {
		name   string
		server *tls.Config
		asks   probes.TLS
		want   string // a part of the failure; "" passes
	}{
		{"own authority", plain, probes.TLS{Authorities: trusted}, ""},
		{"another authority", plain, probes.TLS{Authorities: []*x509.Certificate{theirs.cert}}, "signed by an authority nobody here trusts"},
		{"any certificate", plain, probes.TLS{Insecure: true}, ""},
		{"the name in the certificate", elsewhere, probes.TLS{Authorities: trusted, ServerName: "other.example"}, ""},
		{"another name", elsewhere, probes.TLS{Authorities: trusted}, "not for 127.0.0.1 but for other.example"},
		{"new enough", plain, probes.TLS{Authorities: trusted, MinVersion: tls.VersionTLS13}, ""},
		{"too old", old, probes.TLS{Authorities: trusted, MinVersion: tls.VersionTLS13}, "protocol version not supported"},
		{"our certificate", mutual, probes.TLS{Authorities: trusted, Certificates: []tls.Certificate{theirs.shown(t)}}, ""},
		{"a certificate of nobody", mutual, probes.TLS{Authorities: trusted, Certificates: []tls.Certificate{ours.shown(t)}}, "the server broke off the handshake"},
		{"no certificate", mutual, probes.TLS{Authorities: trusted}, "certificate required; it had asked for a certificate, and cert_file names none"},
	} {
		t.Run(test.name, func(t *testing.T) {
			url := secureSite(t, test.server.Clone(), answer(200, "ok"))
			result, _ := take(t, probes.Journey{Network: probes.Network{TLS: test.asks}, Steps: []probes.Step{{Name: "a", URL: url}}})
			a := stepOf(t, result, "a")
			switch {
			case test.want == "" && (a.Verdict != probes.Passed || !a.CertEnd.Equal(end.Truncate(time.Second))):
				t.Errorf("%+v, %v", a.Failure, a.CertEnd)
			case test.want != "":
				wantFailure(t, a.Failure, probes.FailTLS, "tls")
				if !strings.Contains(a.Failure.Message, test.want) {
					t.Error(a.Failure.Message)
				}
			}
		})
	}
}

// Not every server says why it leaves.
func TestAServerThatLeavesForWantOfACertificateIsToldFromOneThatLeaves(t *testing.T) {
	ca := newAuthority(t)
	for asked, want := range map[tls.ClientAuthType]string{
		tls.NoClientCert:      "the server closed the connection while waiting for the first byte",
		tls.RequestClientCert: "the server closed the connection while waiting for the first byte; it had asked for a certificate, and cert_file names none",
	} {
		config := ca.serve(t, time.Now().Add(time.Hour), "127.0.0.1")
		config.ClientAuth = asked
		url := secureSocket(t, config, func(conn net.Conn) { readRequest(conn) })
		result, _ := probes.Runner{TLS: ca.trust()}.Run(t.Context(), probes.Journey{Steps: []probes.Step{{Name: "a", URL: url}}}, time.Time{})
		wantFailure(t, result.Failure, probes.FailProtocol, "wait")
		if result.Failure.Message != want {
			t.Errorf("got %q, want %q", result.Failure.Message, want)
		}
	}
}
