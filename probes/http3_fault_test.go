package probes_test

import (
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/quic-go/quic-go"
	"github.com/quic-go/quic-go/http3"

	"github.com/forewarn/forewarn/probes"
)

// mute is a port that takes datagrams and answers none.
func mute(t *testing.T) (url string) {
	t.Helper()
	socket, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { socket.Close() })
	return "https://" + socket.LocalAddr().String()
}

func TestFaultsOverHTTP3AreToldFromEachOtherAsOverTCP(t *testing.T) {
	ca := newAuthority(t)
	soon := time.Now().Add(time.Hour)
	serve := func(config *tls.Config, handler http.HandlerFunc) string {
		return "https://127.0.0.1:" + quicSite(t, config, handler)
	}
	good := func(handler http.HandlerFunc) string { return serve(ca.serve(t, soon, "127.0.0.1"), handler) }
	hang := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	for name, test := range map[string]struct {
		url  string
		kind probes.FailureKind
		at   string
		says string
	}{
		"nobody listens":       {"https://127.0.0.1:1", probes.FailConnect, "connect", "connection refused by 127.0.0.1:1"},
		"nothing answers":      {mute(t), probes.FailTimeout, "tls", "the journey's timeout of 400ms ended in the TLS handshake with 127.0.0.1:"},
		"no such name":         {"https://gone.invalid", probes.FailResolve, "resolve", "gone.invalid"},
		"another's name":       {serve(ca.serve(t, soon, "other.example"), answer(200, "")), probes.FailTLS, "tls", "the certificate is not for 127.0.0.1 but for other.example"},
		"it ended":             {serve(ca.serve(t, time.Now().Add(-time.Hour), "127.0.0.1"), answer(200, "")), probes.FailTLS, "tls", "the certificate has expired"},
		"a stranger signed it": {serve(newAuthority(t).serve(t, soon, "127.0.0.1"), answer(200, "")), probes.FailTLS, "tls", "signed by an authority nobody here trusts"},
		"it thinks too long":   {good(hang), probes.FailTimeout, "wait", "the journey's timeout of 400ms ended while waiting for the first byte"},
		"its body stops":       {good(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, strings.Repeat("x", 9000)); hang(w, r) }), probes.FailTimeout, "transfer", "while reading the body, "},
		"it breaks off": {good(func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, strings.Repeat("x", 9000))
			w.(http.Flusher).Flush()
			<-time.After(50 * time.Millisecond)
			panic(http.ErrAbortHandler)
		}), probes.FailProtocol, "transfer", "the server broke off while reading the body, 8.8 kB so far: H3_INTERNAL_ERROR"},
		"its body is short": {good(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "9")
			io.WriteString(w, "x")
		}), probes.FailProtocol, "transfer", "the connection ended in the middle of the body, after 1 B"},
		"no end of headers": {good(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X", strings.Repeat("x", 300_000)) }), probes.FailProtocol, "transfer", "the response headers are larger than 256.0 kB"},
		"on to http": {good(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://127.0.0.1:1/", http.StatusFound)
		}), probes.FailProtocol, "", "HTTP/3 is spoken over https alone, and this is http://127.0.0.1:1"},
		"no HTTP/3 over QUIC": {"https://" + quicListener(t, ca.serve(t, soon, "127.0.0.1"), "other"), probes.FailTLS, "tls", "the server broke off the handshake: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := overQUIC(probes.Step{Name: "it", URL: test.url, Redirects: 1})
			j.Timeout = 400 * time.Millisecond
			result, transcript := probes.Runner{TLS: ca.trust()}.Run(t.Context(), j, time.Time{})
			wantFailure(t, result.Failure, test.kind, test.at)
			if !strings.Contains(result.Failure.Message, test.says) {
				t.Errorf("it says %q\n%s", result.Failure.Message, transcript)
			}
		})
	}
}

// quicListener takes connections of another protocol over QUIC.
func quicListener(t *testing.T, config *tls.Config, proto string) (addr string) {
	t.Helper()
	config.NextProtos = []string{proto}
	listener, err := quic.ListenAddr("127.0.0.1:0", config, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	return listener.Addr().String()
}

func TestOfHTTP3OurOwnFaultsAreUnknown(t *testing.T) {
	j := overQUIC(probes.Step{Name: "it", URL: "https://shop.example"})
	j.Network.Resolver = "127.0.0.1:1"
	result, _ := take(t, j)
	wantFailure(t, result.Failure, probes.FailSelf, "resolve")
	stopped, stop := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, stop)
	result, _ = probes.Runner{}.Run(stopped, overQUIC(probes.Step{Name: "it", URL: mute(t)}), time.Time{})
	wantFailure(t, result.Failure, probes.FailSelf, "tls")
}

func TestHTTP3ConnectionsAreAsTheJourneyAsks(t *testing.T) {
	ca := newAuthority(t)
	config := ca.serve(t, time.Now().Add(time.Hour), "shop.example")
	config.ClientAuth, config.ClientCAs = tls.RequireAndVerifyClientCert, ca.trust().RootCAs
	port := quicSite(t, config, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, r.TLS.PeerCertificates[0].Subject.CommonName)
	}))
	ours := ca.serve(t, time.Now().Add(time.Hour), "probe").Certificates
	full := probes.Network{HTTP: "3", Resolve: map[string]string{"shop.example": "127.0.0.1"}, IP: "4",
		TLS: probes.TLS{Authorities: []*x509.Certificate{ca.cert}, Certificates: ours, MinVersion: tls.VersionTLS13}}
	for name, test := range map[string]struct {
		url    string
		change func(*probes.Network)
		kind   probes.FailureKind // "" passes
		says   string
	}{
		"all of it":        {"https://SHOP.example:" + port, func(*probes.Network) {}, "", ""},
		"another name":     {"https://127.0.0.1:" + port, func(n *probes.Network) { n.TLS.ServerName = "shop.example" }, "", ""},
		"any certificate":  {"https://127.0.0.1:" + port, func(n *probes.Network) { n.TLS.Authorities, n.TLS.Insecure = nil, true }, "", ""},
		"no authority":     {"https://shop.example:" + port, func(n *probes.Network) { n.TLS.Authorities = nil }, probes.FailTLS, "nobody here trusts"},
		"no certificate":   {"https://shop.example:" + port, func(n *probes.Network) { n.TLS.Certificates = nil }, probes.FailTLS, "the server broke off the handshake"},
		"the other family": {"https://shop.example:" + port, func(n *probes.Network) { n.IP = "6" }, probes.FailResolve, "shop.example has no IPv6 address"},
	} {
		n := full
		test.change(&n)
		j := overQUIC(probes.Step{Name: "it", URL: test.url, Expect: conditions(t, `body == "shop"`)})
		j.Network = n
		result, transcript := take(t, j)
		switch {
		case test.kind == "" && result.Verdict != probes.Passed:
			t.Errorf("%s: %+v\n%s", name, result.Failure, transcript)
		case test.kind != "" && (result.Failure == nil || result.Failure.Kind != test.kind || !strings.Contains(result.Failure.Message, test.says)):
			t.Errorf("%s: %+v", name, result.Failure)
		}
	}
}

func TestABodyOverHTTP3IsCutAndUnpackedAsOverTCP(t *testing.T) {
	runner, url, _ := shopOverQUIC(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/endless":
			for r.Context().Err() == nil {
				io.WriteString(w, strings.Repeat("x", 9000))
			}
		case "/packed":
			w.Header().Set("Content-Encoding", "gzip")
			packed := gzip.NewWriter(w)
			io.WriteString(packed, strings.Repeat("x", 1<<20))
			packed.Close()
		}
	})
	result, transcript := runner.Run(t.Context(), overQUIC(
		probes.Step{Name: "endless", URL: url + "/endless", MaxBody: 50_000},
		probes.Step{Name: "packed", URL: url + "/packed", MaxBody: 60_000},
	), time.Time{})
	endless, packed := stepOf(t, result, "endless"), stepOf(t, result, "packed")
	if result.Verdict != probes.Passed || !endless.Cut || endless.Bytes != 50_000 || !packed.Cut || packed.Bytes != 60_000 || !packed.Reused {
		t.Errorf("%+v\n%s", result.Failure, transcript)
	}
}

func TestAConnectionThatHTTP3EndedBetweenTwoStepsIsMadeAnew(t *testing.T) {
	ca := newAuthority(t)
	server := &http3.Server{TLSConfig: http3.ConfigureTLSConfig(ca.serve(t, time.Now().Add(time.Hour), "127.0.0.1")), Handler: answer(200, "ok")}
	listener, err := quic.ListenAddr("127.0.0.1:0", server.TLSConfig, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go func() {
		for {
			conn, err := listener.Accept(context.Background())
			if err != nil {
				return
			}
			go server.ServeQUICConn(conn)
			time.AfterFunc(100*time.Millisecond, func() { conn.CloseWithError(quic.ApplicationErrorCode(http3.ErrCodeNoError), "") })
		}
	}()
	url := "https://" + listener.Addr().String()
	result, transcript := probes.Runner{TLS: ca.trust()}.Run(t.Context(),
		overQUIC(probes.Step{Name: "a", URL: url}, probes.Step{Name: "b", URL: url, Pause: 300 * time.Millisecond}), time.Time{})
	if b := stepOf(t, result, "b"); result.Verdict != probes.Passed || b.Reused || b.Phases.TLS == 0 {
		t.Errorf("%+v\n%s", b, transcript)
	}
}

func TestARunOverHTTP3LeavesNothingBehind(t *testing.T) {
	runner, fine, _ := shopOverQUIC(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/hang" {
			<-r.Context().Done()
		}
		io.WriteString(w, strings.Repeat("x", 1<<20))
	})
	_, refused, _ := shopOverQUIC(t, reject)
	urls := []string{fine, fine + "/hang", refused, mute(t), "https://127.0.0.1:1", "https://shop.invalid"}
	round := func() {
		for _, url := range urls {
			j := overQUIC(probes.Step{Name: "a", Method: "POST", Body: strings.Repeat("y", 100_000), URL: url, MaxBody: 1000},
				probes.Step{Name: "b", URL: url, Always: true, Timeout: 10 * time.Millisecond})
			j.Timeout = 50 * time.Millisecond
			runner.Run(t.Context(), j, time.Time{})
		}
	}
	round()
	isBackToBase(t, round)
}
