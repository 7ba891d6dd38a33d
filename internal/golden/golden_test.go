package golden

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
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

func TestWordsAreThoseOfTextsAndNotOfCode(t *testing.T) {
	dir := t.TempDir()
	source := "package shop\n\nimport _ \"embed\"\n\ntype door struct {\n\tHandle int `toml:\"handle\"`\n}\n\nconst said = \"not open yet, \" + `sorry: open later`\n"
	for name, text := range map[string]string{"door.go": source, "door_test.go": "package shop\n\nconst tested = \"tested\"\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]string{"handle", "later", "open", "sorry", "toml"}, Words(t, filepath.Join(dir, "*.go"))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
