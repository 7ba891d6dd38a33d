package cli

import (
	"fmt"
	"testing"

	"github.com/forewarn/forewarn/config"
)

func TestAReloadSaysWhichJourneysItChanged(t *testing.T) {
	configured := func(above string, names ...string) config.Config {
		t.Helper()
		text := ""
		for _, name := range names {
			text += fmt.Sprintf("[[journey]]\nname = %q\nbase_url = \"https://shop.example\"\n[[journey.step]]\nname = \"open\"\nget = \"/\"\n"+
				"expect = ['status == 200']\n[[journey.limit]]\nsignal = \"latency\"\nabove = %q\n", name, above)
		}
		c, err := config.Parse("f.toml", []byte(text), t.TempDir(), func(string) (string, bool) { return "", false })
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	for _, c := range []struct {
		old, next config.Config
		want      string
	}{
		{configured("1s", "a", "b"), configured("1s", "a", "b"), ""},
		{configured("1s", "a", "b"), configured("1s", "b", "c"), "forewarn's configuration, new: c; gone: a"},
		{configured("1s", "a"), configured("2s", "a"), "forewarn's configuration, changed: a"},
		{configured("1s", "a"), configured("1s", "a", "b", "c", "d", "e"), "forewarn's configuration, new: b, c, d ..."},
	} {
		if got := changesOf(c.old, c.next); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}
