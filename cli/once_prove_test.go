package cli

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// prove comes with Perl, and shares no line with us.
func TestProveReadsOurTAPAndAgreesWithIt(t *testing.T) {
	prove, err := exec.LookPath("prove")
	if err != nil {
		t.Skip("SKIPPED: ", err)
	}
	all := mixed()
	passed, skipped := all, all
	passed.runs, skipped.runs = all.runs[1:2], all.runs[1:3]
	for name, test := range map[string]struct {
		of   round
		good bool
		says string
	}{
		"all passed":      {passed, true, "Tests=1,"},
		"one was skipped": {skipped, true, "Tests=2,"},
		"two did not":     {all, false, "Failed tests:  1, 4"},
	} {
		var tap bytes.Buffer
		if err := writeTAP(&tap, test.of); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "run.tap")
		if err := os.WriteFile(file, tap.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.CommandContext(t.Context(), prove, "--exec", "cat", file).CombinedOutput()
		if (err == nil) != test.good || strings.Contains(string(out), "Parse errors") || !strings.Contains(string(out), test.says) {
			t.Errorf("%s: %v\n%s\n%s", name, err, out, tap.String())
		}
	}
}
