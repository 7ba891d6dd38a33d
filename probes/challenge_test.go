package probes_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/forewarn/forewarn/probes"
)

// FuzzAChallengeIsAnsweredAtMostOnce answers with any challenge: it is answered
// or refused, and the password stands in nothing that leaves.
func FuzzAChallengeIsAnsweredAtMostOnce(f *testing.F) {
	f.Add(`Digest realm="shop", qop="auth", nonce="7ypf/xlj9XXwfDPEoM4URrv", algorithm=SHA-256`, `Basic realm="x"`)
	f.Add(`Digest nonce="`, `Digest qop="auth-int,auth",nonce=,opaque="\"",stale=true,userhash=true`)
	f.Add("Digest realm=a, realm=b, nonce=\x00\xff, domain=\"/ http://other\"", `digest`)
	f.Fuzz(func(t *testing.T, first, second string) {
		asked := 0
		runner := through(func(r *http.Request) (*http.Response, error) {
			asked++
			if strings.Contains(r.Header.Get("Authorization"), "Circle of Life") {
				t.Error(r.Header)
			}
			return &http.Response{StatusCode: 401, Header: http.Header{"Www-Authenticate": {first, second}}, Body: http.NoBody}, nil
		})
		result, transcript := runner.Run(t.Context(), probes.Journey{Auth: probes.Auth{Digest: &probes.Digest{User: "Mufasa", Password: "Circle of Life"}},
			Steps: []probes.Step{{Name: "a", URL: "http://shop.example/"}}}, time.Time{})
		if asked < 1 || asked > 2 || result.Verdict != probes.Failed {
			t.Errorf("%d requests, %v: %+v", asked, result.Verdict, result.Failure)
		}
		if strings.Contains(transcript.String(), "Circle of Life") && !strings.Contains(first+second, "Circle of Life") {
			t.Error(transcript)
		}
	})
}
