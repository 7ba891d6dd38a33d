package golden

import (
	"os"
	"path/filepath"
	"testing"
)

// told is a test that notes whether it was failed.
type told struct {
	testing.TB
	failed bool
}

func (t *told) Helper()               {}
func (t *told) Errorf(string, ...any) { t.failed = true }

func TestCompareFailsWhereTheFileHoldsSomethingElse(t *testing.T) {
	file := filepath.Join(t.TempDir(), "kept")
	if err := os.WriteFile(file, []byte("kept\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for got, want := range map[string]bool{"kept\n": false, "kept": true, "": true} {
		inner := &told{TB: t}
		if Compare(inner, file, got); inner.failed != want {
			t.Errorf("%q beside %q: failed is %t", got, "kept\n", inner.failed)
		}
	}
}
