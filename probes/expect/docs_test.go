package expect

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/expr-lang/expr/parser/operator"
)

// docs is docs/expressions.md.
func docs(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../docs/expressions.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func block(t *testing.T, text, language string) string {
	t.Helper()
	m := regexp.MustCompile("(?s)```" + language + "\n(.*?)\n```").FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("no %s block", language)
	}
	return m[1]
}

// documented is the response that the examples look at.
func documented(t *testing.T, text string) *Response {
	t.Helper()
	raw := strings.ReplaceAll(block(t, text, "http"), "\n", "\r\n")
	head, body, _ := strings.Cut(raw, "\r\n\r\n")
	response, err := http.ReadResponse(bufio.NewReader(strings.NewReader(head+"\r\n\r\n"+strings.ReplaceAll(body, "\r\n", "\n"))), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	r := Response{
		Status: response.StatusCode, Header: response.Header, Cookies: response.Cookies(), Body: content, Proto: response.Proto,
		URL: "https://shop.example/api/orders", Duration: 412 * time.Millisecond, Phases: Phases{Wait: 300 * time.Millisecond, Transfer: 112 * time.Millisecond},
		CertDays: 61, Vars: map[string]string{"order": "00123"},
	}
	return &r
}

// TestTheExamplesOfTheReferenceAreTrue runs every row that ends in an example
// and what it gives.
func TestTheExamplesOfTheReferenceAreTrue(t *testing.T) {
	text := docs(t)
	answer := documented(t, text)
	rows := 0
	for line := range strings.Lines(text) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | ")
		if len(cells) != 4 || !strings.HasPrefix(cells[2], "`") || strings.HasPrefix(cells[3], "`") {
			continue // rows with two examples are held against a real server, in package probes
		}
		rows++
		source, want := strings.Trim(cells[2], "`"), strings.TrimSpace(cells[3])
		r := answer
		if want == "true" || want == "false" {
			c, err := CompileCondition(source, []string{"order"})
			if err != nil {
				t.Errorf("%s: %v", source, err)
				continue
			}
			if ok, evidence, err := c.Check(r); ok != (want == "true") || err != nil {
				t.Errorf("%s: %v, %v, want %s\n%s", source, ok, err, want, evidence)
			}
			continue
		}
		q, err := CompileQuery(source, []string{"order"})
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		if got, found, err := q.Find(r); got != want || !found || err != nil {
			t.Errorf("%s = %q, %v, %v, want %q", source, got, found, err, want)
		}
	}
	if rows < 14 {
		t.Errorf("only %d examples were found in the tables", rows)
	}
}

// TestTheReferenceHasARowForEverythingThereIs holds the tables against what
// the compiler knows: each name has a row of its own, whose two examples use
// it, and no row is of something else.
func TestTheReferenceHasARowForEverythingThereIs(t *testing.T) {
	rows := map[string]bool{}
	for line := range strings.Lines(docs(t)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | ")
		if len(cells) != 4 || !strings.HasPrefix(cells[2], "`") || !strings.HasPrefix(strings.TrimSpace(cells[3]), "`") {
			continue
		}
		name := regexp.MustCompile("`([^`(]+)").FindStringSubmatch(cells[0])[1]
		rows[name] = true
		used := strings.TrimSuffix(name, "name") // of vars.name
		if !strings.Contains(cells[2], used) || !strings.Contains(cells[3], used) {
			t.Errorf("an example of %s does not use it: %s", name, line)
		}
	}
	names := []string{"vars.name", ".found", "not in"}
	for _, n := range known() {
		if n != "phase" && n != "cert" && n != "vars" {
			names = append(names, n)
		}
	}
	for base, inner := range members() {
		for _, n := range inner {
			names = append(names, base+"."+n)
		}
	}
	for name := range operatorNames() {
		names = append(names, name)
	}
	for _, n := range names {
		if !rows[n] {
			t.Errorf("%s has no row in docs/expressions.md", n)
		}
		delete(rows, n)
	}
	for n := range rows {
		t.Errorf("docs/expressions.md has a row for %s, which there is not", n)
	}
}

// operatorNames are the operators that the rewriter lets pass, of all that the
// engine knows.
func operatorNames() map[string]bool {
	names := map[string]bool{"not": true}
	for name := range operator.Binary {
		right := map[string]string{"matches": `"a"`, "in": "1..2", "and": "true", "&&": "true", "or": "true", "||": "true", "contains": "url", "startsWith": "url", "endsWith": "url"}[name]
		left := map[string]string{"in": "1", "and": "true", "&&": "true", "or": "true", "||": "true", "matches": "url", "contains": "url", "startsWith": "url", "endsWith": "url"}[name]
		if right == "" {
			left, right = "status", "status"
		}
		if _, bad := compile(left+" "+name+" "+right, nil, false); bad == nil && name != "&&" && name != "||" {
			names[name] = true
		}
	}
	return names
}

func TestTheEvidenceInTheReferenceIsWhatIsShown(t *testing.T) {
	text := docs(t)
	answer := documented(t, text)
	shown := regexp.MustCompile("(?s)\n```\n(status == .*?)\n```").FindStringSubmatch(text)
	if shown == nil {
		t.Fatal("no evidence in the reference")
	}
	source, _, _ := strings.Cut(shown[1], "\n")
	c, err := CompileCondition(source, nil)
	if err != nil {
		t.Fatal(err)
	}
	fits := regexp.MustCompile("(?s)\n```\n(schema .*?)\n```").FindStringSubmatch(text)
	wrong := &Response{Body: []byte(`{"id":"00123","state":"lost","items":[{"qty":1},{"sku":"a","qty":0}]}`)}
	if _, evidence, _ := mustSchema(t, "order.json").Check(wrong); fits == nil || evidence != fits[1] {
		t.Errorf("the reference shows\n%q\nbut it is\n%s", fits, evidence)
	}
	if _, evidence, _ := c.Check(answer); !bytes.Equal([]byte(evidence), []byte(shown[1])) {
		t.Errorf("the reference shows\n%s\nbut it is\n%s", shown[1], evidence)
	}
}

func TestTheChoicesOfTheReferenceAreChoices(t *testing.T) {
	_, section, found := strings.Cut(docs(t), "## Before the request: `if`")
	section, _, _ = strings.Cut(section, "\n## ")
	examples := regexp.MustCompile("(?m)^\\|.*\\| `(.*)` \\| (true|false) \\|$").FindAllStringSubmatch(section, -1)
	if !found || len(examples) < 3 {
		t.Fatalf("%d examples", len(examples))
	}
	for _, e := range examples {
		c, err := CompileChoice(e[1], []string{"order"})
		if err != nil {
			t.Errorf("%s: %v", e[1], err)
			continue
		}
		if ok, _, err := c.Chosen(map[string]string{"order": "00123"}, nil); ok != (e[2] == "true") || err != nil {
			t.Errorf("%s: %v, %v", e[1], ok, err)
		}
	}
}
