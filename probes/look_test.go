package probes_test

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/forewarn/forewarn/probes"
)

// see takes one look.
func see(t *testing.T, l probes.Look, n probes.Network, timeout time.Duration) (probes.Result, probes.Transcript) {
	t.Helper()
	return take(t, probes.Journey{Name: "eye", Network: n, Timeout: timeout, Steps: []probes.Step{{Name: "look", Look: &l}}})
}

// handshakes serves TLS and nothing behind it; it gives its host:port.
func handshakes(t *testing.T, config *tls.Config) string {
	t.Helper()
	url := socket(t, func(conn net.Conn) {
		if secure := tls.Server(conn, config); secure.Handshake() == nil {
			io.Copy(io.Discard, secure)
		}
	})
	return strings.TrimPrefix(url, "http://")
}

func TestAHandshakeTellsWhenTheCertificateEnds(t *testing.T) {
	ours := newAuthority(t)
	end := time.Now().Add(10 * 24 * time.Hour).Truncate(time.Second)
	addr := handshakes(t, ours.serve(t, end, "mail.example"))
	result, transcript := see(t, probes.Look{Handshake: &probes.Handshake{Addr: addr}},
		probes.Network{TLS: probes.TLS{Authorities: []*x509.Certificate{ours.cert}, ServerName: "mail.example"}}, time.Minute)

	step := stepOf(t, result, "look")
	if result.Verdict != probes.Passed || !step.CertEnd.Equal(end) || step.Proto != "TLS 1.3" || step.Status != 0 {
		t.Fatalf("%v %+v", result.Verdict, step)
	}
	if left, ok := result.CertDays(""); !ok || left < 9.99 || left > 10 {
		t.Errorf("%v days left, %v", left, ok)
	}
	p := step.Phases
	if p.Connect <= 0 || p.TLS <= 0 || p.Wait != 0 || p.Transfer != 0 || p.Sum() != step.Duration || step.Duration != result.Duration {
		t.Errorf("phases %+v of %v", p, step.Duration)
	}
	for _, want := range []string{"> TLS " + addr, "names    mail.example", "until    " + end.UTC().Format(time.RFC3339), "= connect "} {
		if !strings.Contains(transcript.String(), want) {
			t.Errorf("no %q in\n%s", want, transcript)
		}
	}
}

func TestAHandshakeFailsAsTheCertificateIsWrong(t *testing.T) {
	ours := newAuthority(t)
	trusted := probes.TLS{Authorities: []*x509.Certificate{ours.cert}}
	soon := time.Now().Add(time.Hour)
	old := ours.serve(t, soon, "127.0.0.1")
	old.MaxVersion = tls.VersionTLS11
	for _, test := range []struct {
		name, addr string
		asks       probes.TLS
		kind       probes.FailureKind
		want       string
	}{
		{"expired", handshakes(t, ours.serve(t, time.Now().Add(-time.Hour), "127.0.0.1")), trusted, probes.FailTLS, "the certificate has expired"},
		{"another name", handshakes(t, ours.serve(t, soon, "mail.example")), trusted, probes.FailTLS, "not for 127.0.0.1 but for mail.example"},
		{"a stranger", handshakes(t, newAuthority(t).serve(t, soon, "127.0.0.1")), trusted, probes.FailTLS, "an authority nobody here trusts"},
		{"too old", handshakes(t, old), trusted, probes.FailTLS, "protocol version not supported"},
		{"no TLS", strings.TrimPrefix(socket(t, func(c net.Conn) { io.WriteString(c, "220 mail ready\r\n") }), "http://"), trusted, probes.FailTLS, "does not speak TLS"},
		{"nobody there", unusedAddress(t), trusted, probes.FailConnect, "connection refused by "},
		{"silent", strings.TrimPrefix(socket(t, func(c net.Conn) { io.Copy(io.Discard, c) }), "http://"), trusted, probes.FailTimeout, "the journey's timeout of 300ms ended in the TLS handshake with "},
	} {
		t.Run(test.name, func(t *testing.T) {
			result, _ := see(t, probes.Look{Handshake: &probes.Handshake{Addr: test.addr}}, probes.Network{TLS: test.asks}, 300*time.Millisecond)
			if f := result.Failure; result.Verdict != probes.Failed || f.Kind != test.kind || !strings.Contains(f.Message, test.want) {
				t.Errorf("%v: %+v", result.Verdict, f)
			}
		})
	}
}

// unusedAddress is one that refuses connections.
func unusedAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// banner is a server that says something at once and then listens.
func banner(t *testing.T, text string) string {
	return strings.TrimPrefix(socket(t, func(c net.Conn) {
		io.WriteString(c, text)
		io.Copy(io.Discard, c)
	}), "http://")
}

// echo is a server that says back what it hears.
func echo(t *testing.T) string {
	return strings.TrimPrefix(socket(t, func(c net.Conn) { io.Copy(c, c) }), "http://")
}

func TestAConnectionIsTakenAndSaysWhatItShould(t *testing.T) {
	for _, test := range []struct {
		name string
		look probes.Connection
		kind probes.FailureKind // "" passes
		want string
	}{
		{"connects", probes.Connection{Addr: banner(t, "")}, "", ""},
		{"greets", probes.Connection{Addr: banner(t, "220 mail ready\r\n"), Expect: "220 "}, "", ""},
		{"answers", probes.Connection{Addr: echo(t), Send: "ping\r\n", Expect: "ping"}, "", ""},
		{"greets another way", probes.Connection{Addr: strings.TrimPrefix(socket(t, func(c net.Conn) { io.WriteString(c, "554 go away\r\n") }), "http://"), Expect: "220 "},
			probes.FailExpect, `expected "220 " from the server, found "554 go away\r\n"`},
		{"talks without end", probes.Connection{Addr: banner(t, strings.Repeat("x", 1<<20)), Expect: "220 "}, probes.FailExpect, `expected "220 " from the server, found "xxx`},
		{"refused", probes.Connection{Addr: unusedAddress(t)}, probes.FailConnect, "connection refused by 127.0.0.1:"},
		{"hangs", probes.Connection{Addr: banner(t, ""), Expect: "220 "}, probes.FailTimeout, `the journey's timeout of 300ms ended while waiting for "220 "`},
		{"hangs half way", probes.Connection{Addr: banner(t, "22"), Expect: "220 "}, probes.FailTimeout, `ended while waiting for "220 ", 2 B so far`},
		{"hangs up", probes.Connection{Addr: strings.TrimPrefix(socket(t, func(net.Conn) {}), "http://"), Expect: "220 "}, probes.FailProtocol, `the server closed the connection while waiting for "220 "`},
		{"no such host", probes.Connection{Addr: "shop.invalid:25"}, probes.FailResolve, "shop.invalid"},
	} {
		t.Run(test.name, func(t *testing.T) {
			result, transcript := see(t, probes.Look{Connection: &test.look}, probes.Network{Resolver: nameServer(t)}, 300*time.Millisecond)
			if test.kind == "" && result.Verdict != probes.Passed {
				t.Fatalf("%+v", result.Failure)
			}
			if f := result.Failure; test.kind != "" && (result.Verdict != probes.Failed || f.Kind != test.kind || !strings.Contains(f.Message, test.want)) {
				t.Errorf("%v: %+v, want %q", result.Verdict, f, test.want)
			}
			if step := stepOf(t, result, "look"); step.Proto != "TCP" || step.Phases.Sum() != step.Duration {
				t.Errorf("%+v", step)
			}
			if !strings.Contains(transcript.String(), "> TCP "+test.look.Addr) {
				t.Error(transcript)
			}
		})
	}
}

func TestWaitsUntilTheFirstByteAndTransfersUntilTheText(t *testing.T) {
	addr := banner(t, "220 ready")
	result, _ := see(t, probes.Look{Connection: &probes.Connection{Addr: addr, Expect: "ready"}}, probes.Network{}, time.Minute)
	if p := stepOf(t, result, "look").Phases; p.Connect <= 0 || p.Wait <= 0 || p.TLS != 0 {
		t.Errorf("%+v", p)
	}
	if took, atLeast, ok := result.Latency(""); !ok || atLeast || took <= 0 {
		t.Errorf("latency %v, %v, %v", took, atLeast, ok)
	}
}

func TestWhatIsSentIsNeverShown(t *testing.T) {
	const password = "AUTH hunter22"
	look := probes.Look{Connection: &probes.Connection{Addr: echo(t), Send: password + "\r\n", Expect: "+OK"}}
	result, transcript := see(t, look, probes.Network{}, 200*time.Millisecond)
	if result.Verdict != probes.Failed {
		t.Fatal(result.Verdict)
	}
	if all := result.Failure.Message + transcript.String(); strings.Contains(all, "hunter22") {
		t.Error(all)
	}
}

func TestAServerThatSaysAWordOfWhatWasSentShowsNoPassword(t *testing.T) {
	addr := strings.TrimPrefix(socket(t, func(conn net.Conn) {
		conn.Read(make([]byte, 100))
		io.WriteString(conn, "-ERR no user 'shop' with hunter2-hunter2\r\n")
	}), "http://")
	look := probes.Look{Connection: &probes.Connection{Addr: addr, Send: "AUTH shop hunter2-hunter2\r\nPING\r\n", Expect: "+PONG"}}
	result, transcript := see(t, look, probes.Network{}, time.Minute)
	if result.Verdict != probes.Failed || strings.Contains(transcript.String()+result.Why(), "hunter2") {
		t.Errorf("%s\n%s", result.Why(), transcript.String())
	}
}
