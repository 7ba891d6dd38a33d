package expect

import (
	"net/http"
	"strings"
	"testing"
)

// The bytes are those of iconv.
func TestABodyIsReadInTheCharsetThatItDeclares(t *testing.T) {
	for _, c := range []struct{ kind, body, want string }{
		{"text/plain; charset=iso-8859-1", "K\xe4se", "Käse"},
		{"text/plain; charset=ISO-8859-15", "5 \xa4", "5 €"},
		{"text/plain; charset=windows-1252", "5 \x80", "5 €"},
		{"text/plain; charset=koi8-r", "\xde\xc1\xca", "чай"},
		{"text/plain; charset=Shift_JIS", "\x93\xfa\x96\x7b", "日本"},
		{"text/plain; charset=euc-kr", "\xc7\xd1", "한"},
		{"text/plain; charset=gb18030", "\xb2\xe8", "茶"},
		{"text/plain; charset=iso-2022-jp", "\x1b$BCc\x1b(B", "茶"},
		{"text/plain; charset=utf-16le", "t\x00e\x00a\x00", "tea"},
		{"text/plain; charset=iso-8859-1", "\xff\xfet\x00e\x00a\x00", "tea"}, // the mark is stronger
		{"text/plain", "\xfe\xff\x00t\x00e\x00a", "tea"},

		{"text/plain", "\ufefftea", "tea"},

		{"text/html", `<meta charset="koi8-r">` + "\xde\xc1\xca", `<meta charset="koi8-r">чай`},
		{"", `<head><meta charset="koi8-r">` + "\xde\xc1\xca", `<head><meta charset="koi8-r">чай`},
		{"text/html", "<p>K\xe4se", "<p>Käse"}, // browsers do
		{"text/html", strings.Repeat(" ", 2000) + "Käse", strings.Repeat(" ", 2000) + "Käse"},
		{"text/html", "Käse"[:2], "Käse"[:2]}, // cut short
		{"text/xml", `<?xml version="1.0" encoding="windows-1251"?><a>` + "\xf7\xe0\xe9</a>", `<?xml version="1.0" encoding="windows-1251"?><a>чай</a>`},
		{"text/xml; charset=koi8-r", `<?xml version="1.0" encoding="windows-1251"?><a>` + "\xde\xc1\xca</a>", `<?xml version="1.0" encoding="windows-1251"?><a>чай</a>`},
		{"application/json; charset=iso-8859-1", `"Käse"`, `"Käse"`},
		{"application/json; charset=iso-8859-1", "\"K\xe4se\"", `"Käse"`},

		{"text/plain; charset=none-such", "K\xe4se", "K\xe4se"},
		{"text/plain; charset=utf-8", "K\xe4se", "K\xe4se"},
		{"text/plain", "K\xe4se", "K\xe4se"},
		{"", "K\xe4se", "K\xe4se"},
		{"image/png", "\x89PNG\x00", "\x89PNG\x00"},
		{"text/plain; charset=koi8-r", "tea", "tea"},
		{"text/plain; charset=koi8-r", "", ""},
	} {
		if got := string(Text(http.Header{"Content-Type": {c.kind}}, []byte(c.body))); got != c.want {
			t.Errorf("%s: %q is %q, want %q", c.kind, c.body, got, c.want)
		}
	}
}

func TestEveryLookupSeesTheBodyInItsCharsetAndDigestsItsBytes(t *testing.T) {
	for _, c := range []struct{ kind, body, condition string }{
		{"text/plain; charset=iso-8859-1", "Gr\xfc\xdfe", `body == "Grüße" and bytes == 5 and len(body) == 5`},
		{"text/plain; charset=iso-8859-1", "Gr\xfc\xdfe", `regex("r(..)e") == "üß"`},
		{"text/plain; charset=iso-8859-1", "Gr\xfc\xdfe", `hex(body) == "4772fcdf65" and hex(upper(body)) == "4752c39cc39f45"`},
		{"text/plain; charset=iso-8859-1", "Gr\xfc\xdfe", `sha256(body) == "ffe1279f72b07bb67a4f98840ec659bfef3610810a3c54faced3a14c45b1cdf7"`},
		{"text/plain; charset=iso-8859-1", "Gr\xfc\xdfe", `base64Encode(body) == "R3L832U="`},
		{"application/json; charset=windows-1252", "{\"price\":\"5 \x80\"}", `jsonpath("$.price") == "5 €"`},
		{"text/html; charset=koi8-r", "<p>\xde\xc1\xca</p>", `css("p") == "чай" and xpath("//p") == "чай"`},
		{"application/xml", `<?xml version="1.0" encoding="ISO-8859-1"?>` + "<a b='\xe9'>\xe9</a>", `css("a") == "é" and xpath("//a/@b") == "é"`},
		{"application/json", `{"xml":"<?xml version='1.0' encoding='ISO-8859-1'?><a>é</a>"}`, `css(jsonpath("$.xml"), "a") == "é"`},
	} {
		ok, evidence, err := mustCompile(t, c.condition).Check(answered(c.kind, c.body))
		if !ok || err != nil {
			t.Errorf("%s: %q: %v\n%s", c.kind, c.body, err, evidence)
		}
	}
}

func TestASecretIsHiddenInTheDigitsOfABodyInAnotherCharset(t *testing.T) {
	r := answered("text/plain; charset=iso-8859-1", "p\xe4sswort")
	r.Redact = func(s string) string { return strings.ReplaceAll(s, "pässwort", "•••") }
	for _, condition := range []string{`body == "tea"`, `hex(body) == "tea"`, `base64Encode(body) == "tea"`, `regex(".*") == "tea"`} {
		ok, evidence, err := mustCompile(t, condition).Check(r)
		if ok || err != nil || strings.Contains(evidence, "sswort") || strings.Contains(evidence, "70e4") || strings.Contains(evidence, "cOR") {
			t.Errorf("%s: %v, %v\n%s", condition, ok, err, evidence)
		}
	}
}
