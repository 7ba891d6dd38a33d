package scenario

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/forewarn/forewarn/internal/golden"
	"github.com/google/go-cmp/cmp"
)

func TestASeriesIsShortForRuns(t *testing.T) {
	for _, c := range []struct {
		word string
		days bool
		want string
	}{
		{"200ms", false, "0.2"},
		{"200msx3", false, "0.2 0.2 0.2"},
		{"200ms+5msx3", false, "0.2 0.205 0.21"},
		{"1s-250msx4", false, "1 0.75 0.5 0.25"},
		{"1.5s", false, "1.5"},
		{"250us", false, "0.00025"},
		{"2m", false, "120"},
		{"200ms~10%x2", false, "0.2~0.1 0.2~0.1"},
		{"200ms+1ms~2.5%x2", false, "0.2~0.025 0.201~0.025"},
		{"pass", false, "pass"},
		{"failx2", false, "fail fail"},
		{"timeout", false, "timeout"},
		{"unknown", false, "unknown"},
		{"_x2", false, "_ _"},
		{"30d-0.5dx3", true, "30 29.5 29"},
		{"1d-1dx3", true, "1 0 -1"},
	} {
		items, err := series(nil, c.word, c.days)
		if err != nil {
			t.Errorf("%s: %v", c.word, err)
			continue
		}
		var got []string
		for _, i := range items {
			switch {
			case i.kind != figure:
				got = append(got, i.text)
			case i.noise > 0:
				got = append(got, fmt.Sprintf("%.6g~%g", i.value, i.noise))
			default:
				got = append(got, fmt.Sprintf("%.6g", i.value))
			}
		}
		if diff := cmp.Diff(c.want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.word, diff)
		}
	}
}

func TestTimesHaveDays(t *testing.T) {
	for word, want := range map[string]time.Duration{
		"0m": 0, "90s": 90 * time.Second, "1h30m": 90 * time.Minute, "2d": 48 * time.Hour, "1d6h": 30 * time.Hour, "0.5d": 12 * time.Hour,
	} {
		if got, err := duration(word); err != nil || got != want {
			t.Errorf("%s is %v, %v; want %v", word, got, err, want)
		}
	}
	for _, word := range []string{"", "d", "5", "-1m", "-1d", "1d-5h", "99999999d", "1e9h", "later", "1d1d", "NaNh"} {
		if got, err := duration(word); err == nil {
			t.Errorf("%q is read as %v", word, got)
		}
	}
}

// One file with one mistake on each line; the golden file has what is said.
func TestEveryMistakeIsNamedWithItsLine(t *testing.T) {
	text, err := os.ReadFile("testdata/mistakes.txt")
	if err != nil {
		t.Fatal(err)
	}
	_, got := Parse("mistakes.txt", text)
	if got == nil {
		t.Fatal("nothing is wrong with it")
	}
	golden.Compare(t, "testdata/mistakes.golden", got.Error()+"\n")
	mistakes := strings.Count(string(text), "\n") - strings.Count(string(text), "ok ")
	if lines := strings.Count(got.Error(), "\n\t"); lines != mistakes {
		t.Errorf("%d errors for %d lines with a mistake", lines, mistakes)
	}
}

func TestAFileWithoutAScenarioSaysHowToBeginOne(t *testing.T) {
	_, err := Parse("empty.scenario", []byte("# only a comment\nevery 1m\n"))
	if err == nil || !strings.Contains(err.Error(), "begin one with: scenario") {
		t.Errorf("got %v", err)
	}
}

func TestWhatStandsBeforeTheFirstScenarioHoldsForAll(t *testing.T) {
	all, err := Parse("two.scenario", []byte(`
		every 30s
		limit latency above 1s
		scenario one
			limit latency ahead 2h
		scenario two
			every 5m`))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range all {
		limits, err := limitsOf(s, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range limits {
			got = append(got, fmt.Sprintf("%s: %s above %gs ahead %s every %s of %s", s.Name, l.Limit, l.Value, l.Ahead, l.Every, l.Window))
		}
	}
	want := []string{"one: latency above 1s ahead 2h0m0s every 30s of 5m0s", "two: latency above 1s ahead 0s every 5m0s of 50m0s"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What is written in any file is either a scenario or an error, and a
// scenario runs to its end.
func FuzzParse(f *testing.F) {
	f.Add("scenario a\nlimit latency above 1s ahead 2h\nruns: 200ms+5ms~3%x20 _x3 fail unknown timeout\nwhen 3m forecast 4m..5m..6m\nat 4m soon\nsays nothing else\n")
	f.Add("limit errors above 5%\nscenario b\nruns: failx9\nwhen 1m..4m stopped\nwhen 5m restart\nwhen 6m anna snoozes 2h\nat 1m..3m is quiet: in maintenance\n")
	f.Add("timezone Europe/Kyiv\nstart 2026-03-29T02:30\nscenario c\nlimit cert below 14d\ncert: 15d-1dx9\nstep \"log in\": 5msx3\nwhen 2m limit removed\n")
	f.Fuzz(func(t *testing.T, text string) {
		all, err := Parse("fuzz.scenario", []byte(text))
		if (err == nil) != (len(all) > 0) && err == nil {
			t.Fatal("neither a scenario nor an error")
		}
		for _, s := range all {
			if err != nil || s.length() > 300 {
				continue
			}
			if report, err := Run(s, Options{}); err == nil {
				_ = report.String()
			}
		}
	})
}
