package cli

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"github.com/forewarn/forewarn/agent"
	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/probes"
)

func TestALongOutageIsOneLineInTheLog(t *testing.T) {
	var out bytes.Buffer
	r := newRunLog(slog.New(slog.NewTextHandler(&out, nil)))
	see := func(times int, verdict probes.Verdict, why string, told ...alert.Event) {
		o := agent.Observation{
			Watch:  agent.Watch{Journey: probes.Journey{Name: "checkout"}},
			Result: probes.Result{Verdict: verdict},
			Limits: []agent.Verdict{{Events: told}},
		}
		if why != "" {
			o.Result.Step, o.Result.Failure = "pay", &probes.Failure{Message: why}
		}
		for range times {
			r.observe(o)
		}
	}
	see(3, probes.Passed, "")
	see(500, probes.Failed, "status 503")
	see(1, probes.Failed, "status 503", alert.Event{Kind: alert.WentBurning})
	see(2, probes.Failed, "connection refused")
	see(2, probes.Unknown, "no route")
	see(9, probes.Passed, "")
	var got []string
	for line := range strings.Lines(out.String()) {
		_, message, _ := strings.Cut(line, "level=")
		got = append(got, strings.TrimSpace(message))
	}
	want := []string{
		`INFO msg="first run"`, "WARN msg=run", "INFO msg=told", "WARN msg=run", "WARN msg=run", `INFO msg="passes again"`,
	}
	if len(got) != len(want) {
		t.Fatalf("%d lines, want %d:\n%s", len(got), len(want), out.String())
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
		Watch: agent.Watch{Journey: probes.Journey{Name: "backup"}}, Result: ping,
		Limits: []agent.Verdict{{Events: []alert.Event{{Kind: alert.WentResolved, Number: 7}}}}, // the incident itself is a new one by now
	})
	if got := out.String(); !strings.Contains(got, "incident=7") || strings.Contains(got, "took") {
		t.Error(got)
	}
}
