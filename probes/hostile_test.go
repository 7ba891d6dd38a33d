package probes_test

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/forewarn/forewarn/probes"
	"github.com/forewarn/forewarn/probes/expect"
)

func TestAnEndlessBodyIsCut(t *testing.T) {
	shop := site(t, map[string]http.HandlerFunc{"/": func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			w.Write([]byte(strings.Repeat("x", 4096)))
		}
	}})
	result, _ := take(t, probes.Journey{BaseURL: shop.URL, Timeout: 10 * time.Second, Steps: []probes.Step{
		{Name: "a", URL: "/", MaxBody: 10_000, Expect: []expect.Condition{condition(t, "bytes == 10000")}}}})
	if a := stepOf(t, result, "a"); a.Verdict != probes.Passed || a.Bytes != 10_000 || !a.Cut {
		t.Errorf("%+v %+v", a, a.Failure)
	}
}

func TestADocumentThatWeCutShortIsUnknownAndOneThatEndsTooEarlyFails(t *testing.T) {
	order := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", r.URL.Query().Get("type"))
		w.Write([]byte(r.URL.Query().Get("body")))
	}
	shop := site(t, map[string]http.HandlerFunc{"/": order})
	for _, c := range []struct {
		kind, body, expect string
		most               int64
		want               probes.Verdict
	}{
		{"application/json", `{"state": "paid", "é": 1}`, `jsonpath("$.state") == "paid"`, 0, probes.Passed},
		{"application/json", `{"state": "paid", "é": 1}`, `jsonpath("$.state") == "paid"`, 20, probes.Unknown},
		{"application/json", `{"state": "paid", "é": 1`, `jsonpath("$.state") == "paid"`, 0, probes.Failed},
		{"application/json", `<html>no order at all`, `jsonpath("$.state") == "paid"`, 20, probes.Failed},
		{"text/xml", `<order><state>paid</state><é/></order>`, `css("state") == "paid"`, 0, probes.Passed},
		{"text/xml", `<order><state>paid</state><é/></order>`, `css("state") == "paid"`, 28, probes.Unknown},
		{"text/xml", `<order><state>paid</state><é/></order>`, `xpath("//state") == "paid"`, 10, probes.Unknown},
		{"text/xml", `<order><state>paid</state><é/>`, `xpath("//state") == "paid"`, 0, probes.Failed},
		{"text/xml", `<order></state>paid`, `xpath("//state") == "paid"`, 17, probes.Failed},
	} {
		result, _ := take(t, probes.Journey{BaseURL: shop.URL, Steps: []probes.Step{{Name: "a", URL: "/", MaxBody: c.most,
			Query:  []probes.Field{{Name: "type", Value: c.kind}, {Name: "body", Value: c.body}},
			Expect: []expect.Condition{condition(t, c.expect)}}}})
		if result.Verdict != c.want || c.want == probes.Unknown && !strings.Contains(result.Failure.Message, "raise max_body") {
			t.Errorf("%d bytes of %s: %v %+v", c.most, c.body, result.Verdict, result.Failure)
		}
	}
}

func TestABodyOfExactlyTheLimitIsNotCut(t *testing.T) {
	shop := site(t, map[string]http.HandlerFunc{"/": answer(200, "12345")})
	result, _ := take(t, probes.Journey{BaseURL: shop.URL, Steps: []probes.Step{{Name: "a", URL: "/", MaxBody: 5}}})
	if a := stepOf(t, result, "a"); a.Bytes != 5 || a.Cut {
		t.Errorf("%+v", a)
	}
}

func TestAGzipBombIsNotUnpacked(t *testing.T) {
	shop := site(t, map[string]http.HandlerFunc{"/": func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept-Encoding") != "gzip" {
			t.Error("gzip was not asked for")
		}
		w.Header().Set("Content-Encoding", "gzip")
		bomb := gzip.NewWriter(w)
		zeros := make([]byte, 1<<20)
		for range 200 {
			if _, err := bomb.Write(zeros); err != nil {
				return
			}
		}
		bomb.Close()
	}})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	result, _ := take(t, probes.Journey{BaseURL: shop.URL, Steps: []probes.Step{{Name: "a", URL: "/"}}})
	runtime.ReadMemStats(&after)
	if a := stepOf(t, result, "a"); !a.Cut || a.Bytes != probes.DefaultMaxBody {
		t.Errorf("%d bytes, cut %v: %+v", a.Bytes, a.Cut, a.Failure)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 30<<20 {
		t.Errorf("%d MB were allocated for a body of at most 1 MB", used>>20)
	}
}

func TestWhatAPageHoldsCannotDoHarmInText(t *testing.T) {
	for _, body := range []string{"\xff\xfe\x00{{password}}", "a\xff\x1b[31mred\u202egnp.exe\r\nb\rc"} {
		shop := site(t, map[string]http.HandlerFunc{"/": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Odd", "\xff\x80")
			w.Write([]byte(body))
		}})
		result, transcript := take(t, probes.Journey{BaseURL: shop.URL, Steps: []probes.Step{{Name: "a", URL: "/",
			Expect: []expect.Condition{condition(t, `body == "fine"`)}}}})
		wantFailure(t, result.Failure, probes.FailExpect, "expect")
		for name, text := range map[string]string{"message": result.Failure.Message,
			"evidence": result.Failure.Evidence, "transcript": transcript.String()} {
			if !utf8.ValidString(text) || strings.ContainsAny(text, "\x00\x1b\r\u202e") {
				t.Errorf("%s: %q", name, text)
			}
		}
	}
}

func TestACaptureMustBeText(t *testing.T) {
	for name, test := range map[string]struct{ body, want string }{
		"a NUL":        {"id=a\x00b;", "id is not text: it holds a NUL or broken UTF-8"},
		"broken UTF-8": {"id=a\xffb;", "id is not text: it holds a NUL or broken UTF-8"},
		"no value":     {"nothing", `no id: regex("(?s)id=(.*);", 1) = not found (the pattern does not match)`},
	} {
		t.Run(name, func(t *testing.T) {
			shop := site(t, map[string]http.HandlerFunc{"/": answer(200, test.body)})
			result, _ := take(t, probes.Journey{BaseURL: shop.URL, Steps: []probes.Step{
				{Name: "a", URL: "/", Capture: []probes.Capture{{Name: "id", Query: query(t, `regex("(?s)id=(.*);", 1)`)}}},
				{Name: "b", URL: "/{{id}}"},
				{Name: "c", URL: "/{{id}}", Always: true},
			}})
			wantFailure(t, result.Failure, probes.FailCapture, "capture")
			if result.Failure.Message != test.want {
				t.Errorf("got  %s\nwant %s", result.Failure.Message, test.want)
			}
			c := stepOf(t, result, "c")
			if c.Verdict != probes.Skipped || c.Failure.Message != `id was never captured: step "a" failed` {
				t.Errorf("the cleanup was sent without its value: %+v", c)
			}
		})
	}
}

func TestACaptureThatFindsNothingSaysWhy(t *testing.T) {
	shop := site(t, map[string]http.HandlerFunc{"/": answer(200, "")})
	result, _ := take(t, probes.Journey{BaseURL: shop.URL, Steps: []probes.Step{
		{Name: "a", URL: "/", Capture: []probes.Capture{{Name: "id", Query: query(t, `jsonpath("$.id")`)}}}}})
	wantFailure(t, result.Failure, probes.FailCapture, "capture")
	if want := `no id: jsonpath("$.id") = not found (the body is empty)`; result.Failure.Message != want {
		t.Errorf("got  %s\nwant %s", result.Failure.Message, want)
	}
}

func TestACaptureTooLargeForUsAccusesNobody(t *testing.T) {
	shop := site(t, map[string]http.HandlerFunc{"/": answer(200, "id="+strings.Repeat("x", 9<<10)+";")})
	result, _ := take(t, probes.Journey{BaseURL: shop.URL, Steps: []probes.Step{
		{Name: "a", URL: "/", Capture: []probes.Capture{{Name: "id", Query: query(t, `regex("id=(.*);", 1)`)}}}}})
	wantFailure(t, result.Failure, probes.FailSelf, "capture")
	if result.Verdict != probes.Unknown || len(result.Failure.Message) > 400 {
		t.Errorf("%v: %s", result.Verdict, result.Failure.Message)
	}
}

// A value that a site chose is put into the next request. Whatever it is, it
// stays a value.
func TestACapturedValueCannotBecomeMoreThanAValue(t *testing.T) {
	values := []string{"{{password}}", "../../admin?x=1#f", "a/b", "a&b=c", `"},{"x":"`, "a b+c%2e", "${HOME}", "{{.Env}}", "é\u2028"}
	for _, value := range values {
		t.Run(value, func(t *testing.T) {
			var uri, inQuery, form, token, inJSON string
			shop := site(t, map[string]http.HandlerFunc{
				"/give": func(w http.ResponseWriter, _ *http.Request) {
					json.NewEncoder(w).Encode(map[string]string{"v": value})
				},
				"/take/": func(_ http.ResponseWriter, r *http.Request) {
					uri, inQuery = r.URL.EscapedPath(), r.URL.Query().Get("q")
					if r.Header.Get("Content-Type") == "application/json" {
						var sent map[string]string
						json.NewDecoder(r.Body).Decode(&sent)
						inJSON = sent["v"]
						return
					}
					form, token = r.PostFormValue("f"), r.Header.Get("X-Token")
				},
			})
			common := probes.Step{Method: "POST", URL: "/take/{{v}}/end?q={{v}}"}
			asForm, asJSON := common, common
			asForm.Name, asForm.Form = "form", []probes.Field{{Name: "f", Value: "{{v}}"}}
			asForm.Headers = []probes.Field{{Name: "X-Token", Value: "{{v}}"}}
			asJSON.Name, asJSON.JSON = "json", map[string]any{"v": "{{v}}"}
			result, _ := take(t, probes.Journey{BaseURL: shop.URL, Secrets: map[string]string{"password": "hunter22"},
				Steps: []probes.Step{{Name: "give", URL: "/give",
					Capture: []probes.Capture{{Name: "v", Query: query(t, `jsonpath("$.v")`)}}}, asForm, asJSON}})
			if result.Verdict != probes.Passed {
				t.Fatalf("%q: %+v", result.Step, result.Failure)
			}
			if strings.Count(uri, "/") != 3 {
				t.Errorf("the path became %q", uri)
			}
			for place, got := range map[string]string{"query": inQuery, "form": form, "header": token, "json": inJSON} {
				if got != value {
					t.Errorf("%s got %q", place, got)
				}
			}
		})
	}
}

func TestALineBreakInAHeaderIsNeverSent(t *testing.T) {
	requests := 0
	shop := site(t, map[string]http.HandlerFunc{
		"/give": answer(200, `{"v":"a\r\nX-Admin: yes"}`),
		"/take": func(http.ResponseWriter, *http.Request) { requests++ },
	})
	result, _ := take(t, probes.Journey{BaseURL: shop.URL, Steps: []probes.Step{
		{Name: "give", URL: "/give", Capture: []probes.Capture{{Name: "v", Query: query(t, `jsonpath("$.v")`)}}},
		{Name: "take", URL: "/take", Headers: []probes.Field{{Name: "X-Token", Value: "{{v}}"}}},
	}})
	if requests != 0 {
		t.Error("it was sent")
	}
	wantFailure(t, result.Failure, probes.FailMissing, "")
	if result.Verdict != probes.Failed || result.Step != "take" || stepOf(t, result, "take").Verdict != probes.Skipped {
		t.Errorf("%v at %q", result.Verdict, result.Step)
	}
}

func TestHeadersOfAnAnswerKeepTheirRepeats(t *testing.T) {
	shop := site(t, map[string]http.HandlerFunc{"/": func(w http.ResponseWriter, _ *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "a", Value: "1, 2"})
		http.SetCookie(w, &http.Cookie{Name: "b", Value: "3", Expires: time.Now().Add(time.Hour)})
		io.WriteString(w, "ok")
	}})
	result, _ := take(t, probes.Journey{BaseURL: shop.URL, Steps: []probes.Step{{Name: "a", URL: "/", Expect: []expect.Condition{
		condition(t, `cookie("a") == "1, 2"`), condition(t, `cookie("b") == "3"`)}}}})
	if result.Verdict != probes.Passed {
		t.Errorf("%+v", result.Failure)
	}
}

func TestAPatternThatWouldBacktrackForeverEndsAtOnce(t *testing.T) {
	shop := site(t, map[string]http.HandlerFunc{"/": answer(200, strings.Repeat("a", 1<<20-1)+"!")})
	began := time.Now()
	result, _ := take(t, probes.Journey{BaseURL: shop.URL, Timeout: 20 * time.Second, Steps: []probes.Step{{Name: "a", URL: "/",
		Expect: []expect.Condition{condition(t, `body matches "^(a+)+$"`)}}}})
	wantFailure(t, result.Failure, probes.FailExpect, "expect")
	if took := time.Since(began); took > time.Minute { // a busy machine and the race detector included; backtracking would not end
		t.Errorf("it took %v", took)
	}
	if _, err := expect.CompileCondition(`body matches "((a{100}){100}){100}"`, nil); err == nil {
		t.Error("a pattern that unfolds to a million is taken")
	}
}
