package probes_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/forewarn/forewarn/probes"
	"github.com/forewarn/forewarn/probes/expect"
)

func TestAStepFailsWhenItsBodyDoesNotFitItsSchema(t *testing.T) {
	schema, err := expect.CompileSchema("order.json", "/", func(string) ([]byte, error) {
		return []byte(`{"type":"object","required":["id"],"properties":{"token":{"type":"integer"}}}`), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	shop := site(t, map[string]http.HandlerFunc{
		"/good": answer(200, `{"id":1}`), "/bad": answer(200, `{"token":"0p3n-5es4me"}`), "/page": answer(200, "<html>"), "/gone": answer(404, `{"id":1}`),
		"/deep": answer(200, strings.Repeat("[", 200)+strings.Repeat("]", 200)),
	})
	for path, want := range map[string]struct {
		verdict probes.Verdict
		message string
	}{
		"/good": {probes.Passed, ""},
		"/bad":  {probes.Failed, `expected schema order.json: the whole lacks "id" (and 1 more)`},
		"/page": {probes.Failed, "expected schema order.json: the body is not JSON: invalid character '<' looking for beginning of value"},
		"/gone": {probes.Failed, "status 404 Not Found, expected below 400"},
		"/deep": {probes.Unknown, "schema order.json could not be judged: the JSON is nested 200 deep, 128 at most is read"},
	} {
		result, transcript := take(t, probes.Journey{BaseURL: shop.URL, Secrets: map[string]string{"word": "0p3n-5es4me"},
			Steps: []probes.Step{{Name: "a", URL: path, Schema: schema}}})
		if result.Verdict != want.verdict || result.Failure != nil && result.Failure.Message != want.message {
			t.Errorf("%s: %v %+v", path, result.Verdict, result.Failure)
		}
		if text := transcript.String(); strings.Contains(text, "0p3n") || result.Failure != nil && strings.Contains(result.Failure.Evidence, "0p3n") {
			t.Errorf("%s shows a secret:\n%s", path, text)
		}
	}
}

// A value made of a secret is a secret as well, though nobody said so.
func TestACaptureMadeOfASecretIsHidden(t *testing.T) {
	shop := site(t, map[string]http.HandlerFunc{"/": answer(200, `{"session":"AbCd-EfGh","open":"OpenWord"}`)})
	result, transcript := take(t, probes.Journey{BaseURL: shop.URL, Secrets: map[string]string{"word": "AbCd-EfGh"}, Steps: []probes.Step{
		{Name: "a", URL: "/", Capture: []probes.Capture{{Name: "made", Query: query(t, `lower(jsonpath("$.session"))`)},
			{Name: "part", Query: query(t, `regex("AbCd-(\\w+)")`)}, {Name: "free", Query: query(t, `lower(jsonpath("$.open"))`)}}},
		{Name: "b", URL: "/?q={{made}}&r={{free}}"},
	}})
	text := transcript.String()
	for _, hop := range stepOf(t, result, "b").Hops {
		text += hop.URL
	}
	if result.Verdict != probes.Passed || strings.Contains(text, "abcd-efgh") || strings.Contains(text, "EfGh") || !strings.Contains(text, "openword") {
		t.Errorf("%+v\n%s", result.Failure, text)
	}
}
