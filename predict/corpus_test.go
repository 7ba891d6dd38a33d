package predict

import (
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

var (
	corpusInputs = flag.String("corpus", "", "inputs.csv of a corpus to replay")
	corpusOut    = flag.String("out", "warnings.csv", "where its warnings go")
	corpusMethod = flag.String("method", "", "a baseline instead of the tracker: predict_linear, theil-sen")
	corpusOff    = flag.Uint("off", 0, "bits of parts to leave out")
)

// warnings is what would have been said over a corpus, as score.py reads it.
func warnings(t *testing.T, inputs string) string {
	rows := []string{"id,t_warn,predicted_t,lo_t,hi_t,kind"}
	for _, r := range readCorpus(t, inputs) {
		if *corpusMethod != "" {
			b := &baseline{rule: r.rule, robust: *corpusMethod == "theil-sen"}
			rows = append(rows, replay(r, b)...)
			continue
		}
		tr := NewTracker(r.rule)
		tr.off = parts(*corpusOff)
		rows = append(rows, replay(r, tr)...)
	}
	return strings.Join(rows, "\n") + "\n"
}

// TestReplaysACorpus writes the warnings over the corpus that -corpus names,
// with a part left out or by a baseline if asked: docs/forecasting.md's tables.
func TestReplaysACorpus(t *testing.T) {
	if *corpusInputs == "" {
		t.Skip("no -corpus given")
	}
	if err := os.WriteFile(filepath.Clean(*corpusOut), []byte(warnings(t, *corpusInputs)), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestHoldsItsRecordOnTheOpenCases scores the open corpus by its own scorer.
func TestHoldsItsRecordOnTheOpenCases(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil || testing.Short() {
		t.Skip("SKIPPED: needs python3 and some ten seconds; the open cases were not scored")
	}
	said := filepath.Join(t.TempDir(), "warnings.csv")
	if err := os.WriteFile(said, []byte(warnings(t, "testdata/corpus/inputs.csv")), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(python, "testdata/corpus/score.py", "testdata/corpus/manifest.csv", said, "--json", "--by", "none").Output()
	if err != nil {
		t.Fatal(err)
	}
	var score map[string]map[string]float64
	if err := json.Unmarshal(out, &score); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		group, metric string
		least, most   float64
	}{
		{"ALL-synthetic", "rec5", 0.92, 1}, {"ALL-synthetic", "rec30", 0.88, 1}, {"ALL-synthetic", "lead_frac", 0.64, 1},
		{"ALL-synthetic", "false_pw", 0, 0.27}, {"ALL-synthetic", "rev_pw", 0, 5}, {"ALL-synthetic", "prec", 0.80, 1},
		{"ALL-synthetic", "cov80", 0.76, 0.84}, {"ALL-synthetic", "width", 0, 1.1}, {"ALL-synthetic", "err", 0, 0.27},
		{"ALL-synthetic", "r_samp", 0, 2}, {"ALL-synthetic", "r_miss", 0, 0},
		{"ALL-real", "false_pw", 0, 0.15}, {"ALL-real", "rec5", 0.4, 1},
	} {
		if got := score[c.group][c.metric]; got < c.least || got > c.most {
			t.Errorf("%s %s = %g, want within [%g, %g]", c.group, c.metric, got, c.least, c.most)
		}
	}
}
