package alert_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/forewarn/forewarn/alert/scenario"
)

// The rules of the state table, told as stories: testdata/*.scenario.
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob("testdata/*.scenario")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios: %v", err)
	}
	count := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		scenarios, err := scenario.Parse(file, text)
		if err != nil {
			t.Fatal(err)
		}
		count += len(scenarios)
		for _, s := range scenarios {
			t.Run(s.Name, func(t *testing.T) {
				report, err := scenario.Run(s, scenario.Options{})
				if err != nil {
					t.Fatal(err)
				}
				if !report.OK() {
					t.Errorf("\n%s", report)
				}
			})
		}
	}
	if count < 30 {
		t.Errorf("only %d scenarios", count)
	}
}
