package expect

import (
	"net/http"
	"strings"
	"testing"
)

func mustQuery(t *testing.T, source string) Query {
	t.Helper()
	q, err := CompileQuery(source, journeyVars())
	if err != nil {
		t.Fatalf("%s: %v", source, err)
	}
	return q
}

func TestCapturesAreVerbatimText(t *testing.T) {
	r := &Response{
		Status: 200, URL: "https://shop.example/?a=1", Header: http.Header{"Etag": {`W/"00123"`}},
		Cookies: []*http.Cookie{{Name: "sid", Value: "a=b%20c"}}, Vars: map[string]string{"order": "00123"},
		Body: []byte(`{"zero":"00123", "big":12345678901234567890, "exp":1e5, "ms":1234567890123, "neg":-0, "frac":12.10, "E":1E+2,
			"t":true, "f":false, "null":null, "empty":"", "esc":"a\u0020\"b\"\n\u0456", "spaces":"  x ",
			"arr":[1,  2.0, {"b" : 1,"a":2}], "obj":{ "z" :1, "a": [ ] , "z": "last" }}`),
	}
	for source, want := range map[string]string{
		`jsonpath("$.zero")`: "00123", `jsonpath("$.big")`: "12345678901234567890", `jsonpath("$.exp")`: "1e5", `jsonpath("$.ms")`: "1234567890123",
		`jsonpath("$.neg")`: "-0", `jsonpath("$.frac")`: "12.10", `jsonpath("$.E")`: "1E+2", `jsonpath("$.t")`: "true", `jsonpath("$.f")`: "false",
		`jsonpath("$.empty")`: "", `jsonpath("$.esc")`: "a \"b\"\nі", `jsonpath("$.spaces")`: "  x ",
		`jsonpath("$.arr")`: `[1,  2.0, {"b" : 1,"a":2}]`, `jsonpath("$.arr[2]")`: `{"b" : 1,"a":2}`, `jsonpath("$.obj")`: `{ "z" :1, "a": [ ] , "z": "last" }`,
		`jsonpath("$.obj.z")`: "last", `jsonpath("$.arr[-1].a")`: "2", `jsonpath("$.arr[?@ > 1]")`: "2.0", `jsonpath("$['zero','big']")`: "12345678901234567890",
		`header("ETag")`: `W/"00123"`, `cookie("sid")`: "a=b%20c", `vars.order`: "00123", `url`: "https://shop.example/?a=1", `status`: "200",
		`"Bearer " + vars.order`: "Bearer 00123", `regex('"(b\\S+)":(\\d+)', 2)`: "12345678901234567890", `upper(jsonpath("$.t"))`: "TRUE",
		`sha256(vars.order)`: sha256sum00123, `count(jsonpath("$.arr[*]"))`: "3",
	} {
		got, found, err := mustQuery(t, source).Find(r)
		if got != want || !found || err != nil {
			t.Errorf("%s = %q, %v, %v, want %q", source, got, found, err, want)
		}
	}
}

// sha256sum00123 is what `printf 00123 | sha256sum` prints.
const sha256sum00123 = "918775ea5e8d79972d04a74a7ddc5e77d73b2461a685f6da2c0b33f69da30dfc"

func TestWhatIsNotThereIsNotCaptured(t *testing.T) {
	for _, source := range []string{
		`jsonpath("$.none")`, `jsonpath("$.nope")`, `header("X-None")`, `cookie("none")`, `vars.never`, `css("h1")`, `css("html", "lang")`, `xpath("//h1")`,
		`regex("nope(x)?")`, `regex("paid(x)?")`, `"a" + vars.never`, `lower(vars.never)`,
	} {
		if got, found, err := mustQuery(t, source).Find(shop()); got != "" || found || err != nil {
			t.Errorf("%s = %q, %v, %v", source, got, found, err)
		}
	}
}

func TestACaptureSaysWhyItFoundNothing(t *testing.T) {
	for source, want := range map[string]string{
		`jsonpath("$.id")`: `jsonpath("$.id") = not found (the body is not JSON: invalid character '<' looking for beginning of value)`,
		`css("h1", "id")`:  `css("h1", "id") = not found (the element has no such attribute)`,
		`css("h1")`:        `css("h1") = "Oops"`,
		"upper(\nurl)":     "upper( url) = \"\"",
	} {
		if got := mustQuery(t, source).Evidence(&Response{Body: []byte("<h1>Oops</h1>")}); got != want {
			t.Errorf("%s\nwant\n%s", got, want)
		}
	}
}

func TestACaptureHoldsEightKilobytes(t *testing.T) {
	q := mustQuery(t, `jsonpath("$")`)
	for size, want := range map[int]bool{maxCapture: true, maxCapture + 1: false} {
		got, found, err := q.Find(&Response{Body: []byte(`"` + strings.Repeat("a", size) + `"`)})
		if found != want || (err == nil) != want || want && len(got) != size {
			t.Errorf("%d bytes: %d, %v, %v", size, len(got), found, err)
		}
	}
}

func TestOnlyTextsAndNumbersAreCaptured(t *testing.T) {
	for _, source := range []string{`duration`, `status == 200`, `jsonpath("$.a").found`, `phase.tls + 1s`, `true`} {
		if _, err := CompileQuery(source, nil); err == nil || !strings.HasPrefix(err.Error(), "a capture takes a text, this is") {
			t.Errorf("%s: %v", source, err)
		}
	}
}
