package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/probes"
)

// results are all runs of journey within a day of noon.
func results(t testing.TB, db *DB, journey string) (all []probes.Result) {
	t.Helper()
	must(t, db.Results(context.Background(), journey, noon().Add(-24*time.Hour), noon().Add(24*time.Hour),
		func(r probes.Result) error { all = append(all, r); return nil }))
	return all
}

// oddRuns are runs that say all that a run can say.
func oddRuns() map[string]probes.Result {
	odd := map[string]probes.Result{
		"passed": checkoutRun(noon().Add(123_456_789)),
		"failed": failedRun(noon().In(time.FixedZone("here", 7200))),
		"empty":  {Journey: "checkout", Start: noon()},
	}
	timedOut := checkoutRun(noon())
	timedOut.TimedOut, timedOut.Duration, timedOut.Confirm = true, 20*time.Second, true
	timedOut.Steps[4].TimedOut, timedOut.Steps[4].Cut, timedOut.Steps[4].Duration = true, true, 12_345_678
	odd["timed out, phases not adding up"] = timedOut
	own := checkoutRun(noon())
	own.Due, own.Maintenance, own.Verdict = time.Time{}, true, probes.Unknown
	own.Failure = &probes.Failure{Kind: probes.FailSelf, Message: "no file descriptors left"}
	own.Steps[1].CertEnd, own.Steps[2].CertEnd = time.Time{}, noon().Add(time.Hour)
	own.Steps[3].Hops = make([]probes.Hop, 4)
	odd["a failure of its own, certificates that differ"] = own
	return odd
}

// laterRuns say what the first release could not.
func laterRuns() map[string]probes.Result {
	wait := func(d time.Duration) probes.Phases { return probes.Phases{Wait: d} }
	refused := probes.Attempt{
		Start: noon().Add(time.Second), Duration: 3 * time.Millisecond, Phases: probes.Phases{Connect: 3 * time.Millisecond},
		Failure: &probes.Failure{Kind: probes.FailConnect, Phase: "connect", Message: "connection refused by 192.0.2.1:443"},
	}
	slow := probes.Attempt{
		Start: noon().Add(2 * time.Second), Duration: 5*time.Second + 7, Phases: wait(5*time.Second + 7), TimedOut: true,
		Failure: &probes.Failure{Kind: probes.FailTimeout, Phase: "wait", Message: "the attempt's timeout of 5s ended"},
	}
	retried := checkoutRun(noon())
	retried.Verdict, retried.Lag = probes.PassedOnRetry, 12_345_678*time.Nanosecond
	retried.Steps[3].Verdict, retried.Steps[3].Attempts = probes.PassedOnRetry, []probes.Attempt{refused, slow}
	retried.Steps[3].Reused = false // the connection was refused, so the next attempt made one in no time
	polled := failedRun(noon())
	polled.Steps[2].Polled = true
	for i := range 20 {
		polled.Steps[2].Attempts = append(polled.Steps[2].Attempts, probes.Attempt{
			Start: noon().Add(time.Duration(i) * time.Second), Duration: 40 * time.Millisecond, Phases: wait(40 * time.Millisecond),
			Reused: true, Status: 200, Failure: &probes.Failure{Kind: probes.FailExpect, Phase: "expect", Message: "not yet"},
		})
	}
	choosy := checkoutRun(noon())
	choosy.Lag = 900 * time.Microsecond // too little to be kept
	choosy.Waited = 1500*time.Millisecond + 700*time.Microsecond
	choosy.Steps[1].Optional, choosy.Steps[1].Verdict = true, probes.Failed
	choosy.Steps[1].Failure = &probes.Failure{Kind: probes.FailExpect, Message: "status 500"}
	choosy.Steps[2] = probes.StepResult{Name: "search", Verdict: probes.Skipped, Failure: &probes.Failure{Kind: probes.FailIf, Message: "not wanted"}}
	stopped := probes.Result{Journey: "checkout", Start: noon(), Steps: []probes.StepResult{
		{Name: "pay", Attempts: []probes.Attempt{refused}, Failure: &probes.Failure{Kind: probes.FailSelf, Message: "forewarn was stopped"}}}}
	return map[string]probes.Result{"retried": retried, "polled": polled, "choosy": choosy, "stopped between attempts": stopped}
}

func TestARunDuringWhichTheClockWasFirstSetCanBeReadAgain(t *testing.T) {
	db := mustOpen(t)
	const years = 56 * 365 * 24 * time.Hour
	for i, r := range []probes.Result{
		{Duration: years, Steps: []probes.StepResult{{Name: "ping", Start: noon().Add(-years), Duration: years, Phases: probes.Phases{Wait: years}}}},
		{Steps: []probes.StepResult{{Name: "a", Start: noon().Add(years)}, {Name: "b", Start: noon().Add(years)}}},
	} {
		r.Journey, r.Start, r.Verdict = "checkout", noon().Add(time.Duration(i)*time.Minute), probes.Passed
		must(t, save(t.Context(), db, r))
	}
	n := 0
	err := db.Results(t.Context(), "checkout", noon(), noon().Add(time.Hour), func(probes.Result) error { n++; return nil })
	if err != nil || n != 2 {
		t.Errorf("%d runs: %v", n, err)
	}
}

func TestWhatARetryAddsIsWhatItNeeds(t *testing.T) {
	id, _ := numberedNames()
	size := func(r probes.Result) int {
		e := encoder{id: id}
		e.run(r)
		return len(e.buf)
	}
	plain, retried := checkoutRun(noon()), laterRuns()["retried"]
	retried.Steps[3].Attempts[0].Failure, retried.Steps[3].Attempts[1].Failure = nil, nil
	if more := size(retried) - size(plain); more > 35 { // lag, two attempts of some 15 bytes
		t.Errorf("%d bytes more", more)
	}
	got := Canonical(laterRuns()["retried"])
	if got.Lag != 12*time.Millisecond || got.Verdict != probes.PassedOnRetry || got.Steps[3].Took() != got.Steps[3].Spent().Sum() || Canonical(laterRuns()["choosy"]).Lag != 0 ||
		Canonical(laterRuns()["choosy"]).Waited != 1500*time.Millisecond {
		t.Errorf("%+v", got)
	}
}

func runComesBack(t *testing.T, ctx context.Context, db *DB) {
	all := oddRuns()
	maps.Copy(all, laterRuns())
	for name, r := range all {
		r.Journey = name
		must(t, save(ctx, db, r))
		if diff := cmp.Diff([]probes.Result{Canonical(r)}, results(t, db, name)); diff != "" {
			t.Errorf("%s (-canonical +read):\n%s", name, diff)
		}
	}
}

// keptTogether lets the second decision see what the first came to, as limits
// that an outage holds back do.
func keptTogether(t *testing.T, ctx context.Context, db *DB) {
	var held alert.State
	note := func(key alert.Key, err any) Decision {
		return Decision{key, noon(), func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
			if err != nil {
				panic(err)
			}
			in.Good, in.State = int(held)+1, alert.Quiet
			held = in.State
			return in, nil, "noted"
		}}
	}
	first, second := alert.Key{Journey: "checkout", Limit: "availability"}, latency().Key
	_, err := db.Keep(ctx, Run{Result: failedRun(noon()), Transcript: "GET /", Decisions: []Decision{note(first, nil), note(second, "broken")}})
	if err == nil || !strings.Contains(err.Error(), "keep a run of checkout") {
		t.Errorf("the error is %v", err)
	}
	_, found, _ := db.LastTranscript(ctx, "checkout")
	if runs, all := results(t, db, "checkout"), got[[]alert.Incident](t)(db.Incidents(ctx)); len(runs)+len(all) > 0 || found {
		t.Errorf("left behind: %d runs, %d incidents, a transcript: %v", len(runs), len(all), found)
	}
	held = alert.Unset
	decided, err := db.Keep(ctx, Run{Result: failedRun(noon()), Transcript: "GET /", Decisions: []Decision{note(first, nil), note(second, nil)}})
	if err != nil || len(decided) != 2 || decided[0].Incident.Good != 1 || decided[1].Incident.Good != 2 || decided[1].Reason != "noted" {
		t.Errorf("decided %+v, %v", decided, err)
	}
	if transcript, _, _ := db.LastTranscript(ctx, "checkout"); transcript.Text != "GET /" || len(results(t, db, "checkout")) != 1 {
		t.Errorf("kept the transcript %q and %d runs", transcript.Text, len(results(t, db, "checkout")))
	}
}

func TestCanonicalKeepsAllButNoise(t *testing.T) {
	r := failedRun(noon().Add(123_456_789))
	want := failedRun(noon().Add(123 * time.Millisecond))
	want.Due = noon().Add(120 * time.Millisecond)
	want.Duration = r.Duration.Truncate(time.Microsecond)
	want.Failure.Evidence, want.Steps[2].Failure.Evidence = "", ""
	for i := range want.Steps {
		s, from := &want.Steps[i], r.Steps[i]
		if from.Start.IsZero() {
			continue
		}
		s.Start = from.Start.Truncate(time.Microsecond)
		s.Duration = from.Duration.Truncate(time.Microsecond)
		p := &s.Phases
		p.Resolve, p.Connect, p.TLS = p.Resolve.Truncate(1000), p.Connect.Truncate(1000), p.TLS.Truncate(1000)
		p.Transfer = p.Transfer.Truncate(1000)
		p.Wait = s.Duration - p.Resolve - p.Connect - p.TLS - p.Transfer
		s.Hops = make([]probes.Hop, len(from.Hops))
	}
	once := Canonical(r)
	if diff := cmp.Diff(want, once); diff != "" {
		t.Errorf("(-want +canonical):\n%s", diff)
	}
	if diff := cmp.Diff(once, Canonical(once)); diff != "" {
		t.Errorf("a canonical run changes again (-once +twice):\n%s", diff)
	}
	for _, s := range once.Steps {
		if s.Phases.Sum() != s.Duration {
			t.Errorf("%s: the phases add up to %v, not to %v", s.Name, s.Phases.Sum(), s.Duration)
		}
	}
}

func TestLongMessagesAreCutBetweenRunes(t *testing.T) {
	r := failedRun(noon())
	r.Failure.Message = strings.Repeat("ї", longestMessage)
	got := Canonical(r).Failure.Message
	if len(got) > longestMessage || !strings.HasSuffix(got, "ї…") {
		t.Errorf("cut to %d bytes, ending in %q", len(got), got[len(got)-8:])
	}
}

func runsComeInOrder(t *testing.T, ctx context.Context, db *DB) {
	for _, minute := range []int{4, 0, 2, 1, 3, 5} {
		must(t, save(ctx, db, checkoutRun(noon().Add(time.Duration(minute)*time.Minute))))
	}
	var minutes []int
	must(t, db.Results(ctx, "checkout", noon().Add(time.Minute), noon().Add(4*time.Minute), func(r probes.Result) error {
		minutes = append(minutes, r.Start.Minute())
		return nil
	}))
	if diff := cmp.Diff([]int{1, 2, 3}, minutes); diff != "" {
		t.Errorf("minutes of the runs (-want +got):\n%s", diff)
	}
}

func otherJourneysStayOut(t *testing.T, ctx context.Context, db *DB) {
	for i, journey := range []string{"search", "checkout", "search"} {
		r := checkoutRun(noon().Add(time.Duration(i) * time.Second))
		r.Journey = journey
		must(t, save(ctx, db, r))
	}
	if n := len(results(t, db, "search")); n != 2 {
		t.Errorf("search has %d runs, want 2", n)
	}
	if n := len(results(t, db, "never heard of")); n != 0 {
		t.Errorf("an unknown journey has %d runs", n)
	}
}

// visitsMayWrite also crosses the bounds of a page, with many runs at the
// same millisecond.
func visitsMayWrite(t *testing.T, ctx context.Context, db *DB) {
	const runs = 2100
	must(t, db.now(ctx, func(tx *sql.Tx) error {
		for i := range runs {
			start := noon().Add(time.Duration(i/700) * time.Millisecond)
			r := probes.Result{Journey: "checkout", Start: start, Duration: time.Duration(i) * time.Microsecond}
			if err := db.insertRun(tx, r); err != nil {
				return err
			}
		}
		return nil
	}))
	seen := 0
	must(t, db.Results(ctx, "checkout", noon(), noon().Add(time.Hour), func(r probes.Result) error {
		if r.Duration != time.Duration(seen)*time.Microsecond {
			return fmt.Errorf("run %d comes at place %d", r.Duration.Microseconds(), seen)
		}
		if seen++; seen%500 == 0 {
			return db.Mark(ctx, noon(), "seen")
		}
		return nil
	}))
	if marks := got[[]Mark](t)(db.Marks(ctx, noon())); seen != runs || len(marks) != runs/500 {
		t.Errorf("saw %d runs and wrote %d marks", seen, len(marks))
	}
	enough := errors.New("enough")
	if err := db.Results(ctx, "checkout", noon(), noon().Add(time.Hour), func(probes.Result) error { return enough }); err != enough {
		t.Errorf("the visit's error came back as %v", err)
	}
}

func lastRun(t *testing.T, ctx context.Context, db *DB) {
	if _, found, err := db.Last(ctx, "checkout"); found || err != nil {
		t.Errorf("an empty store has a last run: %v, %v", found, err)
	}
	for _, minute := range []int{1, 3, 2} {
		must(t, save(ctx, db, checkoutRun(noon().Add(time.Duration(minute)*time.Minute))))
	}
	last, found, err := db.Last(ctx, "checkout")
	if diff := cmp.Diff(Canonical(checkoutRun(noon().Add(3*time.Minute))), last); !found || err != nil || diff != "" {
		t.Errorf("found %v, error %v, (-want +got):\n%s", found, err, diff)
	}
}

// The durations are 1 to 21 ms, so that by nearest rank p50 is the 11th (of
// 10.5) and p95 the 20th (of 19.95).
func summaryCounts(t *testing.T, ctx context.Context, db *DB) {
	save := func(i int, change func(*probes.Result)) {
		r := probes.Result{Journey: "checkout", Start: noon().Add(time.Duration(i) * time.Minute), Verdict: probes.Passed}
		r.Duration = time.Duration(i) * time.Millisecond
		r.Steps = []probes.StepResult{
			{Name: "pay", Verdict: probes.Passed, Start: r.Start, Duration: r.Duration, Phases: probes.Phases{Wait: r.Duration - 1000, Transfer: 1000}},
			{Name: "cancel", Start: r.Start, Always: true, Phases: probes.Phases{Wait: time.Second}},
		}
		change(&r)
		must(t, save(ctx, db, r))
	}
	for i := 1; i <= 21; i++ {
		save(i, func(*probes.Result) {})
	}
	save(22, func(r *probes.Result) { r.Verdict = probes.Failed })
	save(23, func(r *probes.Result) { r.Verdict = probes.Unknown })
	save(24, func(r *probes.Result) { r.Confirm = true })
	save(25, func(r *probes.Result) { r.Maintenance, r.Verdict = true, probes.Failed })
	want := Summary{Passed: 21, Failed: 1, Unknown: 1, LeftOut: 2, P50: 11 * time.Millisecond, P95: 20 * time.Millisecond,
		Phases: probes.Phases{Wait: 11_000_000 - 1000, Transfer: 1000},
		First:  noon().Add(time.Minute), Last: noon().Add(25 * time.Minute)}
	if diff := cmp.Diff(want, got[Summary](t)(db.Summarize(ctx, "checkout", noon(), noon().Add(time.Hour)))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(Summary{}, got[Summary](t)(db.Summarize(ctx, "search", noon(), noon().Add(time.Hour)))); diff != "" {
		t.Errorf("nothing adds up to something (-want +got):\n%s", diff)
	}
}

func transcriptIsKept(t *testing.T, ctx context.Context, db *DB) {
	if _, found, err := db.LastTranscript(ctx, "checkout"); found || err != nil {
		t.Errorf("a transcript of nothing: %v, %v", found, err)
	}
	transcribe(t, db, "checkout", noon(), "GET /login")
	transcribe(t, db, "search", noon(), "GET /search")
	transcribe(t, db, "checkout", noon().Add(time.Minute), "POST /login\x00\xff")
	kept, found, err := db.LastTranscript(ctx, "checkout")
	if want := (Transcript{noon().Add(time.Minute), "POST /login\x00\xff"}); kept != want || !found || err != nil {
		t.Errorf("kept %+v, found %v, error %v", kept, found, err)
	}
}

func marksComeBack(t *testing.T, ctx context.Context, db *DB) {
	for _, minute := range []int{3, 1, 2} {
		must(t, db.Mark(ctx, noon().Add(time.Duration(minute)*time.Minute), fmt.Sprint("deploy ", minute)))
	}
	must(t, db.MarkOurs(ctx, noon().Add(4*time.Minute), "changed: checkout"))
	want := []Mark{{noon().Add(2 * time.Minute), "deploy 2", false}, {noon().Add(3 * time.Minute), "deploy 3", false},
		{noon().Add(4 * time.Minute), "changed: checkout", true}}
	if diff := cmp.Diff(want, got[[]Mark](t)(db.Marks(ctx, noon().Add(2*time.Minute)))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func pulseIsKept(t *testing.T, ctx context.Context, db *DB) {
	if _, found, err := db.Pulse(ctx, "backup"); found || err != nil {
		t.Errorf("a pulse of nothing: %v, %v", found, err)
	}
	if sign := got[time.Time](t)(db.LastSign(ctx)); !sign.IsZero() {
		t.Errorf("an empty store was alive at %v", sign)
	}
	for _, want := range []Pulse{{Anchor: noon()}, {noon(), noon().Add(time.Hour), noon().Add(time.Hour)}, {noon().Add(2 * time.Hour), time.Time{}, noon()}} {
		must(t, db.SavePulse(ctx, "backup", want))
		if kept, found, err := db.Pulse(ctx, "backup"); kept != want || !found || err != nil {
			t.Errorf("kept %+v, want %+v; found %v, error %v", kept, want, found, err)
		}
	}
	must(t, save(ctx, db, checkoutRun(noon())))
	for _, minute := range []int{-2, 1, 3} { // a run tells of life, too
		must(t, db.SaveSign(ctx, noon().Add(time.Duration(minute)*time.Minute)))
		if want, sign := noon().Add(time.Duration(max(minute, 0))*time.Minute), got[time.Time](t)(db.LastSign(ctx)); !sign.Equal(want) {
			t.Errorf("alive until %v, want %v", sign, want)
		}
	}
}
