package probes_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/forewarn/forewarn/probes"
	"github.com/forewarn/forewarn/probes/expect"
)

func redactor(secrets ...string) *probes.Redactor {
	j := probes.Journey{Secrets: map[string]string{}}
	for i, s := range secrets {
		j.Secrets[strconv.Itoa(i)] = s
	}
	return j.Redactor()
}

func TestASecretIsHiddenHoweverItIsWritten(t *testing.T) {
	const secret = `pä"ss/w+r d&<'\1😀`
	r := redactor(secret)
	for name, text := range map[string]string{
		"as it is":                secret,
		"in a query":              url.QueryEscape(secret),
		"in a path":               url.PathEscape(secret),
		"in lower case hex":       strings.ToLower(url.QueryEscape(`pä"ss/w+r d&<'\1😀`)),
		"in JSON":                 inJSON(secret),
		"in ASCII JSON":           `p\u00e4\"ss\/w+r d\u0026\u003c'\\1\ud83d\ude00`,
		"in Go":                   strconv.QuoteToASCII(secret),
		"in bytes":                `p\xc3\xa4\x22ss/w+r d&<'\\1\xf0\x9f\x98\x80`,
		"in HTML":                 html.EscapeString(secret),
		"in HTML as PHP has":      `p&auml;&quot;ss/w+r d&amp;&lt;&#039;\1&#x1F600;`,
		"in base64":               base64.StdEncoding.EncodeToString([]byte(secret)),
		"in base64 for URLs":      base64.RawURLEncoding.EncodeToString([]byte(secret)),
		"in credentials":          "Basic " + base64.StdEncoding.EncodeToString([]byte("ann:"+secret)),
		"one byte further":        base64.StdEncoding.EncodeToString([]byte("anna:" + secret + "!")),
		"two bytes further":       base64.StdEncoding.EncodeToString([]byte("annab:" + secret + "!!")),
		"base64 in a URL":         url.QueryEscape(base64.StdEncoding.EncodeToString([]byte("ann:" + secret))),
		"HTML in JSON":            inJSON(html.EscapeString(secret)),
		"JSON in JSON":            inJSON(inJSON(inJSON(secret))),
		"JSON in HTML":            html.EscapeString(inJSON(secret)),
		"a query in HTML in JSON": inJSON(html.EscapeString("?a=" + url.QueryEscape(secret) + "&b")),
		"JSON in a query":         url.QueryEscape(inJSON(secret)),
	} {
		got := r.String("before " + text + " after")
		if !strings.Contains(got, probes.Mask) || !strings.HasPrefix(got, "before ") || !strings.HasSuffix(got, " after") {
			t.Errorf("%s: %s", name, got)
		}
		if len(got) > len("before Basic YW5uYWI6 after")+len(probes.Mask)+8 {
			t.Errorf("%s: too much is left: %s", name, got)
		}
	}
}

func TestTheLongestOfSeveralSecretsIsHiddenWhole(t *testing.T) {
	r := redactor("hunter22", "hunter22-and-more", "unte")
	if got := r.String("a hunter22-and-more b hunter22 c xunterx"); got != "a ••• b ••• c x•••rx" {
		t.Error(got)
	}
}

func TestTextWithoutASecretStaysAsItIs(t *testing.T) {
	r := redactor("hunter22", "abc", "")
	for _, text := range []string{"", "abc", "hunter2 ", "HUNTER22", "plain % text & more \\ of + it", "é\xff\x00", "https://shop.example/a?b=c&d=%20#e"} {
		if got := r.String(text); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

func TestTheBeginningOfASecretIsHiddenWhereATextBreaksOff(t *testing.T) {
	r := redactor("hunter22")
	for text, want := range map[string]string{
		"it was hunt": "it was •••", "it was hunter2…": "it was •••…", "it was hun": "it was hun",
		"it was hunted": "it was hunted", "the hunt…": "the •••…",
	} {
		if got := r.String(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

func TestACharacterIsFoundOfWhichEachByteIsWrittenInItsOwnWay(t *testing.T) {
	r := redactor("pässwort", `a\\b+c d`)
	for text, want := range map[string]string{
		"p%C3\xa4sswort": "•••", `p\ässwort`: "•••", `a\\\\b%2Bc+d`: "•••", `a\\b+c+d`: "•••",
		`p\u00esswort`: `p\u00esswort`, `p\ud83dsswort`: `p\ud83dsswort`, "p%C3sswort": "p%C3sswort",
	} {
		if got := r.String(text); got != want {
			t.Errorf("%s became %s, want %s", text, got, want)
		}
	}
}

// A hostile page of 10 MiB would hold up a run for half a minute if each of
// its characters were held against each secret.
func TestNoTextMakesLookingForSecretsTakeMoreForEachOfThem(t *testing.T) {
	var secrets []string
	for i := range 10 {
		secrets = append(secrets, fmt.Sprintf("s3cr3t-%d-of-some-length", i))
	}
	r := redactor(secrets...)
	for _, part := range []string{"x", "%", `\`, "&", "%6", `\u`, "+", "s3cr3t", "czNjc"} {
		text := strings.Repeat(part, 4096) + "."
		if n := testing.AllocsPerRun(1, func() { r.String(text) }); n > 400 {
			t.Errorf("%q 4096 times: %v allocations", part, n)
		}
	}
}

// With a secret of escapes alone each character can be read in two ways.
func TestASecretOfEscapesTakesNoTimeToBeFound(t *testing.T) {
	for _, part := range []string{`\`, "%25", "&amp;"} {
		secret := strings.Repeat(part, 100)
		text := "before " + inner(inJSON(secret)) + "!" + strings.Repeat(part, 2000) + "! after"
		got := redactor(secret).String(text)
		if !strings.HasPrefix(got, "before •••") || !strings.HasSuffix(got, " after") || strings.Contains(got, secret) {
			t.Errorf("%s: %.200s", part, got)
		}
	}
}

func BenchmarkHidingSecrets(b *testing.B) {
	var secrets []string
	for i := range 10 {
		secrets = append(secrets, fmt.Sprintf("s3cr3t-%d-of-some-length", i))
	}
	r := redactor(secrets...)
	for _, part := range []string{"x", "%", `\`, "&", "&;", "%73", "s3cr3t", "czNjc"} {
		text := strings.Repeat(part, 1<<20/len(part))
		b.Run(part, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				r.String(text)
			}
		})
	}
}

func TestThePasswordOfEveryURLIsHidden(t *testing.T) {
	for text, want := range map[string]string{
		"GET https://ann:hunter22@shop.example/x failed": "GET https://ann:•••@shop.example/x failed",
		"https://:pw@h/":                "https://:•••@h/",
		"https://shop.example:8080/a@b": "https://shop.example:8080/a@b",
		"https://ann@shop.example/":     "https://ann@shop.example/",
	} {
		var none *probes.Redactor
		if got := none.String(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
	j := probes.Journey{BaseURL: "https://ann:hunter22@shop.example", Steps: []probes.Step{{URL: "https://x:swordfish@y/"}}}
	if got := j.Redactor().String("hunter22 or swordfish"); got != "••• or •••" {
		t.Error(got)
	}
}

func TestNoSecretLeavesARun(t *testing.T) {
	const secret = `s3cr&t/w"rd`
	reflect := func(w http.ResponseWriter, r *http.Request) {
		r.ParseForm()
		http.SetCookie(w, &http.Cookie{Name: "sid", Value: "cookie-value-1"})
		w.Header().Set("X-Echo", url.QueryEscape(secret))
		w.Header().Set("X-Auth-Token", "token-value-2")
		w.Header().Set("Location", "/next?token="+url.QueryEscape(secret))
		w.WriteHeader(http.StatusFound)
		json.NewEncoder(w).Encode(map[string]string{"echo": secret})
		fmt.Fprintln(w, html.EscapeString(secret), strings.Repeat("x", 2000-100), secret, secret)
	}
	shop := site(t, map[string]http.HandlerFunc{"/": reflect})
	result, transcript := take(t, probes.Journey{BaseURL: shop.URL, Secrets: map[string]string{"password": secret}, Steps: []probes.Step{
		{Name: "a", Method: "POST", URL: "/{{password}}?q={{password}}", JSON: map[string]any{"p": "{{password}}"},
			Headers: []probes.Field{{Name: "Authorization", Value: "Bearer token-value-3"}, {Name: "X-Key", Value: "{{password}}"}},
			Expect:  []expect.Condition{condition(t, `body == "x"`), condition(t, `header("Location") == "x"`)}},
	}})
	if result.Verdict != probes.Failed {
		t.Fatalf("%v", result.Verdict)
	}
	text := fmt.Sprintf("%+v %+v", result, *result.Failure) + transcript.String()
	for _, leak := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret), html.EscapeString(secret),
		`s3cr\u0026t/w\"rd`, "s3cr&t/w", "cookie-value-1", "token-value-2", "token-value-3"} {
		if strings.Contains(text, leak) {
			t.Errorf("%s is in\n%s", leak, text)
		}
	}
	if !strings.Contains(text, "Authorization: Bearer •••") || !strings.Contains(text, "Set-Cookie: sid=•••") {
		t.Errorf("what is masked is not said:\n%s", text)
	}
}

func TestABodyCutInTheMiddleOfASecretShowsNoneOfIt(t *testing.T) {
	const secret = "geheim&wort"
	for cut := range len(html.EscapeString(secret)) {
		body := strings.Repeat("x\n", 1024)[cut:] + html.EscapeString(secret) + strings.Repeat("y", 5000)
		shop := site(t, map[string]http.HandlerFunc{"/": answer(200, body)})
		_, transcript := take(t, probes.Journey{BaseURL: shop.URL, Secrets: map[string]string{"p": secret},
			Steps: []probes.Step{{Name: "a", URL: "/"}}})
		if text := transcript.String(); strings.Contains(text, "< g") || !strings.Contains(text, "< x") {
			t.Errorf("cut after %d bytes: %s", cut, text[len(text)-200:])
		}
	}
}

func FuzzASecretNeverSurvives(f *testing.F) {
	f.Add("hunter22", "a", "b")
	f.Add(`p"ss&<wörd>'\/+ %`, "user:", "@host")
	f.Add("\xff\xfe\x00\x01", "%", "\\")
	f.Add("%25%25", "&amp;", "…")
	f.Fuzz(func(t *testing.T, secret, before, after string) {
		if len(secret) < probes.MinSecret || strings.ContainsRune(secret, '•') {
			t.Skip()
		}
		r := redactor(secret)
		encoded := map[string]string{
			"plain": secret, "query": url.QueryEscape(secret), "path": url.PathEscape(secret),
			"html": html.EscapeString(secret), "go": inner(strconv.Quote(secret)), "ascii": inner(strconv.QuoteToASCII(secret)),
			"base64":      base64.RawStdEncoding.EncodeToString([]byte(secret)),
			"base64url":   base64.RawURLEncoding.EncodeToString([]byte(secret)),
			"credentials": base64.StdEncoding.EncodeToString([]byte("user:" + secret)),
		}
		valid := strings.ToValidUTF8(secret, "") == secret
		if valid {
			encoded["json"] = inner(inJSON(secret))
		}
		survives := func(name, text, around string) {
			// The last byte of a mask and what stood behind the secret may read as
			// one that begins with that byte; nothing of it was left all the same.
			got := r.String(around)
			for part := range strings.SplitSeq(got, probes.Mask) {
				if strings.Contains(part, text) {
					t.Errorf("%s: %q is in %q", name, text, got)
				}
			}
		}
		for name, text := range encoded {
			survives(name, text, before+text+after)
		}
		// What is escaped twice is so with all that stands around it.
		json := func(s string) string { return inner(inJSON(s)) }
		twice := map[string][2]func(string) string{
			"html in json": {html.EscapeString, json}, "json in html": {json, html.EscapeString}, "json in json": {json, json},
			"json in a query": {json, url.QueryEscape}, "query in json": {url.QueryEscape, json},
			"json in html in json": {json, func(s string) string { return json(html.EscapeString(s)) }},
		}
		if !valid || strings.ToValidUTF8(before+after, "") != before+after {
			return
		}
		for name, escape := range twice {
			text := escape[0](secret)
			survives(name, escape[1](text), escape[1](before+text+after))
		}
	})
}

func inJSON(s string) string {
	text, _ := json.Marshal(s)
	return string(text)
}

func inner(quoted string) string { return quoted[1 : len(quoted)-1] }

func TestACaptureThatIsASecretIsShownNowhere(t *testing.T) {
	const token = `t0k"en&4711`
	shop := site(t, map[string]http.HandlerFunc{
		"/login": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/in?t="+url.QueryEscape(token), http.StatusSeeOther)
		},
		"/in": func(w http.ResponseWriter, _ *http.Request) {
			json.NewEncoder(w).Encode(map[string]string{"token": token, "pin": "123", "name": "ann"})
		},
		"/use": func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusTeapot)
			fmt.Fprint(w, "no "+r.URL.Query().Get("token"))
		},
	})
	take1 := func(name string) probes.Capture {
		return probes.Capture{Name: name, Query: query(t, `jsonpath("$.`+name+`")`)}
	}
	result, transcript := take(t, probes.Journey{BaseURL: shop.URL, Steps: []probes.Step{
		{Name: "log in", URL: "/login", Redirects: 1, Capture: []probes.Capture{take1("token"), take1("pin"), take1("name")}, Hide: []string{"token", "pin"}},
		{Name: "use", URL: "/use?token={{token}}", Expect: []expect.Condition{condition(t, `body == "yes"`)}},
	}})
	wantFailure(t, result.Failure, probes.FailExpect, "expect")
	text := transcript.String()
	for _, s := range result.Steps {
		text += fmt.Sprintf("%+v %+v", s, s.Failure)
	}
	for _, leak := range []string{token, url.QueryEscape(token), inner(inJSON(token)), "4711", "pin = 1"} {
		if strings.Contains(text, leak) {
			t.Errorf("%s is in\n%s", leak, text)
		}
	}
	if !strings.Contains(text, "token = •••") || !strings.Contains(text, "name = ann") {
		t.Error(text)
	}
}

func TestATokenWrittenIntoAURLIsHidden(t *testing.T) {
	hidden := probes.Journey{Steps: []probes.Step{{URL: "/a?page=12345678&token=hunter2%2Bcanary&auth_type=bearer&csrf={{csrf1234}}"}}}.Redactor()
	for text, want := range map[string]string{
		"https://shop.example/a?page=12345678&token=hunter2%2Bcanary": "https://shop.example/a?page=12345678&token=•••",
		`{"token": "hunter2+canary", "type": "bearer"}`:               `{"token": "•••", "type": "bearer"}`,
	} {
		if got := hidden.String(text); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}
