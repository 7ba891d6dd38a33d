package probes_test

import (
	"io"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/forewarn/forewarn/probes"
)

func TestAFormWithFilesIsSentAsBrowsersDo(t *testing.T) {
	var got []string
	shop := site(t, map[string]http.HandlerFunc{"POST /": func(w http.ResponseWriter, r *http.Request) {
		parts, err := r.MultipartReader()
		if err != nil {
			t.Error(err)
			return
		}
		for part, err := parts.NextPart(); err == nil; part, err = parts.NextPart() {
			content, _ := io.ReadAll(part)
			got = append(got, part.FormName()+"|"+part.FileName()+"|"+part.Header.Get("Content-Type")+"|"+string(content))
		}
		if r.ContentLength <= 0 {
			t.Error("no Content-Length")
		}
	}})
	result, _ := take(t, probes.Journey{BaseURL: shop.URL, Vars: map[string]string{"user": `ann & "b"`}, Steps: []probes.Step{{
		Name: "send", Method: "POST", URL: "/", Form: []probes.Field{{Name: "user", Value: "{{user}}"}, {Name: "user", Value: "2"}},
		Files: []probes.File{{Field: `pho"to`, Name: "a b.png", Type: "image/png", Content: "\x89PNG\r\n\x00{{user}}"}, {Field: "empty", Name: "x", Type: "text/plain"}},
	}}})
	if result.Verdict != probes.Passed {
		t.Errorf("%+v", result.Failure)
	}
	want := []string{`user|||ann & "b"`, "user|||2", "pho\"to|a b.png|image/png|\x89PNG\r\n\x00{{user}}", "empty|x|text/plain|"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestARawBodyIsSentAsItIs(t *testing.T) {
	var got string
	shop := site(t, map[string]http.HandlerFunc{"PUT /": func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = string(body)
	}})
	const raw = "{{not a name}} ${NEITHER} \x00\xff\r\n"
	result, _ := take(t, probes.Journey{BaseURL: shop.URL, Steps: []probes.Step{{Name: "a", Method: "PUT", URL: "/", Raw: raw}}})
	if result.Verdict != probes.Passed || got != raw {
		t.Errorf("%q, %+v", got, result.Failure)
	}
}

func TestAFormWithFilesWithoutItsValueIsNeverSent(t *testing.T) {
	shop := site(t, map[string]http.HandlerFunc{"/": func(http.ResponseWriter, *http.Request) { t.Error("it was sent") }})
	for _, f := range []probes.Field{{Name: "{{order}}"}, {Name: "order", Value: "{{order}}"}} {
		result, _ := take(t, probes.Journey{BaseURL: shop.URL, Steps: []probes.Step{
			{Name: "a", Method: "POST", URL: "/", Form: []probes.Field{f}, Files: []probes.File{}}}})
		wantFailure(t, stepOf(t, result, "a").Failure, probes.FailMissing, "")
	}
}
