package config

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTheFilesThatAFileNamesAreKnownAlsoWhenItIsWrong(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "word"), []byte("hunter22"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Parse("shop.toml", []byte(`
[[journey]]
name = "buy"
secrets = { password = "${file:word}" }
  [[journey.step]]
  name = "pay"
  post = "https://shop.example/pay"
  body_file = "not-there.json"
`), dir, func(string) (string, bool) { return "", false })
	if _, wrong := errors.AsType[Problems](err); !wrong {
		t.Fatalf("%v", err)
	}
	if diff := cmp.Diff([]string{filepath.Join(dir, "word"), filepath.Join(dir, "not-there.json")}, c.Named); diff != "" {
		t.Error(diff)
	}
}
