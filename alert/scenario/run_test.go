package scenario

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/internal/golden"
	"github.com/google/go-cmp/cmp"
)

// run is the report of the one scenario in text.
func run(t *testing.T, text string, o Options) Report {
	t.Helper()
	all, err := Parse("test.scenario", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 1 {
		t.Fatalf("%d scenarios", len(all))
	}
	report, err := Run(all[0], o)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

const burns = `scenario it burns
  limit latency above 1s
  runs: 200msx10 2sx5 200msx10
`

func TestAFailureShowsWhatWasSaidBesideWhatIsWanted(t *testing.T) {
	report := run(t, burns+`
  when 11m30s deploy
  at 11m soon
  at 13m burning
  at 15m is quiet
  at 16m is clearing: in maintenance
  at 40m resolved
  at 40m is quiet
  says nothing else`, Options{})
	golden.Compare(t, "testdata/failure.golden", report.String())
}

func TestWhatComesAsExpectedIsOneLine(t *testing.T) {
	report := run(t, burns+`
  at 12m burning
  at 19m resolved
  says nothing else`, Options{})
	if got, want := report.String(), "ok   it burns\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestEveryExpectationCanFail(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{"at 11m burning", "want burning at 11m, it came at 12m"},
		{"at 1h..2h burning", "want burning at 1h..2h, it came at 12m"},
		{"at 12m soon", "want soon at 12m, it never came"},
		{"at 12m latency soon", "want soon at 12m, it never came"},
		{"at 12m errors burning", "want burning at 12m, it never came"},
		{"at 12m came", "want came at 12m, it never came"},
		{"at 12m is soon", "want state soon, got burning"},
		{"at 10m..13m is quiet", "want state quiet, got burning"},
		{"at 12m is burning: in maintenance", `want reason "in maintenance", got "enough runs are over the limit"`},
		{"at 25m is quiet", "nothing was looked at, at 25m"},
		{"at 12m errors is quiet", "nothing was looked at, at 12m"},
		{"says nothing", "latency says burning, which nobody expects"},
		{"when 5m limit pay above 2s\n", "there is no limit pay"},
		{"when 5m limit above 5%\n", "\"5%\" is not the unit of latency"},
	} {
		report := run(t, burns+c.line, Options{})
		if len(report.Problems) == 0 || !strings.HasPrefix(report.Problems[0].Text, c.want) {
			t.Errorf("%s: problems %+v, want %q", c.line, report.Problems, c.want)
		}
	}
}

// Two events of a kind are two expectations.
func TestAnExpectationIsMetOnce(t *testing.T) {
	report := run(t, burns+"at 12m burning\nat 12m burning", Options{})
	if len(report.Problems) != 1 {
		t.Errorf("problems %+v, want one", report.Problems)
	}
}

func TestTheSameScenarioAlwaysGivesTheSameReport(t *testing.T) {
	text := "scenario noisy\nlimit latency above 1s ahead 2h\nruns: 300ms+4ms~15%x200\n"
	first, second := run(t, text, Options{}), run(t, text, Options{})
	if diff := cmp.Diff(first.Looks, second.Looks); diff != "" {
		t.Errorf("two runs differ:\n%s", diff)
	}
	other := run(t, "seed 2\n"+text, Options{})
	if cmp.Equal(first.Looks, other.Looks) {
		t.Error("another seed gives the same noise")
	}
}

func TestLimitsComeFromTheConfiguration(t *testing.T) {
	o := Options{Limits: []alert.Limit{
		{Key: alert.Key{Journey: "search", Limit: "latency"}, Signal: alert.Latency, Value: 9},
		{Key: alert.Key{Journey: "checkout", Limit: "journey latency"}, Signal: alert.Latency, Value: 0.5, Every: time.Minute},
		{Key: alert.Key{Journey: "checkout", Limit: "availability"}, Signal: alert.Availability, Every: time.Minute},
	}}
	report := run(t, `
scenario the team's own rules
  journey checkout
  runs: 200msx10 600msx5 200msx5 failx5
  at 12m "journey latency" burning
  at 19m "journey latency" resolved
  at 22m availability burning
  says nothing else`, o)
	if !report.OK() {
		t.Errorf("\n%s", report)
	}
	changed := run(t, `
scenario what if
  journey checkout
  limit "journey latency" above 1s
  runs: 200msx10 600msx5
  says nothing`, o)
	if !changed.OK() {
		t.Errorf("\n%s", changed)
	}
}

func TestRunsComeAtTheIntervalOfTheirJourney(t *testing.T) {
	o := Options{Limits: []alert.Limit{
		{Key: alert.Key{Journey: "search", Limit: "slow"}, Signal: alert.Latency, Value: 9, Every: time.Second},
		{Key: alert.Key{Journey: "checkout", Limit: "slow"}, Signal: alert.Latency, Value: 0.5, Every: 5 * time.Minute},
	}}
	text := "\n  journey checkout\n  runs: 200msx10 600msx5\n  says nothing else\n"
	for setting, burns := range map[string]string{"": "1h", "\n  every 2m": "24m"} {
		report := run(t, "scenario a step"+setting+text+"  at "+burns+" burning", o)
		if !report.OK() {
			t.Errorf("with the setting %q:\n%s", setting, report)
		}
	}
}

func TestALimitThatCannotBeHadIsNamed(t *testing.T) {
	for text, want := range map[string]string{
		"scenario a\nruns: 1s":                                "there is no limit to test",
		"scenario a\njourney pay\nruns: 1s":                   `no journey "pay"`,
		"scenario a\nlimit speed above 1s\nruns: 1s":          `no limit "speed"`,
		"scenario a\nlimit latency above 5%\nruns: 1s":        "not the unit of latency",
		"scenario a\nlimit errors above 5s\nruns: 1s":         "not the unit of errors",
		"scenario a\nlimit above 5s\nruns: 1s":                "there is no limit",
		"scenario a\nlimit availability above 5%\nruns: pass": "not the unit of availability",
	} {
		all, err := Parse("a.scenario", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		_, err = Run(all[0], Options{})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "a.scenario:1: ") {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
}

func TestRunsBeginAtALocalTime(t *testing.T) {
	kyiv, err := time.LoadLocation("Europe/Kyiv")
	if err != nil {
		t.Fatal(err)
	}
	want := time.Date(2026, 3, 29, 1, 30, 0, 0, kyiv)
	for name, report := range map[string]Report{
		"of the scenario":      run(t, "start 2026-03-29T01:30\ntimezone Europe/Kyiv\n"+burns, Options{}),
		"of the scenario, too": run(t, "timezone Europe/Kyiv\nstart 2026-03-29T01:30\n"+burns, Options{Zone: time.UTC}),
		"of the configuration": run(t, "start 2026-03-29T01:30\n"+burns, Options{Zone: kyiv}),
	} {
		at := time.Time{}
		for _, look := range report.Looks {
			for _, e := range look.Events {
				if e.Kind == alert.WentBurning {
					at = e.At
				}
			}
		}
		if got := at.Add(-12 * time.Minute); !got.Equal(want) {
			t.Errorf("%s: the first run is at %s, want %s", name, got, want)
		}
	}
}

// The example of the package comment is true.
func TestTheExampleOfThePackageRuns(t *testing.T) {
	source, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	example := regexp.MustCompile(`(?m)^//\t(scenario .*(?:\n//.*)*?says nothing else)`).FindSubmatch(source)
	if example == nil {
		t.Fatal("no example")
	}
	text := strings.ReplaceAll(string(example[1]), "\n//", "\n")
	if report := run(t, text, Options{}); !report.OK() {
		t.Errorf("\n%s", report)
	}
}
