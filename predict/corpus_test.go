package predict

import (
	"flag"
	"os"
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

// TestReplaysACorpus writes what would have been said over the corpus that
// -corpus names, for score.py.
func TestReplaysACorpus(t *testing.T) {
	if *corpusInputs == "" {
		t.Skip("no -corpus given")
	}
	rows := []string{"id,t_warn,predicted_t,lo_t,hi_t,kind"}
	for _, r := range readCorpus(t, *corpusInputs) {
		switch tr := NewTracker(r.rule); *corpusMethod {
		case "":
			tr.off = parts(*corpusOff)
			rows = append(rows, replay(r, tr.Observe, tr.Forecast)...)
		default:
			b := &baseline{rule: r.rule, robust: *corpusMethod == "theil-sen"}
			rows = append(rows, replay(r, b.Observe, b.Forecast)...)
		}
	}
	if err := os.WriteFile(filepath.Clean(*corpusOut), []byte(strings.Join(rows, "\n")+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
}
