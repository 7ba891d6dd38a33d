package importer_test

import (
	"strings"
	"testing"

	"github.com/forewarn/forewarn/importer"
)

// A command that was copied without quotes still is text of its own language.
func TestCurlTakesTextThatIsNotASCIIAsItIs(t *testing.T) {
	_, s := curl(t, `curl a.example/кава?q=\é -d x=кава -H X-Name:\ Олена`)
	if s.URL != "/%D0%BA%D0%B0%D0%B2%D0%B0?q=%C3%A9" {
		t.Errorf("the URL is %s", s.URL)
	}
	if len(s.Form) != 1 || s.Form[0].Value != "кава" || len(s.Headers) != 1 || s.Headers[0].Value != "Олена" {
		t.Errorf("sends %+v with %+v", s.Form, s.Headers)
	}
}

// Whoever writes down what an import could not follow writes no secret down.
func TestWhatIsNotTakenOverShowsNoSecret(t *testing.T) {
	const secret = "abcDEF123456"
	for _, line := range []string{
		`curl a.example && curl -H 'Authorization: Bearer ` + secret + `' b.example`,
		`curl a.example; TOKEN=` + secret + ` ./deploy`,
		`curl a.example --url-query token=` + secret,
		`curl a.example --tlsuser ana --tlspassword ` + secret,
		`curl a.example --proxy-pass ` + secret,
		`curl a.example --variable token=` + secret,
		`curl a.example --proxy1.0 http://ana:` + secret + `@p:1`,
		`curl a.example --login-options AUTH=` + secret,
		`curl a.example -H 'Bearer ` + secret + `'`,
	} {
		p, _ := curl(t, line)
		lacks(t, p, secret)
		if len(p.Warnings) == 0 {
			t.Errorf("%s: nothing is said", line)
		}
		if n := strings.Count(p.TOML, "[[journey.step]]"); n != 1 {
			t.Errorf("%s: %d steps", line, n)
		}
	}
	_, err := importer.Curl(`curl htp://ana:`+secret+`@a.example/?token=`+secret, importer.Options{})
	if err == nil || strings.Contains(err.Error(), secret) {
		t.Errorf("a wrong URL is told as %v", err)
	}
}

// A user in a URL is of that URL alone: curl shows it to no other host.
func TestAUserInAURLIsShownToNoOtherHost(t *testing.T) {
	p, err := importer.Curl(`curl https://ana:hunter2-hunter2@a.example/ https://b.example/`, importer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	steps := load(t, p, nil).Journeys[0].Steps
	if steps[0].Auth == nil || steps[1].Auth != nil {
		t.Errorf("the second host is shown the first one's user:\n%s", p.TOML)
	}
}

func TestACookieOfSeveralURLsIsSentOnceToEach(t *testing.T) {
	p, err := importer.Curl(`curl a.example/1 a.example/2 -H 'Cookie: session=abcDEF123456'`, importer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range load(t, p, nil).Journeys[0].Steps {
		if len(s.Headers) != 1 {
			t.Errorf("%s sends %+v", s.Name, s.Headers)
		}
	}
}

func TestACommandInBackticksIsNotSentAsText(t *testing.T) {
	for _, line := range []string{"curl a.example -d `cat order.json`", "curl a.example -H \"X-Id: `id`\""} {
		if _, err := importer.Curl(line, importer.Options{}); err == nil || !strings.Contains(err.Error(), "run other commands") {
			t.Errorf("%s: %v", line, err)
		}
	}
	if _, s := curl(t, "curl a.example -d 'x=`id`' -d \"y=\\`id\\`\""); len(s.Form) != 2 || s.Form[0].Value != "`id`" || s.Form[1].Value != "`id`" {
		t.Errorf("quoted backticks are %+v", s.Form)
	}
}
