package cli

import (
	"os"
	"strings"
	"testing"

	"github.com/forewarn/forewarn/config"
)

func TestJourneysThatAreAlikeAreShownOnce(t *testing.T) {
	const file = `[[journey]]
name     = "search"
matrix   = { region = ["eu", "us"], page = [1, 2] }
base_url = "https://{{region}}.shop.example"
step     = [{ name = "search", get = "/?page={{page}}" }]
[[journey]]
name = "pay"
step = [{ name = "pay", get = "https://shop.example/" }, { name = "paid", get = "https://shop.example/paid" }]
[[journey]]
name = "look"
step = [{ name = "look", get = "https://shop.example/" }]
`
	c, err := config.Parse("shop.toml", []byte(file), "", os.LookupEnv)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	printReadiness(&out, c)
	if got := strings.Count(out.String(), "availability"); got != 3 {
		t.Errorf("%d journeys are shown, want 3:\n%s", got, out.String())
	}
	at := -1
	for _, header := range []string{"\nsearch/eu/1, search/eu/2, search/us/1, search/us/2\n", "\npay\n", "\nlook\n"} {
		next := strings.Index(out.String(), header)
		if next <= at {
			t.Errorf("%q is not shown, or not in the order of the file:\n%s", header, out.String())
		}
		at = next
	}
}
