package expect

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/forewarn/forewarn/internal/golden"
)

// wrong are expressions that do not compile; the golden file shows each with
// the place, the message and the hint.
func wrong() []string {
	return []string{
		// nothing, or not a text for an engine
		``, `  `, "\xff", strings.Repeat("(", 3000), `(((((status == 200`, strings.Repeat("1+", 250) + "1 == 2", `ꓐꓑms < duration`,
		// the language of placeholders
		`header("Location") == "/orders/{{order}}"`, `body contains "${ SHOP_TOKEN }"`, `{{`, `status == 200 // fine`, `status /* so */ == 200`,
		// names
		`statsu == 200`, `vars.oder == "1"`, `vars == 1`, `vars.nothing == 1`, `order == "1"`, `phase.tsl < 1s`, `phase < 1s`, `cert.age > 1`, `sattus`,
		`jsonpah("$.a") == 1`, `jsonpath == 1`, `status() == 200`, `body.len() > 1`, `body.found`, `jsonpath("$.a").text == ""`, `jsonpath("$.a")["b"] == 1`,
		`now() > 1`, `fromJSON(body) == 1`, `repeat("a", 9) == ""`, `filter([1], # > 0) == 1`, `all(body, true)`, `$env["status"] == 200`, `vars[url] == 1`, `header?.x == 1`,
		`jsonpath("$.a") == nil`, `jsonpath("$.a") == null`, `None == 1`,
		// types
		`status`, `jsonpath("$.ok")`, `"200"`, `duration`, `status == "200"`, `url == 200`, `duration < 800`, `phase.tls < "1s"`, `duration < vars.order`, `not status == 200`,
		`not jsonpath("$.a")`, `-url == 1`, `jsonpath("$.a") and status == 200`, `status == 200 and status`, `jsonpath("$.a") + 1 == 2`, `len(status) == 3`, `lower(5) == "a"`, `sha256() == ""`,
		`status in 200`, `"a" in body`, `status in [url]`, `status in []`, `status in [200, "201"]`, `status in ["200"]`, `status in 1..5000`, `status in 9..1`,
		`status % 2 == 0`, `status ** 2 == 4`, `vars.order ?? "a" == "b"`, `status == 200 ? true : false`, `if true { true } else { false }`, `let x = 1; x == 1`, `status == 200; true`, `{"a": 1} == 1`, `b"a" == body`, `body[0:1] == "a"`, `[1][0] == 1`,
		// functions
		`nth(header("A"), "x").found`, `nth(vars.order, 1).found`, `nth(header("A")).found`, `split(url, 5).found`, `replace(url, vars.order, "") == ""`, `until(5) > 1s`, `until(url)`, `isUUID(status)`, `isNumber == true`, `regex(status, "a").found`,
		`jsonpath(vars.order, url).found`, `header(url, "a").found`, `locations() == ""`, `count(cert.subject) == 1`, `"a" in cookie("b")`, `duration in header("A")`, `isInt(url)`,
		// literals
		`status = 200`, `status == 200 and`, `status == 200)`, `(status == 200`, `status === 200`, `body == "abc`, `body == 'a' and url == 'b`, `body matches "\d+"`,
		`duration < 800 ms`, `duration < 5min`, `duration < 30y`, `duration < 9999999999h`, `jsonpath("$.id") == 12345678901234567890`, `status == 2OO`, `status == 1.2.3`, `status € 200`,
		// arguments of lookups
		`header() == ""`, `header(url) == ""`, `header("a", "b") == ""`, `header(5) == ""`, `css("a", "b", "c") == ""`, `regex("a", url) == ""`, `count(url) == 1`, `count() == 1`, `count(cookie("a")) == 1`, `count(regex("a")) == 1`, `count(len(url)) == 1`,
		`jsonpath("state") == ""`, `jsonpath("$.a[") == ""`, `jsonpath("$.a.b c") == ""`, `jsonpath("$[?@.a = 1]") == ""`, `jsonpath("") == ""`, `jsonpath("$..a..b..c") == ""`, `jsonpath("$[?@..a == 1]..b..c") == ""`,
		`jsonpath("$.` + strings.Repeat("a", 600) + `") == ""`, `jsonpath("$[?nope(@)]") == ""`, `jsonpath("$[?match(@.a, @.b)]") == ""`, `jsonpath("$[?search(@.a, '(a')]") == ""`, `jsonpath("$[?search(@.a)]") == ""`, `jsonpath("$[?match(@..a, 'a')]") == ""`, `status == 200 and jsonpath("$.ї[") == ""`, `jsonpath("\u0024.a[") == ""`,
		`css("") == ""`, `css("div >") == ""`, `css("> div") == ""`, `css("a,,b") == ""`, `css("a[href") == ""`, `css("ul li::before") == ""`, `css("p:nth-child(2n+1)") == ""`, `css("p:nth-child(100)") == ""`,
		`css("p:hover") == ""`, `css("p:not(.a .b)") == ""`, `css("p:has(> a)") == ""`, `css("p:not(:has(a))") == ""`, `css("p:has(a):has(b):contains('c')") == ""`, `css("a[href#=x]") == ""`, `css("p:matches(a)") == ""`, `css("p:first-of-type") == ""`, `css("a:disabled") == ""`,
		`xpath("") == ""`, `xpath("//a[") == ""`, `xpath("nope()") == ""`, `xpath("//a[matches(., '(a+)+')]") == ""`, `xpath("/` + strings.Repeat("/a", 300) + `") == ""`,
		`regex("(a") == ""`, `regex("(a)", 2) == ""`, `regex("(?P<n>a)", "m") == ""`, `regex("a{1000}") == ""`, `body matches "(?<=a)b"`, `body matches url`, `body matches "([a-z]{30}){30}"`,
	}
}

func TestEachMistakeIsShownWithItsPlaceAndWhatToDo(t *testing.T) {
	var b strings.Builder
	for _, source := range wrong() {
		_, err := CompileCondition(source, []string{"order"})
		checkPlace(t, source, err)
		e, ok := errors.AsType[*Error](err)
		if !ok {
			t.Errorf("%s: compiles", source)
			continue
		}
		b.WriteString(shown(e))
	}
	golden.Compare(t, "testdata/errors.golden", b.String())
}

// shown is an error as a reader of a config file would see it.
func shown(e *Error) string {
	line := e.Source
	if len(line) > 100 {
		line = line[:100] + "…"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", strings.ToValidUTF8(line, "?"))
	if e.Offset >= 0 {
		fmt.Fprintf(&b, "%s%s\n", strings.Repeat(" ", min(e.Offset, 110)), strings.Repeat("^", min(e.Length, 100)))
	}
	fmt.Fprintf(&b, "  error: %s\n", e.Message)
	if e.Hint != "" {
		fmt.Fprintf(&b, "  hint:  %s\n", e.Hint)
	}
	return b.String() + "\n"
}

func TestPlacesCountRunesNotBytes(t *testing.T) {
	_, err := CompileCondition(`body contains "Привіт" and statsu == 200`, nil)
	e, ok := errors.AsType[*Error](err)
	if !ok || e.Offset != 27 || e.Length != 6 {
		t.Errorf("%+v", err)
	}
	_, err = CompileCondition(`duration < 1µs and url == "ї" and jsonpath("$.ї[?") == 1`, nil)
	if !errors.As(err, &e) || e.Offset != utf8.RuneCountInString(`duration < 1µs and url == "ї" and jsonpath("$.ї[?`) {
		t.Errorf("%+v", err)
	}
}

func TestTheNameMeantIsTheClosest(t *testing.T) {
	for name, want := range map[string]string{
		"statsu": "status", "Status": "status", "durration": "duration", "phse": "phase", "lenn": "len", "xyz": "", "json_path": "jsonpath", "headers": "header", "": "",
	} {
		if got := closest(name, known()); got != want {
			t.Errorf("closest(%q) = %q, want %q", name, got, want)
		}
	}
	// Reference values: en.wikipedia.org, Damerau-Levenshtein and Levenshtein distance.
	for _, row := range []struct {
		a, b string
		want int
	}{{"kitten", "sitting", 3}, {"CA", "ABC", 3}, {"ab", "ba", 1}, {"", "abc", 3}, {"same", "same", 0}} {
		if got := distance(row.a, row.b); got != row.want {
			t.Errorf("distance(%q, %q) = %d, want %d", row.a, row.b, got, row.want)
		}
	}
}
