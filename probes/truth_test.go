package probes_test

import (
	"context"
	"crypto/tls"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/forewarn/forewarn/probes"
)

// delays are what a server takes for each phase.
type delays struct{ resolve, connect, tls, wait, transfer time.Duration }

func (d delays) phases() probes.Phases {
	return probes.Phases{Resolve: d.resolve, Connect: d.connect, TLS: d.tls, Wait: d.wait, Transfer: d.transfer}
}

// handler sends its headers after wait, half of its body with them, and the
// other half after transfer.
func (d delays) handler(w http.ResponseWriter, _ *http.Request) {
	<-time.After(d.wait)
	io.WriteString(w, "half of it, ")
	w.(http.Flusher).Flush()
	<-time.After(d.transfer)
	io.WriteString(w, "and the rest")
}

// secure shakes hands no sooner than after d.tls.
func (d delays) secure(config *tls.Config) *tls.Config {
	config.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) {
		<-time.After(d.tls)
		return nil, nil
	}
	return config
}

// answerNames answers one name server's client over a stream, as in TCP, each
// question after a while.
func answerNames(conn net.Conn, after time.Duration) {
	defer conn.Close()
	for {
		var length [2]byte
		if _, err := io.ReadFull(conn, length[:]); err != nil {
			return
		}
		question := make([]byte, binary.BigEndian.Uint16(length[:]))
		if _, err := io.ReadFull(conn, question); err != nil {
			return
		}
		<-time.After(after)
		reply := resolve(question)
		conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(reply))), reply...))
	}
}

// dialSlowly looks a name up by Go's own resolver and connects in memory, and
// reports it as a net.Dialer does.
func (d delays) dialSlowly(dial func(context.Context, string, string) (net.Conn, error)) func(context.Context, string, string) (net.Conn, error) {
	names := &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go answerNames(theirs, d.resolve)
		return ours, nil
	}}
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		host, _, err := net.SplitHostPort(addr)
		if err != nil {
			return nil, err
		}
		if _, err := names.LookupIPAddr(ctx, host+"."); err != nil {
			return nil, err
		}
		trace := httptrace.ContextClientTrace(ctx)
		trace.ConnectStart(network, addr)
		time.Sleep(d.connect) // of the bubble
		conn, err := dial(ctx, network, addr)
		trace.ConnectDone(network, addr, err)
		return conn, err
	}
}

// In a bubble nothing takes time but what says so, so that every phase has
// its exact length: of the first step all five, of the second, on the same
// connection, the last two.
func TestEveryPhaseIsAsLongAsTheServerMadeIt(t *testing.T) {
	// The resolver's state is the process's: it must not be made in a bubble.
	if _, err := (&net.Resolver{PreferGo: true}).LookupHost(t.Context(), "localhost"); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		d := delays{resolve: 21 * ms, connect: 32 * ms, tls: 43 * ms, wait: 54 * ms, transfer: 65 * ms}
		ca := newAuthority(t)
		p := pipes{make(chan net.Conn), make(chan struct{})}
		server := &http.Server{Handler: http.HandlerFunc(d.handler)}
		done := make(chan struct{})
		go func() {
			defer close(done)
			server.Serve(tls.NewListener(p, d.secure(ca.serve(t, time.Now().Add(time.Hour), "shop.example"))))
		}()
		runner := probes.Runner{Transport: func() http.RoundTripper {
			return &http.Transport{DialContext: d.dialSlowly(p.dial), TLSClientConfig: ca.trust()}
		}}
		began := time.Now()
		result, _ := runner.Run(t.Context(), probes.Journey{BaseURL: "https://shop.example", Steps: []probes.Step{
			{Name: "cold", URL: "/"}, {Name: "warm", URL: "/"}}}, time.Time{})
		if took := time.Since(began); result.Verdict != probes.Passed || result.Duration != took {
			t.Errorf("%v, %v of %v: %+v", result.Verdict, result.Duration, took, result.Failure)
		}
		cold, warm := stepOf(t, result, "cold"), stepOf(t, result, "warm")
		if diff := cmp.Diff(d.phases(), cold.Phases); diff != "" || cold.Duration != 215*ms || cold.Reused {
			t.Errorf("cold: %v, reused %v\n%s", cold.Duration, cold.Reused, diff)
		}
		if diff := cmp.Diff(probes.Phases{Wait: d.wait, Transfer: d.transfer}, warm.Phases); diff != "" || warm.Duration != 119*ms || !warm.Reused {
			t.Errorf("warm: %v, reused %v\n%s", warm.Duration, warm.Reused, diff)
		}
		server.Close()
		<-done
	})
}

// Over real sockets every phase takes at least as long as the server says it
// made it wait; and since the phases add up to the step, and the step fits
// into what passed meanwhile, none can be longer than what is left over.
func TestOverRealSocketsPhasesAreWhatTheServerWaited(t *testing.T) {
	d := delays{resolve: 40 * ms, tls: 50 * ms, wait: 60 * ms, transfer: 70 * ms}
	ca := newAuthority(t)
	shop := httptest.NewUnstartedServer(http.HandlerFunc(d.handler))
	var waited atomic.Int64 // as the server measured it, handshake included
	shop.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		d.handler(w, r)
		waited.Add(int64(time.Since(began)))
	})
	shop.TLS = d.secure(ca.serve(t, time.Now().Add(time.Hour), "shop.example"))
	shop.StartTLS()
	defer shop.Close()
	names := slowNameServer(t, d.resolve)

	least, longest := time.Hour, time.Duration(0)
	for range 5 {
		waited.Store(0)
		began := time.Now()
		result, _ := probes.Runner{TLS: ca.trust()}.Run(t.Context(), probes.Journey{
			BaseURL: "https://shop.example:" + shop.URL[len("https://127.0.0.1:"):], Network: probes.Network{Resolver: names},
			Steps: []probes.Step{{Name: "a", URL: "/"}, {Name: "b", URL: "/"}}}, time.Time{})
		took := time.Since(began)
		a, b := stepOf(t, result, "a"), stepOf(t, result, "b")
		if result.Verdict != probes.Passed {
			t.Fatalf("%+v", result.Failure)
		}
		atLeast(t, "resolve", a.Phases.Resolve, d.resolve)
		atLeast(t, "tls", a.Phases.TLS, d.tls)
		for _, s := range []probes.StepResult{a, b} {
			atLeast(t, "wait", s.Phases.Wait, d.wait)
			// A first half that is read late lengthens the wait by what the
			// transfer lacks.
			atLeast(t, "wait and transfer", s.Phases.Wait+s.Phases.Transfer, d.wait+d.transfer)
			longest = max(longest, s.Phases.Transfer)
			if s.Duration != s.Phases.Sum() || s.Duration != s.Hops[0].Elapsed {
				t.Errorf("%v is not the sum of %+v", s.Duration, s.Phases)
			}
		}
		said := d.resolve + d.tls + time.Duration(waited.Load())
		if result.Duration < said-2*ms || result.Duration > took || a.Reused || !b.Reused {
			t.Errorf("%v in a run of %v, the servers say they waited %v", result.Duration, took, said)
		}
		least = min(least, result.Duration-said)
	}
	atLeast(t, "transfer", longest, d.transfer-ms)
	if least > 30*ms { // to ask for a name twice would already be more
		t.Errorf("at best a run takes %v more than the servers waited", least)
	}
}

func atLeast(t *testing.T, phase string, got, want time.Duration) {
	t.Helper()
	if got < want {
		t.Errorf("%s took %v, the server waited %v", phase, got, want)
	}
}
