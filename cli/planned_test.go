package cli

import (
	"strings"
	"testing"
	"time"

	"github.com/forewarn/forewarn/config"
)

func TestCheckAndStatusSayWhichMaintenanceComesNext(t *testing.T) {
	c, err := config.Parse("forewarn.toml", []byte(`
[[maintenance]]
name = "database"
journeys = ["checkout", "search"]
days = ["Sun"]
from = "02:00"
for  = "3h"
timezone = "Europe/Kyiv"

[[maintenance]]
name = "move"
from = "2026-10-24T20:00:00Z"
for = "1h"

[[journey]]
name = "checkout"
step = [{ name = "open", get = "https://shop.example/" }]

[[journey]]
name = "search"
step = [{ name = "open", get = "https://shop.example/" }]

[[journey]]
name = "login"
step = [{ name = "open", get = "https://shop.example/" }]
`), t.TempDir(), func(string) (string, bool) { return "", false })
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[string]string{
		"2026-10-24T19:00:00Z": "maintenance of checkout, search, login:\n  move, in 60 min: Sat 24 Oct 20:00 to Sat 24 Oct 21:00 UTC",
		"2026-10-24T21:00:00Z": "maintenance of checkout, search:\n  database, in 2 h: Sun 25 Oct 02:00 to Sun 25 Oct 04:00 EET",
		"2026-10-25T01:59:00Z": "maintenance of checkout, search:\n  database, until Sun 25 Oct 04:00 EET: measures, opens no incident",
	} {
		now, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		printPlanned(&b, c, now)
		if got := strings.TrimSpace(b.String()); got != want {
			t.Errorf("at %s: %s\nwant %s", at, got, want)
		}
	}
}
