package expect

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// What is asked of two sides of each function: the answers are those of the
// standards named, or of the shell's own tools.
func TestFunctionsGiveWhatTheirStandardsSay(t *testing.T) {
	r := shop()
	r.At = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for source, want := range map[string]string{
		// RFC 4648, section 10, and the two alphabets of sections 4 and 5
		`base64Encode("")`: "", `base64Encode("f")`: "Zg==", `base64Encode("foob")`: "Zm9vYg==", `base64Encode("foobar")`: "Zm9vYmFy",
		`base64Decode("Zm8=")`: "fo", `base64Decode("Zm8")`: "fo", `base64Decode(" Zm9vYmE=\n")`: "fooba", `hex(base64Decode("-_8="))`: "fbff", `hex(base64Decode("+/8"))`: "fbff",
		// RFC 1321, appendix A.5
		`md5("")`: "d41d8cd98f00b204e9800998ecf8427e", `md5("message digest")`: "f96b697d7cb7938d525a2f31aaf161d0",
		`hex("ї\n")`: "d1970a", `urlEncode("ї/+ &")`: "%D1%97%2F+%20&", `urlDecode("%D1%97+")`: "ї+", `htmlUnescape("&#x457;&nbsp;&lt;")`: "ї\u00a0<",
		`replace("a.b.c", ".", "")`: "abc", `replace(vars.order, "9", "")`: "00123", `nth(split("a, b ,c", ","), -2)`: "b", `split("", ",")`: "",
		`nth(header("X-Served-By"), 0)`: "a", `nth(header("X-Served-By"), -1)`: "b", `nth(jsonpath("$.items"), 0)`: `[{"sku":"tea","qty":2},{"sku":"cup","qty":1}]`,
		`nth(jsonpath("$.items[*]"), 1)`: `{"sku":"cup","qty":1}`, `nth(jsonpath("$..sku"), 1)`: "cup", `number(jsonpath("$.total")) + 1`: "13.1",
		`jsonpath("[" + jsonpath("$.total") + ",2]", "$[0]")`: "12.10", `css("<p>a<p>" + vars.order, "p + p")`: "00123", `regex(url, "/(\\w+)$")`: "orders", `regex(jsonpath("$.items[0]"), "(?P<n>t..)", "n")`: "tea",
		// a | f(b) is f(a, b)
		`header("Location") | regex("\\d+")`: "00123", `jsonpath("$.state") | upper() | base64Encode()`: "UEFJRA==", `header("X-Served-By") | nth(1)`: "b",
	} {
		if got, found, err := mustQuery(t, source).Find(r); got != want || !found || err != nil {
			t.Errorf("%s = %q, %v, %v, want %q", source, got, found, err, want)
		}
	}
}

func TestQuestionsAreTrueFalseOrFailWhicheverWayTheyAreAsked(t *testing.T) {
	r := shop()
	r.At = time.Date(2015, 10, 21, 7, 28, 0, 0, time.UTC)
	r.Header.Set("Expires", "Wed, 21 Oct 2015 08:28:00 GMT")
	r.Locations = []string{"https://shop.example/a", r.URL}
	r.Body = []byte(`{"zero":0, "one":1.0, "exp":1e3, "half":0.5, "text":"7", "void":"", "list":[], "object":{}, "null":null, "date":"2015-10-22", "mixed":[null,"a",{"b":1},2], "day":"2015-02-29",
		"huge":1e999999999, "rows":[{"v":null},{"v":"x"},{"v":["y"]}], "v6":"fe80::1%eth0", "id":"8C5B7FB6-4D2A-4C3E-9D59-8F2B6B0C1A11", "never":"0001-01-01T00:00:00Z", "always":"9999-12-31T23:59:59Z"}`)
	for source, want := range map[string]string{
		`isInteger(jsonpath("$.zero"))`: "yes", `isInteger(jsonpath("$.one"))`: "yes", `isInteger(jsonpath("$.exp"))`: "yes", `isInteger(jsonpath("$.half"))`: "no", `isInteger(jsonpath("$.text"))`: "no",
		`isInteger(vars.order)`: "yes", `isNumber(header("Retry-After"))`: "yes", `isNumber("1e5")`: "yes", `isNumber(jsonpath("$.huge"))`: "no", `isString(jsonpath("$.null"))`: "no", `isString(vars.order)`: "yes",
		`isNull(jsonpath("$.null"))`: "yes", `isNull(jsonpath("$.zero"))`: "no", `isNull(jsonpath("$.nope"))`: "fails", `isNull(header("X-None"))`: "fails", `isEmpty(jsonpath("$.null"))`: "no",
		`isEmpty(jsonpath("$.void"))`: "yes", `isEmpty(jsonpath("$.list"))`: "yes", `isEmpty(jsonpath("$.object"))`: "yes", `isEmpty(jsonpath("$.mixed"))`: "no", `isEmpty(vars.never)`: "fails", `isEmpty("")`: "yes",
		`isList(jsonpath("$.object"))`: "no", `isObject(jsonpath("$.object"))`: "yes", `isList(jsonpath("$.list"))`: "yes", `isBoolean("true")`: "yes", `isBoolean(jsonpath("$.text"))`: "no", `isBoolean(vars.flag)`: "yes",
		`isDate(jsonpath("$.date"))`: "yes", `isDate(jsonpath("$.day"))`: "no", `isDate(header("Expires"))`: "yes", `isUUID(jsonpath("$.id"))`: "yes", `isIPv6(jsonpath("$.v6"))`: "yes", `isIPv4(jsonpath("$.v6"))`: "no",
		`until(header("Expires")) == 1h`: "yes", `since(header("Expires")) == 0s - 1h`: "yes", `until(jsonpath("$.date")) == 16h32m`: "yes", `until(jsonpath("$.text")) > 0s`: "fails", `since(vars.never) > 0s`: "fails",
		`since(jsonpath("$.never")) < 1h`: "no", `until(jsonpath("$.never")) < 0s`: "yes", `since(jsonpath("$.always")) < 0s`: "yes", `until(jsonpath("$.always")) > 24h`: "yes",
		`"a" in jsonpath("$.mixed")`: "yes", `2 in jsonpath("$.mixed")`: "yes", `"b" in jsonpath("$.mixed")`: "no", `1 in jsonpath("$.list")`: "no", `1 in jsonpath("$.nope")`: "fails", `1 not in jsonpath("$.nope")`: "fails",
		`"x" in jsonpath("$.rows[*].v")`: "yes", `"y" in jsonpath("$.rows[*].v")`: "no", `vars.never in header("X-Served-By")`: "fails", `vars.order in jsonpath("$.mixed")`: "no", `"b" in header("x-served-by")`: "yes",
		`0 in jsonpath("$.zero")`: "yes", `true in jsonpath("$.mixed")`: "no", `1.0 in jsonpath("$.one")`: "yes", `url in locations`: "yes", `"" in header("X-None")`: "fails", `nth(header("X-None"), 0).found`: "no", `nth(locations, -3).found`: "no",
		`number(jsonpath("$.void")) > 0`: "fails", `base64Decode("a") == ""`: "fails", `urlDecode("%zz") == ""`: "fails", `regex(vars.never, "a").found`: "no", `css(jsonpath("$.nope"), "p") == ""`: "fails", `jsonpath(vars.order, "$.a").found`: "no",
	} {
		for _, negated := range []bool{false, true} {
			ask := source
			if negated {
				ask = "not (" + source + ")"
			}
			ok, evidence, err := mustCompile(t, ask).Check(r)
			if ok != (want == "yes" && !negated || want == "no" && negated) || err != nil || ok == (evidence != "") {
				t.Errorf("%s: %v, %v, want %s\n%s", ask, ok, err, want, evidence)
			}
		}
	}
}

func TestWhatIsMadeOfASecretIsNeverShown(t *testing.T) {
	const secret = "Hunter2-Pa55"
	r := &Response{Body: []byte(`{"token":"` + secret + `","mine":"open"}`), Header: http.Header{"X-Token": {"id=" + secret}, "X-Other": {"free"}},
		Vars: map[string]string{"order": secret}, Redact: func(s string) string { return strings.ReplaceAll(s, secret, "[secret]") }}
	for source, hidden := range map[string]bool{
		`upper(vars.order)`: true, `lower(header("X-Token"))`: true, `hex(body)`: true, `base64Encode("a" + vars.order)`: true, `sha256(vars.order)`: true, `replace(vars.order, "H", "")`: true,
		`regex("unter(2)")`: true, `regex(header("X-Token"), "Pa(55)")`: true, `nth(split(vars.order, "-"), 1)`: true, `css(vars.order, "body")`: true, `trim(lower(vars.order))`: true, `regex(upper(header("X-Token")), "HUN(.)")`: true,
		`jsonpath("$.mine")`: false, `lower(jsonpath("$.mine"))`: false, `upper(header("X-Other"))`: false, `vars.order`: false, `header("X-Token")`: false, `header("X-Token") + "!"`: false,
	} {
		q := mustQuery(t, source)
		if got := q.OfSecret(r); got != hidden {
			t.Errorf("%s is of a secret: %v, want %v", source, got, hidden)
		}
		_, evidence, _ := mustCompile(t, source+` == "no"`).Check(r)
		shown := strings.ToLower(strings.ReplaceAll(evidence+q.Evidence(r), source, ""))
		for _, part := range []string{"hunt", "55", "48756e"} {
			if strings.Contains(shown, part) {
				t.Errorf("%s shows %q:\n%s", source, part, evidence)
			}
		}
		if strings.Contains(evidence, "hidden (it is made of a secret)") != hidden {
			t.Errorf("%s:\n%s", source, evidence)
		}
	}
}

func TestWhatIsReplacedMayBeAsLongAsItWas(t *testing.T) {
	long := &Response{Body: []byte(strings.Repeat("a", 2*maxJoined))}
	for _, source := range []string{`len(replace(body, "a", "b")) == bytes`, `replace(body, "a", "") == ""`, `replace(body, "b", "cc") == body`} {
		if ok, evidence, err := mustCompile(t, source).Check(long); !ok || err != nil {
			t.Errorf("%s: %v\n%.200s", source, err, evidence)
		}
	}
}

func TestFunctionsHaveLimitsOfOurs(t *testing.T) {
	for source, body := range map[string]string{
		`split(body, ",").found`:                  strings.Repeat(",", maxParts),
		`replace(body, "a", "bb") == ""`:          strings.Repeat("a", maxJoined),
		`jsonpath(body, "$").found`:               strings.Repeat(" ", maxInside+1),
		`jsonpath(trim(body), "$[0]").found`:      strings.Repeat("[", 200),
		`regex(upper(body), "[A-Z]{480}0").found`: strings.Repeat("a", maxInside),
	} {
		if ok, evidence, err := mustCompile(t, source).Check(&Response{Body: []byte(body)}); ok || evidence != "" || err == nil {
			t.Errorf("%s: %v, %v\n%.200s", source, ok, err, evidence)
		}
	}
	for source := range map[string]string{`replace(body, "", "b") == "bab"`: "", `replace(body, "a", "") == ""`: "", `count(split(body, "a")) == 2`: ""} {
		if ok, evidence, err := mustCompile(t, source).Check(&Response{Body: []byte("a")}); !ok || err != nil {
			t.Errorf("%s: %v\n%s", source, err, evidence)
		}
	}
}
