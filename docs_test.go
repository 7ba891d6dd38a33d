package main_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every fault of docs/faults.md has one of the classes that its head lists,
// and names tests that there are.
func TestEveryFaultHasItsTest(t *testing.T) {
	page, err := os.ReadFile("docs/faults.md")
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(string(page), "\n## ")
	begins := regexp.MustCompile(`^- \*\*(.+)\*\* \((target|path|self|config)\): `)
	if faults := allProved(t, list, begins); faults < 40 {
		t.Errorf("%d faults: is the page read as it is written?", faults)
	}
}

// Every capability of docs/capabilities.md names tests that there are.
func TestEveryCapabilityHasItsTest(t *testing.T) {
	page, err := os.ReadFile("docs/capabilities.md")
	if err != nil {
		t.Fatal(err)
	}
	list, _, _ := strings.Cut(string(page), "\n## Left out\n")
	begins := regexp.MustCompile(`^- \*\*(.+?)\*\*.*: `)
	if rows := allProved(t, list, begins); rows < 50 {
		t.Errorf("%d capabilities: is the page read as it is written?", rows)
	}
}

// allProved counts the items of a list. Each begins as it should, and names at
// least one test behind "Test:" or "Tests:", and none that is not there.
func allProved(t *testing.T, list string, begins *regexp.Regexp) (items int) {
	t.Helper()
	tests := testsOfTheTree(t)
	proof := regexp.MustCompile(` Tests?: `)
	for _, item := range strings.Split(list, "\n- ")[1:] {
		item, _, _ = strings.Cut("- "+item, "\n\n")
		parts := append(proof.Split(strings.Join(strings.Fields(item), " "), 2), "")
		said, named := parts[0], parts[1]
		if !begins.MatchString(said) {
			t.Errorf("%s: it does not begin as it should", said)
		}
		proved(t, tests, said, named)
		items++
	}
	return items
}

// What any page names in backquotes as a test is one: forecasting.md names at
// least 20.
func TestEveryTestThatTheDocsNameIsThere(t *testing.T) {
	pages, err := filepath.Glob("docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	tests, named := testsOfTheTree(t), map[string]int{}
	for _, path := range pages {
		page, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range regexp.MustCompile("`((?:Test|Fuzz|Benchmark)[A-Z]\\w*)`").FindAllSubmatch(page, -1) {
			named[filepath.Base(path)]++
			if !tests[string(name[1])] {
				t.Errorf("%s names %s, which does not exist", path, name[1])
			}
		}
	}
	if named["forecasting.md"] < 20 {
		t.Errorf("docs/forecasting.md names %d tests", named["forecasting.md"])
	}
}

// proved checks that a text names at least one test, and none that is not
// there.
func proved(t *testing.T, tests map[string]bool, what, text string) {
	t.Helper()
	named := regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(text, -1)
	if len(named) == 0 {
		t.Errorf("%s: no test", what)
	}
	for _, name := range named {
		if !tests[name[1]] {
			t.Errorf("%s: there is no test %s", what, name[1])
		}
	}
}

// Every line of the table of docs/slack.md names tests that there are.
func TestEveryFaultOfSlackHasItsTest(t *testing.T) {
	page, err := os.ReadFile("docs/slack.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(page), "\n## What Slack can do wrong\n")
	table, _, _ = strings.Cut(table, "\n## ")
	tests, rows := testsOfTheTree(t), 0
	for line := range strings.Lines(table) {
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| what happens") {
			continue
		}
		named := regexp.MustCompile("`((?:Test|Fuzz)\\w+)`").FindAllStringSubmatch(line, -1)
		if rows++; len(named) == 0 {
			t.Errorf("no test: %s", line)
		}
		for _, name := range named {
			if !tests[name[1]] {
				t.Errorf("there is no test %s", name[1])
			}
		}
	}
	if rows < 14 {
		t.Errorf("%d faults: is the page read as it is written?", rows)
	}
}

// testsOfTheTree are the names of all tests, fuzz targets, benchmarks and scripts.
func testsOfTheTree(t *testing.T) map[string]bool {
	t.Helper()
	begins := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Benchmark)\w+)\(`)
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
