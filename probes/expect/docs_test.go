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

// documented are the response and the page that the examples look at.
func documented(t *testing.T, text string) (answer, page *Response) {
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
	html := r
	html.Body = []byte(block(t, text, "html"))
	return &r, &html
}

// TestTheExamplesOfTheReferenceAreTrue runs every row that ends in an example
// and what it gives.
func TestTheExamplesOfTheReferenceAreTrue(t *testing.T) {
	text := docs(t)
	answer, page := documented(t, text)
	rows := 0
	for line := range strings.Lines(text) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | ")
		if len(cells) != 4 || !strings.HasPrefix(cells[2], "`") {
			continue
		}
		rows++
		source, want := strings.Trim(cells[2], "`"), strings.TrimSpace(cells[3])
		r := answer
		if strings.Contains(source, "css(") || strings.Contains(source, "xpath(") {
			r = page
		}
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
	if rows < 40 {
		t.Errorf("only %d examples were found in the tables", rows)
	}
}

func TestTheReferenceNamesEverythingThereIs(t *testing.T) {
	text := docs(t)
	var names []string
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
	for _, n := range append(names, "vars.name") {
		if !strings.Contains(text, "`"+n+"`") && !strings.Contains(text, "`"+n+"(") {
			t.Errorf("%s is not in docs/expressions.md", n)
		}
	}
}

func TestTheEvidenceInTheReferenceIsWhatIsShown(t *testing.T) {
	text := docs(t)
	answer, _ := documented(t, text)
	shown := regexp.MustCompile("(?s)\n```\n(status == .*?)\n```").FindStringSubmatch(text)
	if shown == nil {
		t.Fatal("no evidence in the reference")
	}
	source, _, _ := strings.Cut(shown[1], "\n")
	c, err := CompileCondition(source, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, evidence, _ := c.Check(answer); !bytes.Equal([]byte(evidence), []byte(shown[1])) {
		t.Errorf("the reference shows\n%s\nbut it is\n%s", shown[1], evidence)
	}
}
