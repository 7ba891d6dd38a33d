package main_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strings"
	"testing"
)

// The shape budget. It is a direction, not a game: splitting one thought in
// two to pass is worse than raising the question.
const (
	medianFileLines = 150
	longestFile     = 400
	medianFuncLines = 10
	p95FuncLines    = 40
	longestFunc     = 70
	mostParams      = 5 // more are told apart by name, in a struct
)

// linked is the one variable that the linker sets.
const linked = "version"

type function struct {
	name   string
	lines  int
	params int
}

func TestFilesAndFunctionsStayWithinTheShapeBudget(t *testing.T) {
	var files, lengths []int
	for _, file := range parseAll(t) {
		files = append(files, file.lines)
		if file.lines > longestFile {
			t.Errorf("%s: %d lines, at most %d", file.path, file.lines, longestFile)
		}
		for _, f := range file.functions {
			lengths = append(lengths, f.lines)
			if f.lines > longestFunc {
				t.Errorf("%s: %s has %d lines, at most %d", file.path, f.name, f.lines, longestFunc)
			}
			if f.params > mostParams {
				t.Errorf("%s: %s has %d parameters, at most %d", file.path, f.name, f.params, mostParams)
			}
		}
	}
	check := func(what string, got, most int) {
		if got > most {
			t.Errorf("%s is %d lines, at most %d", what, got, most)
		}
	}
	check("the median file", quantile(files, 0.5), medianFileLines)
	check("the median function", quantile(lengths, 0.5), medianFuncLines)
	check("the 95th percentile of functions", quantile(lengths, 0.95), p95FuncLines)
}

func TestEveryExportedNameIsDocumented(t *testing.T) {
	for _, file := range parseAll(t) {
		for _, decl := range file.ast.Decls {
			for _, name := range undocumented(decl) {
				t.Errorf("%s: %s has no comment", file.path, name)
			}
		}
	}
}

func TestNoMutablePackageVariablesNoInitNoContextInStructs(t *testing.T) {
	for _, file := range parseAll(t) {
		for _, decl := range file.ast.Decls {
			switch d := decl.(type) {
			case *ast.FuncDecl:
				if d.Name.Name == "init" && d.Recv == nil {
					t.Errorf("%s: init()", file.path)
				}
			case *ast.GenDecl:
				if d.Tok == token.VAR {
					for _, name := range mutable(d) {
						t.Errorf("%s: package variable %s", file.path, name)
					}
				}
			}
		}
		ast.Inspect(file.ast, func(n ast.Node) bool {
			if s, ok := n.(*ast.StructType); ok && holdsContext(s) {
				t.Errorf("%s: a struct holds a context", file.path)
			}
			return true
		})
	}
}

func TestEveryRoomHasAPackageComment(t *testing.T) {
	for room := range arrows() {
		if room == "" {
			continue
		}
		if _, err := os.Stat(room); err != nil {
			continue
		}
		src, err := os.ReadFile(room + "/doc.go")
		if err != nil || !bytes.Contains(src, []byte("// Package ")) {
			t.Errorf("%s has no doc.go with a package comment", room)
		}
	}
}

type source struct {
	path      string
	lines     int
	ast       *ast.File
	functions []function
}

func parseAll(t *testing.T) []source {
	t.Helper()
	var all []source
	walk(t, func(path string) {
		if strings.HasSuffix(path, "_test.go") {
			return
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		set := token.NewFileSet()
		parsed, err := parser.ParseFile(set, path, text, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		s := source{path: path, lines: bytes.Count(text, []byte("\n")), ast: parsed}
		for _, decl := range parsed.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok {
				lines := set.Position(f.End()).Line - set.Position(f.Pos()).Line + 1
				s.functions = append(s.functions, function{f.Name.Name, lines, f.Type.Params.NumFields()})
			}
		}
		all = append(all, s)
	})
	return all
}

func undocumented(decl ast.Decl) []string {
	var names []string
	switch d := decl.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && d.Doc == nil && exportedReceiver(d) && !selfExplaining(d) {
			names = append(names, d.Name.Name)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				if s.Name.IsExported() && d.Doc == nil && s.Doc == nil && s.Comment == nil {
					names = append(names, s.Name.Name)
				}
			case *ast.ValueSpec:
				for _, name := range s.Names {
					if name.IsExported() && d.Doc == nil && s.Doc == nil && s.Comment == nil {
						names = append(names, name.Name)
					}
				}
			}
		}
	}
	return names
}

// selfExplaining leaves out the methods whose names say all there is to say.
func selfExplaining(d *ast.FuncDecl) bool {
	return d.Recv != nil && slices.Contains([]string{"String", "Error", "Unwrap"}, d.Name.Name)
}

// exportedReceiver leaves out methods that fulfil an interface on a private type.
func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	kind := d.Recv.List[0].Type
	if star, ok := kind.(*ast.StarExpr); ok {
		kind = star.X
	}
	if index, ok := kind.(*ast.IndexExpr); ok {
		kind = index.X
	}
	name, ok := kind.(*ast.Ident)
	return ok && name.IsExported()
}

// mutable names the package variables of d that are not sentinels made once:
// errors, compiled patterns, embedded files, interface assertions, and flags,
// which the command line sets.
func mutable(d *ast.GenDecl) []string {
	var names []string
	embedded := d.Doc != nil && strings.Contains(docText(d.Doc), "//go:embed")
	for _, spec := range d.Specs {
		s := spec.(*ast.ValueSpec)
		for i, name := range s.Names {
			if name.Name == "_" || name.Name == linked || embedded || i < len(s.Values) && madeOnce(s.Values[i]) {
				continue
			}
			names = append(names, name.Name)
		}
	}
	return names
}

func madeOnce(value ast.Expr) bool {
	call, ok := value.(*ast.CallExpr)
	if !ok {
		return false
	}
	selector, ok := call.Fun.(*ast.SelectorExpr)
	return ok && slices.Contains([]string{"New", "Errorf", "MustCompile", "NewReplacer", "Bool"}, selector.Sel.Name)
}

func docText(group *ast.CommentGroup) string {
	var b strings.Builder
	for _, c := range group.List {
		b.WriteString(c.Text + "\n")
	}
	return b.String()
}

// holdsContext finds a context that is kept. A struct that embeds one is a
// context itself, derived from it as every context is from its parent.
func holdsContext(s *ast.StructType) bool {
	for _, field := range s.Fields.List {
		if field.Names == nil {
			continue
		}
		if selector, ok := field.Type.(*ast.SelectorExpr); ok && selector.Sel.Name == "Context" {
			if pkg, ok := selector.X.(*ast.Ident); ok && pkg.Name == "context" {
				return true
			}
		}
	}
	return false
}

func quantile(values []int, q float64) int {
	slices.Sort(values)
	if len(values) == 0 {
		return 0
	}
	return values[int(q*float64(len(values)-1))]
}
