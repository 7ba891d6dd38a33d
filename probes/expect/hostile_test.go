package expect

import (
	"errors"
	"strings"
	"testing"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
)

// The bounds here are counted, not timed: what they bound is the work.

// counted is a matcher that counts how often it is asked.
type counted struct {
	cascadia.Sel
	calls *int
}

func (c counted) Match(n *html.Node) bool { *c.calls++; return c.Sel.Match(n) }

func TestASelectorAsksEachElementOnceForEachOfItsParts(t *testing.T) {
	pages := map[string]string{
		"nested":   strings.Repeat("<div>", 500),
		"siblings": strings.Repeat("<p></p>", 20_000),
		"comments": strings.Repeat("<!-- -->", 10_000) + strings.Repeat("<p></p><!-- -->", 10_000),
	}
	for _, source := range []string{"q div div div div div div div div div div div div", "q ~ p ~ p ~ p ~ p ~ p ~ p ~ p", "q + p ~ p > div div, div div div ~ p"} {
		for name, text := range pages {
			s, bad := parseSelector(source)
			if bad != nil {
				t.Fatal(bad)
			}
			calls, elements := 0, 0
			for i := range s.compounds {
				s.compounds[i].matcher = counted{s.compounds[i].matcher, &calls}
			}
			p := readPage([]byte(text))
			if p.limit != nil {
				t.Fatal(p.limit)
			}
			for n := range p.root.Descendants() {
				if n.Type == html.ElementNode {
					elements++
				}
				if n.Type == html.CommentNode {
					t.Fatal("a comment stayed: :first-child may walk over any number of them")
				}
			}
			s.find(p.root)
			if most := elements * len(s.compounds); calls > most {
				t.Errorf("%s on %s: asked %d times, at most %d", source, name, calls, most)
			}
		}
	}
}

func TestAnXPathStopsWhenItsMovesAreUsedUp(t *testing.T) {
	flat := strings.Repeat("<p>", 80_000)
	nested := strings.Repeat(strings.Repeat("<div>", 500)+strings.Repeat("</div>", 500), 40)
	for source, body := range map[string]string{
		"//p/following-sibling::p":        flat,
		"//*[following::*[preceding::q]]": flat,
		"//div//div//div//div":            nested,
		"//div[.//div[.//div[. = 'x']]]":  nested,
	} {
		p := readPage([]byte(body))
		for _, moves := range []int{0, 1, 1000, maxMoves / 20} {
			if _, err := evaluateXPath(source, p, moves); !errors.Is(err, errMoves) {
				t.Errorf("%s with %d moves: %v", source, moves, err)
			}
		}
	}
}

func TestHostileJSONIsRefusedBeforeAnythingRecurses(t *testing.T) {
	many := "[" + strings.Repeat(strings.Repeat("[", 100)+strings.Repeat("]", 100)+",", 4000) + "0]"
	for source, body := range map[string]string{
		`jsonpath("$..[*]..[*]")`:                              strings.Repeat("[", 2000) + strings.Repeat("]", 2000),
		`jsonpath("$[0]")`:                                     strings.Repeat(`{"a":`, 1_000_000),
		`jsonpath("$..[*]")`:                                   many,
		`jsonpath("$..[0]..[0]")`:                              many,
		`jsonpath("$` + strings.Repeat("[0,0]", 25) + `")`:     "[" + strings.Repeat(strings.Repeat("[", 40)+strings.Repeat("]", 40)+",", 50) + "0]",
		`jsonpath("$[?$..[?$..a]]")`:                           "[" + strings.Repeat("1,", 1000) + "0]",
		`jsonpath("$[?search(@.a, 'x{400}y')]")`:               `[{"a":"` + strings.Repeat("x", 1<<20) + `"}]`,
		`jsonpath("$[?@[?@[?@[?@[?@[?@[?@[?@[?@]]]]]]]]][*]")`: many,
	} {
		if _, found, err := mustQuery(t, source).Find(&Response{Body: []byte(body)}); found || err == nil {
			t.Errorf("%s: %v, %v", source, found, err)
		}
	}
}

func TestDeepExpressionsEndInAnError(t *testing.T) {
	const n = maxSource - 100
	for _, source := range []string{
		strings.Repeat("(", n), strings.Repeat("(", n/2) + "true" + strings.Repeat(")", n/2), strings.Repeat("[", n), strings.Repeat("{", n), strings.Repeat("!", n) + "true",
		strings.Repeat("not ", n/4) + "true", strings.Repeat("-", n) + "1 == 1", strings.Repeat("len(", n/4), strings.Repeat("true and ", n/9) + "true", "body" + strings.Repeat(".a", n/2), "body" + strings.Repeat("[0", n/2),
		"status == 200" + strings.Repeat("?1", n/2), "`" + strings.Repeat("`", n), strings.Repeat("\\", n), strings.Repeat("let a = ", n/8), strings.Repeat("if true {", n/9), strings.Repeat("filter(", n/7), strings.Repeat("#", n), strings.Repeat("1..", n/3),
		`css("` + strings.Repeat(":not(", n/5) + `") == ""`, `css("` + strings.Repeat("a ", n/2) + `") == ""`, `css("` + strings.Repeat("[a", n/2) + `") == ""`, `regex("` + strings.Repeat("(", n) + `") == ""`, `regex("` + strings.Repeat("(?:a?", n/5) + `") == ""`,
		`jsonpath("$[?` + strings.Repeat("(", 480) + `") == ""`, `jsonpath("$[?` + strings.Repeat("!", 480) + `") == ""`, `xpath("` + strings.Repeat("(", 500) + `") == ""`, `xpath("` + strings.Repeat("a[", 250) + `") == ""`, `xpath("` + strings.Repeat("-", 500) + `1") == ""`,
	} {
		c, err := CompileCondition(source, nil)
		checkPlace(t, source, err)
		if err == nil {
			_, _, _ = c.Check(&Response{Body: []byte("<a>")})
		}
	}
}

func TestTheEnginesOwnFunctionsAreOff(t *testing.T) {
	for _, name := range []string{"fromJSON", "now", "repeat", "map", "filter", "reduce", "sortBy", "split", "join", "date", "duration", "max", "toJSON", "type", "int", "get", "keys"} {
		for _, source := range []string{name + `(body, 1) == ""`, "::" + name + `(body) == ""`, `body | ` + name + `() == ""`} {
			if _, err := CompileCondition(source, nil); err == nil {
				t.Errorf("%s compiles", source)
			}
		}
	}
}
