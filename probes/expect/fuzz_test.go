package expect

import (
	"errors"
	"math"
	"testing"
	"unicode/utf8"
)

// FuzzCompile feeds any text as an expression: an error has a place inside the
// text, and what compiles can be evaluated.
func FuzzCompile(f *testing.F) {
	for _, source := range []string{
		`status == 200`, `duration < 1m30.5s and not (phase.tls > 120ms)`, `jsonpath("$..id[?@.a == 'x']") in ["a", 1]`,
		`css("ul > li:not(.x) a, p ~ q", 'href').found or xpath('//a[last()]/@href') != ""`, `regex("(?P<n>a+)", "n") matches 'b{2}'`,
		`"a" in jsonpath("$..a") and nth(split(header("X"), ","), -1) == hex(body)`, `header("X") | regex("(a)(b)", 2) | base64Decode() | isEmpty()`, `until(cert.end) > 2w3d and "x" in cert.names or isIPv4(ip)`,
		`jsonpath(replace(body, "a", "b"), "$.id").found and number(vars.order) * 2 > 1 and since("2020-01-01") > 1w`, `len(vars.order) + 1 > count(header("X"))`, `status in 200..299`, `"a" + vars["order"] contains body`, `((((1`, "\"\\x", "`",
		`not vars.order.found or vars.order in 1..9`,
	} {
		f.Add(source)
	}
	response := &Response{Status: 200, Body: []byte(`{"id":[{"a":"x"}],"order":1e5}`), CertDays: math.NaN(), Vars: map[string]string{"order": "7"}}
	f.Fuzz(func(t *testing.T, source string) {
		vars := []string{"order"}
		condition, err := CompileCondition(source, vars)
		checkPlace(t, source, err)
		if err == nil {
			ok, evidence, err := condition.Check(response)
			if ok == (evidence != "" || err != nil) {
				t.Errorf("%q: ok %v, evidence %q, error %v", source, ok, evidence, err)
			}
			if len(evidence) > 4*maxSource+maxEvidence+maxShown {
				t.Errorf("%q: evidence of %d bytes", source, len(evidence))
			}
		}
		choice, err := CompileChoice(source, vars)
		checkPlace(t, source, err)
		if err == nil { // nothing of a response can make a difference
			before, _, _ := choice.Chosen(response.Vars, nil)
			if after, _, _ := choice.Check(response); before != after {
				t.Errorf("%q: %v before there is a response, %v with one", source, before, after)
			}
		}
		query, err := CompileQuery(source, vars)
		checkPlace(t, source, err)
		if err == nil {
			_, _, _ = query.Find(response)
		}
	})
}

func checkPlace(t *testing.T, source string, err error) {
	t.Helper()
	var e *Error
	if err == nil {
		return
	}
	if !errors.As(err, &e) || e.Source != source || e.Message == "" {
		t.Fatalf("%q: error %#v", source, err)
	}
	if e.Offset == -1 {
		return
	}
	if e.Offset < 0 || e.Length < 1 || e.Offset > utf8.RuneCountInString(source) {
		t.Fatalf("%q: error at %d, length %d", source, e.Offset, e.Length)
	}
}

// FuzzFind feeds any lookup and any body: it ends, with a value, nothing or a
// limit, and captures stay small.
func FuzzFind(f *testing.F) {
	for _, seed := range [][3]string{
		{"jsonpath", "$..id", `{"a":[{"id":1}]}`}, {"jsonpath", "$[?match(@.a, 'b')]", `[{"a":"b"}]`},
		{"css", "a[href^='x'] > b:first-child", "<a href=xy><b>1"}, {"css", `.sm\:x ~ p`, "<p class='sm:x'><p>"},
		{"xpath", "//a[1]/@href", "<a href=x>"}, {"xpath", "count(//a) > 1", "<a>"}, {"xpath", "//p:a/@q:b", "<?xml version='1.0'?><p:a q:b='1'>x<![CDATA[y]]></p:a>"}, {"xpath", "string(//a/following::b)", "<a></a><b>"},
		{"regex", "(a)|b", "xxb"},
	} {
		f.Add(seed[0], seed[1], []byte(seed[2]))
	}
	f.Fuzz(func(t *testing.T, name, query string, body []byte) {
		s, ok := finders()[name]
		if !ok || len(body) > 4<<10 {
			return
		}
		made, bad := s.make([]string{query})
		if bad != nil {
			if bad.message == "" || bad.offset > utf8.RuneCountInString(query) {
				t.Errorf("%s(%q): %#v", name, query, bad)
			}
			return
		}
		v, err := made.find(&Response{Body: body})
		if err == nil && v.Found != (v.count > 0) && !(v.why != "" || v.count == 0) {
			t.Errorf("%s(%q) on %q: %+v", name, query, body, v)
		}
	})
}
