package expect

import (
	"math"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// shop is the response most tests look at: JSON, over TLS.
func shop() *Response {
	return &Response{
		Status: 201, Proto: "HTTP/2.0", URL: "https://shop.example/api/orders",
		Header:  http.Header{"Location": {"/orders/00123"}, "X-Served-By": {"a", "b"}, "Retry-After": {"10"}},
		Cookies: []*http.Cookie{{Name: "session", Value: "first"}, {Name: "session", Value: "s3"}},
		Body: []byte(`{"state":"paid", "id":"00123", "total":12.10, "big":12345678901234567890, "exp":1e5, "ok":true, "none":null,
 "items":[{"sku":"tea","qty":2},{"sku":"cup","qty":1}], "word":"ти"}`),
		Duration: 900 * time.Millisecond,
		Phases:   Phases{Resolve: time.Millisecond, Connect: 20 * time.Millisecond, TLS: 120 * time.Millisecond, Wait: 700 * time.Millisecond, Transfer: 59 * time.Millisecond},
		CertDays: 12.5,
		Vars:     map[string]string{"order": "00123", "count": "7", "flag": "true", "user-id": "u1"},
	}
}

func journeyVars() []string { return []string{"order", "count", "flag", "user-id", "never"} }

func mustCompile(t *testing.T, source string) Condition {
	t.Helper()
	c, err := CompileCondition(source, journeyVars())
	if err != nil {
		t.Fatalf("%s: %v", source, err)
	}
	return c
}

func TestConditionsSayWhatTheResponseIs(t *testing.T) {
	holds := []string{
		`status == 201`, `status != 200`, `status in 200..299`, `status in 201..201`, `status in [200, 201]`, `status not in [404, 500]`, `100 < status <= 201`,
		`duration < 1s`, `duration == 900ms`, `duration <= 0.9s`, `duration > 14m59.999s - 15m`, `duration < 1h2m3s4ms5us6µs7ns`,
		`phase.resolve == 1ms`, `phase.connect == 20ms`, `phase.tls == 120ms`, `phase.wait == 700ms`, `phase.transfer == 59ms`,
		`phase.wait + phase.tls < 821ms`, `duration - phase.wait == 200ms`,
		`cert.days > 12`, `cert.days == 12.5`, `proto == "HTTP/2.0"`, `url endsWith "/orders"`, `url startsWith 'https://'`,
		`bytes > 100`, `bytes / 1024 < 1`, `len(body) < bytes`, `body contains '"paid"'`, `body matches "\"qty\":\\d"`, "body matches `\"qty\":\\d`",
		`header("location") == "/orders/00123"`, `header("X-Served-By") == "a, b"`, `count(header("X-Served-By")) == 2`, `header("Retry-After") <= 10`,
		`cookie("session") == "s3"`, `not header("X-None").found`, `header("Location").found`, `header("Location") contains vars.order`,
		`vars.order == "00123"`, `vars.order == 123`, `vars["user-id"] == "u1"`, `vars.count < 8 and vars.count >= 7.0`, `vars.flag == true`, `vars.flag != false`,
		`jsonpath("$.id") == vars.order`, `jsonpath("$.id") == 123`, `jsonpath("$.id") != "123"`, `123 == jsonpath("$.id")`,
		`jsonpath("$.total") == 12.1`, `jsonpath("$.total") == "12.10"`, `jsonpath("$.total") > 12`, `jsonpath("$.big") == "12345678901234567890"`,
		`jsonpath("$.big") > 1234567890123456789`, `jsonpath("$.exp") == 100000`, `jsonpath("$.ok") == true`, `jsonpath("$.ok") == "true"`,
		`not jsonpath("$.none").found`, `count(jsonpath("$.none")) == 1`, `jsonpath("$.state") in ["paid", "sent"]`, `jsonpath("$.total") in [12.1]`,
		`jsonpath("$.id") in 100..200`, `jsonpath("$.state") not in ["open"]`, `count(jsonpath("$.items[*]")) == 2`, `len(jsonpath("$.items")) == 2`,
		`len(jsonpath("$.items[0]")) == 2`, `len(jsonpath("$.word")) == 2`, `jsonpath("$.items[?@.qty > 1].sku") == "tea"`, `jsonpath("$.items[-1:].sku") == "cup"`,
		`jsonpath("$.state") < "z"`, `jsonpath("$.items[0].qty") > jsonpath("$.items[1].qty")`, `jsonpath("$.state") + "!" == "paid!"`,
		`"paid" startsWith jsonpath("$.state")`, `upper(jsonpath("$.state")) == "PAID"`, `lower("ÄÖ") == "äö"`, `trim("  x ") == "x"`,
		`sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"`,
		`regex('"qty":(\\d)') == 2`, `regex('"(\\w+)":"(\\w+)"', 2) == "paid"`, `regex('(?P<name>\\w+)@|"(?P<word>pa\\w+)"', 'word') == "paid"`, `regex('pa..', 0) == "paid"`,
		`status == 201 and (duration > 5s or phase.tls > 100ms)`, `status == 201 && !(duration > 5s) || false`,
	}
	for _, source := range holds {
		c := mustCompile(t, source)
		if ok, evidence, err := c.Check(shop()); !ok || evidence != "" || err != nil {
			t.Errorf("%s: %v, error %v, evidence:\n%s", source, ok, err, evidence)
		}
		opposite := mustCompile(t, "not ("+source+")")
		if ok, evidence, err := opposite.Check(shop()); ok || evidence == "" || err != nil {
			t.Errorf("not (%s): %v, error %v, evidence:\n%s", source, ok, err, evidence)
		}
	}
}

func TestComparingWithWhatIsNotThereFailsWhicheverWayItAsks(t *testing.T) {
	missing := []string{
		`header("X-None") == "a"`, `header("X-None") != "a"`, `header("X-None") < 5`, `header("X-None") contains ""`, `header("X-None") == header("X-None")`,
		`cookie("none") == ""`, `jsonpath("$.none") == "null"`, `jsonpath("$.nope") != "failed"`, `jsonpath("$.nope") in ["a"]`, `css("h7") == ""`, `xpath("//h7") == ""`,
		`regex("nope") == ""`, `vars.never == ""`, `vars.never + "x" == "x"`, `len(jsonpath("$.nope")) == 0`, `lower(vars.never) == ""`, `sha256(vars.never) != ""`,
		// of another kind
		`jsonpath("$.state") == 5`, `jsonpath("$.state") != 5`, `jsonpath("$.state") < 5`, `5 > jsonpath("$.state")`, `jsonpath("$.state") == true`, `jsonpath("$.items") > 1`,
		`vars.order < vars.flag`,
	}
	for _, source := range missing {
		for _, source := range []string{source, "not (" + source + ")", "status == 201 and " + source, "status == 500 or " + source, "status == 500 or not (" + source + ")"} {
			if ok, evidence, err := mustCompile(t, source).Check(shop()); ok || evidence == "" || err != nil {
				t.Errorf("%s: %v, error %v", source, ok, err)
			}
		}
		if ok, _, err := mustCompile(t, "status == 201 or "+source).Check(shop()); !ok || err != nil {
			t.Errorf("status == 201 or %s: %v, error %v", source, ok, err)
		}
	}
}

func TestWithoutTLSACertificateIsNeitherYoungNorOld(t *testing.T) {
	r := shop()
	r.CertDays = math.NaN()
	for _, source := range []string{`cert.days > 14`, `not (cert.days > 14)`, `cert.days <= 14`} {
		ok, evidence, err := mustCompile(t, source).Check(r)
		if ok || err != nil || !strings.Contains(evidence, "cert.days = not found (there was no TLS)") {
			t.Errorf("%s: %v, %v, %s", source, ok, err, evidence)
		}
	}
}

// Kleene's strong logic, with a limit of ours as a second way of not knowing:
// the whole table of `and` and `or`.
func TestAndIsTheLeastAndOrTheGreatestOfItsSides(t *testing.T) {
	r := shop()
	r.Body = []byte(strings.Repeat("[", 200) + strings.Repeat("]", 200)) // too deep: a limit of ours
	sides := map[truth]string{no: `status == 1`, missing: `vars.never == 1`, unjudged: `jsonpath("$.a") == 1`, yes: `status == 201`}
	for a, left := range sides {
		for b, right := range sides {
			for operator, want := range map[string]truth{" and ": min(a, b), " or ": max(a, b)} {
				ok, evidence, err := mustCompile(t, left+operator+right).Check(r)
				if ok != (want == yes) || (err != nil) != (want == unjudged) || (evidence != "") != (want == no || want == missing) {
					t.Errorf("%s%s%s: %v, %q, %v, want truth %d", left, operator, right, ok, evidence, err, want)
				}
			}
		}
	}
}

func TestOneSideGuardsTheOther(t *testing.T) {
	r := shop()
	r.Body = []byte(strings.Repeat("[", 200))
	c := mustCompile(t, `status == 500 and jsonpath("$.a") == 1`)
	if ok, evidence, err := c.Check(r); ok || err != nil || strings.Contains(evidence, "jsonpath(\"$.a\") =\n") {
		t.Errorf("%v, %v: the right side was looked at:\n%s", ok, err, evidence)
	}
	if r.json != nil {
		t.Error("the body was parsed although the status decides")
	}
}

func TestABodyIsParsedOnceForAllExpressionsOfAResponse(t *testing.T) {
	r := &Response{Body: []byte(`{"a":1}`)}
	if ok, _, _ := mustCompile(t, `jsonpath("$.a") == 1`).Check(r); !ok {
		t.Fatal("jsonpath does not find 1")
	}
	first := r.json
	if ok, _, _ := mustCompile(t, `jsonpath("$.a") < 2 and css("p").found`).Check(r); ok || r.json != first {
		t.Error("the JSON was parsed again")
	}
	page := r.html
	if q, err := CompileQuery(`xpath("//p")`, nil); err != nil {
		t.Fatal(err)
	} else if _, found, _ := q.Find(r); found || r.html != page {
		t.Error("the page was parsed again")
	}
}

func TestManyGoroutinesShareACondition(t *testing.T) {
	c := mustCompile(t, `css("h1") == "Shop" and xpath("string(//h1)") == "Shop" and regex("<h(1)>") == 1 and count(css("h1")) == 1`)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 50 {
				if ok, evidence, err := c.Check(&Response{Body: []byte("<h1>Shop</h1>")}); !ok || err != nil {
					t.Errorf("%v %s", err, evidence)
				}
			}
		})
	}
	all.Wait()
}

func TestTheLargestDurationComparedIsTheBound(t *testing.T) {
	for source, want := range map[string]time.Duration{
		`duration < 800ms`: 800 * time.Millisecond, `1.5s > duration and status == 200`: 1500 * time.Millisecond,
		`duration < 2s or (duration <= 3s and not (duration > 10m))`: 10 * time.Minute, `duration < 800ms and phase.tls < 5s`: 800 * time.Millisecond,
	} {
		if got, ok := mustCompile(t, source).DurationBound(); !ok || got != want {
			t.Errorf("%s: %v, %v, want %v", source, got, ok, want)
		}
	}
	for _, source := range []string{`status == 200`, `phase.tls < 5s`, `duration < phase.wait`, `duration - phase.wait < 5s`} {
		if got, ok := mustCompile(t, source).DurationBound(); ok {
			t.Errorf("%s: bound %v", source, got)
		}
	}
}

func TestTheZeroConditionAndQueryAccuseNobody(t *testing.T) {
	if ok, _, err := (Condition{}).Check(shop()); ok || err == nil {
		t.Error("a condition never compiled was judged")
	}
	if _, found, err := (Query{}).Find(shop()); found || err == nil {
		t.Error("a capture never compiled was found")
	}
}
