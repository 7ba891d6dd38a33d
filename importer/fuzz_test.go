package importer_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/forewarn/forewarn/importer"
)

// FuzzHAR: whatever a recording holds, the proposal loads or the error names
// the place in the recording.
func FuzzHAR(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.har")
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	for _, request := range []string{
		`"method":"GET","url":"https://a.example/{{x}}?a=${B}&c"`,
		`"method":"POST","url":"http://a.example//b;jsessionid=1?x=%zz","postData":{"mimeType":"application/json","text":"{\"a\":null,\"{{\":[1e400,\"{\"]}"}`,
		`"method":"PUT","url":"http://u:p@a.example:1/","headers":[{"name":"X-{","value":"{{"}],"postData":{"mimeType":"application/x-www-form-urlencoded","text":"=&a=%00&{{=${X}&a=2"}`,
		`"method":"BREW","url":"https://a.example","headers":[{"name":"Authorization","value":"Bearer a1b2c3d4e5f6"}]`,
	} {
		f.Add([]byte(`{"log":{"entries":[{"request":{` + request + `},"time":1e300,"response":{"status":200,"headers":[{"name":"X-A","value":"{{"}],` +
			`"content":{"mimeType":"text/html","text":"<title>${A}</title><input name='a b' value=12345678a>"}}}]}}`))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := importer.HAR(data, importer.Options{})
		if err != nil {
			if !regexp.MustCompile(`^(line \d+: |log)`).MatchString(err.Error()) {
				t.Fatalf("no place in %q", err)
			}
			return
		}
		load(t, p, nil)
		checkText(t, p)
	})
}

// FuzzCurl: whatever the command line holds, the proposal loads or the error
// says what to write.
func FuzzCurl(f *testing.F) {
	for _, line := range curlLines() {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		p, err := importer.Curl(line, importer.Options{})
		if err != nil {
			if !strings.Contains(err.Error(), ": ") {
				t.Fatalf("no way out in %q", err)
			}
			return
		}
		load(t, p, nil)
		checkText(t, p)
	})
}

// checkText holds a proposal to what a terminal may show.
func checkText(t *testing.T, p importer.Proposal) {
	t.Helper()
	if !utf8.ValidString(p.TOML) || strings.ContainsAny(p.TOML, "\x00\x1b\r") {
		t.Fatalf("not plain text: %q", p.TOML)
	}
	for _, warning := range p.Warnings {
		if strings.ContainsAny(warning, "\x00\x1b\r\n") {
			t.Fatalf("not one plain line: %q", warning)
		}
	}
}

func curlLines() []string {
	return []string{
		"curl ^\"https://a.example/?a=1^&b=2^\" ^\r\n -H ^\"X-A: ^\\^\"b^\\^\"^\" --data-raw ^\"a^\n\nb^\" & curl ^\"https://b.example^\"",
		`curl https://shop.example/`,
		`$ curl -sSL -XPOST 'https://shop.example/api?a=1&b={{c}}' -H 'content-type: application/json' --data-raw $'{"a":"it\'s \u00e9","n":null}' --compressed`,
		"curl \"https://$HOST/api/${ID}\" \\\n  -H \"Authorization: Bearer $TOKEN\" \\\n  -H 'Accept: application/json' | jq .",
		`curl -u ana:secret-word -k -x http://proxy:3128 --url shop.example -G -d q=tea --data-urlencode 'b=1 2&3' -A agent/1 -e https://a.example/`,
		`curl -F 'name=ana' -F 'file=@photo.png' -F 'token=abc123def456' https://shop.example/upload`,
		`curl -kE me.pem --resolve 'a.example:443:192.0.2.7' -6 -x 'socks5://u:pass-word-1@p' -m 2.5 -F 'f=@x;type=a/b' https://a.example --next -m 90 https://a.example`,
		`curl -b 'session=abcdef123456; x=1' --json '{"a":[1,2.5,true]}' https://shop.example/a --next -I https://shop.example/b`,
		`curl -d '{"a":1}' https://a.example/{{ -H 'X-A: ${B}' -H 'X;' -H 'Y:' -H $'Z: \x01' --foo --max-time`,
	}
}
