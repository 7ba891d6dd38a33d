package probes_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/forewarn/forewarn/probes"
)

func TestAProxyIsSpokenToOverTLS(t *testing.T) {
	shop := httptest.NewTLSServer(answer(200, "ok"))
	t.Cleanup(shop.Close)
	plain, err := url.Parse("http://" + forward(t, shop.Listener.Addr().String()))
	if err != nil {
		t.Fatal(err)
	}
	secure := secureTunnel(t, plain.Host)
	for _, test := range []struct {
		proxy, url, body string
		verdict          probes.Verdict
		want             string
	}{
		{"https://ann:pr0xy-pass@" + secure, shop.URL, "ok", probes.Passed, ""},
		{"https://ann:pr0xy-pass@" + secure, "http://shop.example/x", "proxied http://shop.example/x", probes.Passed, ""},
		{"https://ann:wrong-pass@" + secure, shop.URL, "", probes.Unknown, "the proxy refuses us: status 407"},
		{"https://ann:pr0xy-pass@" + plain.Host, shop.URL, "", probes.Unknown, ""}, // which speaks no TLS
	} {
		step := probes.Step{Name: "a", URL: test.url, Expect: conditions(t, `body == "`+test.body+`"`)}
		result, transcript := take(t, probes.Journey{Network: probes.Network{Proxy: test.proxy, TLS: probes.TLS{Insecure: true}}, Steps: []probes.Step{step}})
		if result.Verdict != test.verdict || test.want != "" && !strings.Contains(result.Failure.Message, test.want) {
			t.Errorf("%s to %s: %v %+v\n%s", test.proxy, test.url, result.Verdict, result.Failure, transcript)
		}
	}
}

// secureTunnel is an address on which TLS is taken off before all goes on to
// another one.
func secureTunnel(t *testing.T, to string) string {
	t.Helper()
	link := secureSocket(t, newAuthority(t).serve(t, time.Now().Add(time.Hour), "127.0.0.1"), func(here net.Conn) {
		there, err := net.Dial("tcp", to)
		if err != nil {
			t.Error(err)
			return
		}
		defer there.Close()
		go func() {
			io.Copy(there, here)
			there.Close()
		}()
		io.Copy(here, there)
	})
	return strings.TrimPrefix(link, "https://")
}

func TestEachFamilyIsReachedAtItsOwnAddress(t *testing.T) {
	six, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		t.Skip("SKIPPED: this machine has no IPv6: ", err)
	}
	server := &http.Server{Handler: answer(200, "six")}
	go server.Serve(six)
	t.Cleanup(func() { server.Close() })
	_, port, _ := net.SplitHostPort(six.Addr().String())
	four, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		t.Skip("SKIPPED: somebody has the port in the other family: ", err)
	}
	other := &http.Server{Handler: answer(200, "four")}
	go other.Serve(four)
	t.Cleanup(func() { other.Close() })

	for _, test := range []struct{ ip, address, want string }{
		{"4", "127.0.0.1", "four"}, {"6", "::1", "six"}, {"4", "::1", ""}, {"6", "127.0.0.1", ""},
	} {
		n := probes.Network{IP: test.ip, Resolve: map[string]string{"shop.example": test.address}}
		result, transcript := take(t, probes.Journey{Network: n, Steps: []probes.Step{
			{Name: "a", URL: "http://shop.example:" + port, Expect: conditions(t, `body == "`+test.want+`"`)}}})
		if want := map[bool]probes.Verdict{true: probes.Passed, false: probes.Failed}[test.want != ""]; result.Verdict != want {
			t.Errorf("ip = %s at %s: %v, want %v: %+v\n%s", test.ip, test.address, result.Verdict, want, result.Failure, transcript)
		}
	}
}

func TestExpressionsSeeTheCertificateAndTheWayOfARealAnswer(t *testing.T) {
	ca := newAuthority(t)
	link := secureSite(t, ca.serve(t, time.Now().Add(20*24*time.Hour), "127.0.0.1", "shop.example"), func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/end" {
			http.Redirect(w, r, map[string]string{"/a": "/b", "/b": "/end"}[r.URL.Path], http.StatusFound)
		}
	})
	result, transcript := probes.Runner{TLS: ca.trust()}.Run(t.Context(), probes.Journey{BaseURL: link, Steps: []probes.Step{{Name: "a", URL: "/a", Redirects: 2,
		Expect: conditions(t, `cert.days > 19 and cert.days < 20`, `"shop.example" in cert.names`, `cert.issuer contains "Test Authority"`,
			`cert.subject.found and cert.serial.found`, `until(cert.end) < 20d and since(cert.start) > 0s`,
			`count(locations) == 2 and redirects == 2`, `"`+link+`/b" in locations`, `url == nth(locations, -1)`, `ip == "127.0.0.1"`)}}}, time.Time{})
	if result.Verdict != probes.Passed {
		t.Errorf("%+v\n%s", result.Failure, transcript)
	}
}

func TestAResetFailsInThePhaseThatItCameIn(t *testing.T) {
	reset := func(conn net.Conn) { conn.(*net.TCPConn).SetLinger(0) }
	for name, test := range map[string]struct {
		scheme string
		kind   probes.FailureKind
		phase  string
		serve  func(net.Conn)
	}{
		"in the handshake": {"https", probes.FailTLS, "tls", func(conn net.Conn) {
			io.ReadFull(conn, make([]byte, 100)) // a part of what the client says
			reset(conn)
		}},
		"before the answer": {"http", probes.FailProtocol, "wait", func(conn net.Conn) {
			readRequest(conn)
			reset(conn)
		}},
		"in the body": {"http", probes.FailProtocol, "transfer", func(conn net.Conn) {
			readRequest(conn)
			io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
			io.ReadFull(conn, make([]byte, 1)) // until the client goes, or a moment
			reset(conn)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			link := strings.Replace(socket(t, func(conn net.Conn) {
				conn.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
				test.serve(conn)
			}), "http", test.scheme, 1)
			wantFailure(t, fails(t, probes.Runner{}, link).Failure, test.kind, test.phase)
		})
	}
}
