package enginebench

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/gob"
	"encoding/pem"
	"flag"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// arrival is one request as the server saw it.
type arrival struct {
	At     time.Time
	Served time.Duration // from its arrival until the answer was ready
}

// diary is what the server saw so far: the arrivals by path, the connections,
// and how late its own timers came.
type diary struct {
	Arrivals map[string][]arrival
	Conns    int64
	Canary   []lateness
}

// lateness is by how much a timer of 20 ms came late.
type lateness struct {
	At time.Time
	By time.Duration
}

// servedHeader tells a client how long the server had its request.
const servedHeader = "Served-Ns"

// target answers each request after a delay and keeps a diary.
type target struct {
	delay time.Duration
	conns atomic.Int64

	mu   sync.Mutex
	seen diary
}

func (t *target) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	if r.URL.Path == "/diary" {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.seen.Conns = t.conns.Load()
		check(gob.NewEncoder(w).Encode(t.seen))
		return
	}
	if t.delay > 0 {
		time.Sleep(t.delay)
	}
	served := time.Since(began)
	w.Header().Set(servedHeader, strconv.FormatInt(int64(served), 10))
	_, _ = w.Write([]byte("ok")) // a client may be gone
	t.mu.Lock()
	defer t.mu.Unlock()
	t.seen.Arrivals[r.URL.Path] = append(t.seen.Arrivals[r.URL.Path], arrival{began, served})
}

// watch measures this process's own timers, for ever.
func (t *target) watch() {
	for {
		due := time.Now().Add(20 * time.Millisecond)
		time.Sleep(time.Until(due))
		now := time.Now()
		t.mu.Lock()
		t.seen.Canary = append(t.seen.Canary, lateness{now, now.Sub(due)})
		t.mu.Unlock()
	}
}

// targetMain serves over HTTP, and over HTTPS with a certificate that it
// writes to a file. It prints both addresses.
func targetMain(args []string) {
	set := flag.NewFlagSet("target", flag.PanicOnError)
	delay := set.Duration("delay", 0, "before each answer")
	authority := set.String("authority", "", "file for the certificate")
	check(set.Parse(args))
	t := &target{delay: *delay, seen: diary{Arrivals: map[string][]arrival{}}}
	go t.watch()
	plain := must(net.Listen("tcp", "127.0.0.1:0"))
	secure := must(net.Listen("tcp", "127.0.0.1:0"))
	identity := &tls.Config{Certificates: []tls.Certificate{certificate(*authority)}}
	fmt.Println(plain.Addr(), secure.Addr())
	// One server for each: a server that serves both speaks HTTP/2 over TLS
	// only if it was there first.
	go func() { check(t.server(identity).ServeTLS(secure, "", "")) }()
	check(t.server(nil).Serve(plain))
}

func (t *target) server(identity *tls.Config) *http.Server {
	return &http.Server{Handler: t, TLSConfig: identity, ConnState: func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			t.conns.Add(1)
		}
	}}
}

// certificate is one for 127.0.0.1 that signs itself; file gets what clients
// must trust.
func certificate(file string) tls.Certificate {
	key := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "target"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(60 * 24 * time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	raw := must(x509.CreateCertificate(rand.Reader, template, template, key.Public(), key))
	check(os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw}), 0o600))
	return tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key}
}
