package config

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

func problemsOf(t *testing.T, text string) Problems {
	t.Helper()
	_, err := Parse("f.toml", []byte(text), "/", environment{}.lookup)
	problems, ok := errors.AsType[Problems](err)
	if !ok {
		t.Fatalf("%v is no Problems", err)
	}
	return problems
}

func TestNestingHasAnEnd(t *testing.T) {
	for _, depth := range []int{200, 9_999, 10_001, 1_000_000} {
		for _, pair := range []string{"[]", "{}"} {
			open := strings.Repeat(pair[:1], depth)
			if pair == "{}" {
				open = strings.Repeat("{a=", depth) + "0"
			}
			text := smallest + "post = 1\njson = " + open + strings.Repeat(pair[1:], depth)
			problems := problemsOf(t, text)
			if len(problems.Error()) > 3000 {
				t.Errorf("%d deep: %d bytes of problems", depth, len(problems.Error()))
			}
			if s := problems.Error(); !strings.Contains(s, "nested more than") {
				t.Errorf("%d deep: %s", depth, s)
			}
		}
	}
}

func TestProblemsComeInTheOrderOfTheFileAndOnce(t *testing.T) {
	var text strings.Builder
	for i := range 50 {
		fmt.Fprintf(&text, "[[journey]]\nname = \"j%d\"\nevery = 60\nshenanigan = 1\nvars = { a = [], \"b c\" = 1 }\n", i)
	}
	problems := problemsOf(t, text.String())
	if len(problems) != 50*5 {
		t.Errorf("%d problems, want 250: %v", len(problems), problems[:5])
	}
	for i := 1; i < len(problems); i++ {
		a, b := problems[i-1], problems[i]
		if a.Line > b.Line || a.Line == b.Line && a.Column > b.Column || a == b {
			t.Fatalf("%v before %v", a, b)
		}
	}
}

func TestAnUnreadableLineHidesNoOtherErrorAndInventsNone(t *testing.T) {
	text := `[[journey]]
name = "shop
base_url = "https://shop.example"
evry = "1m"
[[journey.step]]
name = home
get = "/{{order}}"
redirects = "x"
[[journey.step]]
name = "two"
capture = { order = 'body }
`
	var said []string
	for _, p := range problemsOf(t, text) {
		said = append(said, fmt.Sprintf("%d: %s", p.Line, p.Message))
	}
	want := `2: basic strings cannot have new lines
4: unknown key "evry" in [[journey]]
6: unexpected character U+0068 'h' at start of value
8: redirects must be an integer, not a string
11: literal strings cannot have new lines`
	if got := strings.Join(said, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestUTF16IsNamed(t *testing.T) {
	problems := problemsOf(t, "\xff\xfe[\x00a\x00")
	if len(problems) != 1 || problems[0].Message != "the file is in UTF-16" {
		t.Error(problems)
	}
}

func TestDurations(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"0": 0, "1us": 1e3, "1µs": 1e3, "800ms": 800e6, "1.5s": 1500e6, "0.1s": 100e6, "1h30m": 90 * time.Minute, "30d": 720 * time.Hour,
		"2w": 336 * time.Hour, "1d12h": 36 * time.Hour, "106751d": 106751 * 24 * time.Hour,
	} {
		if got, wrong := parseDuration(text); got != want || wrong != "" {
			t.Errorf("%q is %v, %q; want %v", text, got, wrong, want)
		}
	}
	for _, text := range []string{"", "s", "1", "-1s", "+1s", "1 s", "1s ", "1x", ".5s", "1.s", "1e3s", "NaN", "inf", "106752d", "1h-1m", "１s"} {
		if got, wrong := parseDuration(text); wrong == "" {
			t.Errorf("%q is %v", text, got)
		}
	}
}

func TestBriefDurationsReadBackAsThemselves(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"10m": 10 * time.Minute, "1h40m": 100 * time.Minute, "30d": 720 * time.Hour, "24h": 24 * time.Hour, "1m30s": 90 * time.Second,
		"800ms": 800 * time.Millisecond, "0s": 0, "36h": 36 * time.Hour, "1h0m5s": time.Hour + 5*time.Second, "250µs": 250 * time.Microsecond,
	} {
		if got := brief(want); got != text {
			t.Errorf("%v is %q, want %q", want, got, text)
		}
		if got, wrong := parseDuration(brief(want)); got != want || wrong != "" {
			t.Errorf("%v reads back as %v, %q", want, got, wrong)
		}
	}
}

func TestMeansTheNearestWord(t *testing.T) {
	words := []string{"name", "every", "timeout", "base_url", "headers", "get", "put", "head", "post"}
	for typo, want := range map[string]string{
		"nmae": "name", "evry": "every", "timout": "timeout", "baseurl": "base_url", "Header": "headers", "gte": "get", "puts": "put",
		"pst": "post", "pots": "post",
		"interval": "", "x": "", "": "", strings.Repeat("timeout", 1000): "",
	} {
		if got := Nearest(typo, words); got != want {
			t.Errorf("%.20q: %q, want %q", typo, got, want)
		}
	}
}

func TestSlipsAreCounted(t *testing.T) {
	// Worked by hand; "ca" to "abc" is the classical case where the restricted
	// distance (3) differs from the unrestricted (2).
	for pair, want := range map[[2]string]int{
		{"", ""}: 0, {"abc", ""}: 3, {"", "ab"}: 2, {"kitten", "sitting"}: 3, {"ab", "ba"}: 1, {"ca", "abc"}: 3, {"abcd", "acbd"}: 1,
	} {
		if got := slips(pair[0], pair[1]); got != want {
			t.Errorf("%v: %d, want %d", pair, got, want)
		}
	}
}
