package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// blocks are the fenced blocks of a language in a page.
func blocks(t *testing.T, page, language string) []string {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, m := range regexp.MustCompile("(?ms)^```"+language+"\n(.*?)^```").FindAllStringSubmatch(string(text), -1) {
		all = append(all, m[1])
	}
	return all
}

func writeFile(t *testing.T, dir, name, text string) string {
	t.Helper()
	file := filepath.Join(dir, name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestTheScenariosInTheDocumentationAreTrue(t *testing.T) {
	page, dir := "../docs/scenarios.md", t.TempDir()
	config := writeFile(t, dir, "forewarn.toml", strings.Join(blocks(t, page, "toml"), "\n"))
	scenarios := blocks(t, page, "scenario")
	if len(scenarios) < 3 {
		t.Fatalf("%d blocks of scenarios", len(scenarios))
	}
	for i, text := range scenarios {
		file := writeFile(t, dir, fmt.Sprintf("%d.scenario", i), text)
		forewarn(t, exitOK, "test", "-c", config, file)
	}
}

func TestAFailedScenarioShowsWhatWasWantedAndWhatCame(t *testing.T) {
	file := writeFile(t, t.TempDir(), "late.scenario", `scenario burns later than it does
  limit latency above 1s
  runs: 200msx10 2sx10
  at 15m burning
scenario is calm
  limit latency above 1s
  runs: 200msx10
  says nothing
`)
	out, _ := forewarn(t, exitExpect, "test", file)
	for _, want := range []string{"FAIL burns later than it does", "✗ want burning at 15m, it came at 12m (line 4)", "ok   is calm", "scenarios: 1 ok, 1 failed"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in:\n%s", want, out)
		}
	}
	tap, _ := forewarn(t, exitExpect, "test", "--tap", file)
	for i, line := range strings.Split(strings.TrimSpace(tap), "\n") {
		if !regexp.MustCompile(`^(TAP version 13|1\.\.2|ok \d+ - .+|not ok \d+ - .+|#.*)$`).MatchString(line) {
			t.Errorf("line %d is no TAP: %q", i+1, line)
		}
	}
}

func TestAScenarioThatCannotBeReadSaysWhere(t *testing.T) {
	dir := t.TempDir()
	file := writeFile(t, dir, "wrong.scenario", "scenario a\n  runs: 200xx60\n  nonsense\n")
	_, stderr := forewarn(t, exitConfig, "test", file)
	if !strings.Contains(stderr, "wrong.scenario:2") || !strings.Contains(stderr, "wrong.scenario:3") {
		t.Errorf("not every wrong line is named:\n%s", stderr)
	}
	forewarn(t, exitOptions, "test", filepath.Join(dir, "nothere.scenario"))
	forewarn(t, exitOptions, "test")
	unknown := writeFile(t, dir, "unknown.scenario", "journey nothere\nscenario a\n  runs: 200ms\n  says nothing\n")
	const config = `[[journey]]
name     = "shop"
base_url = "https://shop.example"
  [[journey.step]]
  name = "open"
  get  = "/"
`
	_, stderr = forewarn(t, exitConfig, "test", "-c", writeFile(t, dir, "forewarn.toml", config), unknown)
	if !strings.Contains(stderr, `no journey "nothere"`) {
		t.Errorf("stderr: %s", stderr)
	}
}
