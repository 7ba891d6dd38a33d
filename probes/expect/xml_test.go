package expect

import (
	"net/http"
	"strings"
	"testing"
)

const soap = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE note>
<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope" xmlns="urn:shop">
 <soap:Body Id="b">
  <Order xml:lang="en"><link>https://shop.example/1</link><item/><item sku="A&amp;B">two <!-- -->cups</item><note><![CDATA[5 < 6]]></note></Order>
 </soap:Body>
</soap:Envelope>`

func answered(kind, body string) *Response {
	return &Response{Status: 200, Header: http.Header{"Content-Type": {kind}}, Body: []byte(body)}
}

func TestXMLIsReadAsXML(t *testing.T) {
	for _, kind := range []string{"text/xml; charset=utf-8", "application/soap+xml", "text/plain", ""} {
		r := answered(kind, soap)
		for source, want := range map[string]string{
			`xpath("//Order/link")`:                   "https://shop.example/1",
			`xpath("count(//Order/item)")`:            "2",
			`xpath("//item[@sku]")`:                   "two cups",
			`xpath("//item/@sku")`:                    "A&B",
			`xpath("//item[text()='two cups']/@sku")`: "A&B",
			`xpath("//note")`:                         "5 < 6",
			`xpath("/soap:Envelope/soap:Body/@Id")`:   "b",
			`xpath("name(//soap:Body)")`:              "soap:Body",
			`xpath("//*[local-name()='Body']/@Id")`:   "b",
			`xpath("//Order/@xml:lang")`:              "en",
			`xpath("count(/soap:Envelope/@*)")`:       "0",
			`css("link")`:                             "https://shop.example/1",
			`css("Body > Order note")`:                "5 < 6",
			`css("Body[Id=b] link")`:                  "https://shop.example/1",
			`css("Body", "Id")`:                       "b",
			`css("Order", "lang")`:                    "en",
			`css("item[sku]", "sku")`:                 "A&B",
		} {
			if got, found, err := mustQuery(t, source).Find(r); got != want || !found || err != nil {
				t.Errorf("%q: %s = %q, %v, %v, want %q", kind, source, got, found, err, want)
			}
		}
		for _, source := range []string{`xpath("//Body")`, `xpath("//order")`, `xpath("//html")`} {
			if got, found, err := mustQuery(t, source).Find(r); found || err != nil {
				t.Errorf("%q: %s = %q, %v", kind, source, got, err)
			}
		}
	}
	if got, _, err := mustQuery(t, `xpath("//html/body/p")`).Find(answered("text/html", `<?xml version="1.0"?><p>old`)); got != "old" || err != nil {
		t.Errorf("a page is HTML if its type says so: %q, %v", got, err)
	}
}

func TestBrokenXMLIsTheProductsFault(t *testing.T) {
	for body, want := range map[string]string{
		`<a><b></a>`:   "</a> ends nothing",
		`<a>`:          "it ends too early",
		`</a>`:         "</a> ends nothing",
		`<p:a></q:a>`:  "</a> ends nothing",
		``:             "it ends too early",
		`<a>&own;</a>`: "invalid character entity",
		"<a>\xe9</a>":  "invalid UTF-8",

		`<!DOCTYPE a><a>&own;</a>`: "invalid character entity",
		`<a b=1/>`:                 "attribute",
	} {
		for _, source := range []string{`xpath("//a") == "1"`, `css("a") == "1"`} {
			ok, evidence, err := mustCompile(t, source).Check(answered("application/xml", body))
			if ok || err != nil || !strings.Contains(evidence, want) {
				t.Errorf("%q: %s: %v, %v, %q, want %q", body, source, ok, err, evidence, want)
			}
		}
	}
}

func TestXMLThatIsRightButNotReadAccusesNobody(t *testing.T) {
	for _, c := range []struct{ kind, body, limit string }{
		{"text/xml", `<?xml version="1.0" encoding="ISO-8859-1"?><a>1</a>`, ""},
		{"text/xml", `<?xml version="1.0" encoding="utf8"?><a b="é">1</a>`, ""},
		{"text/xml", "<?xml version='1.0' encoding='no-such'?><a b='\xe9'>1</a>", "not known"},
		{"text/xml; charset=no-such", "<a b='\xe9'>1</a>", "not known"},
		{"text/xml", "\xff\xfe<\x00a\x00>\x001\x00<\x00/\x00a\x00>\x00", ""},
		{"text/xml", "\xfe\xff\x00<\x00a\x00>\x001\x00<\x00/\x00a\x00>", ""},
		{"text/xml", `<?xml version="1.1"?><a>1</a>`, "not of version 1.0"},
		{"text/xml", `<!DOCTYPE a [<!ENTITY own "x">]><a>&own;</a>`, "entities"},
		{"text/xml", `<!DOCTYPE a SYSTEM "a.dtd"><a b="&own;">1</a>`, "entities"},
	} {
		got, found, err := mustQuery(t, `css("a")`).Find(answered(c.kind, c.body))
		if c.limit == "" && (got != "1" || err != nil) || c.limit != "" && (found || err == nil || !strings.Contains(err.Error(), c.limit)) {
			t.Errorf("%s: %q: %q, %v, want %q", c.kind, c.body, got, err, c.limit)
		}
	}
}

func TestXMLIsBounded(t *testing.T) {
	deep := strings.Repeat("<a>", maxXMLDepth+1) + strings.Repeat("</a>", maxXMLDepth+1)
	for _, body := range []string{deep, "<a>" + strings.Repeat("x", maxPage) + "</a>"} {
		if _, found, err := mustQuery(t, `css("a")`).Find(answered("text/xml", body)); found || err == nil {
			t.Errorf("%d bytes: %v, %v", len(body), found, err)
		}
	}
	if _, found, err := mustQuery(t, `css("a")`).Find(answered("text/xml", deep[3:len(deep)-4])); !found || err != nil {
		t.Errorf("nested as deep as it may be: %v, %v", found, err)
	}
	pieces := strings.Repeat("x<!---->", maxPage/8-1) // each joined to the next: in one go, or it takes minutes
	if got, _, err := mustQuery(t, `css("a")`).Find(answered("text/xml", "<a>"+pieces[:len(pieces)-8]+"</a>")); len(got) != 0 || err == nil {
		t.Errorf("%d bytes of pieces: %d bytes, %v", len(pieces), len(got), err)
	}
}
