package probes_test

import (
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/quic-go/quic-go"
	"github.com/quic-go/quic-go/http3"
	"golang.org/x/net/dns/dnsmessage"

	"github.com/forewarn/forewarn/probes"
	"github.com/forewarn/forewarn/probes/expect"
)

// quicSite serves handler over HTTP/3 alone, on a port of its own, until the
// test ends.
func quicSite(t *testing.T, config *tls.Config, handler http.Handler) (port string) {
	t.Helper()
	socket, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http3.Server{Handler: handler, TLSConfig: http3.ConfigureTLSConfig(config)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		server.Serve(socket)
	}()
	t.Cleanup(func() {
		server.Close()
		socket.Close()
		<-done
	})
	return socket.LocalAddr().String()[len("127.0.0.1:"):]
}

// shopOverQUIC is a quicSite with a certificate that the Runner trusts, and the
// number of requests that came.
func shopOverQUIC(t *testing.T, handler http.HandlerFunc) (runner probes.Runner, url string, requests *atomic.Int32) {
	t.Helper()
	ca, requests := newAuthority(t), new(atomic.Int32)
	port := quicSite(t, ca.serve(t, time.Now().Add(time.Hour), "127.0.0.1", "shop.example"),
		http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			requests.Add(1)
			handler(w, r)
		}))
	return probes.Runner{TLS: ca.trust()}, "https://127.0.0.1:" + port, requests
}

func overQUIC(steps ...probes.Step) probes.Journey {
	return probes.Journey{Timeout: 5 * time.Second, Network: probes.Network{HTTP: "3"}, Steps: steps}
}

func TestHTTP3IsSpokenAndTimedInPhasesThatAddUp(t *testing.T) {
	const pause = 60 * time.Millisecond
	runner, url, requests := shopOverQUIC(t, func(w http.ResponseWriter, r *http.Request) {
		<-time.After(pause)
		body, _ := io.ReadAll(r.Body)
		io.WriteString(w, r.Proto+" "+r.Host+" "+r.UserAgent()+" "+string(body))
		w.(http.Flusher).Flush()
		<-time.After(2 * pause)
	})
	_, port, _ := strings.Cut(strings.TrimPrefix(url, "https://"), ":")
	url = "https://shop.example:" + port
	j := overQUIC(probes.Step{Name: "cold", URL: url, Expect: conditions(t, `proto == "HTTP/3.0"`, `body startsWith "HTTP/3.0 shop.example:"`)},
		probes.Step{Name: "warm", Method: "POST", URL: url, Body: "coffee", Expect: conditions(t, `body endsWith "(+synthetic) coffee"`, `cert.days < 1`)})
	j.Network.Resolver = slowNameServer(t, pause)
	result, transcript := runner.Run(t.Context(), j, time.Time{})
	cold, warm := stepOf(t, result, "cold"), stepOf(t, result, "warm")
	if result.Verdict != probes.Passed || cold.Proto != "HTTP/3.0" || requests.Load() != 2 {
		t.Fatalf("%+v, %d requests\n%s", result.Failure, requests.Load(), transcript)
	}
	for name, s := range map[string]probes.StepResult{"cold": cold, "warm": warm} {
		// What is read late makes the wait longer and the transfer shorter.
		if p := s.Phases; p.Sum() != s.Duration || p.Wait < pause || p.Transfer < pause || p.Wait+p.Transfer < 3*pause {
			t.Errorf("%s: %+v of %v", name, p, s.Duration)
		}
	}
	if p := cold.Phases; p.Resolve < pause || p.Connect <= 0 || p.Connect > p.TLS || p.TLS <= 0 || cold.Reused ||
		cold.Hops[0].Addr != "127.0.0.1:"+port {
		t.Errorf("%+v over %+v", p, cold.Hops)
	}
	if p := warm.Phases; p.Resolve != 0 || p.Connect != 0 || p.TLS != 0 || !warm.Reused {
		t.Errorf("%+v, reused %v", p, warm.Reused)
	}
}

// reject refuses a request as a server does that has not looked at it.
func reject(w http.ResponseWriter, _ *http.Request) {
	stream, err := w.(http3.HTTPStreamer).HTTPStream()
	if err != nil {
		panic(err)
	}
	stream.CancelRead(quic.StreamErrorCode(http3.ErrCodeRequestRejected))
	stream.CancelWrite(quic.StreamErrorCode(http3.ErrCodeRequestRejected))
}

func TestARequestThatHTTP3RefusesIsSentOnce(t *testing.T) {
	for _, step := range []probes.Step{{}, {Method: "POST", Body: "order"}, {Method: "POST"}} {
		runner, url, requests := shopOverQUIC(t, reject)
		step.Name, step.URL = "it", url
		result, _ := runner.Run(t.Context(), overQUIC(step), time.Time{})
		wantFailure(t, result.Failure, probes.FailProtocol, "wait")
		want := "the server refused the request unread (H3_REQUEST_REJECTED); forewarn sends each request once"
		if got := requests.Load(); got != 1 || result.Failure.Message != want {
			t.Errorf("%s %q: %d requests, %q", step.Method, step.Body, got, result.Failure.Message)
		}
	}
}

// That is why forewarn holds its connections itself.
func TestQUICGoAloneSendsARefusedRequestAgain(t *testing.T) {
	runner, url, requests := shopOverQUIC(t, reject)
	client := http.Client{Transport: &http3.Transport{TLSClientConfig: runner.TLS}}
	if _, err := client.Get(url); err == nil {
		t.Fatal("a rejected request was answered")
	}
	if got := requests.Load(); got != 2 {
		t.Errorf("%d requests came", got)
	}
}

func conditions(t *testing.T, sources ...string) (all []expect.Condition) {
	t.Helper()
	for _, source := range sources {
		all = append(all, condition(t, source))
	}
	return all
}

// bothFamilies is a name server that knows both addresses of this machine under
// shop.example.
func bothFamilies(t *testing.T) string {
	return stub(t, func(m dnsmessage.Message, _ bool) []dnsmessage.Message {
		if m.Questions[0].Type == dnsmessage.TypeAAAA {
			return answers(m, &dnsmessage.AAAAResource{AAAA: [16]byte{15: 1}})
		}
		return answers(m, &dnsmessage.AResource{A: [4]byte{127, 0, 0, 1}})
	})
}

func TestABrokenFamilyOfAddressesIsPassedOverByHTTP3AsByTCP(t *testing.T) {
	runner, url, _ := shopOverQUIC(t, answer(200, "ok"))
	_, port, _ := strings.Cut(strings.TrimPrefix(url, "https://"), ":")
	j := overQUIC(probes.Step{Name: "it", URL: "https://shop.example:" + port})
	j.Network.Resolver = bothFamilies(t)
	visit := func(family string) probes.StepResult {
		t.Helper()
		j := j
		j.Network.IP = family
		j.Timeout = time.Second
		result, transcript := runner.Run(t.Context(), j, time.Time{})
		it := stepOf(t, result, "it")
		if (it.Verdict == probes.Passed) != (family != "6") || family != "6" && it.Hops[0].Addr != "127.0.0.1:"+port || it.Phases.Sum() != it.Duration {
			t.Errorf("family %q: %s over %+v: %+v\n%s", family, it.Verdict, it.Hops, it.Failure, transcript)
		}
		return it
	}
	visit("") // IPv6 is refused
	silent, err := net.ListenPacket("udp", "[::1]:"+port)
	if err != nil {
		t.Skip("no IPv6 here, or the port is taken: ", err)
	}
	defer silent.Close()
	if slow := visit(""); slow.Phases.TLS < 300*time.Millisecond {
		t.Errorf("IPv6 was not asked first: %+v", slow.Phases)
	}
	visit("4")
	if f := visit("6").Failure; f == nil || f.Kind != probes.FailTimeout || f.Phase != "tls" {
		t.Errorf("%+v", f)
	}
}
