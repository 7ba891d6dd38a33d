package golden

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
)

// Words are the words of four letters and more in the texts of the Go files
// that match patterns, but of tests, sorted.
func Words(t testing.TB, patterns ...string) []string {
	t.Helper()
	known := map[string]bool{}
	for _, pattern := range patterns {
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
	return slices.Sorted(maps.Keys(known))
}

func wordsOf(t testing.TB, file string, known map[string]bool) {
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
