package cli

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/forewarn/forewarn/agent"
	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/probes"
)

func TestALongOutageIsOneLineInTheLog(t *testing.T) {
	l := newStoryLog()
	l.see(3, probes.Passed, "")
	l.see(500, probes.Failed, "status 503")
	l.see(1, probes.Failed, "status 503", alert.Event{Kind: alert.WentBurning})
	l.see(2, probes.Failed, "connection refused")
	l.see(2, probes.Unknown, "no route")
	l.see(9, probes.Passed, "")
	l.reads(t, `INFO msg="first run"`, "WARN msg=run", "INFO msg=told", "WARN msg=run", "WARN msg=run", `INFO msg="passes again"`)
}

func TestWhatWasUnknownDoesNotPassAgain(t *testing.T) {
	l := newStoryLog()
	l.see(2, probes.Unknown, "no route")
	l.see(2, probes.Passed, "")
	l.see(1, probes.Unknown, "no route")
	l.see(2, probes.Passed, "")
	l.reads(t, "WARN msg=run", `INFO msg="first run"`, "WARN msg=run", `INFO msg="seen again"`)
}

func TestAnOutageThatWeCouldNotSeeForAMomentIsStillTheSame(t *testing.T) {
	l := newStoryLog()
	l.see(3, probes.Failed, "status 404")
	l.see(1, probes.Unknown, "this machine was too busy")
	l.see(3, probes.Failed, "status 404")
	l.see(1, probes.Passed, "")
	l.see(2, probes.Failed, "status 404")
	l.reads(t, "WARN msg=run", "WARN msg=run", `INFO msg="seen again"`, `INFO msg="passes again"`, "WARN msg=run")
}

func TestAnOutageOfTwoFacesIsOneLineForEach(t *testing.T) {
	l := newStoryLog()
	for range 700 {
		l.see(1, probes.Failed, "status 503")
		l.see(1, probes.Failed, "connection refused")
	}
	l.see(1, probes.Passed, "")
	l.reads(t, "WARN msg=run", "WARN msg=run", `INFO msg="passes again"`)
}

func TestWhatIsKnownOfAnOutageIsBounded(t *testing.T) {
	l := newStoryLog()
	for i := range 1000 {
		l.see(1, probes.Failed, fmt.Sprintf("order %d is lost", i))
	}
	if n := len(l.log.last["checkout"].outage); n != mostTroubles {
		t.Errorf("%d troubles are known", n)
	}
	if n := strings.Count(l.out.String(), "WARN msg=run"); n != 1000 {
		t.Errorf("%d of 1000 are said", n)
	}
}

func TestAJobThatStaysSilentIsOneLineInTheLog(t *testing.T) {
	l := newStoryLog()
	for i := range 1440 {
		l.kind = probes.FailTimeout
		l.see(1, probes.Failed, fmt.Sprintf("no ping for %d minutes", i))
	}
	l.reads(t, "WARN msg=run")
}

// storyLog is the log of runs that are told.
type storyLog struct {
	out  *bytes.Buffer
	log  *runLog
	kind probes.FailureKind
}

func newStoryLog() storyLog {
	out := new(bytes.Buffer)
	return storyLog{out: out, log: newRunLog(slog.New(slog.NewTextHandler(out, nil)))}
}

// see lets as many runs end alike.
func (l storyLog) see(times int, verdict probes.Verdict, why string, told ...alert.Event) {
	o := agent.Observation{
		Watch:  &agent.Watch{Journey: probes.Journey{Name: "checkout"}},
		Result: probes.Result{Verdict: verdict},
		Limits: []agent.Verdict{{Events: told}},
	}
	if why != "" {
		o.Result.Step, o.Result.Failure = "pay", &probes.Failure{Kind: l.kind, Message: why}
	}
	for range times {
		l.log.observe(o)
	}
}

// reads compares how the lines begin.
func (l storyLog) reads(t *testing.T, want ...string) {
	t.Helper()
	var got []string
	for line := range strings.Lines(l.out.String()) {
		_, message, _ := strings.Cut(line, "level=")
		got = append(got, strings.TrimSpace(message))
	}
	if len(got) != len(want) {
		t.Fatalf("%d lines, want %d:\n%s", len(got), len(want), l.out)
	}
	for i := range want {
		if !strings.HasPrefix(got[i], want[i]+" ") {
			t.Errorf("line %d is %s, want %s", i, got[i], want[i])
		}
	}
}

func TestTheLogNamesTheIncidentThatIsOverAndNoTimeThatIsNotKnown(t *testing.T) {
	var out bytes.Buffer
	ping := probes.Result{Verdict: probes.Passed, Steps: []probes.StepResult{{Name: "ping", Verdict: probes.Passed}}}
	newRunLog(slog.New(slog.NewTextHandler(&out, nil))).observe(agent.Observation{
		Watch: &agent.Watch{Journey: probes.Journey{Name: "backup"}}, Result: ping,
		Limits: []agent.Verdict{{Events: []alert.Event{{Kind: alert.WentResolved, Number: 7}}}}, // the incident itself is a new one by now
	})
	if got := out.String(); !strings.Contains(got, "incident=7") || strings.Contains(got, "took") {
		t.Error(got)
	}
}
