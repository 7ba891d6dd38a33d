package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/forewarn/forewarn/probes"
	"github.com/forewarn/forewarn/store"
)

// past writes a database of one journey, "shop", with a run each minute over
// the last days; latency gives each run's median, in seconds. It returns a
// configuration beside it with the limit.
func past(t *testing.T, days int, latency func(minute int) float64) string {
	t.Helper()
	dir := t.TempDir()
	db, err := store.Open(t.Context(), filepath.Join(dir, "forewarn.db"), store.Options{Ephemeral: true})
	if err != nil {
		t.Fatal(err)
	}
	noise := rand.New(rand.NewPCG(7, 7))
	minutes := days * 24 * 60
	begun := time.Now().Add(-time.Duration(minutes) * time.Minute).Truncate(time.Minute)
	for i := range minutes {
		at := begun.Add(time.Duration(i) * time.Minute)
		took := time.Duration(latency(i) * math.Exp(0.1*noise.NormFloat64()) * float64(time.Second))
		err := db.Save(t.Context(), probes.Result{
			Journey: "shop", Start: at, Due: at, Verdict: probes.Passed, Duration: took,
			Steps: []probes.StepResult{{Name: "open", Verdict: probes.Passed, Start: at, Duration: took, Status: 200}},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return writeConfig(t, dir, "forewarn.toml", "800ms")
}

func writeConfig(t *testing.T, dir, name, limit string) string {
	t.Helper()
	file := filepath.Join(dir, name)
	text := fmt.Sprintf(`[agent]
database = "forewarn.db"
timezone = "UTC"
[[journey]]
name     = "shop"
base_url = "https://shop.example"
  [[journey.step]]
  name = "open"
  get  = "/"
  [[journey.limit]]
  signal = "latency"
  above  = %q
`, limit)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// leaking is 300 ms, but for a leak from minute 2000 on that meets 800 ms at
// 2200 and is repaired at 2300, and a step to 1 s from 3000 to 3030.
func leaking(minute int) float64 {
	switch {
	case minute >= 2000 && minute < 2300:
		return 0.3 + 0.5*float64(minute-2000)/200
	case minute >= 3000 && minute < 3030:
		return 1
	}
	return 0.3
}

func forewarn(t *testing.T, want int, args ...string) (stdout, stderr string) {
	t.Helper()
	var out, errOut bytes.Buffer
	if code := Main(args, strings.NewReader(""), &out, &errOut); code != want {
		t.Fatalf("forewarn %s: exit %d, want %d\n%s%s", strings.Join(args, " "), code, want, out.String(), errOut.String())
	}
	return out.String(), errOut.String()
}

func TestBacktestOfThreeDays(t *testing.T) {
	file := past(t, 3, leaking)
	t.Run("says what would have been said", func(t *testing.T) { saysWhatWouldHaveBeenSaid(t, file) })
	t.Run("compares two configurations", func(t *testing.T) { comparesTwoConfigurations(t, file) })
	t.Run("prints a chart and the messages", func(t *testing.T) { printsAChartAndTheMessages(t, file) })
}

func saysWhatWouldHaveBeenSaid(t *testing.T, file string) {
	out, _ := forewarn(t, exitOK, "backtest", "-c", file, "--json", "--since", "3d")
	var reports []configReport
	if err := json.Unmarshal([]byte(out), &reports); err != nil {
		t.Fatal(err)
	}
	if len(reports) != 1 || len(reports[0].Limits) != 2 {
		t.Fatalf("reports of %d configurations: %s", len(reports), out)
	}
	availability, latency := reports[0].Limits[0], reports[0].Limits[1]
	if availability.Forecast || availability.Precision != nil || availability.FalsePerWeek != nil || availability.Crossings != 0 {
		t.Errorf("availability cannot be foreseen, and never failed: %+v", availability)
	}
	if latency.Warnings < 1 || latency.Came < 1 || latency.DidNotCome != 0 || latency.Crossings != 2 || latency.Foreseen != 1 {
		t.Errorf("%d warnings, %d came, %d did not; %d crossings, %d foreseen; want the leak foreseen, and not the step",
			latency.Warnings, latency.Came, latency.DidNotCome, latency.Crossings, latency.Foreseen)
	}
	if latency.MedianLeadS == nil || *latency.MedianLeadS < 30*60 || *latency.MedianLeadS > 2.5*3600 {
		t.Errorf("median lead %v, want 30 min to 2.5 h", latency.MedianLeadS)
	}
	if latency.WarningS <= 0 || latency.BurningS < 100*60 || latency.Runs < 4300 {
		t.Errorf("%v s of warning, %v s burning, %d runs", latency.WarningS, latency.BurningS, latency.Runs)
	}
	sum := 0.0
	for _, s := range latency.Silent {
		sum += s.Share
	}
	if len(latency.Silent) == 0 || sum > 1.0001 {
		t.Errorf("silences %v", latency.Silent)
	}
}

func comparesTwoConfigurations(t *testing.T, file string) {
	strict := writeConfig(t, filepath.Dir(file), "strict.toml", "500ms")
	out, _ := forewarn(t, exitOK, "backtest", "-c", file, "-c", strict, "--since", "3d")
	for _, want := range []string{"above 800 ms", "above 500 ms", "forewarn.toml", "strict.toml", "crossings"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in:\n%s", want, out)
		}
	}
	forewarn(t, exitOptions, "backtest", "-c", file, "-c", file, "-c", file)
}

func printsAChartAndTheMessages(t *testing.T, file string) {
	out, _ := forewarn(t, exitOK, "backtest", "shop", "-c", file, "--since", "3d")
	for _, want := range []string{"shop: journey latency", "came, 0 did not come", "foreseen", "1 of 2", "S soon, B burning", "soon", "burning", "resolved", "came"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in:\n%s", want, out)
		}
	}
	if strings.Contains(out, "\x1b") {
		t.Error("colours in what is not a terminal")
	}
	forewarn(t, exitOptions, "backtest", "nothere", "-c", file)
}

func TestBacktestWithoutHistorySaysSo(t *testing.T) {
	file := past(t, 0, leaking)
	out, _ := forewarn(t, exitOK, "backtest", "-c", file)
	if !strings.Contains(out, "no runs in this time") || strings.Contains(out, "NaN") {
		t.Errorf("of nothing:\n%s", out)
	}
}
