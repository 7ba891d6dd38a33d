package probes_test

import (
	"crypto/tls"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/forewarn/forewarn/probes"
)

// fails runs a journey of one step that must fail and gives the step.
func fails(t *testing.T, runner probes.Runner, url string) probes.StepResult {
	t.Helper()
	result, _ := runner.Run(t.Context(), probes.Journey{Timeout: 5 * time.Second,
		Steps: []probes.Step{{Name: "a", URL: url}}}, time.Time{})
	s := stepOf(t, result, "a")
	if result.Verdict != probes.Failed || s.Verdict != probes.Failed || s.Failure == nil {
		t.Fatalf("got %v, %v: %+v", result.Verdict, s.Verdict, result.Failure)
	}
	if s.Duration != s.Phases.Sum() || s.Duration <= 0 {
		t.Errorf("phases %+v do not add up to %v", s.Phases, s.Duration)
	}
	if _, _, ok := result.Latency("a"); ok {
		t.Error("a step without an answer has a latency")
	}
	return s
}

func TestANameThatDoesNotExistFailsToResolve(t *testing.T) {
	s := fails(t, probes.Runner{}, "http://shop.invalid/")
	wantFailure(t, s.Failure, probes.FailResolve, "resolve")
	if s.Phases.Resolve != s.Duration {
		t.Errorf("the whole time belongs to resolve: %+v", s.Phases)
	}
}

func TestAClosedPortFailsToConnect(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	s := fails(t, probes.Runner{}, "http://"+listener.Addr().String())
	wantFailure(t, s.Failure, probes.FailConnect, "connect")
	if want := "connection refused by " + listener.Addr().String(); s.Failure.Message != want {
		t.Errorf("got %q, want %q", s.Failure.Message, want)
	}
	if s.Phases.Connect != s.Duration {
		t.Errorf("the whole time belongs to connect: %+v", s.Phases)
	}
}

func TestACertificateThatIsNotGoodFailsInTLS(t *testing.T) {
	ca := newAuthority(t)
	soon := time.Now().Add(time.Hour)
	for name, test := range map[string]struct {
		server *tls.Config
		client *tls.Config
		want   string
	}{
		"expired":      {ca.serve(t, time.Now().Add(-time.Minute), "127.0.0.1"), ca.trust(), "the certificate has expired"},
		"not yet":      {ca.serve(t, time.Now().Add(91*24*time.Hour), "127.0.0.1"), ca.trust(), "the certificate is not valid yet"},
		"wrong host":   {ca.serve(t, soon, "shop.example"), ca.trust(), "the certificate is not for 127.0.0.1 but for shop.example"},
		"stranger":     {ca.serve(t, soon, "127.0.0.1"), newAuthority(t).trust(), "signed by an authority nobody here trusts: CN=Test Authority"},
		"old protocol": {old(ca.serve(t, soon, "127.0.0.1")), ca.trust(), "protocol version"},
		"client certificate": {strict(ca.serve(t, soon, "127.0.0.1")), ca.trust(),
			"the server broke off the handshake: tls: certificate required"},
	} {
		t.Run(name, func(t *testing.T) {
			url := secureSocket(t, test.server, func(conn net.Conn) { readRequest(conn) })
			s := fails(t, probes.Runner{TLS: test.client}, url)
			wantFailure(t, s.Failure, probes.FailTLS, "tls")
			if !strings.Contains(s.Failure.Message, test.want) {
				t.Errorf("got %q, want %q", s.Failure.Message, test.want)
			}
		})
	}
}

func old(config *tls.Config) *tls.Config {
	config.MinVersion, config.MaxVersion = tls.VersionTLS10, tls.VersionTLS10
	return config
}

func strict(config *tls.Config) *tls.Config {
	config.ClientAuth = tls.RequireAnyClientCert
	return config
}

func TestABadCertificateIsShownWithItsEnd(t *testing.T) {
	ca := newAuthority(t)
	end := time.Now().Add(-36 * time.Hour).Truncate(time.Second)
	url := secureSocket(t, ca.serve(t, end, "127.0.0.1"), func(conn net.Conn) { readRequest(conn) })
	result, _ := probes.Runner{TLS: ca.trust()}.Run(t.Context(), probes.Journey{
		Steps: []probes.Step{{Name: "a", URL: url}}}, time.Time{})
	for _, want := range []string{"issuer   CN=Test Authority", "names    127.0.0.1", "until    " + end.UTC().Format(time.RFC3339), "now      "} {
		if !strings.Contains(result.Failure.Evidence, want) {
			t.Errorf("no %q in\n%s", want, result.Failure.Evidence)
		}
	}
	if left, ok := result.CertDays(""); !ok || left > -1.4 || left < -1.6 {
		t.Errorf("%v days left, %v", left, ok)
	}
}

func TestTheDaysLeftOfACertificateAreMeasured(t *testing.T) {
	ca := newAuthority(t)
	url := secureSocket(t, ca.serve(t, time.Now().Add(20*24*time.Hour), "127.0.0.1"), func(conn net.Conn) {
		readRequest(conn)
		io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
	})
	result, _ := probes.Runner{TLS: ca.trust()}.Run(t.Context(), probes.Journey{
		Steps: []probes.Step{{Name: "a", URL: url}}}, time.Time{})
	for _, step := range []string{"", "a"} {
		if left, ok := result.CertDays(step); !ok || left < 19.9 || left > 20 {
			t.Errorf("step %q: %v days left, %v", step, left, ok)
		}
	}
	if _, ok := result.CertDays("b"); ok {
		t.Error("a step that is not there has a certificate")
	}
	if a := stepOf(t, result, "a"); a.Phases.TLS <= 0 || a.Phases.Connect <= 0 || a.Duration != a.Phases.Sum() {
		t.Errorf("phases %+v of %v", a.Phases, a.Duration)
	}
}

func TestACertificateThatNoChainNeedsDoesNotCount(t *testing.T) {
	ca := newAuthority(t)
	config := ca.serve(t, time.Now().Add(20*24*time.Hour), "127.0.0.1")
	old := ca.serve(t, time.Now().Add(-time.Hour), "old.example").Certificates[0].Certificate[0]
	config.Certificates[0].Certificate = append(config.Certificates[0].Certificate, old)
	url := secureSocket(t, config, func(conn net.Conn) {
		readRequest(conn)
		io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
	})
	result, _ := probes.Runner{TLS: ca.trust()}.Run(t.Context(), probes.Journey{
		Steps: []probes.Step{{Name: "a", URL: url}}}, time.Time{})
	if left, ok := result.CertDays(""); !ok || left < 19.9 {
		t.Errorf("%v days left, %v: %+v", left, ok, result.Failure)
	}
}

// A server's answer, word for word, and what becomes of it.
func TestBrokenHTTPFailsInProtocol(t *testing.T) {
	const ok = "HTTP/1.1 200 OK\r\n"
	for name, test := range map[string]struct{ sent, phase, want string }{
		"nothing":          {"", "wait", "the server closed the connection while waiting for the first byte"},
		"nonsense":         {"hello, world\r\n\r\n", "transfer", "malformed HTTP"},
		"a line half":      {ok + "Content-Le", "transfer", `malformed MIME header: missing colon: "Content-Le"`},
		"half a head":      {ok + "X: y\r\n", "transfer", "the server closed the connection while reading the response headers"},
		"short of length":  {ok + "Content-Length: 10\r\n\r\nhalf", "transfer", "in the middle of the body, after 4 B"},
		"short of a chunk": {ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nhel", "transfer", "in the middle of the body, after 3 B"},
		"broken gzip":      {ok + "Content-Encoding: gzip\r\nContent-Length: 20\r\n\r\n01234567890123456789", "transfer", "gzip: invalid header"},
		"12 MB of header":  {ok + "X: " + strings.Repeat("x", 12<<20) + "\r\n\r\n", "transfer", "the response headers are larger than 256.0 kB"},
		"many headers":     {ok + strings.Repeat("X: yes\r\n", 100_000) + "\r\n", "transfer", "the response headers are larger than 256.0 kB"},
	} {
		t.Run(name, func(t *testing.T) {
			url := socket(t, func(conn net.Conn) {
				readRequest(conn)
				io.WriteString(conn, test.sent)
				conn.(*net.TCPConn).CloseWrite()
				io.Copy(io.Discard, conn)
			})
			s := fails(t, probes.Runner{}, url)
			wantFailure(t, s.Failure, probes.FailProtocol, test.phase)
			if !strings.Contains(s.Failure.Message, test.want) {
				t.Errorf("got %q, want %q", s.Failure.Message, test.want)
			}
		})
	}
}

func TestAResetFailsInProtocol(t *testing.T) {
	url := socket(t, func(conn net.Conn) {
		readRequest(conn)
		conn.(*net.TCPConn).SetLinger(0)
	})
	s := fails(t, probes.Runner{}, url)
	wantFailure(t, s.Failure, probes.FailProtocol, "wait")
	if want := "the server reset the connection while waiting for the first byte"; s.Failure.Message != want {
		t.Errorf("got %q", s.Failure.Message)
	}
}

func TestPlainHTTPOnAnHTTPSPortFailsInTLS(t *testing.T) {
	url := socket(t, func(conn net.Conn) {
		io.WriteString(conn, "HTTP/1.1 400 Bad Request\r\n\r\n")
		io.Copy(io.Discard, conn)
	})
	s := fails(t, probes.Runner{}, strings.Replace(url, "http:", "https:", 1))
	wantFailure(t, s.Failure, probes.FailTLS, "tls")
	if want := "the server does not speak TLS on this port"; s.Failure.Message != want {
		t.Errorf("got %q", s.Failure.Message)
	}
}

func TestABodyThatEndsWithItsConnectionIsWhole(t *testing.T) {
	url := socket(t, func(conn net.Conn) {
		readRequest(conn)
		io.WriteString(conn, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhalf?")
	})
	result, _ := take(t, probes.Journey{Steps: []probes.Step{{Name: "a", URL: url}}})
	if a := stepOf(t, result, "a"); a.Verdict != probes.Passed || a.Bytes != 5 {
		t.Errorf("%+v", a)
	}
}

func TestANameServerOfAJourneyThatFailsOrIsSilentFailsToResolve(t *testing.T) {
	for name, test := range map[string]struct {
		server  string
		kind    probes.FailureKind
		timeout time.Duration
	}{
		"SERVFAIL": {stub(t, rcode(dnsmessage.RCodeServerFailure)), probes.FailResolve, 5 * time.Second},
		"NXDOMAIN": {stub(t, rcode(dnsmessage.RCodeNameError)), probes.FailResolve, 5 * time.Second},
		"silence":  {stub(t, func(dnsmessage.Message, bool) []dnsmessage.Message { return nil }), probes.FailTimeout, 300 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			result, _ := take(t, probes.Journey{Timeout: test.timeout, Network: probes.Network{Resolver: test.server},
				Steps: []probes.Step{{Name: "a", URL: "http://shop.example/"}}})
			if result.Verdict != probes.Failed || time.Since(began) > test.timeout+2*time.Second {
				t.Errorf("%v after %v", result.Verdict, time.Since(began))
			}
			wantFailure(t, result.Failure, test.kind, "resolve")
		})
	}
}
