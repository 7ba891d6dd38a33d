package config

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/forewarn/forewarn/probes"
)

func TestAGraphQLQueryIsSentAsOneAndItsVariablesAreFilledIn(t *testing.T) {
	var kind, sent string
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		kind, sent = r.Header.Get("Content-Type"), string(body)
		_, _ = io.WriteString(w, `{"data": {"order": {"state": "paid"}}}`)
	}))
	defer shop.Close()
	c, err := Parse("f.toml", []byte(`[[journey]]
name     = "orders"
base_url = "`+shop.URL+`"
vars     = { order = '00"123' }
  [[journey.step]]
  name    = "ask"
  post    = "/graphql"
  graphql = { query = "query ($id: ID!) { order(id: $id) { state } }", variables = { id = "{{order}}", first = 2 } }
  expect  = ['not jsonpath("$.errors").found', 'jsonpath("$.data.order.state") == "paid"']`), "/", environment{}.lookup)
	if err != nil {
		t.Fatal(err)
	}
	if result, _ := (probes.Runner{}).Run(t.Context(), c.Journeys[0].Journey, time.Time{}); result.Verdict != probes.Passed {
		t.Errorf("%+v", result.Failure)
	}
	want := `{"query":"query ($id: ID!) { order(id: $id) { state } }","variables":{"first":2,"id":"00\"123"}}`
	if diff := cmp.Diff(want, sent); diff != "" || kind != "application/json" {
		t.Errorf("%s\n%s", kind, diff)
	}
}
