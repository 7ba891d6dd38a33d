package probes_test

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/forewarn/forewarn/probes"
)

func TestPlaceholdersAreFoundWithTheirPlace(t *testing.T) {
	got, err := probes.Placeholders("/ö/{{order}}?a={{ user_1 }}}}{x}")
	want := []probes.Placeholder{{Name: "order", Offset: 3, Length: 9}, {Name: "user_1", Offset: 15, Length: 12}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if got, err := probes.Placeholders("{ no }} one"); got != nil || err != nil {
		t.Error(got, err)
	}
}

func TestAWrongPlaceholderIsShownWithItsPlace(t *testing.T) {
	for text, want := range map[string]probes.PlaceholderError{
		"é {{order":        {Offset: 2, Length: 2, Message: "{{ without }}", Hint: "close the placeholder, as in {{order}}"},
		"a {{or der}} b":   {Offset: 2, Length: 10, Message: "not a name between {{ and }}", Hint: "a name has letters, digits and _, and no digit first, as in {{order}}"},
		"{{a}}{{}}":        {Offset: 5, Length: 4, Message: "not a name between {{ and }}", Hint: "a name has letters, digits and _, and no digit first, as in {{order}}"},
		"{{1st}}":          {Offset: 0, Length: 7, Message: "not a name between {{ and }}", Hint: "a name has letters, digits and _, and no digit first, as in {{order}}"},
		"{{vars.order}} x": {Offset: 0, Length: 14, Message: "not a name between {{ and }}", Hint: "a name has letters, digits and _, and no digit first, as in {{order}}"},
	} {
		_, err := probes.Placeholders(text)
		wrong, ok := errors.AsType[*probes.PlaceholderError](err)
		if !ok {
			t.Fatalf("%q: %v", text, err)
		}
		if diff := cmp.Diff(want, *wrong); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
}

// sent is the request line and body that a step gives, or why it is not sent.
func sent(t *testing.T, base string, step probes.Step, vars map[string]string) (line, why string) {
	t.Helper()
	runner := through(func(r *http.Request) (*http.Response, error) {
		body := ""
		if r.Body != nil {
			read, _ := io.ReadAll(r.Body)
			body = " " + string(read)
		}
		line = r.URL.String() + body
		return &http.Response{StatusCode: 200, Body: http.NoBody}, nil
	})
	step.Name = "a"
	result, _ := runner.Run(t.Context(), probes.Journey{BaseURL: base, Vars: vars, Steps: []probes.Step{step}}, time.Time{})
	if f := result.Failure; f != nil {
		if f.Kind != probes.FailMissing || stepOf(t, result, "a").Verdict != probes.Skipped || result.Verdict != probes.Failed {
			t.Errorf("%v: %+v", result.Verdict, f)
		}
		return line, f.Message
	}
	return line, ""
}

func TestAValueIsSpelledForItsPlaceInTheURL(t *testing.T) {
	vars := map[string]string{"id": "a/b c", "empty": "", "dots": "..", "host": "shop.example:8443", "next": "/list?page=2&q=ä",
		"far": "https://other.example/x?y=1", "bad": "x y", "file": "file:///etc/passwd", "amp": "a&b=c#d"}
	const base = "https://shop.example/app/"
	for _, test := range []struct{ url, line, why string }{
		{"/o/{{id}}", "https://shop.example/o/a%2Fb%20c", ""},
		{"o/{{id}}", "https://shop.example/app/o/a%2Fb%20c", ""},
		{"", "https://shop.example/app/", ""},
		{"?q={{amp}}", "https://shop.example/app/?q=a%26b%3Dc%23d", ""},
		{"/o?q={{empty}}", "https://shop.example/o?q=", ""},
		{"{{next}}", "https://shop.example/list?page=2&q=%C3%A4", ""},
		{"{{next}}&sort={{amp}}", "https://shop.example/list?page=2&q=%C3%A4&sort=a%26b%3Dc%23d", ""},
		{"{{far}}", "https://other.example/x?y=1", ""},
		{"http://{{host}}/x", "http://shop.example:8443/x", ""},
		{"/a b?q=a b<ä", "https://shop.example/a%20b?q=a%20b%3C%C3%A4", ""},
		{"/o#{{id}}", "https://shop.example/o", ""},
		{"/o/{{empty}}", "", "empty is empty, and has to be part of the path"},
		{"{{empty}}/o", "", "empty is empty, and has to be part of the path"},
		{"http://{{empty}}/o", "", "empty is empty, and has to be part of the path"},
		{"/o/{{dots}}/x", "", "dots is .., which would change the path"},
		{"/o/{{ghost}}", "", "ghost was never captured"},
		{"http://{{bad}}/", "", "not a URL: http://x%20y/"},
		{"{{file}}", "", "not a http or https URL: file:///etc/passwd"},
		{"/o/{{", "", "{{ without }}: close the placeholder, as in {{order}}"},
	} {
		line, why := sent(t, base, probes.Step{URL: test.url}, vars)
		if line != test.line || why != test.why {
			t.Errorf("%s\ngot  %s %s\nwant %s %s", test.url, line, why, test.line, test.why)
		}
	}
}

func TestAStepWithAValueMissingAnywhereIsNeverSent(t *testing.T) {
	for name, step := range map[string]probes.Step{
		"url":        {URL: "/{{ghost}}"},
		"query":      {URL: "/", Query: []probes.Field{{Name: "a", Value: "{{ghost}}"}}},
		"query name": {URL: "/", Query: []probes.Field{{Name: "{{ghost}}", Value: "a"}}},
		"form":       {URL: "/", Form: []probes.Field{{Name: "a", Value: "{{ghost}}"}}},
		"header":     {URL: "/", Headers: []probes.Field{{Name: "a", Value: "{{ghost}}"}}},
		"json":       {URL: "/", JSON: map[string]any{"a": []any{map[string]any{"b": "{{ghost}}"}}}},
		"body":       {URL: "/", Body: "{{ghost}}"},
		"odd json":   {URL: "/", JSON: func() {}},
	} {
		line, why := sent(t, "http://shop.example", step, nil)
		if line != "" || name != "odd json" && why != "ghost was never captured" || why == "" {
			t.Errorf("%s: sent %q, %q", name, line, why)
		}
	}
}

func TestARequestThatIsNoHTTPIsNeverSent(t *testing.T) {
	for want, step := range map[string]probes.Step{
		"GE T is no method": {Method: "GE T", URL: "/"},
		"header a b has a character that no header may have, such as a line break": {URL: "/", Headers: []probes.Field{{Name: "a b", Value: "c"}}},
		"header a has a character that no header may have, such as a line break":   {URL: "/", Headers: []probes.Field{{Name: "a", Value: "\x01"}}},
		"GET X: y is no method": {Method: "GET\r\nX: y", URL: "/"},
		"header Host has a character that no header may have, such as a line break": {URL: "/", Headers: []probes.Field{{Name: "Host", Value: "shop\r\nX: y"}}},
		"not a URL: http://shop X: y/":                                              {URL: "http://shop\r\nX: y/"},
		"not a http or https URL: http:///":                                         {URL: "http:///"},
	} {
		if line, why := sent(t, "http://shop.example", step, nil); line != "" || why != want {
			t.Errorf("sent %q, %q, want %q", line, why, want)
		}
	}
}

func FuzzAValueStaysAValue(f *testing.F) {
	f.Add("{{b}}", "x")
	f.Add("../../admin?x=1#f", "{{a}}")
	f.Add("a\r\nb", "%2e%2e")
	f.Add("", "\x00\xff")
	f.Fuzz(func(t *testing.T, a, b string) {
		vars := map[string]string{"a": a, "b": b}
		line, why := sent(t, "http://shop.example", probes.Step{URL: "/p/{{a}}/{{b}}?q={{a}}",
			Form: []probes.Field{{Name: "a", Value: "{{a}}"}, {Name: "b", Value: "{{b}}"}}}, vars)
		if why != "" {
			if plain := a != "" && b != "" && strings.Trim(a, ".") != "" && strings.Trim(b, ".") != ""; plain {
				t.Fatalf("not sent: %s", why)
			}
			return
		}
		link, body, _ := strings.Cut(line, " ")
		u, err := url.Parse(link)
		if err != nil {
			t.Fatal(err)
		}
		parts := strings.Split(u.EscapedPath(), "/")
		form, err := url.ParseQuery(body)
		if err != nil || len(parts) != 4 || len(form) > 2 || len(u.Query()) != 1 {
			t.Fatalf("%q with %q and %q: %v", line, a, b, err)
		}
		pathA, _ := url.PathUnescape(parts[2])
		pathB, _ := url.PathUnescape(parts[3])
		if pathA != a || pathB != b || u.Query().Get("q") != a || form.Get("a") != a || form.Get("b") != b {
			t.Errorf("%q for %q and %q", line, a, b)
		}
	})
}

func FuzzPlaceholders(f *testing.F) {
	f.Add("a {{b}} c")
	f.Add("{{{{a}}}}")
	f.Add("\xff{{é")
	f.Fuzz(func(t *testing.T, text string) {
		found, err := probes.Placeholders(text)
		if wrong, ok := errors.AsType[*probes.PlaceholderError](err); ok {
			found = append(found, probes.Placeholder{Offset: wrong.Offset, Length: wrong.Length})
		}
		runes := utf8.RuneCountInString(text)
		for _, p := range found {
			if p.Offset < 0 || p.Length < 2 || p.Offset+p.Length > runes || !strings.HasPrefix(string([]rune(text)[p.Offset:]), "{{") {
				t.Errorf("%q: %+v", text, p)
			}
		}
	})
}
