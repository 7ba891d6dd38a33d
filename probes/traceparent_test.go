package probes_test

import (
	"compress/gzip"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/forewarn/forewarn/probes"
	"github.com/forewarn/forewarn/probes/expect"
)

func TestEachStepBeginsATraceOfItsOwn(t *testing.T) {
	form := regexp.MustCompile(`^00-[0-9a-f]{32}-[0-9a-f]{16}-01$`)
	var got []string
	record := func(_ http.ResponseWriter, r *http.Request) { got = append(got, r.Header.Get("traceparent")) }
	other := site(t, map[string]http.HandlerFunc{"/": record})
	shop := site(t, map[string]http.HandlerFunc{"/": record, "/away": func(w http.ResponseWriter, r *http.Request) {
		record(w, r)
		http.Redirect(w, r, other.URL, http.StatusFound)
	}, "/on": func(w http.ResponseWriter, r *http.Request) {
		record(w, r)
		http.Redirect(w, r, "/", http.StatusFound)
	}})
	steps := []probes.Step{{Name: "a", URL: "/on", Redirects: 1}, {Name: "b", URL: "/away", Redirects: 1},
		{Name: "c", URL: "/", Headers: []probes.Field{{Name: "traceparent", Value: "own"}}}}
	_, transcript := take(t, probes.Journey{BaseURL: shop.URL, Trace: true, Steps: steps})
	if len(got) != 5 || !form.MatchString(got[0]) || got[1] != got[0] || !form.MatchString(got[2]) || got[2] == got[0] || got[3] != "" || got[4] != "own" {
		t.Errorf("%q", got)
	}
	if text := transcript.String(); !strings.Contains(text, "> Traceparent: "+got[0]) || !strings.Contains(text, "> Traceparent: "+got[2]) {
		t.Error(text)
	}
	got = nil
	if take(t, probes.Journey{BaseURL: shop.URL, Steps: steps[:1]}); len(got) != 2 || got[0] != "" {
		t.Errorf("without being asked: %q", got)
	}
}

func TestABodyIsUnpackedUnlessNothingIsToBePacked(t *testing.T) {
	shop := site(t, map[string]http.HandlerFunc{"/": func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			w.Write([]byte("plain"))
			return
		}
		w.Header().Set("Content-Encoding", "gzip")
		packed := gzip.NewWriter(w)
		packed.Write([]byte("packed"))
		packed.Close()
	}})
	for identity, want := range map[bool]string{false: `body == "packed" and bytes == 6`, true: `body == "plain"`} {
		result, _ := take(t, probes.Journey{BaseURL: shop.URL, Network: probes.Network{Identity: identity},
			Steps: []probes.Step{{Name: "a", URL: "/", Expect: []expect.Condition{condition(t, want)}}}})
		if result.Verdict != probes.Passed {
			t.Errorf("identity %v: %+v", identity, result.Failure)
		}
	}
}
