package main_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Every line of docs/faults.md that tells of a fault has one of its classes
// and names tests that there are.
func TestEveryFaultHasItsTest(t *testing.T) {
	page, err := os.ReadFile("docs/faults.md")
	if err != nil {
		t.Fatal(err)
	}
	tests := testsOfTheTree(t)
	faults := 0
	for line := range strings.Lines(string(page)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 4 || strings.Contains(line, "---") || strings.Contains(line, "| class |") {
			continue
		}
		faults++
		what, class := strings.TrimSpace(cells[0]), strings.TrimSpace(cells[1])
		if !slices.Contains([]string{"target", "path", "self", "config"}, class) {
			t.Errorf("%s: its class is %q", what, class)
		}
		named := regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(cells[3], -1)
		if len(named) == 0 {
			t.Errorf("%s: no test", what)
		}
		for _, name := range named {
			if !tests[name[1]] {
				t.Errorf("%s: there is no test %s", what, name[1])
			}
		}
	}
	if faults < 40 {
		t.Errorf("%d faults: is the page read as it is written?", faults)
	}
}

// testsOfTheTree are the names of all tests, fuzz targets and scripts.
func testsOfTheTree(t *testing.T) map[string]bool {
	t.Helper()
	begins := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	tests := map[string]bool{}
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if filepath.Ext(path) == ".txtar" {
			tests[filepath.ToSlash(path)] = true
		}
		if !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		source, err := os.ReadFile(path)
		for _, name := range begins.FindAllSubmatch(source, -1) {
			tests[string(name[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return tests
}
