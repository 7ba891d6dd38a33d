package probes

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/http/httpguts"
)

// FuzzChallenge lets any server ask: the answer is a header that can be sent,
// or there is none, and the password is in neither.
func FuzzChallenge(f *testing.F) {
	for _, header := range []string{
		`Digest realm="a", qop="auth, auth-int", algorithm=SHA-256, nonce="n", opaque="o"`,
		`Digest realm="a\"b", nonce="n", userhash=true, qop="auth-int"`, `digest nonce=n`, `Digest realm="ї\x00", stale=TRUE, algorithm=md5`,
		`Basic realm="x"`, `Digest `, `Digest realm="`, `Digest realm=a nonce`,
	} {
		f.Add(header)
	}
	f.Fuzz(func(t *testing.T, header string) {
		const password = "hunter2-hunter2"
		r := newRun(new(Runner), new(Journey), time.Time{})
		m := message{method: "POST", url: &url.URL{Scheme: "https", Host: "shop.example", Path: "/a b"}, header: http.Header{}, body: "x",
			digest: &Digest{User: `ann"`, Password: password}}
		asked := hop{answer: answer{header: http.Header{"Www-Authenticate": {header}}}}
		asked.Status = http.StatusUnauthorized
		yes, why := r.challenged(m, &asked, false)
		got := r.proved(m).header.Get("Authorization")
		if yes != (why == "") || yes != (got != "") || !httpguts.ValidHeaderFieldValue(got) || strings.Contains(why, "\n") {
			t.Errorf("%q: %v, %q, %q", header, yes, why, got)
		}
		if strings.Contains(got+why, password) && !strings.Contains(header, password) {
			t.Errorf("%q: %q, %q", header, got, why)
		}
	})
}
