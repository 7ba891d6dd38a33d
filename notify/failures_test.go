package notify

import (
	"strings"
	"testing"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/probes"
)

// The longest line that a run with a failure and a failed cleanup says of
// itself is shown whole: neither crowds out the other.
func TestAMessageShowsTheFirstFailureAndTheCleanups(t *testing.T) {
	long := func(word string) *probes.Failure {
		return &probes.Failure{Kind: probes.FailExpect, Message: strings.Repeat(word+" ", 100)}
	}
	r := probes.Result{Verdict: probes.Failed, Step: "pay", Failure: long("first"), Steps: []probes.StepResult{
		{Name: "pay", Verdict: probes.Failed, Failure: long("first")},
		{Name: "cancel order", Always: true, Verdict: probes.Failed, Failure: long("second")},
	}}
	in := burningIncident()
	in.Limit.Signal, in.FailedAt, in.Why = alert.Availability, r.Step, r.Why()
	var body strings.Builder
	for _, paragraph := range tell(in, alert.WentBurning, at(13, 59)).message(t).Body {
		body.WriteString(paragraph.String() + "\n")
	}
	if got := body.String(); !strings.Contains(got, "Last failure at pay: "+r.Why()) || !strings.Contains(got, "second") {
		t.Errorf("%s\nlacks\n%s", got, r.Why())
	}
}
