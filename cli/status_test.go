package cli

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/forewarn/forewarn/agent"
	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/config"
	"github.com/forewarn/forewarn/predict"
	"github.com/forewarn/forewarn/probes"
	"github.com/forewarn/forewarn/store"
)

func TestAnOutlookNamesTheNextCrossingOrWhyThereIsNone(t *testing.T) {
	now := time.Date(2026, 3, 1, 14, 0, 0, 0, time.UTC)
	in := func(minutes float64) float64 { return float64(now.Unix()) + 60*minutes }
	crossing := predict.Forecast{At: in(0), Crossing: predict.Crossing{Earliest: in(28), Expected: in(42), Latest: in(65)}}
	silent := predict.Forecast{At: in(0), Silence: predict.Learning, Detail: "3 of 16 bins"}
	usual := crossing
	usual.Cause, usual.Detail = predict.Peak, "as on 4 of the last 5 days of this kind"
	night := predict.Forecast{At: in(0), Crossing: predict.Crossing{Earliest: in(9 * 60), Expected: in(10*60 + 5), Latest: in(12 * 60)}}
	yesterday := now.Add(-14*time.Hour - 10*time.Minute)
	latency := alert.Limit{Signal: alert.Latency, Value: 1.5, Ahead: 2 * time.Hour}
	never := latency
	never.Ahead = 0
	outage := alert.Limit{Signal: alert.Availability}
	for want, v := range map[string]agent.Verdict{
		"no run yet":                                       {Incident: alert.Incident{Limit: latency}},
		"no forecast: no run in memory":                    {Incident: alert.Incident{Limit: latency, State: alert.Quiet}},
		"no forecast: still learning (3 of 16 bins)":       {Incident: alert.Incident{Limit: latency, State: alert.Quiet}, Forecast: silent},
		"crosses in ~42 min, at 14:42 (80 %: 14:28–15:05)": {Incident: alert.Incident{Limit: latency, State: alert.Soon}, Forecast: crossing},
		"crosses in ~42 min, at 14:42 (80 %: 14:28–15:05), as on 4 of the last 5 days of this kind":       {Incident: alert.Incident{Limit: latency, State: alert.Soon}, Forecast: usual},
		"crosses in ~10 h, at Mon 2 Mar 00:05 (80 %: Sun 1 Mar 23:00–Mon 2 Mar 02:00)":                    {Incident: alert.Incident{Limit: latency, State: alert.Soon}, Forecast: night},
		"since Sat 28 Feb 23:50, last failure at pay: status 503, escalated to #boss at Sat 28 Feb 23:50": {Incident: alert.Incident{Limit: outage, State: alert.Burning, Burned: yesterday, Why: "status 503", FailedAt: "pay", Escalated: yesterday, EscalatedTo: []string{"#boss"}}},
		"unknown since Sat 28 Feb 23:50: this machine has no network":                                     {Incident: alert.Incident{Limit: latency, State: alert.Quiet, Blind: yesterday, BlindWhy: "this machine has no network"}},
		"held back: home burns since Sat 28 Feb 23:50, inc-7":                                             {Incident: alert.Incident{Limit: latency, State: alert.Quiet, HeldBy: alert.Holder{Journey: "home", Number: 7, Burned: yesterday}}},
		"not forecast: its ahead is 0s":                                                                   {Incident: alert.Incident{Limit: never, State: alert.Quiet}, Forecast: crossing},
		"outages cannot be foreseen":                                                                      {Incident: alert.Incident{Limit: outage, State: alert.Quiet}},
		"since 13:50, now 1.84 s, Ana has it":                                                             {Incident: alert.Incident{Limit: latency, State: alert.Burning, Burned: now.Add(-10 * time.Minute), Value: 1.84, AckBy: "Ana", AckAt: now}, Forecast: crossing},
		"no run has passed yet":                                                                           {Incident: alert.Incident{Limit: outage, LastRun: now}},
		"no run has passed yet, last failure at pay: 503":                                                 {Incident: alert.Incident{Limit: outage, LastRun: now, Why: "503", FailedAt: "pay"}},
		"since 13:50, last failure at pay: status 503":                                                    {Incident: alert.Incident{Limit: outage, State: alert.Burning, Burned: now.Add(-10 * time.Minute), Why: "status 503", FailedAt: "pay"}},
		"unknown since 13:59: this machine has no network":                                                {Incident: alert.Incident{Limit: latency, State: alert.Quiet, Blind: now.Add(-time.Minute), BlindWhy: "this machine has no network"}, Forecast: crossing},
	} {
		if got := outlook(v, now); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestStatusShowsTheUnknownAsUnknown(t *testing.T) {
	now := time.Date(2026, 3, 1, 14, 0, 0, 0, time.UTC)
	first := now.Add(-20 * time.Minute)
	minute := config.Journey{Journey: probes.Journey{Every: time.Minute}}
	job := config.Journey{Journey: probes.Journey{Every: time.Minute, Heartbeat: &probes.Heartbeat{}}}
	for _, c := range []struct {
		of   config.Journey
		sum  store.Summary
		want []string
	}{
		{job, store.Summary{}, []string{"rate unknown", "in this time no ping came, and none was missed"}},
		{minute, store.Summary{}, []string{"rate unknown", "errors unknown, 0 runs unknown", "duration p50 unknown, p95 unknown", "is `forewarn run` running?"}},
		{minute, store.Summary{Unknown: 3, First: first, Last: now}, []string{"rate 0.1 runs/min, the last 0 s ago", "errors unknown, 3 runs unknown", "duration p50 unknown", "no run of this time could be judged"}},
		{minute, store.Summary{Passed: 2, First: now.Add(-time.Second), Last: now}, []string{"rate unknown: too early to tell, the last 0 s ago"}},
		{minute, store.Summary{Passed: 1, P50: time.Second, P95: time.Second, First: now, Last: now}, []string{"rate unknown: too early to tell, the last 0 s ago", "errors 0 of 1 failed: 0 % (95 %: 0–79 %), 0 unknown"}},
		{minute, store.Summary{Passed: 41, First: first, Last: now}, []string{"errors 0 of 41 failed: 0 % (95 %: 0–8.6 %), 0 unknown"}},
		{minute, store.Summary{Failed: 8, First: first, Last: now}, []string{"errors 8 of 8 failed: 100 % (95 %: 68–100 %), 0 unknown", "duration p50 unknown", "duration: no run passed"}},
	} {
		j := journeyStatus{Journey: "checkout", Passed: c.sum.Passed, Failed: c.sum.Failed, Unknown: c.sum.Unknown}
		j.fill(c.sum, c.of)
		var out bytes.Buffer
		printStatus(&out, []featureStatus{{Feature: "shop", Journeys: []journeyStatus{j}}}, now, time.Hour)
		text := strings.Join(strings.Fields(out.String()), " ")
		for _, want := range c.want {
			if !strings.Contains(text, want) {
				t.Errorf("%+v:\n%s\nlacks %q", c.sum, out.String(), want)
			}
		}
	}
}

func TestStatusBeginsWithWhatIsWorst(t *testing.T) {
	limits := func(states ...alert.State) (all []limitStatus) {
		for _, s := range states {
			all = append(all, limitStatus{State: s.String()})
		}
		return all
	}
	features := []featureStatus{
		{Journeys: []journeyStatus{{Limits: limits(alert.Quiet, alert.Soon)}, {Limits: limits(alert.Unset)}}},
		{Journeys: []journeyStatus{{Limits: limits(alert.Burning, alert.Quiet)}}},
	}
	if got, want := stateLine(features), "limits: 1 burning, 1 soon, 2 quiet, 1 unset"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestAPercentageHasTwoDigitsAndNoExponent(t *testing.T) {
	for share, want := range map[float64]string{0: "0", 0.0025: "0.25", 0.031: "3.1", 0.0999: "10", 0.25: "25", 1: "100"} {
		if got := percent(share); got != want {
			t.Errorf("%v is %s, want %s", share, got, want)
		}
	}
}

func TestARateHasNoExponent(t *testing.T) {
	for v, want := range map[float64]string{0: "0", 0.0000992: "0.000099", 0.0999: "0.1", 1: "1", 2.345: "2.3", 9.949: "9.9", 9.96: "10", 59.6: "60", 119.7: "120", 1e6: "1000000"} {
		if got := twoDigits(v); got != want {
			t.Errorf("%v is %s, want %s", v, got, want)
		}
	}
}
