package importer_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/forewarn/forewarn/importer"
	"github.com/forewarn/forewarn/probes"
)

// asked is what a server understands of a request, without what each client
// says of itself: "+" in a form is a space, and spaces in JSON are nothing.
func asked(r *http.Request) string {
	body, _ := io.ReadAll(r.Body)
	what := string(body)
	switch kind := r.Header.Get("Content-Type"); {
	case kind == "application/x-www-form-urlencoded":
		form, _ := url.ParseQuery(what)
		what = fmt.Sprint(form)
	case kind == "application/json":
		var compact bytes.Buffer
		json.Compact(&compact, body)
		what = compact.String()
	}
	h := r.Header
	return fmt.Sprintf("%s %s ?%v %q, type %q, auth %q, cookie %q, pages %q", r.Method, r.URL.EscapedPath(), r.URL.Query(), what,
		h.Get("Content-Type"), h.Get("Authorization"), h.Get("Cookie"), h.Values("X-Page"))
}

// curl itself says what is right: the command, and the journey that becomes of
// it, ask the same.
func TestAnImportedCommandAsksWhatCurlAsks(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("SKIPPED: ", err)
	}
	seen := make(chan string, 10)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen <- asked(r)
		if r.URL.Path == "/moved" {
			http.Redirect(w, r, "/there?x=1", http.StatusFound)
		}
	}))
	defer server.Close()
	secrets := map[string]string{"PASSWORD": "correct horse", "BEARER_CREDENTIAL": "abc-123-def-456", "COOKIE": "a=1; sid=8f2e77c1", "SID": "8f2e77c1"}
	for _, options := range []string{
		`/a?b=c%20d&e=f`,
		`/a/../b`,
		`/moved -L`,
		`/moved`,
		`/a -I`,
		`/a -d 'x=1' -d 'y=a b&z='`,
		`/a?q=0 -G --data-urlencode 'x=1&2 ü'`,
		`/a -X PATCH -H 'Content-Type: application/json' -d '{"n": [1, 2.50], "t": "{{no}}"}'`,
		`/a --json '{"a":1}'`,
		`/a -X POST`,
		`/a -u 'ann:correct horse'`,
		`/a -H 'Authorization: Bearer abc-123-def-456' -H 'X-Page: 7' -H 'X-Page: 8'`,
		`/a -b 'a=1; sid=8f2e77c1'`,
	} {
		path, rest, _ := strings.Cut(options, " ")
		line := strings.TrimSpace("curl '" + server.URL + path + "' " + rest)
		if out, err := exec.CommandContext(t.Context(), "sh", "-c", line+" -sS --noproxy '*'").CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", line, err, out)
		}
		want := taken(seen)
		p, err := importer.Curl(line, importer.Options{})
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		journey := load(t, p, secrets).Journeys[0].Journey
		if result, transcript := (probes.Runner{}).Run(t.Context(), journey, time.Time{}); result.Verdict != probes.Passed {
			t.Errorf("%s: %s\n%s\n%s", line, result.Why(), p.TOML, transcript)
		}
		if diff := cmp.Diff(want, taken(seen)); diff != "" || len(want) == 0 {
			t.Errorf("%s (-curl +forewarn)\n%s\n%s", line, diff, p.TOML)
		}
	}
}

// taken is what has come until now.
func taken(seen <-chan string) (all []string) {
	for len(seen) > 0 {
		all = append(all, <-seen)
	}
	return all
}
