package importer_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/forewarn/forewarn/importer"
)

func har(t *testing.T, file string, o importer.Options) importer.Proposal {
	t.Helper()
	data, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	p, err := importer.HAR(data, o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestARecordingOfChromeKeepsWhatTheCustomerDid(t *testing.T) {
	p := har(t, "chrome.har", importer.Options{})
	c := load(t, p, nil)
	var steps []string
	for _, s := range c.Journeys[0].Steps {
		steps = append(steps, s.Method+" "+s.URL)
	}
	want := []string{
		"GET http://shop.example/", "GET /login", "POST /session",
		"POST https://api.shop.example/v1/carts", "PUT https://api.shop.example/v1/carts/{{cart_id}}/address",
	}
	if diff := cmp.Diff(want, steps); diff != "" {
		t.Errorf("%s\n%s", diff, p.TOML)
	}
	contains(t, p, "left out: 4 × static assets", "1 × requests to the other host metrics.tracker.example (keep them with --host)",
		"1 × addresses that are not of the web", `base_url = "https://www.shop.example"`)
}

func TestStepsOfOnePathAreNamedByTheirQueries(t *testing.T) {
	var entries []string
	for _, address := range []string{"/search?q=tea", "/search?q=coffee", "/search?q=coffee", "/search?password=hunter22", "/cart"} {
		entries = append(entries, `{"_resourceType": "document", "startedDateTime": "2026-03-01T10:00:0`+strconv.Itoa(len(entries))+`.000Z", "time": 9,
			"request": {"method": "GET", "url": "https://shop.example`+address+`", "headers": []},
			"response": {"status": 200, "headers": [], "content": {"mimeType": "text/html", "text": "<title>shop</title>"}}}`)
	}
	p, err := importer.HAR([]byte(`{"log": {"entries": [`+strings.Join(entries, ",")+`]}}`), importer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := load(t, p, map[string]string{"PASSWORD": "hunter22", "SHOP_EXAMPLE_PASSWORD": "hunter22"})
	var steps []string
	for _, s := range c.Journeys[0].Steps {
		steps = append(steps, s.Name)
	}
	want := []string{"open /search", "open /search?q=coffee", "open /search?q=coffee 2", "open /search?password={password}", "open /cart"}
	if diff := cmp.Diff(want, steps); diff != "" {
		t.Errorf("%s\n%s", diff, p.TOML)
	}
}

func TestValuesThatFlowBecomeCaptures(t *testing.T) {
	p := har(t, "chrome.har", importer.Options{})
	contains(t, p,
		`_token = "{{token}}"`, `css("form[id=signin] input[name=_token]", "value")`, // the second form of the page
		`X-XSRF-Token = "{{xsrf_token}}"`, `cookie("XSRF-TOKEN")`,
		`X-CSRF-Token = "{{csrf_token}}"`, `css(\"meta[name='csrf-token']\", \"content\")`,
		`session = "{{cart}}"`, `css("div[data-cart]", "data-cart")`,
		`X-Api-Key = "{{x_api_key}}"`, `regex("apiKey\":\"([A-Za-z0-9`, // nothing but the text before it tells where it is
		`cart_id = 'jsonpath("$.data.cart.id")'`, `{"cart":{{cart_id}},"city":"Kyiv","note":null}`, // a number stays one
		`bearer  = "{{token_2}}"`, `jsonpath("$.data.cart.token")`,
		`secret_captures = ["token", "csrf_token"]`, `secret_captures = ["token_2"]`,
		"X-Request-Id looks generated",
	)
}

func TestNoCredentialOfARecordingIsWritten(t *testing.T) {
	for _, file := range []string{"chrome.har", "firefox.har"} {
		lacks(t, har(t, file, importer.Options{}), "correct", "corréct", "corr%C3%A9ct", "horse", "aaaabbbbcccc1111", "ct_5f4e3d2c1b", "pk-boot",
			"l0ginF0rm", "x5rf-22334455", "m3tA", "wiki-password-1", "ffeeddccbbaa9988", "0123456789abcdef")
	}
}

func TestARecordingOfFirefoxWithItsCacheAndItsOldCookies(t *testing.T) {
	p := har(t, "firefox.har", importer.Options{Name: "wiki"})
	c := load(t, p, nil)
	if j := c.Journeys[0]; len(j.Steps) != 2 || j.Name != "wiki" {
		t.Fatalf("%d steps in %s\n%s", len(j.Steps), j.Name, p.TOML)
	}
	contains(t, p, `sectok = "{{sectok}}"`, `p = "{{p}}"`, "a first visit gets 200", `"status == 200"`, "left out: 2 × static assets")
	if w := strings.Join(p.Warnings, "\n"); !strings.Contains(w, "(consent)") {
		t.Errorf("warnings: %s", w)
	}
}

func TestAnotherHostIsKeptWhenAskedFor(t *testing.T) {
	p := har(t, "chrome.har", importer.Options{Hosts: []string{"tracker.example"}})
	contains(t, p, `"https://metrics.tracker.example/collect"`)
}

func TestTheLimitComesFromTheRecordingsOwnTimings(t *testing.T) {
	// 7 hops of 120 ms, 1.5 ms of each in the browser's queue: 829.5 ms, three times that is 2.49 s
	contains(t, har(t, "chrome.har", importer.Options{}), `"3s"   # a guess: three times the 830ms of the recording`, `below  = "14d"`)
}

func TestABrokenRecordingSaysWhereItIsBroken(t *testing.T) {
	for text, want := range map[string]string{
		``: "line 1: ", "{\n\n\"log\": {]": "line 3: ", `{"log":{"entries":[]}}`: "log.entries: the recording holds no request",
		"{\"log\":{\"entries\":[\n{\"request\":{\"url\":7}}]}}":                                                       "line 2: ",
		`{"log":{"entries":[{"request":{"method":"GET","url":"chrome-extension://a/b"},"response":{"status":200}}]}}`: "no request went to a web page",
	} {
		if _, err := importer.HAR([]byte(text), importer.Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func TestCredentialsInBodiesThatAreNotTakenApartAreHiddenToo(t *testing.T) {
	for _, body := range []string{
		`--b\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\nhunter2-hunter2\r\n--b--\r\n`,
		`<login><password>hunter2-hunter2</password></login>`, `{broken \"password\": \"hunter2-hunter2\"`,
	} {
		p, err := importer.HAR([]byte(`{"log":{"entries":[{"request":{"method":"POST","url":"https://a.example/","postData":{"mimeType":"text/x","text":"`+
			body+`"}},"response":{"status":200}}]}}`), importer.Options{})
		if err != nil {
			t.Fatal(err)
		}
		load(t, p, nil)
		lacks(t, p, "hunter2")
		contains(t, p, "{{password}}")
	}
}

// An archive of once shows no secret, so that a journey of it lacks them.
func TestWhatAnArchiveOfForewarnHidesIsAskedFor(t *testing.T) {
	const archive = `{"log": {"creator": {"name": "forewarn"}, "entries": [{"startedDateTime": "2026-11-23T08:20:15Z", "request": {"method": "GET",
		"url": "https://shop.example/", "headers": [{"name": "X-Page", "value": "%s"}]}, "response": {"status": 200, "content": {}}}]}}`
	for value, asked := range map[string]bool{"•••": true, "7": false} {
		p, err := importer.HAR(fmt.Appendf(nil, archive, value), importer.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(strings.Join(p.Warnings, "\n"), "what stands as •••"); got != asked {
			t.Errorf("%s: %q\n%s", value, p.Warnings, p.TOML)
		}
	}
}
