package importer_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/forewarn/forewarn/importer"
	"github.com/forewarn/forewarn/probes"
)

func TestEverySafeOperationBecomesAJourney(t *testing.T) {
	data, err := os.ReadFile("testdata/petshop.yaml")
	if err != nil {
		t.Fatal(err)
	}
	p, err := importer.OpenAPI(data, importer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := load(t, p, nil)
	var names []string
	for _, j := range c.Journeys {
		names = append(names, j.Name+" "+j.BaseURL+j.Steps[0].URL)
	}
	want := []string{"listPets https://eu.pets.example/v2/pets?limit=20", "GET /pets/{petId} https://eu.pets.example/v2/pets/no%207%2F8"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
	contains(t, p, `X-Api-Key = "{{key}}"`, `bearer  = "{{token}}"`, `"status == 200"`,
		`header("Content-Type") startsWith "application/json"`, `"status in 200..299"`)
	if diff := cmp.Diff([]string{"KEY", "TOKEN"}, p.Variables); diff != "" {
		t.Error(diff)
	}
	var came []string
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		came = append(came, r.Method+" "+r.RequestURI+" "+r.Header.Get("X-Api-Key")+r.Header.Get("Authorization"))
		w.Header().Set("Content-Type", "application/json")
	}))
	defer shop.Close()
	p.TOML = strings.ReplaceAll(p.TOML, "https://eu.pets.example", shop.URL)
	for _, j := range load(t, p, nil).Journeys {
		if result, _ := (probes.Runner{}).Run(t.Context(), j.Journey, time.Time{}); result.Verdict != probes.Passed {
			t.Errorf("%s: %s", j.Name, result.Why())
		}
	}
	if diff := cmp.Diff([]string{"GET /v2/pets?limit=20 any-value", "GET /v2/pets/no%207%2F8 Bearer any-value"}, came); diff != "" {
		t.Error(diff)
	}
	wantLeft := []string{"POST /pets, which may change something", "GET /owners/{owner}: its parameter owner has no example"}
	if diff := cmp.Diff(wantLeft, p.Warnings); diff != "" {
		t.Error(diff)
	}
}

func TestADocumentWithoutAHostTakesItFromTheEnvironment(t *testing.T) {
	p, err := importer.OpenAPI([]byte("{\"openapi\":\"3.1.0\",\n\t\"paths\":{\"/a\":{\"get\":{}}}}"), importer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := load(t, p, map[string]string{"BASE_URL": "https://a.example"})
	if got := c.Journeys[0].BaseURL + c.Journeys[0].Steps[0].URL; got != "https://a.example/a" {
		t.Error(got)
	}
}

func TestAWrongDocumentIsRefusedWithWhatToDo(t *testing.T) {
	for input, want := range map[string]string{
		`swagger: "2.0"`: "convert it", `a: [`: "YAML", `{"openapi"`: "line 1", `openapi: 3.0.0`: "paths", `hello`: "openapi: not",
		"openapi: 3.0.0\nservers: [{url: 'ftp://x'}]": "servers",
		"a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n" +
			"e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\ng: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f]": "too large",
	} {
		if _, err := importer.OpenAPI([]byte(input), importer.Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v, want %q", input, err, want)
		}
	}
}

// FuzzOpenAPI: whatever a document holds, the proposal loads or is refused.
func FuzzOpenAPI(f *testing.F) {
	data, err := os.ReadFile("testdata/petshop.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(`{"openapi":"3.1.0","paths":{"/{{a}}/${B}//{x}":{"get":{"parameters":[{"name":"x","in":"path","example":"{{"}]}},"a b":{"get":{}}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := importer.OpenAPI(data, importer.Options{})
		if err != nil {
			return
		}
		load(t, p, map[string]string{"BASE_URL": "https://a.example"})
		checkText(t, p)
	})
}
