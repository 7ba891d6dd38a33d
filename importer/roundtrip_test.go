package importer_test

import (
	"encoding/json"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/forewarn/forewarn/demo"
	"github.com/forewarn/forewarn/importer"
	"github.com/forewarn/forewarn/probes"
)

// A purchase recorded in one shop is made again in another, which gives other
// tokens, other sessions and other numbers of orders.
func TestARecordedPurchaseIsMadeAgainInAnotherShop(t *testing.T) {
	recorded := httptest.NewServer(demo.NewShop(demo.Story{}))
	defer recorded.Close()
	for range 3 {
		buy(newChrome(t), recorded.URL) // so that the numbers of orders differ
	}
	customer := newChrome(t)
	csrf, order := buy(customer, recorded.URL)
	p, err := importer.HAR(customer.har(), importer.Options{Name: "purchase"})
	if err != nil {
		t.Fatal(err)
	}
	lacks(t, p, demo.Password, csrf, order)
	contains(t, p, `csrf = "{{csrf}}"`, `password = "{{password}}"`, `password = "${PASSWORD}"`,
		`csrf = 'css("input[name=csrf]", "value")'`, `"/api/orders/{{order_id}}"`, `'jsonpath("$.state") == "paid"'`, "always  = true",
		`# leads through redirects, which are part of the step: 1`)

	fresh := httptest.NewServer(demo.NewShop(demo.Story{}))
	defer fresh.Close()
	p.TOML = strings.ReplaceAll(p.TOML, recorded.URL, fresh.URL)
	c := load(t, p, map[string]string{"PASSWORD": demo.Password})
	result, transcript := probes.Runner{}.Run(t.Context(), c.Journeys[0].Journey, time.Time{})
	if result.Verdict != probes.Passed {
		t.Fatalf("%s: %+v\n%+v\n%s", result.Step, result.Failure, transcript, p.TOML)
	}
	if len(result.Steps) != 6 {
		t.Errorf("%d steps, want 6", len(result.Steps))
	}

	wrong := load(t, p, map[string]string{"PASSWORD": "another-one"})
	if result, _ := (probes.Runner{}).Run(t.Context(), wrong.Journeys[0].Journey, time.Time{}); result.Verdict != probes.Failed || !strings.Contains(result.Step, "/login") {
		t.Errorf("with a wrong password: %v at %q", result.Verdict, result.Step)
	}
}

// buy walks through the shop and returns the values that only this walk has.
func buy(c *chrome, shop string) (csrf, order string) {
	c.t.Helper()
	c.do("GET", shop+"/", "", "")
	csrf = regexp.MustCompile(`value="(\w+)"`).FindStringSubmatch(c.do("GET", shop+"/login", "", ""))[1]
	form := url.Values{"csrf": {csrf}, "user": {demo.User}, "password": {demo.Password}}
	c.do("POST", shop+"/login", "application/x-www-form-urlencoded", form.Encode())
	c.do("POST", shop+"/api/cart", "application/json", `{"sku":"espresso"}`)
	var paid struct{ ID string }
	if err := json.Unmarshal([]byte(c.do("POST", shop+"/api/orders", "application/json", `{"confirm":true}`)), &paid); err != nil || paid.ID == "" {
		c.t.Fatalf("no order: %v", err)
	}
	c.do("DELETE", shop+"/api/orders/"+paid.ID, "", "")
	return csrf, paid.ID
}
