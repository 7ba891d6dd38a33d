package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"
)

// FuzzParse: no input makes the reader panic, hang or forget a place.
func FuzzParse(f *testing.F) {
	files, _ := filepath.Glob("testdata/cases/*.txt")
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		input, _, _ := strings.Cut(string(content), "\n----\n")
		f.Add([]byte(input))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Parse("f.toml", data, "testdata", environment{"X": "x", "SECRET": "hunter2"}.lookup)
		var problems Problems
		if err != nil && !errors.As(err, &problems) {
			t.Fatalf("not Problems: %v", err)
		}
		if err != nil && len(problems) == 0 {
			t.Fatal("an error without problems")
		}
		for _, p := range append(problems, c.Warnings...) {
			checkPlace(t, data, p)
		}
		if err == nil && len(c.Journeys) == 0 {
			t.Fatal("a configuration without journeys")
		}
	})
}

func checkPlace(t *testing.T, data []byte, p Problem) {
	t.Helper()
	lines := strings.Split(strings.TrimPrefix(string(data), "\ufeff"), "\n")
	if p.Line < 1 || p.Line > len(lines) {
		t.Fatalf("line %d of %d: %s", p.Line, len(lines), p)
	}
	if longest := utf8.RuneCountInString(lines[p.Line-1]) + 1; p.Column < 1 || p.Column > longest {
		t.Fatalf("column %d of %d: %s", p.Column, longest, p)
	}
	if p.Message == "" || strings.ContainsAny(p.Message+p.Hint+p.Source, "\n\r\x00\x1b") || !strings.Contains(p.Caret, "^") {
		t.Fatalf("not one plain line each: %q", p)
	}
}

// FuzzTreeAgreesWithDecoder holds the tree against the library's own decoder:
// both take the same files, and find the same keys and texts in them.
func FuzzTreeAgreesWithDecoder(f *testing.F) {
	for _, seed := range []string{
		"a = 1\na = 2", "[a]\n[a]", "[a.b]\n[a]", "[a]\n[a.b]\nc = 1", "a.b = 1\n[a]", "a.b = 1\n[a.c]", "[[a]]\n[a.b]\n[[a]]\n[a.b]",
		"[[a]]\n[a]", "a = []\n[[a]]", "a = {}\n[a.b]", "a = { b.c = 1, b.d = 2 }", "a = { b = 1, b = 2 }", "a = { b = {}, b.c = 1 }",
		"[a.b]\nx = 1\n[a]\nb.c = 2", "[a]\nb.c = 1\n[a.b]", "[a]\nb.c = 1\n[a.b.d]", "a = \"\\u00e9\\\"\\\\\"", "a = '''\n'x''''",
		"a = \"\"\"\\\n   b \\   \n  c\"\"\"", "a = \"\"\"\r\nx\r\n\"\"\"", "\"a b\".'c d' = 1", "a = [ # c\n 1, # d\n]", "[a]\n[[a.b]]\n[[a.b.c]]\n[a.b.c.d]",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.HasPrefix(text, "\ufeff") {
			t.Skip("the library takes no byte order mark")
		}
		var theirs map[string]any
		err := toml.Unmarshal([]byte(text), &theirs)
		found := &findings{doc: newDocument("f", []byte(text))}
		ours := build(found.doc, found)
		if err != nil && len(found.errors) == 0 && !aboutScalar(err) {
			t.Fatalf("they say %v, we nothing, of %q", err, text)
		}
		if err == nil && len(found.errors) > 0 {
			t.Fatalf("we say %v, they nothing, of %q", found.errors, text)
		}
		if err == nil {
			same(t, ours, theirs)
		}
	})
}

// aboutScalar reports whether an error is about the value of a number or
// date, which our tree does not look at.
func aboutScalar(err error) bool {
	for _, word := range []string{"integer", "int64", "number", "date", "time", "year", "month", "day", "hour", "minute", "second", "zone", "float", "digit", "range", "nanosecond"} {
		if strings.Contains(err.Error(), word) {
			return true
		}
	}
	return false
}

func same(t *testing.T, n *node, value any) {
	t.Helper()
	switch v := value.(type) {
	case map[string]any:
		if n.kind != aTable || len(n.entries) != len(v) {
			t.Fatalf("%v: %d keys, not %d", n.kind, len(n.entries), len(v))
		}
		for name, child := range v {
			if n.child(name) == nil {
				t.Fatalf("no key %q", name)
			}
			same(t, n.child(name), child)
		}
	case []any:
		if n.kind != aList || len(n.items) != len(v) {
			t.Fatalf("%v: %d items, not %d", n.kind, len(n.items), len(v))
		}
		for i := range v {
			same(t, n.items[i], v[i])
		}
	case string:
		if n.kind != aString || n.text != v {
			t.Fatalf("%q is not %q", n.text, v)
		}
	}
}

// FuzzOffsets: the map from a text to how it is written has a place for every
// byte, in order and inside the quotes, and where nothing is escaped it leads
// to the very same byte.
func FuzzOffsets(f *testing.F) {
	for _, seed := range []string{`"a"`, `'a'`, `"""a"""`, `'''a'''`, `"\u00e9\U0001F600\x41\t\\\""`, "\"\"\"\n a \\\n  b\"\"\"\"", `""""""`, `""`, "'''\r\na'''"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, token string) {
		found := &findings{doc: newDocument("f", []byte("a = "+token))}
		root := build(found.doc, found)
		n := root.child("a")
		if len(found.errors) > 0 || n == nil || n.kind != aString || len(root.entries) != 1 {
			t.Skip()
		}
		token = found.doc.text(n.at)
		offsets := decodedOffsets(token)
		if len(offsets) != len(n.text)+1 {
			t.Fatalf("%d places for %d bytes of %s", len(offsets), len(n.text), token)
		}
		for i, at := range offsets {
			if at < 1 || at >= len(token) || i > 0 && at < offsets[i-1] {
				t.Fatalf("place %d of %v in %s", i, offsets, token)
			}
			if i < len(n.text) && token[at] != '\\' && token[at] != n.text[i] {
				t.Fatalf("byte %d of %q is not at %d of %s", i, n.text, at, token)
			}
		}
	})
}
