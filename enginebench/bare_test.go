package enginebench

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/gob"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// look is one request of the bare loop: how long it took, less what the
// server had of that.
type look struct {
	At     time.Time
	Over   time.Duration
	Failed bool
}

// bareLoop is what the least program would do that asks a server on time: a
// transport of its own for each look, so that it is cold, the body read, and
// nothing kept but how long it took.
type bareLoop struct {
	base string
	tls  *tls.Config

	mu    sync.Mutex
	looks []look
}

func (l *bareLoop) look(i int) {
	began := time.Now()
	transport := &http.Transport{TLSClientConfig: l.tls, ForceAttemptHTTP2: true}
	defer transport.CloseIdleConnections()
	client := http.Client{Transport: transport}
	response, err := client.Get(fmt.Sprintf("%s/%d", l.base, i))
	if err == nil {
		_, err = io.ReadAll(response.Body)
		_ = response.Body.Close()
	}
	took := time.Since(began)
	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil { // on a machine that is too busy
		l.looks = append(l.looks, look{At: began, Failed: true})
		return
	}
	served := must(strconv.ParseInt(response.Header.Get(servedHeader), 10, 64))
	l.looks = append(l.looks, look{At: began, Over: took - time.Duration(served)})
}

// onTime looks at n paths, each of them once in every, spread evenly.
func (l *bareLoop) onTime(ctx context.Context, n int, every time.Duration) {
	var looking sync.WaitGroup
	defer looking.Wait()
	begun := time.Now()
	for k := 0; ctx.Err() == nil; k++ {
		time.Sleep(time.Until(begun.Add(time.Duration(k) * every / time.Duration(n))))
		looking.Go(func() { l.look(k % n) })
	}
}

// inTurn has n looks under way all the time.
func (l *bareLoop) inTurn(ctx context.Context, n int) {
	var looking sync.WaitGroup
	defer looking.Wait()
	for i := range n {
		looking.Go(func() {
			for ctx.Err() == nil {
				l.look(i)
			}
		})
	}
}

// bareMain loops until it is told to end, then writes its looks to stdout.
func bareMain(args []string) {
	set := flag.NewFlagSet("bare", flag.PanicOnError)
	base := set.String("base", "", "URL of the target")
	authority := set.String("authority", "", "file with the target's certificate")
	n := set.Int("n", 1, "how many paths, or looks at once if -every is 0")
	every := set.Duration("every", 0, "from one look at a path to the next")
	check(set.Parse(args))
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(must(os.ReadFile(*authority)))
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	l := &bareLoop{base: *base, tls: &tls.Config{RootCAs: roots}}
	if *every > 0 {
		l.onTime(ctx, *n, *every)
	} else {
		l.inTurn(ctx, *n)
	}
	check(gob.NewEncoder(os.Stdout).Encode(l.looks))
}
