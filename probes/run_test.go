package probes_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/forewarn/forewarn/probes"
	"github.com/forewarn/forewarn/probes/expect"
)

func TestStepsAreSentInOrderAndAllPass(t *testing.T) {
	var paths []string
	shop := site(t, map[string]http.HandlerFunc{"/": func(w http.ResponseWriter, r *http.Request) {
		paths = append(paths, r.Method+" "+r.URL.Path)
	}})
	due := time.Now().Add(-time.Second)
	before := time.Now()
	result, _ := probes.Runner{Location: "kyiv"}.Run(t.Context(), probes.Journey{
		Name: "browse", BaseURL: shop.URL,
		Steps: []probes.Step{
			{Name: "home", URL: "/"},
			{Name: "list", URL: "/list"},
			{Name: "put", Method: "PUT", URL: "/item"},
			{Name: "odd", Method: "PROPFIND", URL: "/item"},
		},
	}, due)

	if diff := cmp.Diff([]string{"GET /", "GET /list", "PUT /item", "PROPFIND /item"}, paths); diff != "" {
		t.Error(diff)
	}
	if result.Verdict != probes.Passed || result.Failure != nil || result.Step != "" {
		t.Errorf("got %v at %q: %+v", result.Verdict, result.Step, result.Failure)
	}
	if result.Journey != "browse" || result.Location != "kyiv" || !result.Due.Equal(due) || result.Start.Before(before) {
		t.Errorf("got %+v", result)
	}
	var sum time.Duration
	for _, s := range result.Steps {
		sum += s.Duration
		if s.Verdict != probes.Passed || s.Status != 200 || s.Proto != "HTTP/1.1" {
			t.Errorf("step %+v", s)
		}
	}
	if result.Duration != sum {
		t.Errorf("journey took %v, its steps %v", result.Duration, sum)
	}
}

// resultsOf maps every step's name to its verdict.
func verdicts(r probes.Result) map[string]string {
	of := map[string]string{}
	for _, s := range r.Steps {
		of[s.Name] = s.Verdict.String()
	}
	return of
}

func TestASkippedStepHasItsOwnStateAndACleanupItsOwnResult(t *testing.T) {
	shop := site(t, map[string]http.HandlerFunc{"/bad": answer(500, ""), "/good": answer(200, "")})
	result, _ := take(t, probes.Journey{BaseURL: shop.URL, Steps: []probes.Step{
		{Name: "a", URL: "/bad"}, {Name: "b", URL: "/good"}, {Name: "c", URL: "/good", Always: true},
	}})
	want := map[string]string{"a": "failed", "b": "skipped", "c": "passed"}
	if diff := cmp.Diff(want, verdicts(result)); diff != "" {
		t.Error(diff)
	}
	if result.Verdict != probes.Failed || result.Step != "a" {
		t.Errorf("got %v at %q, want failed at a", result.Verdict, result.Step)
	}
	wantFailure(t, stepOf(t, result, "b").Failure, probes.FailMissing, "")
	if got := stepOf(t, result, "b").Failure.Message; got != `not sent, because step "a" did not pass` {
		t.Error(got)
	}
}

func TestTheFirstStepThatFailedIsNamedNotTheSkippedOne(t *testing.T) {
	var asked []string
	tell := func(status int) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			asked = append(asked, r.URL.String())
			w.WriteHeader(status)
		}
	}
	shop := site(t, map[string]http.HandlerFunc{"/bad": tell(500), "/worse": tell(503)})
	result, _ := take(t, probes.Journey{BaseURL: shop.URL, Steps: []probes.Step{
		{Name: "a", URL: "/bad"}, {Name: "b", URL: "/bad?b"}, {Name: "c", URL: "/worse", Always: true},
	}})
	want := map[string]string{"a": "failed", "b": "skipped", "c": "failed"}
	if diff := cmp.Diff(want, verdicts(result)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"/bad", "/worse"}, asked); diff != "" {
		t.Errorf("what was sent: %s", diff)
	}
	if result.Step != "a" || result.Failure.Message != "status 500 Internal Server Error, expected below 400" {
		t.Errorf("got %q: %+v", result.Step, result.Failure)
	}
	if got := stepOf(t, result, "c").Failure.Message; !strings.Contains(got, "503") {
		t.Errorf("the cleanup's failure is %q", got)
	}
}

func TestACleanupThatFailsAloneFailsTheRunButNotItsLatency(t *testing.T) {
	shop := site(t, map[string]http.HandlerFunc{"/bad": answer(500, ""), "/good": answer(200, "")})
	result, _ := take(t, probes.Journey{BaseURL: shop.URL, Steps: []probes.Step{
		{Name: "pay", URL: "/good"}, {Name: "cancel", URL: "/bad", Always: true},
	}})
	if result.Verdict != probes.Failed || result.Step != "cancel" {
		t.Errorf("got %v at %q", result.Verdict, result.Step)
	}
	took, atLeast, ok := result.Latency("")
	if !ok || atLeast || took != stepOf(t, result, "pay").Duration {
		t.Errorf("latency %v %v %v, want that of pay, %v", took, atLeast, ok, stepOf(t, result, "pay").Duration)
	}
}

func TestOneFreshCookieJarServesAllStepsOfARun(t *testing.T) {
	var fresh []bool
	shop := site(t, map[string]http.HandlerFunc{
		"/login": func(w http.ResponseWriter, r *http.Request) {
			_, err := r.Cookie("sid")
			fresh = append(fresh, err != nil)
			http.SetCookie(w, &http.Cookie{Name: "sid", Value: "s3ss10n", Path: "/", HttpOnly: true})
		},
		"/account": func(w http.ResponseWriter, r *http.Request) {
			if c, err := r.Cookie("sid"); err != nil || c.Value != "s3ss10n" {
				w.WriteHeader(http.StatusUnauthorized)
			}
		},
	})
	j := probes.Journey{BaseURL: shop.URL, Steps: []probes.Step{
		{Name: "log in", Method: "POST", URL: "/login"}, {Name: "account", URL: "/account"},
	}}
	for range 2 {
		if result, _ := take(t, j); result.Verdict != probes.Passed {
			t.Errorf("%q: %+v", result.Step, result.Failure)
		}
	}
	if diff := cmp.Diff([]bool{true, true}, fresh); diff != "" {
		t.Error("a session of an earlier run was there: ", diff)
	}
}

func TestACookieForAWholePublicSuffixIsRefused(t *testing.T) {
	var got []string
	runner := through(func(r *http.Request) (*http.Response, error) {
		got = append(got, r.URL.Host+" "+r.Header.Get("Cookie"))
		header := http.Header{"Set-Cookie": {"wide=1; Domain=co.uk", "shop=2; Domain=shop.co.uk"}}
		return &http.Response{StatusCode: 200, Header: header, Body: http.NoBody}, nil
	})
	runner.Run(t.Context(), probes.Journey{Steps: []probes.Step{
		{Name: "a", URL: "http://shop.co.uk"}, {Name: "b", URL: "http://www.shop.co.uk"}, {Name: "c", URL: "http://other.co.uk"},
	}}, time.Time{})
	if diff := cmp.Diff([]string{"shop.co.uk ", "www.shop.co.uk shop=2", "other.co.uk "}, got); diff != "" {
		t.Error(diff)
	}
}

func TestCapturesStayVerbatim(t *testing.T) {
	sent := map[string]string{"zeros": "00123", "long": "12345678901234567890", "exponent": "1e5",
		"letter": "t", "inf": "Inf", "number": "1234567890123", "fraction": "1.50"}
	got := map[string]string{}
	shop := site(t, map[string]http.HandlerFunc{
		"/give": answer(200, `{"zeros":"00123","long":12345678901234567890,"exponent":"1e5",
			"letter":"t","inf":"Inf","number":1234567890123,"fraction":1.50}`),
		"/take": func(_ http.ResponseWriter, r *http.Request) {
			r.ParseForm()
			for name := range r.PostForm {
				got[name] = r.PostForm.Get(name)
			}
		},
	})
	give := probes.Step{Name: "give", URL: "/give"}
	use := probes.Step{Name: "take", Method: "POST", URL: "/take"}
	for name := range sent {
		give.Capture = append(give.Capture, probes.Capture{Name: name, Query: query(t, `jsonpath("$.`+name+`")`)})
		use.Form = append(use.Form, probes.Field{Name: name, Value: "{{" + name + "}}"})
	}
	if result, _ := take(t, probes.Journey{BaseURL: shop.URL, Steps: []probes.Step{give, use}}); result.Verdict != probes.Passed {
		t.Fatalf("%+v", result.Failure)
	}
	if diff := cmp.Diff(sent, got); diff != "" {
		t.Error(diff)
	}
}

// asSent is a request as a map.
func asSent(r *http.Request) map[string]string {
	body, _ := io.ReadAll(r.Body)
	return map[string]string{
		"uri": r.RequestURI, "host": r.Host, "body": string(body), "method": r.Method,
		"type": r.Header.Get("Content-Type"), "agent": r.UserAgent(), "synthetic": r.Header.Get("X-Synthetic"), "accept": r.Header.Get("Accept"),
		"token": strings.Join(r.Header.Values("X-Token"), "|"),
	}
}

func TestARequestIsWhatTheStepSays(t *testing.T) {
	vars := map[string]string{"user": `ann & "bob"`, "id": "a/b?c#d", "n": "7"}
	for _, test := range []struct {
		name string
		step probes.Step
		want map[string]string
	}{
		{"a form is encoded in its order", probes.Step{Method: "POST", URL: "/x",
			Form: []probes.Field{{Name: "z", Value: "{{user}}"}, {Name: "a", Value: "1 2"}}},
			map[string]string{"body": "z=ann+%26+%22bob%22&a=1+2", "type": "application/x-www-form-urlencoded"}},
		{"an empty form is still a form", probes.Step{Method: "POST", URL: "/x", Form: []probes.Field{}},
			map[string]string{"body": "", "type": "application/x-www-form-urlencoded"}},
		{"json is filled in only inside strings", probes.Step{Method: "POST", URL: "/x",
			JSON: map[string]any{"{{n}}": "{{user}}", "n": []any{"{{n}}", 7, 1.5, true, nil}}},
			map[string]string{"body": `{"n":["7",7,1.5,true,null],"{{n}}":"ann & \"bob\""}`, "type": "application/json"}},
		{"numbers in json stay as they are", probes.Step{Method: "POST", URL: "/x", JSON: map[string]any{"n": int64(9007199254740993)}},
			map[string]string{"body": `{"n":9007199254740993}`}},
		{"typed json is filled in too", probes.Step{Method: "POST", URL: "/x", JSON: map[string]string{"u": "{{n}}"}},
			map[string]string{"body": `{"u":"7"}`}},
		{"a raw body stays raw", probes.Step{Method: "POST", URL: "/x", Body: "<u>{{user}}</u>"},
			map[string]string{"body": `<u>ann & "bob"</u>`, "type": ""}},
		{"a path segment holds any value", probes.Step{URL: "/o/{{id}}/x"},
			map[string]string{"uri": "/o/a%2Fb%3Fc%23d/x"}},
		{"a query keeps its order and is added to", probes.Step{URL: "/o?z={{id}}&a=1",
			Query: []probes.Field{{Name: "q", Value: "{{user}}"}, {Name: "b", Value: ""}}},
			map[string]string{"uri": "/o?z=a%2Fb%3Fc%23d&a=1&q=ann+%26+%22bob%22&b="}},
		{"a fragment is not sent", probes.Step{URL: "/o#top"}, map[string]string{"uri": "/o"}},
		{"headers may come twice", probes.Step{URL: "/", Headers: []probes.Field{{Name: "x-token", Value: "{{n}}"},
			{Name: "X-Token", Value: "8"}}}, map[string]string{"token": "7|8"}},
		{"a header replaces our own", probes.Step{Method: "POST", URL: "/", Body: "x", Headers: []probes.Field{
			{Name: "User-Agent", Value: "me"}, {Name: "Accept", Value: "text/html"}, {Name: "Content-Type", Value: "text/csv"}}},
			map[string]string{"agent": "me", "synthetic": "forewarn", "accept": "text/html", "type": "text/csv"}},
		{"what is sent without being asked", probes.Step{URL: "/"},
			map[string]string{"agent": "forewarn/1.2 (+synthetic)", "synthetic": "forewarn", "accept": "*/*", "method": "GET"}},
		{"Host can be set", probes.Step{URL: "/", Headers: []probes.Field{{Name: "Host", Value: "shop.example"}}},
			map[string]string{"host": "shop.example"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := map[string]string{}
			shop := site(t, map[string]http.HandlerFunc{"/": func(_ http.ResponseWriter, r *http.Request) {
				for name, value := range asSent(r) {
					if _, asked := test.want[name]; asked {
						got[name] = value
					}
				}
			}})
			test.step.Name = "it"
			j := probes.Journey{BaseURL: shop.URL, Vars: vars, Steps: []probes.Step{test.step}}
			if result, _ := (probes.Runner{Version: "1.2"}).Run(t.Context(), j, time.Time{}); result.Verdict != probes.Passed {
				t.Errorf("%+v", result.Failure)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestUserAndPasswordOfAURLBecomeBasicCredentials(t *testing.T) {
	shop := site(t, map[string]http.HandlerFunc{"/": func(w http.ResponseWriter, r *http.Request) {
		if user, password, ok := r.BasicAuth(); !ok || user != "ann" || password != "p@ss:w/rd" {
			w.WriteHeader(http.StatusUnauthorized)
		}
	}})
	link := strings.Replace(shop.URL, "://", "://ann:{{password}}@", 1)
	result, transcript := take(t, probes.Journey{BaseURL: link, Secrets: map[string]string{"password": "p@ss:w/rd"},
		Steps: []probes.Step{{Name: "in", URL: "/"}}})
	if result.Verdict != probes.Passed {
		t.Errorf("%+v", result.Failure)
	}
	if text := transcript.String() + stepOf(t, result, "in").Hops[0].URL; strings.Contains(text, "ss:w") || strings.Contains(text, "ss%3Aw") {
		t.Errorf("the password is in %s", text)
	}
}

func TestEveryFalseExpectationIsShownWithItsValues(t *testing.T) {
	shop := site(t, map[string]http.HandlerFunc{"/": answer(503, `{"state":"down"}`)})
	result, _ := take(t, probes.Journey{BaseURL: shop.URL, Steps: []probes.Step{{Name: "pay", URL: "/",
		Expect: []expect.Condition{condition(t, "status == 201"), condition(t, "bytes > 3"),
			condition(t, `jsonpath("$.state") == "paid"`)}}}})
	wantFailure(t, result.Failure, probes.FailExpect, "expect")
	if want := "expected status == 201, found status = 503 (and 1 more)"; result.Failure.Message != want {
		t.Errorf("got  %s\nwant %s", result.Failure.Message, want)
	}
	for _, want := range []string{"^^^", `"down"`, "status = 503"} {
		if !strings.Contains(result.Failure.Evidence, want) {
			t.Errorf("no %q in the evidence:\n%s", want, result.Failure.Evidence)
		}
	}
	if strings.Contains(result.Failure.Evidence, "bytes") {
		t.Errorf("a condition that holds is in the evidence:\n%s", result.Failure.Evidence)
	}
}

func TestAnAnswerAbove400PassesWhenItIsExpected(t *testing.T) {
	shop := site(t, map[string]http.HandlerFunc{"/": answer(404, "")})
	result, _ := take(t, probes.Journey{BaseURL: shop.URL, Steps: []probes.Step{{Name: "gone", URL: "/",
		Expect: []expect.Condition{condition(t, "status == 404")}}}})
	if result.Verdict != probes.Passed {
		t.Errorf("%+v", result.Failure)
	}
}

func TestExpressionsSeeTheWholeStep(t *testing.T) {
	shop := site(t, map[string]http.HandlerFunc{
		"/in": func(w http.ResponseWriter, r *http.Request) {
			http.SetCookie(w, &http.Cookie{Name: "sid", Value: "abc", HttpOnly: true, SameSite: http.SameSiteLaxMode})
			http.Redirect(w, r, "/home?x=1", http.StatusSeeOther)
		},
		"/home": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Shop", "yes")
			w.Write([]byte("welcome ann"))
		},
	})
	var conditions []expect.Condition
	for _, src := range []string{`status == 200`, `cookie("sid") == "abc"`, `header("X-Shop") == "yes"`,
		`url endsWith "/home?x=1"`, `redirects == 1`, `cookie("sid", "httponly").found and cookie("sid", "SameSite") == "Lax"`,
		`not cookie("sid", "Path").found and not cookie("sid", "sid").found`, `body contains "welcome"`, `bytes == 11`, `proto == "HTTP/1.1"`,
		`duration < 30s`, `phase.wait > 0s`, `vars.user == "ann"`, `body contains vars.user`} {
		conditions = append(conditions, condition(t, src, "user"))
	}
	result, _ := take(t, probes.Journey{BaseURL: shop.URL, Vars: map[string]string{"user": "ann"}, Steps: []probes.Step{
		{Name: "in", Method: "POST", URL: "/in", Redirects: 1, Expect: conditions}}})
	if result.Verdict != probes.Passed {
		t.Errorf("%s\n%s", result.Failure.Message, result.Failure.Evidence)
	}
}
