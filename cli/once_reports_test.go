package cli

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/quick"
	"time"

	"github.com/forewarn/forewarn/config"
	"github.com/forewarn/forewarn/demo"
	"github.com/forewarn/forewarn/importer"
	"github.com/forewarn/forewarn/probes"
)

// element is any element of XML.
type element struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Children []element  `xml:",any"`
	Text     string     `xml:",chardata"`
}

func (e element) attr(name string) string {
	for _, a := range e.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// What the schema of Ant's junitreport asks of each attribute. Jenkins' asks
// for less: SUREFIRE_TIME is met by a decimal with a point.
func junitRules() map[string]map[string]string {
	const token, number, decimal = `\S(.*\S)?`, `\d+`, `\d+\.\d+`
	return map[string]map[string]string{
		"testsuites": {},
		"testsuite": {"name": token, "package": token, "hostname": token, "id": number, "tests": number, "failures": number,
			"errors": number, "skipped": number, "time": decimal, "timestamp": `\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d`},
		"properties": {}, "property": {"name": token, "value": `(?s).*`},
		"testcase": {"name": token, "classname": token, "time": decimal},
		"skipped":  {"message": `(?s).*`, "type": token}, "error": {"message": `(?s).*`, "type": token}, "failure": {"message": `(?s).*`, "type": token},
		"system-out": {}, "system-err": {},
	}
}

// checkJUnit fails where a report is not as the schema wants it, or its counts
// are not those of its cases.
func checkJUnit(t *testing.T, report []byte) element {
	t.Helper()
	var root element
	if err := xml.Unmarshal(report, &root); err != nil {
		t.Fatalf("%v\n%s", err, report)
	}
	var walk func(e element)
	walk = func(e element) {
		rules, known := junitRules()[e.XMLName.Local]
		if !known || len(e.Attrs) != len(rules) {
			t.Errorf("<%s> has the attributes %v", e.XMLName.Local, e.Attrs)
		}
		for name, rule := range rules {
			if value := e.attr(name); !regexp.MustCompile(`^(` + rule + `)$`).MatchString(value) {
				t.Errorf("<%s %s=%q>, want %s", e.XMLName.Local, name, value, rule)
			}
		}
		for _, child := range e.Children {
			walk(child)
		}
	}
	walk(root)
	for i, suite := range root.Children {
		counts := map[string]int{}
		var order []string
		for _, child := range suite.Children {
			order = append(order, child.XMLName.Local)
			if len(child.Children) > 0 && child.XMLName.Local == "testcase" {
				counts[child.Children[0].XMLName.Local]++
			}
		}
		shape := regexp.MustCompile(`^properties( testcase)* system-out system-err$`)
		if !shape.MatchString(strings.Join(order, " ")) || suite.attr("id") != strconv.Itoa(i) {
			t.Errorf("suite %s: %v", suite.attr("id"), order)
		}
		for attr, kind := range map[string]string{"failures": "failure", "errors": "error", "skipped": "skipped"} {
			if suite.attr(attr) != strconv.Itoa(counts[kind]) {
				t.Errorf("%s: %s = %s, cases say %d", suite.attr("name"), attr, suite.attr(attr), counts[kind])
			}
		}
		if tests := len(order) - 3; suite.attr("tests") != strconv.Itoa(tests) {
			t.Errorf("%s: tests = %s, want %d", suite.attr("name"), suite.attr("tests"), tests)
		}
	}
	return root
}

func TestJUnitIsAsTheSchemaWantsIt(t *testing.T) {
	dirty := broken()
	dirty.result.Steps[3].Failure.Evidence = "a \x00\x1b[31m ]]> <b> & \ufffe \xff z"
	r := mixed()
	r.runs = append(r.runs, dirty, walked{result: probes.Result{Journey: "none", Failure: &probes.Failure{Kind: probes.FailSelf, Message: "forewarn panicked"}}})
	var report bytes.Buffer
	if err := writeJUnit(&report, r); err != nil {
		t.Fatal(err)
	}
	root := checkJUnit(t, report.Bytes())
	pay := root.Children[4].Children[4]
	if pay.attr("name") != "pay" || !strings.Contains(pay.Children[0].Text, "]]> <b> &") || strings.ContainsRune(pay.Children[0].Text, '\x1b') {
		t.Errorf("%+v", pay)
	}
	if root.Children[5].attr("errors") != "1" {
		t.Errorf("a run without steps has no error: %+v", root.Children[5])
	}
}

// A report that is greener than the exit code would let a deploy through.
func TestNoReportIsBetterThanTheExitCode(t *testing.T) {
	why := &probes.Failure{Kind: probes.FailMissing, Message: "order was never captured"}
	r := round{runs: []walked{{result: probes.Result{Journey: "a", Verdict: probes.Failed, Step: "see", Failure: why,
		Steps: []probes.StepResult{{Name: "see", Verdict: probes.Skipped, Failure: why}}}}}}
	var junit, tap bytes.Buffer
	if err := writeJUnit(&junit, r); err != nil {
		t.Fatal(err)
	}
	if err := writeTAP(&tap, r); err != nil {
		t.Fatal(err)
	}
	if suite := checkJUnit(t, junit.Bytes()).Children[0]; suite.attr("failures") != "1" {
		t.Errorf("%s", junit.Bytes())
	}
	if !strings.Contains(tap.String(), "    not ok 1 - see") || !strings.Contains(tap.String(), "\nnot ok 1 - a") {
		t.Errorf("%s", tap.Bytes())
	}
}

// archive is what is read of a HAR.
type archive struct {
	Log struct {
		Version string
		Pages   []struct{ ID string }
		Entries []struct {
			Pageref, StartedDateTime, Comment string
			Time                              float64
			Timings                           map[string]float64
			Request                           struct{ Method, URL string }
			Response                          struct{ Status int }
		}
	}
}

func purchase(t *testing.T, shop string) probes.Journey {
	t.Helper()
	c, err := config.Parse("shop.toml", []byte(strings.ReplaceAll(demoConfig, "SHOP", shop)), t.TempDir(), func(string) (string, bool) { return "", false })
	if err != nil {
		t.Fatal(err)
	}
	return c.Journeys[0].Journey
}

func TestTheTimingsOfAnArchiveAddUp(t *testing.T) {
	shop := httptest.NewServer(demo.NewShop(demo.Story{}))
	defer shop.Close()
	o := &once{jobs: 2, out: io.Discard, errOut: io.Discard, format: "har"}
	other := purchase(t, shop.URL)
	other.Name = "other"
	r := o.walk(t.Context(), "kyiv", []probes.Journey{purchase(t, shop.URL), other})
	if r.code != exitOK {
		t.Fatalf("%+v", r.runs[0].result.Failure)
	}
	var file bytes.Buffer
	if err := writeHAR(&file, r); err != nil {
		t.Fatal(err)
	}
	var har archive
	if err := json.Unmarshal(file.Bytes(), &har); err != nil {
		t.Fatal(err)
	}
	hops, last := 0, ""
	for _, run := range r.runs {
		for _, s := range run.result.Steps {
			hops += len(s.Hops)
		}
	}
	if len(har.Log.Entries) != hops || hops == 0 || len(har.Log.Pages) != 2 || har.Log.Version != "1.2" {
		t.Errorf("%d entries for %d requests, %d pages", len(har.Log.Entries), hops, len(har.Log.Pages))
	}
	for _, e := range har.Log.Entries {
		sum := 0.0
		for name, ms := range e.Timings {
			if name != "ssl" && ms > 0 { // it is part of connect
				sum += ms
			}
		}
		if math.Abs(sum-e.Time) > 1e-6 || e.Time <= 0 {
			t.Errorf("%s: %v adds up to %v, not %v", e.Comment, e.Timings, sum, e.Time)
		}
		if e.StartedDateTime < last {
			t.Errorf("%s begins before the entry above it", e.Comment)
		}
		last = e.StartedDateTime
	}
}

func TestAnArchiveOfOnceImportsAsAJourneyThatRuns(t *testing.T) {
	walkedIn := httptest.NewServer(demo.NewShop(demo.Story{}))
	defer walkedIn.Close()
	o := &once{jobs: 1, out: io.Discard, errOut: io.Discard, format: "har"}
	var file bytes.Buffer
	if err := writeHAR(&file, o.walk(t.Context(), "", []probes.Journey{purchase(t, walkedIn.URL)})); err != nil {
		t.Fatal(err)
	}
	p, err := importer.HAR(file.Bytes(), importer.Options{Name: "again"})
	if err != nil {
		t.Fatal(err)
	}
	fresh := httptest.NewServer(demo.NewShop(demo.Story{}))
	defer fresh.Close()
	text := strings.ReplaceAll(p.TOML, walkedIn.URL, fresh.URL)
	c, err := config.Parse("again.toml", []byte(text), t.TempDir(), func(name string) (string, bool) { return demo.Password, name == "PASSWORD" })
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	result, transcript := probes.Runner{}.Run(t.Context(), c.Journeys[0].Journey, time.Time{})
	if result.Verdict != probes.Passed {
		t.Errorf("%s\n%s", transcript, text)
	}
	if want := len(purchase(t, "http://x").Steps); len(result.Steps) != want {
		t.Errorf("%d steps, want %d\n%s", len(result.Steps), want, text)
	}
}

// echo answers with what it was asked, in every spelling there is.
func echo(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	_ = r.ParseForm()
	secret := r.URL.Query().Get("q")
	w.Header().Set("X-Echo", url.QueryEscape(secret))
	http.SetCookie(w, &http.Cookie{Name: "sid", Value: base64.RawURLEncoding.EncodeToString([]byte(secret))})
	if r.URL.Path != "/end" {
		w.Header().Set("Location", "/end?q="+url.QueryEscape(secret))
		w.WriteHeader(http.StatusFound)
	}
	quoted, _ := json.Marshal(secret)
	fmt.Fprintf(w, "<html>%s %s %s %s %s %s %s</html>", secret, url.PathEscape(secret), html.EscapeString(secret), quoted,
		base64.StdEncoding.EncodeToString([]byte(secret)), base64.RawURLEncoding.EncodeToString([]byte("user:"+secret)), body)
}

// spellings are the ways in which a report could hold a text.
func spellings(s string) []string {
	quoted, _ := json.Marshal(s)
	var plain, escaped bytes.Buffer
	encoder := json.NewEncoder(&plain)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(s)
	_ = xml.EscapeText(&escaped, []byte(s))
	all := []string{s, url.QueryEscape(s), url.PathEscape(s), html.EscapeString(s), string(quoted[1 : len(quoted)-1]), escaped.String(),
		strings.Trim(strings.TrimSpace(plain.String()), `"`), strings.Trim(strconv.Quote(s), `"`),
		base64.RawStdEncoding.EncodeToString([]byte(s)), base64.RawURLEncoding.EncodeToString([]byte(s)),
		base64.StdEncoding.EncodeToString([]byte("ann:" + s))}
	return slices.DeleteFunc(all, func(s string) bool { return len(s) < probes.MinSecret })
}

func TestNoSecretSurvivesIntoAnyReport(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(echo))
	defer server.Close()
	journey := func(secret string) probes.Journey {
		condition, err := config.Parse("x", fmt.Appendf(nil, `
[[journey]]
name = "echo"
base_url = %q
  [[journey.step]]
  name = "say"
  post = "/{{word}}?q={{word}}"
  form = { w = "{{word}}" }
  headers = { "X-Word" = "again {{word_escaped}}", Authorization = "Bearer {{word_escaped}}" }
  expect = ['body == "never"', 'header("X-Echo") == "never"']
  [journey.vars]
  word = "x"
  word_escaped = "x"
`, server.URL), t.TempDir(), func(string) (string, bool) { return "", false })
		if err != nil {
			t.Fatal(err)
		}
		j := condition.Journeys[0].Journey
		j.Vars = nil
		j.Secrets = map[string]string{"word": secret, "word_escaped": url.QueryEscape(secret)}
		return j
	}
	neverSeen := func(raw string) bool {
		secret := "#" + raw // never so common that it is in a report by chance
		if len(raw) < 5 || strings.ContainsAny(raw, "\x00•/") || strings.ToValidUTF8(raw, "") != raw {
			return true
		}
		var out bytes.Buffer
		o := &once{jobs: 1, out: &out, errOut: &out, format: "text", verbose: true}
		r := o.walk(t.Context(), "kyiv", []probes.Journey{journey(secret)})
		for _, f := range formats() {
			if err := f.write(&out, r); err != nil {
				t.Fatal(err)
			}
		}
		for _, leak := range spellings(secret) {
			if at := strings.Index(out.String(), leak); at >= 0 {
				t.Errorf("%q is in a report as %q: ...%s", secret, leak, out.String()[max(0, at-80):min(out.Len(), at+80)])
				return false
			}
		}
		if !strings.Contains(out.String(), probes.Mask) || r.code != exitExpect {
			t.Errorf("nothing was masked of %q, exit code %d: %s", secret, r.code, out.String())
		}
		return true
	}
	for _, secret := range []string{`p"ss&<wörd>'\ %+`, "hunter22-hunter22", "…a%25b&amp;c", "line\nbreak\ttab", "\u202eright to left", "emoji 😀 and ]]>"} {
		neverSeen(secret)
	}
	if err := quick.Check(neverSeen, &quick.Config{MaxCount: 60}); err != nil {
		t.Error(err)
	}
}
