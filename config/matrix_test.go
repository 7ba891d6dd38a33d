package config

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A reload compares journeys by name and meaning: what a matrix made before
// must be the same after a value was added.
func TestAnotherValueOfAMatrixLeavesTheOtherJourneysAsTheyWere(t *testing.T) {
	parse := func(values string) map[string]string {
		c, err := Parse("f.toml", []byte(`[[journey]]
name     = "checkout"
matrix   = { region = [`+values+`] }
base_url = "https://{{region}}.shop.example"
lock     = "account"
step     = [{ name = "open", get = "/" }]
limit    = [{ signal = "latency", above = "1s" }]`), "/", environment{}.lookup)
		if err != nil {
			t.Fatal(err)
		}
		journeys := map[string]string{}
		for _, j := range c.Journeys {
			var b strings.Builder
			dumpJourney(&b, j)
			for _, l := range j.Limits {
				b.WriteString(l.Key.Journey + ": " + l.Key.Limit + "\n")
			}
			journeys[j.Name] = b.String()
		}
		return journeys
	}
	before, after := parse(`"eu", "us"`), parse(`"ua", "eu", "us"`)
	if len(before) != 2 || len(after) != 3 || !strings.Contains(after["checkout/ua"], "checkout/ua: journey latency") {
		t.Errorf("%v\n%v", before, after)
	}
	delete(after, "checkout/ua")
	if diff := cmp.Diff(before, after); diff != "" {
		t.Error(diff)
	}
}
