package predict

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestEveryTestThatTheDocsNameIsThere(t *testing.T) {
	text, err := os.ReadFile("../docs/forecasting.md")
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				there[fn.Name.Name] = true
			}
		}
	}
	_, table, found := strings.Cut(string(text), "## Checked against others")
	named := regexp.MustCompile("`((?:Test|Fuzz|Benchmark)[A-Z]\\w*)`").FindAllStringSubmatch(table, -1)
	if !found || len(named) < 20 {
		t.Fatalf("docs/forecasting.md names %d tests", len(named))
	}
	for _, n := range named {
		if !there[n[1]] {
			t.Errorf("docs/forecasting.md names %s, which does not exist", n[1])
		}
	}
}
