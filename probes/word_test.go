package probes_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/forewarn/forewarn/internal/golden"
	"github.com/forewarn/forewarn/probes"
)

func TestTheWordsOfOurSentencesAreAllKnown(t *testing.T) {
	known := map[string]bool{}
	for _, pattern := range []string{"*.go", "expect/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if !strings.HasSuffix(file, "_test.go") {
				wordsOf(t, file, known)
			}
		}
	}
	golden.Compare(t, "words.txt", strings.Join(slices.Sorted(maps.Keys(known)), "\n")+"\n")
}

// wordsOf adds the words of four letters and more of a file's texts.
func wordsOf(t *testing.T, file string, known map[string]bool) {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	word := regexp.MustCompile(`[A-Za-z]{4,}`)
	ast.Inspect(parsed, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.BasicLit:
			if n.Kind == token.STRING {
				text, _ := strconv.Unquote(n.Value)
				for _, w := range word.FindAllString(text, -1) {
					known[w] = true
				}
			}
		}
		return true
	})
}

func TestWhatWouldTakeOurSentencesApartIsNoSecret(t *testing.T) {
	for secret, why := range map[string]string{
		"": "", "abc": "is shorter than 4 bytes", "1234": "is a number", "48291": "is a number", "482913": "", "expected": "own messages",
		"time": "own messages", "Gateway": "own messages", "connect": "own messages", "Expected9": "", "hunter22": "", "correct horse": "", "espresso": "",
	} {
		if got := probes.Unhidable(secret); !strings.Contains(got, why) || (got == "") != (why == "") {
			t.Errorf("%q: %q, want %q", secret, got, why)
		}
	}
}

// What the file may name as a secret leaves our own sentences as they are.
func TestASecretTakesNothingFromOurSentences(t *testing.T) {
	shop := site(t, nil)
	result, transcript := take(t, probes.Journey{BaseURL: shop.URL, Steps: []probes.Step{{Name: "a", URL: "/gone"}}})
	ours := result.Failure.Message
	for line := range strings.Lines(transcript.String()) {
		if !strings.HasPrefix(line, ">") && !strings.HasPrefix(line, "<") {
			ours += "\n" + line
		}
	}
	tried := 0
	for _, word := range regexp.MustCompile(`[A-Za-z]{4,}|\d{4,5}`).FindAllString(ours, -1) {
		tried++
		if hidden := redactor(word).String(ours); probes.Unhidable(word) == "" && hidden != ours {
			t.Errorf("the secret %q may be named, and our sentence becomes\n%s", word, hidden)
		}
	}
	if tried < 20 {
		t.Errorf("only %d words were tried:\n%s", tried, ours)
	}
}
