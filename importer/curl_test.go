package importer_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/forewarn/forewarn/importer"
	"github.com/forewarn/forewarn/probes"
)

func curl(t *testing.T, line string) (importer.Proposal, probes.Step) {
	t.Helper()
	p, err := importer.Curl(line, importer.Options{})
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	if c := load(t, p, nil); len(c.Journeys) > 0 {
		return p, c.Journeys[0].Steps[0]
	}
	return p, probes.Step{} // it names files
}

func TestCurlBodiesAreSentAsCurlSendsThem(t *testing.T) {
	for line, want := range map[string]string{
		`curl a.example -d 'x=1' -d 'y=a b'`:                                 "POST form x=1 y=a b",
		`curl a.example --data-urlencode 'x=1&2' --data-urlencode '=b c'`:    "POST body x=1%262&b+c",
		`curl a.example -XPUT -d $'line\x31\n\'\u00e9\101'`:                  "PUT body line1'éA",
		`curl a.example --data-raw $'line\n' -H 'Content-Type: text/plain'`:  "POST body line\n",
		`curl a.example --json '{"a":[1,2.5,"x"]}'`:                          `POST json map[a:[1 2.5 x]]`,
		`curl a.example -H 'content-type: application/json' -d '{"a":null}'`: `POST body {"a":null}`,
		"curl 'a.example' \\\n  -d \"it's $5 \\\"q\\\"\" # comment":          `POST body it's $5 "q"`,
		`curl a.example -G -d a=1 --data-urlencode 'b=2 3'`:                  "GET ",
		`curl -I a.example`: "HEAD ",
		`curl a.example -d '{"open":"{{name}}"}' -H 'Content-Type: application/x-raw'`: `POST body {"open":"{{open_braces}}name}}"}`,
	} {
		_, s := curl(t, line)
		got := s.Method + " "
		switch {
		case s.Form != nil:
			got += "form"
			for _, f := range s.Form {
				got += " " + f.Name + "=" + f.Value
			}
		case s.JSON != nil:
			got += strings.TrimSpace("json " + fmt.Sprint(s.JSON))
		case s.Body != "":
			got += "body " + s.Body
		}
		if got != want {
			t.Errorf("%s:\n%q, want\n%q", line, got, want)
		}
	}
}

func TestCurlCredentialsBecomeSecrets(t *testing.T) {
	for line, secret := range map[string]string{
		`curl a.example -u ana:hunter2-hunter2`:                              "hunter2",
		`curl a.example --digest -u ana:hunter2-hunter2`:                     "hunter2",
		`curl https://ana:hunter2-hunter2@a.example`:                         "hunter2",
		`curl a.example -H 'Authorization: Bearer abcDEF123456'`:             "abcDEF123456",
		`curl a.example --oauth2-bearer abcDEF123456`:                        "abcDEF123456",
		`curl a.example -H 'X-Api-Key: abcDEF123456'`:                        "abcDEF123456",
		`curl 'a.example?api_key=abcDEF123456&again=abcDEF123456'`:           "abcDEF123456",
		`curl a.example -b 'session=abcDEF123456'`:                           "abcDEF123456",
		`curl a.example -H 'cookie: session=abcDEF123456'`:                   "abcDEF123456",
		`curl a.example -d 'user=ana&password=abcDEF123456'`:                 "abcDEF123456",
		`curl a.example --json '{"card":"4111 1111 1111 1111"}'`:             "4111 1111",
		`curl a.example -F password=abcDEF123456`:                            "abcDEF123456",
		`curl a.example --proxy-user ana:abcDEF123456 -x http://u:abcDEF1@p`: "abcDEF1",
	} {
		p, _ := curl(t, line)
		lacks(t, p, secret, "YW5hOmh1bnRlcjIt")
		if len(p.Variables) != 1 {
			t.Errorf("%s: variables %v", line, p.Variables)
		}
	}
}

func TestShellVariablesComeFromTheEnvironment(t *testing.T) {
	p, s := curl(t, `curl "https://$HOST_NAME/orders/${id}" -H "Authorization: Token $TOKEN" -H 'X-Literal: $TOKEN'`)
	contains(t, p, `token = "${TOKEN}"`, `id = "${id}"`, `base_url = "https://{{host_name}}"`)
	want := []probes.Field{{Name: "Authorization", Value: "Token {{token}}"}, {Name: "X-Literal", Value: "$TOKEN"}}
	if diff := cmp.Diff(want, s.Headers); diff != "" || s.URL != "/orders/{{id}}" {
		t.Error(s.URL, diff)
	}
}

func TestNothingOfACommandIsDroppedSilently(t *testing.T) {
	for line, want := range map[string]string{
		`curl -x socks4://p:1 a.example`:                        "the proxy: forewarn speaks to",
		`curl -m 900 a.example`:                                 "the option -m 900: it is 10ms to 5m here",
		`curl -E a.pem:pass a.example`:                          "the password of -E",
		`curl a.example | jq .`:                                 "what follows the command: | jq",
		`curl -x p --resolve a.example:443:192.0.2.7 a.example`: "--resolve, -4 and -6 beside a proxy",
		`curl --digest a.example`:                               "--digest or --aws-sigv4: there is no user",
		`curl --aws-sigv4 aws:amz -u ana:hunter2-x a.example`:   "the option --aws-sigv4 without its region and service",
		`curl --retry 3 a.example`:                              "the option --retry 3",
		`curl --brand-new a.example`:                            "the option --brand-new",
		`curl -F 'f=<note.txt' a.example`:                       "the file of the field f",
		`curl -d @body.json a.example`:                          "the data of the file @body.json",
		`curl -b jar.txt a.example`:                             "the cookies of the file jar.txt",
		`curl a.example -o`:                                     "the option -o, which lacks its value",
		`curl -X '' a.example`:                                  "the method",
	} {
		p, _ := curl(t, line)
		if !strings.Contains(strings.Join(p.Warnings, "\n"), want) {
			t.Errorf("%s: %q, want %q", line, p.Warnings, want)
		}
		contains(t, p, "# not taken over: "+want)
	}
	p, _ := curl(t, `curl -sS --compressed a.example -H 'Accept-Language: uk' -H 'sec-fetch-mode: cors'`)
	contains(t, p, "left out, as it changes nothing that is checked: --compressed", "a browser writes them anew each time: Accept-Language, sec-fetch-mode")
}

func TestABrokenCommandSaysWhereItBreaks(t *testing.T) {
	for line, want := range map[string]string{
		`curl 'https://a.example`:      "character 6: ' is never closed",
		`curl "a`:                      `character 6: " is never closed`,
		`curl $'a`:                     "character 6: $' is never closed",
		`curl a.example -H "X: $(id)"`: "run other commands",
		`wget a.example`:               "not a curl command",
		`curl -s`:                      "names no URL",
		`curl a.example?q=` + strings.Repeat("q", 3000): "more than 2500 bytes",
		`curl ftp://a.example`:                          "not an http or https URL",
	} {
		if _, err := importer.Curl(line, importer.Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", line, err, want)
		}
	}
}

func TestCurlFollowsRedirectsOnlyWhenTold(t *testing.T) {
	if _, s := curl(t, `curl a.example`); s.Redirects != 0 {
		t.Errorf("%d", s.Redirects)
	}
	if _, s := curl(t, `curl -sL a.example`); s.Redirects != 10 {
		t.Errorf("%d", s.Redirects)
	}
}

func TestCurlSaysHowTheServerIsReached(t *testing.T) {
	for line, want := range map[string]string{
		`curl -k https://a.example`:                                                                          `tls      = { insecure = "accept-any-certificate" }`,
		`curl --cacert ca.pem -E me.pem --key me.key https://a.example`:                                      `tls      = { ca_file = "ca.pem", cert_file = "me.pem", key_file = "me.key" }`,
		`curl --cert $CERT https://a.example`:                                                                `tls      = { cert_file = "${CERT}", key_file = "${CERT}" }`,
		`curl -x proxy.example a.example`:                                                                    `proxy    = "http://proxy.example:1080"`,
		`curl -x socks5h://p:9 a.example`:                                                                    `proxy    = "socks5://p:9"`,
		`curl -x 'http://ann:hunter2-x@p:3128' a.example`:                                                    `proxy    = "http://ann:${PROXY_PASSWORD}@p:3128"`,
		`curl -x p:1 -U 'a@b:hunter2-x' a.example`:                                                           `proxy    = "http://a%40b:${PROXY_PASSWORD}@p:1"`,
		`curl --resolve a.example:443:192.0.2.7 https://a.example`:                                           `resolve  = { "a.example" = "192.0.2.7" }`,
		`curl -6 --resolve 'a.example:443:[2001:db8::1]' https://a.example`:                                  `resolve  = { "a.example" = "2001:db8::1" }`,
		`curl --digest -u ana:hunter2-hunter2 https://a.example`:                                             `digest  = { user = "ana", password = "{{password}}" }`,
		`curl --aws-sigv4 aws:amz:eu-central-1:execute-api -u AKIDEXAMPLE:hunter2-hunter2 https://a.example`: `sigv4   = { access_key = "AKIDEXAMPLE", secret_key = "{{password}}", region = "eu-central-1", service = "execute-api" }`,
		`curl -4 https://a.example`:                                                                          `ip       = "4"`,
		`curl --http1.1 https://a.example`:                                                                   `http     = "1.1"`,
		`curl --http2-prior-knowledge http://a.example`:                                                      `http     = "2"`,
		`curl --http3 https://a.example`:                                                                     `http     = "3"`,
		`curl -m 2.5 a.example`:                                                                              `timeout = "2.5s"`,
		`curl --max-time 90 a.example`:                                                                       `timeout = "1m30s"`,
		`curl -H "Authorization: Bearer $TOKEN" a.example`:                                                   `bearer  = "{{token}}"`,
		`curl -F title=Coffee -F 'photo=@a/b.jpg;type=image/jpeg' a.example/u`:                               `files   = { photo = "a/b.jpg" }`,
		`curl -F title=Coffee --form-string at=@home a.example/u`:                                            `form    = { title = "Coffee", at = "@home" }`,
	} {
		p, err := importer.Curl(line, importer.Options{})
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		load(t, p, nil)
		contains(t, p, want)
		lacks(t, p, "hunter2")
		if len(p.Warnings) > 0 {
			t.Errorf("%s: %q", line, p.Warnings)
		}
	}
	p, s := curl(t, `curl -F title=Coffee a.example/u`)
	if s.Files == nil || len(s.Form) != 1 {
		t.Errorf("not multipart:\n%s", p.TOML)
	}
}

func TestATokenThatMostRequestsShowIsTheJourneys(t *testing.T) {
	line := `curl a.example/1 a.example/2 https://other.example/ -H "Authorization: Bearer $TOKEN" --next a.example/3`
	p, err := importer.Curl(line, importer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	steps := load(t, p, nil).Journeys[0]
	if steps.Auth.Bearer != "{{token}}" || steps.Steps[0].Auth != nil || steps.Steps[1].Auth != nil ||
		steps.Steps[2].Auth.Bearer != "{{token}}" || steps.Steps[3].Auth == nil || steps.Steps[3].Auth.Bearer != "" {
		t.Error(p.TOML)
	}
}
