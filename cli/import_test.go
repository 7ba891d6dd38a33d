package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The examples of docs/import.md are what the command prints.
func TestTheExamplesOfTheImportPageAreWhatItPrints(t *testing.T) {
	page, err := os.ReadFile("../docs/import.md")
	if err != nil {
		t.Fatal(err)
	}
	example := regexp.MustCompile("(?s)<!-- import: (\\w+) -->\n```\\w+\n(.*?)```\n\nbecomes\n\n```toml\n(.*?)```\n<!-- end -->")
	found := example.FindAllStringSubmatch(string(page), -1)
	if len(found) != 2 {
		t.Fatalf("%d examples, want 2", len(found))
	}
	for _, m := range found {
		var out, errOut bytes.Buffer
		if code := Main([]string{"import", m[1], "-"}, strings.NewReader(m[2]), &out, &errOut); code != 0 {
			t.Fatalf("%s: %s", m[1], errOut.String())
		}
		if diff := cmp.Diff(m[3], out.String()); diff != "" {
			t.Errorf("%s: %s", m[1], diff)
		}
	}
}

func TestAnImportedFileIsItsOwnersAloneAndNeverOverwritten(t *testing.T) {
	file := filepath.Join(t.TempDir(), "shop.toml")
	run := func() (string, int) {
		var out, errOut bytes.Buffer
		code := Main([]string{"import", "curl", "curl https://shop.example", "-o", file}, nil, &out, &errOut)
		return out.String() + errOut.String(), code
	}
	if said, code := run(); code != 0 || !strings.Contains(said, "next: forewarn once -c "+file) {
		t.Fatalf("%d: %s", code, said)
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v, want 0600", info.Mode(), err)
	}
	if said, code := run(); code != exitOptions || !strings.Contains(said, "exists already") {
		t.Errorf("%d: %s", code, said)
	}
}
