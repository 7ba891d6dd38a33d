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
)

// TestReplaysACorpus writes what would have been said over the corpus that
// -corpus names, for score.py.
func TestReplaysACorpus(t *testing.T) {
	if *corpusInputs == "" {
		t.Skip("no -corpus given")
	}
	rows := []string{"id,t_warn,predicted_t,lo_t,hi_t,kind"}
	for _, r := range readCorpus(t, *corpusInputs) {
		rows = append(rows, replay(r)...)
	}
	if err := os.WriteFile(filepath.Clean(*corpusOut), []byte(strings.Join(rows, "\n")+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
}
