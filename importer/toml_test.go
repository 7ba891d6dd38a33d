package importer

import (
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"
)

// FuzzQuote: whatever is written as a key or a string, go-toml reads it back.
func FuzzQuote(f *testing.F) {
	for _, s := range []string{"", "a", `a"b`, `a\b`, "it's", `it's "q" \`, "a\nb\r\tc\x00\x1f\x7f", "é…\u2028\u202e\U000E0001", "a b", "\xff", "${A}", "a.b", "'''"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		text := key(s) + " = " + quote(s) + " # " + remark(s) + "\n"
		var read map[string]string
		if err := toml.Unmarshal([]byte(text), &read); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		want := strings.ToValidUTF8(s, "\uFFFD")
		if got, found := read[want]; !found || got != want {
			t.Fatalf("%q came back as %q", want, read)
		}
	})
}

func TestLiteralBracesAreNeverReadAsPlaceholders(t *testing.T) {
	for want, given := range map[string]text{
		"a {{open_braces}}b}}":                literal("a {{b}}"),
		"{{open_brace}}{{id}}}":               {{literal: "{"}, {name: "id"}, {literal: "}"}},
		"{{open_braces}}{{id}}":               {{literal: "{{"}, {name: "id"}},
		"{{open_braces}}{{open_brace}}{{id}}": {{literal: "{{{"}, {name: "id"}},
		"{a}{{id}}":                           {{literal: "{a}"}, {name: "id"}},
	} {
		if got, vars := given.template(); got != want || vars != strings.Contains(want, "open_") {
			t.Errorf("%v: %s (%v), want %s", given, got, vars, want)
		}
	}
}

func TestOnlyWhatNobodyWouldTypeIsUnguessable(t *testing.T) {
	for s, want := range map[string]bool{
		"espresso": false, "hello-kitty-machine": false, "2026-11-22": false, "1": false, "000001": false, "hello world 123456": false,
		"8f2e77c1": true, "QK7ABCDEFGHIJKLMNOPQRSTUVW": true, "eyJhbGciOi.eyJzdWIi.c2ln": true, "123456789012": true,
	} {
		if got := unguessable(s); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
}

func TestNumbersOfCardsAreTheOnesWithARightLastDigit(t *testing.T) {
	for s, want := range map[string]bool{"4111 1111 1111 1111": true, "4111111111111112": false, "5555-5555-5555-4444": true, "0000": false} {
		if got := isCard(s); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
}
