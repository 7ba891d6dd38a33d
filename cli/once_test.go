package cli

import (
	"bytes"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/forewarn/forewarn/probes"
)

// walked is a run that shows every kind of step: passed after a redirect,
// failed, skipped, and one whose response never came.
func walked() probes.Result {
	ms := func(n float64) time.Duration { return time.Duration(n * float64(time.Millisecond)) }
	phases := probes.Phases{Resolve: ms(1), Connect: ms(2), TLS: ms(3), Wait: ms(40), Transfer: ms(0.5)}
	hop := probes.Hop{Method: "GET", URL: "https://shop.example/login", Status: 302, Addr: "192.0.2.1:443", Elapsed: ms(46.5), Phases: phases}
	return probes.Result{
		Journey: "checkout", Location: "kyiv", Start: time.Date(2026, 3, 1, 14, 2, 3, 0, time.FixedZone("EET", 7200)),
		Verdict: probes.Failed, Step: "pay", Failure: &probes.Failure{Kind: probes.FailExpect, Message: "expected status == 201, found status = 503"},
		Steps: []probes.StepResult{
			{Name: "open login", Verdict: probes.Passed, Duration: ms(46.5), Phases: phases, Status: 200, Bytes: 512, Proto: "HTTP/2.0", Hops: []probes.Hop{hop}},
			{
				Name: "pay", Verdict: probes.Failed, Duration: ms(1250), Phases: probes.Phases{Wait: ms(1250)}, Status: 503, Proto: "HTTP/2.0",
				Hops:    []probes.Hop{{Method: "POST", URL: "https://shop.example/api/orders", Status: 503, Reused: true, Elapsed: ms(1250), Phases: probes.Phases{Wait: ms(1250)}}},
				Failure: &probes.Failure{Kind: probes.FailExpect, Phase: "wait", Message: "expected status == 201, found status = 503", Evidence: "status == 201\n^^^^^^\nstatus = 503"},
			},
			{Name: "receipt", Verdict: probes.Skipped, Failure: &probes.Failure{Kind: probes.FailMissing, Message: "order was never captured"}},
			{Name: "log out", Verdict: probes.Unknown, Always: true, Failure: &probes.Failure{Kind: probes.FailSelf, Message: "no route to the network"}},
		},
	}
}

func TestOnceShowsEveryStepForPeopleAndForPrograms(t *testing.T) {
	var text, report bytes.Buffer
	printRun(&text, walked())
	if err := reportRuns(&report, []probes.Result{walked()}); err != nil {
		t.Fatal(err)
	}
	for file, got := range map[string]string{"testdata/once.txt": text.String(), "testdata/once.json": report.String()} {
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s:\n%s", file, diff)
		}
	}
}
