package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/forewarn/forewarn/internal/golden"
)

// Each file of testdata/cases is a configuration, a line of four hyphens, and
// what becomes of it: the resolved values and the warnings, or every error.
// Lines "# env NAME=value" at its beginning are its environment.
func TestEveryCaseGivesItsValueOrItsErrors(t *testing.T) {
	files, err := filepath.Glob("testdata/cases/*.txt")
	if err != nil || len(files) < 60 {
		t.Fatalf("%d cases, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) { oneCase(t, file) })
	}
}

func oneCase(t *testing.T, file string) {
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	input, _, _ := strings.Cut(string(content), "\n----\n")
	golden.Compare(t, file, input+"\n----\n"+outcome(t, input))
}

// outcome is what a case comes to, in a form that is the same on all machines.
func outcome(t *testing.T, input string) string {
	t.Helper()
	dir, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	env := caseEnv(input)
	c, err := Parse("forewarn.toml", []byte(input+"\n"), dir, env.lookup)
	var problems Problems
	switch {
	case errors.As(err, &problems):
		return problems.Error() + "\n"
	case err != nil:
		t.Fatalf("an error that is no Problems: %v", err)
	}
	return strings.ReplaceAll(dump(c), dir, "DIR")
}

type environment map[string]string

func (e environment) lookup(name string) (string, bool) {
	value, found := e[name]
	return value, found
}

func caseEnv(input string) environment {
	env := environment{}
	for line := range strings.Lines(input) {
		if pair, is := strings.CutPrefix(strings.TrimSpace(line), "# env "); is {
			name, value, _ := strings.Cut(pair, "=")
			env[name] = value
		}
	}
	return env
}

// What a shell without the environment makes of a file is what an agent does,
// but for what it would be given.
func TestEveryCaseWatchesTheSameWhenItIsReadBare(t *testing.T) {
	files, err := filepath.Glob("testdata/cases/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	watched := func(c Config) (all []string) {
		for _, j := range c.Journeys {
			all = append(all, j.Name)
			for _, l := range j.Limits {
				all = append(all, l.Key.Limit)
			}
		}
		return all
	}
	same := 0
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		input, _, _ := strings.Cut(string(content), "\n----\n")
		full, fullErr := Parse("forewarn.toml", []byte(input), "testdata", caseEnv(input).lookup)
		r := &reader{dir: "testdata", lookup: environment{}.lookup, bare: true}
		bare, bareErr := r.parse("forewarn.toml", []byte(input), 0)
		if fullErr != nil || bareErr != nil {
			continue
		}
		if diff := cmp.Diff(watched(full), watched(bare)); diff != "" {
			t.Errorf("%s: (-full +bare)\n%s", file, diff)
		}
		same++
	}
	if same < 40 {
		t.Errorf("only %d cases can be read bare", same)
	}
}
