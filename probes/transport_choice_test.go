package probes_test

import (
	"encoding/base64"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/forewarn/forewarn/probes"
)

func TestTheProtocolIsTheOneThatIsAskedFor(t *testing.T) {
	both := httptest.NewUnstartedServer(answer(200, "ok"))
	both.EnableHTTP2 = true
	both.StartTLS()
	t.Cleanup(both.Close)
	clear := httptest.NewUnstartedServer(answer(200, "ok"))
	clear.Config.Protocols = new(http.Protocols)
	clear.Config.Protocols.SetHTTP1(true)
	clear.Config.Protocols.SetUnencryptedHTTP2(true)
	clear.Start()
	t.Cleanup(clear.Close)
	ours := newAuthority(t)
	mute := secureSocket(t, ours.serve(t, time.Now().Add(time.Hour), "127.0.0.1"), func(conn net.Conn) { // knows no ALPN
		if _, err := readRequest(conn); err == nil {
			io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
		}
	})
	for _, test := range []struct{ url, http, want string }{
		{both.URL, "", "HTTP/2.0"}, {both.URL, "1.1", "HTTP/1.1"}, {both.URL, "2", "HTTP/2.0"},
		{clear.URL, "", "HTTP/1.1"}, {clear.URL, "1.1", "HTTP/1.1"}, {clear.URL, "2", "HTTP/2.0"},
		{mute, "2", "failed"}, {mute, "1.1", "HTTP/1.1"},
	} {
		result, _ := take(t, probes.Journey{Network: probes.Network{HTTP: test.http, TLS: probes.TLS{Insecure: true}},
			Steps: []probes.Step{{Name: "a", URL: test.url}}})
		a := stepOf(t, result, "a")
		if test.want == "failed" {
			wantFailure(t, a.Failure, probes.FailProtocol, "wait")
		} else if a.Verdict != probes.Passed || a.Proto != test.want {
			t.Errorf("http = %q is %s, want %s: %+v", test.http, a.Proto, test.want, a.Failure)
		}
	}
}

// forward is an HTTP proxy for one user; it connects to nowhere but target.
func forward(t *testing.T, target string) string {
	t.Helper()
	want := "Basic " + base64.StdEncoding.EncodeToString([]byte("ann:pr0xy-pass"))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Header.Get("Proxy-Authorization") != want:
			w.WriteHeader(http.StatusProxyAuthRequired)
		case r.Method != http.MethodConnect:
			io.WriteString(w, "proxied "+r.URL.String())
		case r.Host != target:
			w.WriteHeader(http.StatusBadGateway)
		default:
			there, err := net.Dial("tcp", target)
			if err != nil {
				t.Error(err)
				return
			}
			defer there.Close()
			w.WriteHeader(http.StatusOK)
			here, early, err := http.NewResponseController(w).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			defer here.Close()
			go io.Copy(there, early) // what came before it was ours, too
			io.Copy(here, there)
		}
	}))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}

func TestAProxyThatFailsIsOurFaultAndWhatIsBehindItTheProducts(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/", answer(200, "ok"))
	mux.HandleFunc("/barred", answer(407, ""))
	shop := httptest.NewTLSServer(mux)
	t.Cleanup(shop.Close)
	proxy := forward(t, shop.Listener.Addr().String())
	for _, test := range []struct {
		proxy, url string
		verdict    probes.Verdict
		want       string
	}{
		{"http://ann:pr0xy-pass@" + proxy, shop.URL, probes.Passed, ""},
		{"http://ann:pr0xy-pass@" + proxy, "http://shop.example/x", probes.Passed, ""},
		{"http://ann:pr0xy-pass@" + proxy, shop.URL + "/barred", probes.Failed, "status 407"}, // nobody between can say that
		{"http://ann:pr0xy-pass@" + proxy, "https://gone.example", probes.Failed, "the proxy could not connect: status 502 Bad Gateway"},
		{"http://ann:wrong-pass@" + proxy, shop.URL, probes.Unknown, "the proxy refuses us: status 407"},
		{"http://ann:wrong-pass@" + proxy, "http://shop.example/x", probes.Unknown, "the proxy refuses us: status 407"},
		{"http://127.0.0.1:1", shop.URL, probes.Unknown, "this machine cannot reach its proxy"},
		{"https://127.0.0.1:1", "http://shop.example", probes.Unknown, "this machine cannot reach its proxy"},
		{"socks5://127.0.0.1:1", shop.URL, probes.Unknown, "this machine cannot reach its proxy"},
		{"http://no.invalid:1", shop.URL, probes.Unknown, "this machine cannot"},
	} {
		result, transcript := take(t, probes.Journey{Network: probes.Network{Proxy: test.proxy, TLS: probes.TLS{Insecure: true}},
			Steps: []probes.Step{{Name: "a", URL: test.url}}})
		a := stepOf(t, result, "a")
		if a.Verdict != test.verdict || test.want != "" && !strings.Contains(a.Failure.Message, test.want) {
			t.Errorf("%s to %s: %s %+v", test.proxy, test.url, a.Verdict, a.Failure)
		}
		if text := transcript.String(); strings.Contains(text, "pr0xy-pass") || strings.Contains(text, "wrong-pass") {
			t.Error(text)
		}
	}
}

// socks5 is a proxy by RFC 1928 and 1929 that answers with a reply code, and
// then as a shop does.
func socks5(t *testing.T, reply byte) string {
	return strings.TrimPrefix(socket(t, func(conn net.Conn) {
		read := func(n int) []byte {
			b := make([]byte, n)
			io.ReadFull(conn, b)
			return b
		}
		read(int(read(2)[1]))
		conn.Write([]byte{5, 2})
		user := string(read(int(read(2)[1])))
		if password := string(read(int(read(1)[0]))); user != "ann" || password != "pr0xy-pass" {
			conn.Write([]byte{1, 1})
			return
		}
		conn.Write([]byte{1, 0})
		if name := read(5); name[3] != 3 || string(read(int(name[4]))) != "shop.example" { // the name is the proxy's to look up
			return
		}
		read(2)
		conn.Write([]byte{5, reply, 0, 1, 0, 0, 0, 0, 0, 0})
		if _, err := readRequest(conn); err == nil {
			io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
		}
	}), "http://")
}

func TestSOCKSIsSpoken(t *testing.T) {
	for _, test := range []struct {
		reply   byte
		user    string
		verdict probes.Verdict
		want    string
	}{
		{0, "socks5://ann:pr0xy-pass", probes.Passed, ""}, {5, "socks5://ann:pr0xy-pass", probes.Failed, "connection refused"},
		{0, "socks5://ann:other-pass", probes.Unknown, "the proxy refuses us"}, {0, "socks5h://ann:pr0xy-pass", probes.Passed, ""},
	} {
		result, _ := take(t, probes.Journey{Network: probes.Network{Proxy: test.user + "@" + socks5(t, test.reply)},
			Steps: []probes.Step{{Name: "a", URL: "http://shop.example/"}}})
		a := stepOf(t, result, "a")
		if a.Verdict != test.verdict || test.want != "" && !strings.Contains(a.Failure.Message, test.want) {
			t.Errorf("reply %d to %s: %s %+v", test.reply, test.user, a.Verdict, a.Failure)
		}
	}
}

func TestNamesAndFamiliesAreAsTheJourneySays(t *testing.T) {
	shop := site(t, map[string]http.HandlerFunc{"/": answer(200, "ok")})
	port := shop.URL[strings.LastIndexByte(shop.URL, ':'):]
	for _, test := range []struct {
		url     string
		network probes.Network
		kind    probes.FailureKind // "" passes
	}{
		{"http://Shop.example" + port, probes.Network{Resolve: map[string]string{"shop.example": "127.0.0.1"}}, ""},
		{"http://shop.example" + port, probes.Network{IP: "4", Resolver: nameServer(t)}, ""},
		{"http://gone.example" + port, probes.Network{Resolver: nameServer(t)}, probes.FailResolve},
		{"http://shop.example" + port, probes.Network{IP: "6", Resolver: nameServer(t)}, probes.FailResolve},
		{"http://shop.example" + port, probes.Network{Resolver: "127.0.0.1:1"}, probes.FailSelf},
	} {
		j := probes.Journey{Network: test.network, Timeout: 5 * time.Second, Steps: []probes.Step{{Name: "a", URL: test.url}}}
		result, _ := take(t, j)
		a := stepOf(t, result, "a")
		switch {
		case test.kind == "" && (a.Verdict != probes.Passed || !strings.HasPrefix(a.Hops[0].Addr, "127.0.0.1:")):
			t.Errorf("%+v: %+v", test.network, a.Failure)
		case test.kind == "" && test.network.Resolver != "" && (a.Phases.Resolve == 0 || a.Phases.Sum() != a.Duration):
			t.Errorf("the lookup was not timed: %+v", a.Phases)
		case test.kind != "" && (a.Failure == nil || a.Failure.Kind != test.kind):
			t.Errorf("%s over %+v: %+v", test.url, test.network, a.Failure)
		}
	}
}

func TestAHostWithoutAnAddressOfTheFamilyIsSaidToHaveNone(t *testing.T) {
	for _, test := range []struct {
		network probes.Network
		want    string
	}{
		{probes.Network{IP: "6", Resolve: map[string]string{"shop.example": "127.0.0.1"}}, "shop.example has no IPv6 address"},
		{probes.Network{IP: "4", Resolve: map[string]string{"shop.example": "::1"}}, "shop.example has no IPv4 address"},
		{probes.Network{IP: "6", Resolver: nameServer(t)}, "no such host: shop.example, or it has no IPv6 address"},
	} {
		result, _ := take(t, probes.Journey{Network: test.network, Steps: []probes.Step{{Name: "a", URL: "http://shop.example/"}}})
		wantFailure(t, result.Failure, probes.FailResolve, "resolve")
		if result.Failure.Message != test.want {
			t.Errorf("got %q, want %q", result.Failure.Message, test.want)
		}
	}
}
