package cli

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/backtest"
	"github.com/forewarn/forewarn/internal/golden"
	"github.com/forewarn/forewarn/predict"
)

// leak is four days of a limit on latency: a leak that was foreseen two hours
// before, burned for two hours, and never came back.
func leak() backtest.Hindsight {
	begun := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	at := func(d time.Duration) time.Time { return begun.Add(d) }
	unix := func(d time.Duration) float64 { return float64(at(d).Unix()) }
	foreseen := predict.Crossing{Earliest: unix(35 * time.Hour), Expected: unix(36 * time.Hour), Latest: unix(38 * time.Hour)}
	promise := &alert.Promise{Made: at(34 * time.Hour), Crossing: foreseen, First: foreseen, Crossed: at(36 * time.Hour)}
	worst := slices.Repeat([]float64{0.3}, 48)
	copy(worst[15:], []float64{0.4, 0.55, 0.7, 0.9, 0.3})
	worst[30] = math.NaN() // nothing was seen
	return backtest.Hindsight{
		Limit: alert.Limit{Key: alert.Key{Journey: "shop", Limit: "journey latency"}, Signal: alert.Latency, Value: 0.8, Ahead: 2 * time.Hour},
		Runs:  5700, First: begun, Last: at(96*time.Hour - time.Minute),
		Watched: 95 * time.Hour, Warning: 2 * time.Hour, Burning: 2 * time.Hour,
		Crossings: 1, Foreseen: 1, Warnings: 1, Record: alert.Record{Came: 1, Inside: 1, MedianLead: 2 * time.Hour},
		Told: []backtest.Telling{
			{At: promise.Made, Kind: alert.WentSoon, Promise: promise, Outcome: alert.Came},
			{At: promise.Crossed, Kind: alert.WentBurning},
			{At: at(36*time.Hour + 10*time.Minute), Kind: alert.BurnsAgain},
			{At: at(36*time.Hour + 20*time.Minute), Kind: alert.BurnsAgain},
			{At: at(36*time.Hour + 30*time.Minute), Kind: alert.BurnsAgain},
			{At: at(38 * time.Hour), Kind: alert.WentResolved},
		},
		Silences:    []backtest.Silence{{Why: predict.Flat, Share: 0.9}, {Why: predict.Noise, Share: 0.096}, {Why: predict.Step, Share: 0.004}},
		LastSilence: "no trend",
		Course:      backtest.Course{Since: begun, Until: at(96 * time.Hour), Worst: worst},
	}
}

// nothing is a limit of a history without a run.
func nothing() backtest.Hindsight {
	return backtest.Hindsight{Limit: alert.Limit{Key: alert.Key{Journey: "shop", Limit: "availability"}, Signal: alert.Availability}}
}

// wolf is leak, whose warnings were mostly wrong for a while.
func wolf() backtest.Hindsight {
	h := leak()
	h.Limit.Key.Limit = "wolf"
	h.Warnings, h.Record = 27, alert.Record{Came: 10, DidNotCome: 17}
	h.Demotions = []backtest.Demotion{
		{At: h.First.Add(20 * time.Hour), Record: alert.Record{Came: 1, DidNotCome: 11}},
		{At: h.First.Add(70 * time.Hour), Ends: true, Record: alert.Record{Came: 9, DidNotCome: 17}},
	}
	return h
}

func TestABacktestIsReadAtAGlance(t *testing.T) {
	var one, two bytes.Buffer
	mine := replayed{"rules/forewarn.toml", time.UTC, []backtest.Hindsight{nothing(), leak()}}
	printReplayed(&one, []replayed{{mine.file, mine.zone, append(mine.limits, wolf())}})
	golden.Compare(t, "testdata/backtest.txt", one.String())

	strict := leak()
	strict.Limit.Value = 0.5
	other := strict
	other.Limit.Key.Limit = "checkout"
	printReplayed(&two, []replayed{mine, {"stricter.toml", time.UTC, []backtest.Hindsight{strict, other}}})
	golden.Compare(t, "testdata/backtest_compared.txt", two.String())
}

func TestABacktestOfNothingIsNullInJSON(t *testing.T) {
	reports := reportsOf([]replayed{{"forewarn.toml", time.UTC, []backtest.Hindsight{nothing(), leak()}}})
	text, err := json.Marshal(reports)
	if err != nil {
		t.Fatal(err)
	}
	var limits []map[string]any
	var back []struct{ Limits json.RawMessage }
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(back[0].Limits, &limits); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"first", "last", "precision", "inside_interval", "false_per_week", "recall", "median_lead_s"} {
		if value, there := limits[0][key]; !there || value != nil {
			t.Errorf("%s of nothing is %v, want null", key, value)
		}
		if limits[1][key] == nil {
			t.Errorf("%s of a leak is unknown", key)
		}
	}
	soon := limits[1]["told"].([]any)[0].(map[string]any)
	want := map[string]any{"at": "2026-06-02T10:00:00Z", "kind": "soon", "earliest": "2026-06-02T11:00:00Z",
		"expected": "2026-06-02T12:00:00Z", "latest": "2026-06-02T14:00:00Z", "outcome": "came", "lead_s": 7200.0}
	if diff := cmp.Diff(want, soon); diff != "" {
		t.Errorf("the warning (-want +got):\n%s", diff)
	}
}

func TestASuggestionCanBePasted(t *testing.T) {
	var out bytes.Buffer
	printSuggestion(&out, "journey", backtest.Suggestion{Journey: "shop", Above: 400 * time.Millisecond, Ahead: 2 * time.Hour,
		Trial: 48 * time.Hour, MostAWeek: 10.5})
	printSuggestion(&out, "journey", backtest.Suggestion{Journey: "search", Above: 1200 * time.Millisecond, Ahead: 48 * time.Hour,
		Trial: 14 * 24 * time.Hour, Messages: 2, PerWeek: 1, MostAWeek: 3.1, Crossings: 2, Foreseen: 1, DidNotCome: 1})
	printSuggestion(&out, "journey", backtest.Suggestion{Journey: "new", History: 5 * time.Hour})
	printSuggestion(&out, "heartbeat", backtest.Suggestion{Journey: "backup", Above: 3 * time.Hour, Ahead: 48 * time.Hour,
		Trial: 14 * 24 * time.Hour, MostAWeek: 1.5})
	printSuggestion(&out, "journey", backtest.Suggestion{Journey: "wild", History: 72 * time.Hour, Highest: 5 * time.Second})
	printSuggestion(&out, "journey", backtest.Suggestion{Journey: "loud", Above: 400 * time.Millisecond, Ahead: 2 * time.Hour,
		Trial: 48 * time.Hour, Messages: 31, PerWeek: 108.5, MostAWeek: 146.25})
	golden.Compare(t, "testdata/backtest_suggest.txt", out.String())
}

func TestWhatNoSuggestionIsMadeOfIsNullAndNotZero(t *testing.T) {
	var out bytes.Buffer
	if err := writeJSON(&out, suggestionReports([]backtest.Suggestion{
		{Journey: "new", History: 5 * time.Hour}, {Journey: "calm", Above: 400 * time.Millisecond, Ahead: 2 * time.Hour, Trial: 48 * time.Hour, MostAWeek: 10.5},
	})); err != nil {
		t.Fatal(err)
	}
	var all []map[string]any
	if err := json.Unmarshal(out.Bytes(), &all); err != nil {
		t.Fatal(err)
	}
	want := []map[string]any{
		{"journey": "new", "why": "5 h of 3 d of history", "above_s": nil, "ahead_s": nil, "trial_s": nil, "messages": nil,
			"messages_per_week": nil, "at_most_per_week": nil, "crossings": nil, "foreseen": nil, "did_not_come": nil},
		{"journey": "calm", "above_s": 0.4, "ahead_s": 7200.0, "trial_s": 172800.0, "messages": 0.0,
			"messages_per_week": 0.0, "at_most_per_week": 10.5, "crossings": 0.0, "foreseen": 0.0, "did_not_come": 0.0},
	}
	if diff := cmp.Diff(want, all); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAFlagThatInputsDoNotHeedIsRefused(t *testing.T) {
	for _, flags := range []string{"--since 7d", "--suggest", "--json", "-c forewarn.toml", "shop"} {
		_, said := forewarn(t, exitOptions, strings.Fields("backtest --inputs inputs.csv "+flags)...)
		if !strings.Contains(said, "--inputs reads its rules from the file") {
			t.Errorf("%s: %s", flags, said)
		}
	}
}

func forewarn(t *testing.T, want int, args ...string) (stdout, stderr string) {
	t.Helper()
	var out, errOut bytes.Buffer
	if code := Main(args, strings.NewReader(""), &out, &errOut); code != want {
		t.Fatalf("forewarn %s: exit %d, want %d\n%s%s", strings.Join(args, " "), code, want, out.String(), errOut.String())
	}
	return out.String(), errOut.String()
}
