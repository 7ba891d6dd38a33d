package config

import (
	"strings"
	"testing"
)

func TestReadinessSaysWhatMoneyWillBeShownAndWhatIsMissing(t *testing.T) {
	const journey = "[[journey]]\nname = \"a\"\nstep = [{ name = \"b\", get = \"http://shop.example/\" }]\nbusiness = { "
	for keys, want := range map[string][]string{
		`value = "40 EUR"`: {"NO   money          unknown: set completions_per_day under [journey.business]  -> [journey.business] "},
		`value = "40 EUR", completions_per_day = 120`: {"yes  money          at risk, being lost and lost by failures; rough:",
			`NO   cost of slowness unknown: set loss_per_100ms and good under [journey.business]  -> [journey.business] loss_per_100ms = `},
		`value = "40 EUR", completions_per_day = 120, loss_per_100ms = "1%", good = "400ms"`: {"yes  money ", "yes  cost of slowness what exceeds 400ms; from the share you set"},
		`value = "40 EUR", completions_per_day = 120, loss_per_100ms = "public", good = "1s"`: {"yes  money ",
			"yes  cost of slowness what exceeds 1s; from other companies' experiments, of page-load time"},
	} {
		got := readinessOf(t, journey+keys+" }\n")
		for _, row := range want {
			if !strings.Contains(got, "a        "+row) {
				t.Errorf("with %s no %q in\n%s", keys, row, got)
			}
		}
	}
}
