package config

import (
	"reflect"
	"testing"
)

// A journey that did not change keeps its place over a reload, which the agent
// finds out by comparing all of it.
func TestTheSameFilesGiveTheSameNetwork(t *testing.T) {
	text := `[[journey]]
name = "shop"
tls = { ca_file = "ca.pem", cert_file = "probe.pem", key_file = "probe.key" }
[[journey.step]]
name = "home"
get = "https://shop.example/"
`
	read := func() Journey {
		t.Helper()
		c, err := Parse("f.toml", []byte(text), "testdata/tls", environment{}.lookup)
		if err != nil {
			t.Fatal(err)
		}
		return c.Journeys[0]
	}
	if a, b := read(), read(); !reflect.DeepEqual(a.Journey, b.Journey) || len(a.Network.TLS.Certificates) != 1 {
		t.Errorf("%+v\n%+v", a.Network, b.Network)
	}
}
