package probes_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/forewarn/forewarn/probes"
)

// A site's password may be a word of ours. Who cannot change it writes it into
// vars, and so says that all may see it: our sentences stay whole then.
func TestAPasswordInOurWordsThatAllMaySeeTakesNothingFromOurSentences(t *testing.T) {
	shop := site(t, map[string]http.HandlerFunc{"/": func(w http.ResponseWriter, r *http.Request) {
		if user, password, ok := r.BasicAuth(); ok && (user != "ann" || password != "password") {
			w.WriteHeader(http.StatusTeapot)
		} else if !ok {
			w.Header().Set("WWW-Authenticate", `Digest realm="x", nonce="y", qop="auth"`)
			w.WriteHeader(http.StatusUnauthorized)
		}
	}})
	vars := map[string]string{"word": "password"}
	basic, digest := probes.Auth{Basic: &probes.Basic{User: "ann", Password: "{{word}}"}}, probes.Auth{Digest: &probes.Digest{User: "ann", Password: "{{word}}"}}
	result, transcript := take(t, probes.Journey{BaseURL: shop.URL, Vars: vars, Steps: []probes.Step{
		{Name: "in", URL: "/", Auth: &basic}, {Name: "out", URL: "/", Auth: &digest}}})
	if in := stepOf(t, result, "in"); in.Verdict != probes.Passed || !strings.Contains(transcript.String(), "Authorization: Basic "+probes.Mask) {
		t.Errorf("%+v\n%s", in.Failure, transcript)
	}
	if !strings.HasSuffix(result.Failure.Message, "the server refuses the user or the password of digest") {
		t.Error(result.Failure.Message)
	}
	digest.Digest.Password = "correct horse"
	vars["word"] = "correct horse" // can be hidden, and so is
	result, transcript = take(t, probes.Journey{BaseURL: shop.URL, Vars: vars, Steps: []probes.Step{{Name: "out", URL: "/?q={{word}}", Auth: &digest}}})
	if strings.Contains(transcript.String(), "horse") || !strings.Contains(result.Failure.Message, "the password of digest") {
		t.Errorf("%s\n%s", result.Failure.Message, transcript)
	}
}
