package cli

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/forewarn/forewarn/agent"
	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/demo"
	"github.com/forewarn/forewarn/predict"
)

func TestTheFiguresOfTheAccountAgreeWithEachOther(t *testing.T) {
	opened := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	after := func(ms int) time.Time { return opened.Add(time.Duration(ms) * time.Millisecond) }
	unix := func(ms int) float64 { return float64(after(ms).UnixMilli()) / 1000 }
	p := alert.Promise{
		Made: after(25_600), Crossed: after(44_500),
		First: predict.Crossing{Earliest: unix(40_000), Expected: unix(47_300), Latest: unix(55_000)},
	}
	got := account{opened: opened, began: 13 * time.Second, burning: 44_300 * time.Millisecond, resolved: 62 * time.Second}.of(p)
	for _, want := range []string{
		"0:26  Soon is told: the limit will be crossed at 0:48", // 26 + 19 + 3
		"0:45  the limit is crossed",                            // 26 + 19
		"0:45  Burning is told",                                 // never before the crossing
		"Forewarned 19 s before the crossing: 38 min at one run a minute",
		"3 s earlier than expected, inside the 80 % interval",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s\nlacks %q", got, want)
		}
	}
}

func TestTheMoodIsOfTheWorstThingFirst(t *testing.T) {
	is := func(state alert.State) agent.Verdict {
		return agent.Verdict{Incident: alert.Incident{State: state, Limit: alert.Limit{Value: 0.33}}, Forecast: predict.Forecast{Silence: predict.Flat}}
	}
	soon := is(alert.Soon)
	soon.Forecast = predict.Forecast{At: 100, Crossing: predict.Crossing{Expected: 113}}
	for want, c := range map[string][2]agent.Verdict{
		"quiet: no trend":                      {is(alert.Quiet), is(alert.Quiet)},
		"soon: the trend meets 330 ms in 13 s": {is(alert.Quiet), soon},
		"burning: over 330 ms":                 {is(alert.Quiet), is(alert.Burning)},
		"burning: payments fail":               {is(alert.Burning), is(alert.Burning)},
		"clearing: good runs again":            {is(alert.Clearing), is(alert.Clearing)},
	} {
		if got := mood(c[0], c[1]); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestTheLimitIsALineOfTheChart(t *testing.T) {
	colours := regexp.MustCompile("\x1b\\[[0-9;]*m")
	for _, took := range [][]float64{{100, 120}, {100, 320, 400}, {100, 5000}} {
		for _, columns := range []int{0, 20, 80, 300} {
			drawn := colours.ReplaceAllString(demoChart(took, 330, columns), "")
			if !regexp.MustCompile(`(?m)^ +330 ┼`).MatchString(drawn) {
				t.Errorf("%v in %d columns:\n%s", took, columns, drawn)
			}
		}
	}
	if got := demoChart([]float64{100}, 330, 80); strings.Contains(got, "┤") {
		t.Errorf("one run is no chart: %s", got)
	}
}

func TestWithoutATerminalThereIsNoPanel(t *testing.T) {
	var out bytes.Buffer
	s := newScreen(&out)
	s.show("a panel")
	s.say("a line\n\n")
	if got := out.String(); s.live || got != "a line\n" {
		t.Errorf("%q", got)
	}
}

func TestAPanelIsClearedWholeHoweverNarrowTheTerminal(t *testing.T) {
	var out bytes.Buffer
	s := &screen{w: &out, live: true, wide: 20}
	s.show("chart\n" + strings.Repeat("x", 100))
	if lines := strings.Split(strings.TrimSpace(out.String()), "\n"); len(lines) != 2 || len([]rune(lines[1])) >= s.wide {
		t.Errorf("%q", lines)
	}
	out.Reset()
	s.say("news")
	if got := out.String(); got != "\x1b[2A\x1b[Jnews\n" {
		t.Errorf("%q", got)
	}
}

func TestALostStoryIsTheMachinesFaultOnlyIfItHadNoTime(t *testing.T) {
	idle := &teller{shop: demo.NewShop(demo.Story{}), took: make([]float64, 100)}
	if got := idle.untold("nothing was resolved").Error(); !strings.Contains(got, "nothing was resolved. Please report the seed") {
		t.Error(got)
	}
	busy := &teller{shop: demo.NewShop(demo.Story{}), took: make([]float64, 100), missed: 20}
	if got := busy.untold("nothing was resolved").Error(); !strings.Contains(got, "too busy to measure anything") || strings.Contains(got, "seed") {
		t.Error(got)
	}
}
