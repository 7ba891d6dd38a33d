package store

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/probes"
)

// childKey names the environment variable that makes this test binary the
// writer that is going to be killed: its value is the database.
const childKey = "FOREWARN_STORE_TEST_WRITES"

const childWriters = 8

func TestMain(m *testing.M) {
	if path := os.Getenv(childKey); path != "" {
		if err := writeUntilKilled(path); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// writeUntilKilled keeps runs with a decision each, without end, and prints a
// line "writer number" for each that was acknowledged.
func writeUntilKilled(path string) error {
	db, err := Open(context.Background(), path, Options{Window: time.Millisecond})
	if err != nil {
		return err
	}
	errs := make(chan error)
	for writer := range childWriters {
		go func() {
			for n := 0; ; n++ {
				if err := writeOne(db, writer, n); err != nil {
					errs <- err
					return
				}
			}
		}()
	}
	return <-errs
}

func writeOne(db *DB, writer, n int) error {
	r := checkoutRun(noon().Add(time.Duration(n) * time.Second))
	r.Journey, r.Verdict = fmt.Sprint("journey ", writer), probes.Verdict(1+n%2)
	count := Decision{alert.Key{Journey: r.Journey, Limit: "latency"}, r.Start, func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
		in.Revision++
		return in, []alert.Event{{Kind: alert.CannotSee, At: r.Start, Revision: in.Revision}}, ""
	}}
	if _, err := db.Keep(context.Background(), Run{Result: r, Decisions: []Decision{count}}); err != nil {
		return err
	}
	_, err := fmt.Printf("%d %d\n", writer, n) // one write of the kernel: lines stay whole
	return err
}

// What the child has acknowledged must be there after each kill -9; what it
// had not finished must be there as a whole or not at all.
func TestAKilledWriterLosesNothingItAcknowledged(t *testing.T) {
	const kills = 20
	random := rand.New(rand.NewPCG(1, 2))
	for kill := range kills {
		path := filepath.Join(t.TempDir(), "forewarn.db")
		done := killAfter(t, path, 1+random.IntN(400))
		db := mustOpenAt(t, path, Options{Window: -1})
		must(t, check(t.Context(), db.reader, path))
		for writer, acknowledged := range done {
			journey := fmt.Sprint("journey ", writer)
			runs := len(results(t, db, journey))
			in := got[alert.Incident](t)(db.Incident(t.Context(), alert.Key{Journey: journey, Limit: "latency"}))
			var events int
			must(t, db.reader.QueryRow("SELECT count(*) FROM event e JOIN standing s ON s.id = e.standing WHERE s.journey = ?", journey).Scan(&events))
			if runs < acknowledged || runs != in.Revision || runs != events {
				t.Errorf("kill %d, %s: %d acknowledged; %d runs, %d decisions, %d events are there", kill, journey, acknowledged, runs, in.Revision, events)
			}
		}
		must(t, db.Close())
	}
}

// killAfter starts a writer, kills it after it acknowledged some lines, and
// counts those of each of its writers.
func killAfter(t *testing.T, path string, lines int) (done [childWriters]int) {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), childKey+"="+path)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	must(t, err)
	must(t, child.Start())
	var once sync.Once
	kill := func() { once.Do(func() { _ = child.Process.Kill() }) }
	defer kill()
	scan, seen := bufio.NewScanner(out), 0
	for scan.Scan() {
		var writer, n int
		if _, err := fmt.Sscan(scan.Text(), &writer, &n); err != nil {
			break // cut by the kill
		}
		done[writer] = n + 1
		if seen++; seen == lines {
			kill()
		}
	}
	_ = child.Wait() // it was killed
	if seen < lines {
		t.Fatal("the writer ended by itself after " + strconv.Itoa(seen) + " lines")
	}
	return done
}
