package config

import (
	"fmt"
	"strings"
	"testing"

	"github.com/forewarn/forewarn/internal/golden"
)

func readinessOf(t *testing.T, text string) string {
	t.Helper()
	c, err := Parse("f.toml", []byte(text), "/", environment{}.lookup)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, row := range c.Readiness() {
		state := "yes"
		if !row.Shown {
			state = "NO "
		}
		fmt.Fprintf(&b, "%-8s %s  %-14s %s", row.Journey, state, row.What, row.Detail)
		if row.Key != "" {
			fmt.Fprintf(&b, "  -> %s", row.Key)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

const looks = `
[[tls]]
name = "mail"
address = "mail.example:465"
[[tls.limit]]
signal = "cert"
below = "14d"
[[tcp]]
name = "cache"
address = "cache.example:6379"
[[tcp.limit]]
signal = "latency"
above = "200ms"
[[dns]]
name = "zone"
lookup = "shop.example"
runbook = "https://wiki.example/dns"
[[heartbeat]]
name = "backup"
id = "5f0e6d8ad6a84bb1b2c9e0c7c2f5a111"
`

func TestReadinessNamesWhatWillBeShownWhatNotAndTheKey(t *testing.T) {
	got := readinessOf(t, `
[agent]
listen = ""
[slack]
webhook_url = "https://hooks.slack.com/services/T0/B0/abc"
[[journey]]
name = "plain"
[[journey.step]]
name = "open"
get = "http://shop.example/"
`) + "\n" + readinessOf(t, `
[agent]
url = "https://forewarn.example"
heartbeat_url = "https://hc.example/1"
[slack]
channel = "#shop"
bot_token = "xoxb-1"
app_token = "xapp-1"
[[journey]]
name = "checkout"
base_url = "https://shop.example"
runbook = "https://wiki.example"
[[journey.step]]
name = "open"
get = "/"
[[journey.step]]
name = "pay"
post = "/pay"
[[journey.limit]]
signal = "latency"
above = "1500ms"
[[journey.limit]]
signal = "latency"
step = "pay"
above = "800ms"
ahead = "0s"
[[journey.limit]]
signal = "errors"
above = "2.5%"
[[journey.limit]]
signal = "cert"
below = "14d"
`) + "\n" + readinessOf(t, smallest) + "\n" + readinessOf(t, looks)
	golden.Compare(t, "testdata/readiness.txt", got)
}

// Unknown is a value of its own: a row that is not shown says why.
func TestEveryMissingThingHasItsReason(t *testing.T) {
	c, err := Parse("f.toml", []byte(smallest), "/", environment{}.lookup)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range c.Readiness() {
		if row.Detail == "" || row.What == "" || row.Shown && row.Key != "" {
			t.Errorf("%+v", row)
		}
	}
}
