package store

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/predict"
	"github.com/forewarn/forewarn/probes"
)

// noon is when most tests begin.
func noon() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

// mustOpen opens a new database that commits at once, and closes it in the end.
func mustOpen(t testing.TB) *DB {
	t.Helper()
	return mustOpenAt(t, filepath.Join(t.TempDir(), "forewarn.db"), Options{Window: -1})
}

func mustOpenAt(t testing.TB, path string, o Options) *DB {
	t.Helper()
	db, err := Open(context.Background(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { must(t, db.Close()) })
	return db
}

// save keeps a run that leads to nothing.
func save(ctx context.Context, db *DB, r probes.Result) error {
	_, err := db.Keep(ctx, Run{Result: r})
	return err
}

// transcribe keeps the transcript of a run of journey.
func transcribe(t testing.TB, db *DB, journey string, at time.Time, text string) {
	t.Helper()
	r := checkoutRun(at)
	r.Journey = journey
	_, err := db.Keep(t.Context(), Run{Result: r, Transcript: text})
	must(t, err)
}

func mustAttach(t testing.TB, path string) *DB {
	t.Helper()
	db, err := Attach(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { must(t, db.Close()) })
	return db
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// got returns v, or ends the test.
func got[T any](t testing.TB) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		must(t, err)
		return v
	}
}

// saveNow keeps a run without waiting for others.
func saveNow(t testing.TB, db *DB, r probes.Result) {
	t.Helper()
	_, err := db.Keep(context.Background(), Run{Result: r, Urgent: true})
	must(t, err)
}

// checkoutRun is a run of five steps over TLS as a prober gives it: odd
// nanoseconds, the local zone, a cleanup step at the end.
func checkoutRun(start time.Time) probes.Result {
	r := probes.Result{Journey: "checkout", Location: "kyiv", Due: start.Add(-3 * time.Millisecond), Start: start, Verdict: probes.Passed}
	at := start
	for i, name := range []string{"open login", "log in", "search", "pay", "cancel order"} {
		p := probes.Phases{Wait: 41_234_567 + time.Duration(i)*7_654_321, Transfer: 1_800_999}
		if i == 0 {
			p.Resolve, p.Connect, p.TLS = 2_345_678, 11_222_333, 24_567_890
		}
		s := probes.StepResult{
			Name: name, Verdict: probes.Passed, Always: i == 4, Start: at, Duration: p.Sum(), Phases: p,
			Reused: i > 0, Status: 200, Bytes: 18_234, Proto: "HTTP/2.0", CertEnd: time.Date(2027, 1, 30, 23, 59, 59, 0, time.UTC),
			Hops: []probes.Hop{{Method: "GET", URL: "https://shop.example/", Status: 200, Phases: p, Elapsed: p.Sum()}},
		}
		at = at.Add(s.Duration + 99*time.Microsecond)
		r.Steps = append(r.Steps, s)
		if !s.Always {
			r.Duration += s.Duration
		}
	}
	return r
}

// failedRun is a checkout whose payment was refused: what follows is skipped,
// but for the cleanup.
func failedRun(start time.Time) probes.Result {
	r := checkoutRun(start)
	r.Verdict, r.Step = probes.Failed, "search"
	why := probes.Failure{Kind: probes.FailExpect, Phase: "expect", Message: "status == 200, but it was 502", Evidence: "status == 200\n^"}
	skipped := probes.Failure{Kind: probes.FailMissing, Message: "an earlier step failed"}
	r.Failure = &why
	r.Steps[2].Verdict, r.Steps[2].Failure, r.Steps[2].Status = probes.Failed, &why, 502
	r.Steps[3] = probes.StepResult{Name: "pay", Verdict: probes.Skipped, Failure: &skipped}
	return r
}

// latency is a limit of the journey checkout.
func latency() alert.Limit {
	return alert.Limit{Key: alert.Key{Journey: "checkout", Limit: "journey latency"}, Signal: alert.Latency,
		Value: 1.5, Stat: "p50", Ahead: 2 * time.Hour, Every: time.Minute, Confirm: alert.Confirm{Over: 3, Of: 5}}
}

// becomes is a decision that leads to state and says kinds, whatever was.
func becomes(state alert.State, now time.Time, kinds ...alert.EventKind) Deciding {
	return func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
		if !in.Open() {
			in.Opened, in.Number = now, 0
		}
		in.Limit, in.State, in.Entered = latency(), state, now
		if state == alert.Soon {
			in.Promise = promise(now)
			in.Pending = append(in.Pending, *in.Promise)
		}
		var events []alert.Event
		for _, kind := range kinds {
			in.Revision++
			events = append(events, alert.Event{Kind: kind, At: now, Number: in.Number, Revision: in.Revision, Promise: in.Promise})
		}
		if !in.Open() {
			in.Number, in.Promise, in.Resolved = 0, nil, now
		}
		return in, events, alert.Reason(fmt.Sprint("became ", state))
	}
}

// promise is a crossing in 40 to 80 minutes, expected in 60.
func promise(now time.Time) *alert.Promise {
	c := predict.Crossing{Earliest: seconds(now) + 2400, Expected: seconds(now) + 3600, Latest: seconds(now) + 4800}
	return &alert.Promise{Made: now, Crossing: c, First: c, Ahead: 2 * time.Hour}
}

func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }
