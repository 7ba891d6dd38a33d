package expect

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/andybalholm/cascadia"
)

const form = `<!doctype html><html lang="uk"><head><title> Вхід </title><!-- login --></head><body>
<form action="/login" id="login"><input type="hidden" name="csrf" value=" tök&amp;en=="><input name="user" disabled>
<button class="btn primary">Log
 in</button></form>
<ul><li>one</li><!-- x --><li class="sm:on">two</li><li><a href="/3" DATA-ID="007">three</a></li></ul>
<p>12.5</p><script>var a = "<p>no</p>";</script></body></html>`

func TestLookupsIntoAPage(t *testing.T) {
	for source, want := range map[string]string{
		`css("title")`:                             "Вхід",
		`css("input[name=csrf]", "value")`:         " tök&en==",
		`css('#login > input', "NAME")`:            "csrf",
		`css("button.btn.primary")`:                "Log\n in",
		`css("li")`:                                "one",
		`css("ul li ~ li")`:                        "two",
		`css("li + li + li a", "data-id")`:         "007",
		`css("li:nth-child(2)")`:                   "two",
		`css("li:last-child, li:first-child")`:     "one",
		"css(`.sm\\:on`)":                          "two",
		`css("li:has(a)")`:                         "three",
		`css("li:not(.sm\\:on):contains('t')")`:    "three",
		`css("a[href^='/']:not([href='/1'])")`:     "three",
		`css("p:contains('12')")`:                  "12.5",
		`css("input:empty", "name")`:               "csrf",
		`css("  form   >   button  ")`:             "Log\n in",
		`css("html", "lang")`:                      "uk",
		`css("script")`:                            `var a = "<p>no</p>";`,
		`xpath("//title")`:                         "Вхід",
		`xpath("//input[@name='csrf']/@value")`:    " tök&en==",
		`xpath("//li[last()]/a/@href")`:            "/3",
		`xpath("//li[2]")`:                         "two",
		`xpath("//li[2]/text()")`:                  "two",
		`xpath("count(//li)")`:                     "3",
		`xpath("string(//li[1])")`:                 "one",
		`xpath("//li/following-sibling::li[1]")`:   "two",
		`xpath("//a[contains(., 'three')]/@href")`: "/3",
		`xpath("boolean(//h1)")`:                   "false",
		`xpath("number(//p) * 2")`:                 "25",
		`xpath("concat('a', \"b\")")`:              "ab",
		`regex('name="csrf" value="([^"]*)"')`:     " tök&amp;en==",
		`regex("(?s)<ul>.*?<li>([a-z]+)")`:         "one",
	} {
		got, found, err := mustQuery(t, source).Find(&Response{Body: []byte(form)})
		if got != want || !found || err != nil {
			t.Errorf("%s = %q, %v, %v, want %q", source, got, found, err, want)
		}
	}
	for source, want := range map[string]int{`css("li")`: 3, `css("li, a, li")`: 4, `css("h1")`: 0, `xpath("//li")`: 3, `xpath("//li | //a")`: 4, `xpath("//h1")`: 0, `xpath("//@name")`: 2} {
		c := mustCompile(t, fmt.Sprintf("count(%s) == %d", source, want))
		if ok, evidence, err := c.Check(&Response{Body: []byte(form)}); !ok || err != nil {
			t.Errorf("%v\n%s", err, evidence)
		}
	}
}

// TestSelectorsFindWhatTheLibraryFinds compares the one walk of the page with
// the library's own matching, on random pages and selectors.
func TestSelectorsFindWhatTheLibraryFinds(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	names := []string{"a", "b", "i", "u"}
	var grow func(depth int) string
	grow = func(depth int) string {
		var b strings.Builder
		for range rng.IntN(4) {
			name := names[rng.IntN(len(names))]
			fmt.Fprintf(&b, "x<!-- --><%s class=%q id=%s>", name, []string{"r", "s", "r s"}[rng.IntN(3)], names[rng.IntN(4)])
			if depth > 0 {
				b.WriteString(grow(depth - 1))
			}
			fmt.Fprintf(&b, "</%s>", name)
		}
		return b.String()
	}
	compounds := []string{"a", "b", "i", "u", ".r", "*", "a.s", "#u", "[class~=s]", ":first-child", "i:last-child", "b:not(.r)", "u:has(a, .s)", "*:nth-child(2)", "i:empty"}
	combinators := []string{" ", " > ", ">", " + ", "~", " ~ ", ", ", "\n"}
	found := 0
	for range 3000 {
		source := compounds[rng.IntN(len(compounds))]
		for range rng.IntN(5) {
			source += combinators[rng.IntN(len(combinators))] + compounds[rng.IntN(len(compounds))]
		}
		s, bad := parseSelector(source)
		if bad != nil {
			if strings.Contains(bad.message, "more than twice") {
				continue
			}
			t.Fatalf("%s: %+v", source, bad)
		}
		library, err := cascadia.ParseGroup(source)
		if err != nil {
			t.Fatal(err)
		}
		p := readPage([]byte(grow(5)))
		got, want := s.find(p.root), cascadia.QueryAll(p.root, library)
		if !slices.Equal(got, want) {
			t.Fatalf("%s: %d elements, the library finds %d", source, len(got), len(want))
		}
		found += len(got)
	}
	if found < 1000 {
		t.Errorf("only %d elements were found at all", found)
	}
}

func TestTheFirstNodeIsTheSameInEveryRun(t *testing.T) {
	body := []byte(`{"z":{"id":1},"b":{"id":2},"a":{"id":3},"list":[{"id":4},{"id":5}]}`)
	for source, want := range map[string]string{
		`jsonpath("$..id")`: "3", `jsonpath("$.*.id")`: "3", `jsonpath("$.list[::-1].id")`: "4", `jsonpath("$[?@.id > 1].id")`: "3", `jsonpath("$['z','b'].id")`: "2",
	} {
		for range 50 {
			if got, _, _ := mustQuery(t, source).Find(&Response{Body: body}); got != want {
				t.Fatalf("%s = %s, want %s", source, got, want)
			}
		}
	}
}

func TestAByteOrderMarkBeforeJSONIsNoMistake(t *testing.T) {
	got, found, err := mustQuery(t, `jsonpath("$")`).Find(&Response{Body: []byte("\ufeff {\"a\" : 1}\n")})
	if got != `{"a" : 1}` || !found || err != nil {
		t.Errorf("%q, %v, %v", got, found, err)
	}
}

func TestTheExtentOfAJSONTextIsABound(t *testing.T) {
	for text, want := range map[string]extent{
		`1`:                       {nodes: 1},
		`[]`:                      {nodes: 2, depth: 1, weight: 1},
		`[1,2,3]`:                 {nodes: 4, depth: 1, weight: 3},
		`{"a":[1,{"b":"],[\""}]}`: {nodes: 5, depth: 3, weight: 1 + 2 + 2 + 3},
		`"[[[,,,"`:                {nodes: 1},
	} {
		want.bytes = len(text)
		if got := measure([]byte(text)); got != want {
			t.Errorf("%s: %+v, want %+v", text, got, want)
		}
	}
}

// TestTheCostOfAPathIsABound counts what the library really selects.
func TestTheCostOfAPathIsABound(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	var grow func(depth int) string
	grow = func(depth int) string {
		if depth == 0 || rng.IntN(5) == 0 {
			return fmt.Sprint(rng.IntN(9))
		}
		var parts []string
		for i := range rng.IntN(4) {
			parts = append(parts, fmt.Sprintf("%q:%s", string(rune('a'+i)), grow(depth-1)))
		}
		if rng.IntN(2) == 0 {
			return "{" + strings.Join(parts, ",") + "}"
		}
		for i := range parts {
			parts[i] = parts[i][4:]
		}
		return "[" + strings.Join(parts, ",") + "]"
	}
	paths := []string{"$[*]", "$..*", "$..*..*", "$..a", "$[*]..a..[0]", "$[0,0,0][*,*]", "$..[*,*]", "$[?@.a]..*", "$..[?@..a]", "$..[?@[?@]]..*", "$..[?@.a == $.a]", "$[*][*]..[*]", "$..[0,0]..[*,*,*]", "$..a[*]..*", "$..[?search(@, 'x')]"}
	most := 0
	for range 400 {
		d := readDocument([]byte(grow(9)))
		for _, source := range paths {
			path, patterns, err := parsePath(source)
			if err != nil {
				t.Fatal(err)
			}
			selected, bound := len(path.Select(d.root)), costOf(path, source, patterns).on(d.extent)
			if float64(selected) > bound {
				t.Fatalf("%s selects %d of %s, bound %g", source, selected, d.raw, bound)
			}
			most = max(most, selected)
		}
	}
	if most < 1000 {
		t.Errorf("at most %d nodes were selected: the documents are too small to tell", most)
	}
}

// RFC 9535, sections 2.4.6 and 2.4.7, with a member that some do not have: the
// library's own functions panic on it, and take the pattern a|b for \Aa|b\z.
func TestPatternsInAPathMatchAsTheStandardSays(t *testing.T) {
	body := []byte(`[{"n":"ab"},{},{"n":"b"},{"n":7},{"n":null},{"n":"a"},{"n":"xaby"}]`)
	for source, want := range map[string]int{
		`$[?match(@.n, 'a|b')]`: 2, `$[?match(@.n, "a.?")]`: 2, `$[?search(@.n, 'ab')]`: 2, `$[?search(@.n, 'a|b')]`: 4, `$[?!match(@.n, 'ab')]`: 6, `$[?search(@.n, ']')]`: 0,
		`$[?@.n == 'match(']`: 0, `$[?search(@.n,'a')&&match( @.n , 'ab' )]`: 1, `$[?length(@.n) == 2]`: 1, `$[?count(@.n) == 0]`: 1, `$[?value(@..n) == 'b']`: 1, `$[?length(@.x) == 2]`: 0,
	} {
		c := mustCompile(t, fmt.Sprintf("count(jsonpath(`%s`)) == %d", source, want))
		if ok, evidence, err := c.Check(&Response{Body: body}); !ok || err != nil {
			t.Errorf("%v\n%s", err, evidence)
		}
	}
}
