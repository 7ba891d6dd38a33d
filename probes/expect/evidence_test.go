package expect

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/forewarn/forewarn/internal/golden"
)

func TestEvidenceShowsTheConditionTheFailingPartAndWhatWasFound(t *testing.T) {
	var b strings.Builder
	for _, source := range []string{
		`status == 200`,
		`duration < 800ms`,
		`status == 201 and duration < 800ms and phase.tls <= 100ms`,
		`status == 200 or duration < 800ms or phase.tls <= 100ms`,
		`(status == 200 or (duration) < 800ms) and status == 201`,
		`not (status == 201 and duration < 1s)`,
		`not header("Location").found`,
		`phase.wait + phase.tls < 500ms`,
		`duration - phase.wait < phase.tls`,
		`cert.days > 30`,
		`100 < status < 200`,
		`status not in 200..299`,
		`status in [200, 204]`,
		`jsonpath("$.state") == "open"`,
		`jsonpath("$.state") == 5`,
		`jsonpath("$.ok") == false`,
		`jsonpath("$.id") == 124`,
		`jsonpath("$.total") == "12.1"`,
		`jsonpath("$.big") < 5`,
		`jsonpath("$.items") == "tea"`,
		`jsonpath("$.none").found`,
		`jsonpath("$.none") == 1`,
		`jsonpath("$.items[?@.qty > 5].sku") == "tea"`,
		`jsonpath("$.items[0].qty") == jsonpath("$.items[1].qty")`,
		`count(jsonpath("$.items[*]")) == 3`,
		`len(jsonpath("$.items")) > 2`,
		`lower(jsonpath("$.nope")) == "a"`,
		`header("X-None") == "a"`,
		`cookie("session") != "s3"`,
		`vars.never == "1"`,
		`vars["user-id"] == vars.order`,
		`body matches "(?i)PAYED"`,
		`css("h1") == "Shop"`,
		`xpath("//h1") == "Shop"`,
		`regex("order-(\\d+)") == vars.order`,
		`url == "https://shop.example/"`,
		"status == 200\n\tand duration < 1s",
		`true and 1 == 2`,
		`"Ґанок" == url and duration < 1ms`,
	} {
		r := shop()
		ok, evidence, err := mustCompile(t, source).Check(r)
		if ok || err != nil {
			t.Errorf("%s: %v, %v", source, ok, err)
		}
		fmt.Fprintf(&b, "%s\n\n", evidence)
	}
	golden.Compare(t, "testdata/evidence.golden", b.String())
}

func TestEvidenceSaysWhyABodyIsNotJSON(t *testing.T) {
	c := mustCompile(t, `jsonpath("$.state") == "paid"`)
	for body, want := range map[string]string{
		"":                  "not found (the body is empty)",
		" \n":               "not found (the body is empty)",
		"<!doctype html>":   "not found (the body is not JSON: invalid character '<' looking for beginning of value)",
		`{"state":`:         "not found (the body is not JSON: it ends too early)",
		`{"state":"paid"}x`: "not found (the body is not JSON: something follows its value)",
		`{"a":1}{"a":2}`:    "not found (the body is not JSON: something follows its value)",
		`{"state":null}`:    "not found (it is null)",
		`[]`:                "not found",
	} {
		ok, evidence, err := c.Check(&Response{Body: []byte(body)})
		if ok || err != nil || !strings.HasSuffix(evidence, "\njsonpath(\"$.state\") = "+want) {
			t.Errorf("%q: %v, %v\n%s", body, ok, err, evidence)
		}
	}
}

func TestEvidenceIsBoundedAndWholeRunes(t *testing.T) {
	r := &Response{Body: []byte("a" + strings.Repeat("ї", 1<<20))}
	_, evidence, _ := mustCompile(t, `body contains "b"`).Check(r)
	if len(evidence) > 2*maxShown || !utf8.ValidString(evidence) || !strings.HasSuffix(evidence, `ї"… (2097153 bytes)`) {
		t.Errorf("%d bytes: %s", len(evidence), evidence)
	}
	var parts []string
	for i := range 40 {
		parts = append(parts, fmt.Sprintf(`body == "%d"`, i), fmt.Sprintf(`lower(body) == "%d"`, i), fmt.Sprintf(`body + "%d" == ""`, i))
	}
	r = &Response{Body: r.Body[:maxJoined/2]}
	source := strings.Join(parts[:36], " or ")
	_, evidence, err := mustCompile(t, source).Check(r)
	if err != nil || len(evidence) > 2*len(source)+maxEvidence+2*maxShown || !strings.HasSuffix(evidence, "\n…") {
		t.Errorf("%d bytes, %v: …%s", len(evidence), err, evidence[max(0, len(evidence)-80):])
	}
}

func TestNoHalfOfASecretSurvivesTheCut(t *testing.T) {
	const secret = "hunter2-hunter2-hunter2"
	r := &Response{Vars: map[string]string{"order": secret}, Redact: func(s string) string { return strings.ReplaceAll(s, secret, "[secret]") }}
	for shift := range len(secret) + 2 {
		r.Body = []byte(strings.Repeat("a", maxShown-shift) + secret + strings.Repeat("b", 99))
		r.names = nil
		_, evidence, _ := mustCompile(t, `body == vars.order`).Check(r)
		if strings.Contains(evidence, "hunter") || strings.Contains(evidence, "vars.order = \"h") {
			t.Fatalf("shift %d: …%s", shift, evidence[maxShown:])
		}
	}
}

func TestControlCharactersNeverReachTheTerminal(t *testing.T) {
	r := shop()
	r.URL = "x\x1b[2J\u202e\r\n\x00\x07"
	r.Body = []byte("[\"\x7f\",\n 1]")
	_, evidence, err := mustCompile(t, "url == 'a'\n or jsonpath('$') == 'b'").Check(r)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitSeq(evidence, "\n") {
		for _, c := range line {
			if c < ' ' || c == 0x7f || c == '\u202e' {
				t.Errorf("%q in %q", c, line)
			}
		}
	}
}

func TestALimitOfOursIsAnErrorAndNotAFailure(t *testing.T) {
	deep := strings.Repeat("[", 129) + strings.Repeat("]", 129)
	for source, body := range map[string]string{
		`jsonpath("$[0]").found`:                  deep,
		`jsonpath("$..[*]..[*]") == 1`:            "[" + strings.Repeat(strings.Repeat("[", 90)+"1"+strings.Repeat("]", 90)+",", 300) + "1]",
		`css("p") == ""`:                          strings.Repeat("<div>", 600),
		`xpath("//p") == ""`:                      strings.Repeat("<p>", 100_000),
		`css("p").found`:                          strings.Repeat("x", maxPage+1),
		`body matches "[a-z]{300}x"`:              strings.Repeat("a", 1<<20),
		`regex("[a-z]{300}x") == 1`:               strings.Repeat("a", 1<<20),
		`body + body == ""`:                       strings.Repeat("a", maxJoined),
		`not (jsonpath("$[0]") == 1)`:             deep,
		`status == 500 or jsonpath("$[0]").found`: deep,
	} {
		ok, evidence, err := mustCompile(t, source).Check(&Response{Body: []byte(body), CertDays: math.NaN()})
		if ok || evidence != "" || err == nil || strings.Contains(err.Error(), "\n") || len(err.Error()) > 200 {
			t.Errorf("%s: %v, %q, %v", source, ok, evidence, err)
		}
	}
	if _, _, err := mustCompile(t, `xpath("//p") == ""`).Check(&Response{Body: []byte(strings.Repeat("<b>", 300))}); err != nil {
		t.Errorf("a page within the limits: %v", err)
	}
}
