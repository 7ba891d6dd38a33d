package cli

import (
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/forewarn/forewarn/config"
	"github.com/forewarn/forewarn/probes"
)

// proposed looks at address and returns the proposal and its configuration,
// which must be free of problems.
func proposed(t *testing.T, address, webhook string) (proposal, config.Config) {
	t.Helper()
	p, err := propose(t.Context(), address, webhook, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	c, err := config.Parse("forewarn.toml", []byte(p.TOML()), t.TempDir(), func(string) (string, bool) { return "https://hooks.example/x", true })
	if err != nil {
		t.Fatalf("%v\n%s", err, p.TOML())
	}
	return p, c
}

func TestAProposalIsAConfigurationOfAtMostTwentyLines(t *testing.T) {
	shop := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer shop.Close()
	p, c := proposed(t, shop.URL, "${HOOK}")
	p.results[0].Steps[0].CertEnd = time.Date(2030, 1, 2, 0, 0, 0, 0, time.UTC)
	if lines := strings.Count(p.TOML(), "\n"); lines > 20 {
		t.Errorf("%d lines with everything in it:\n%s", lines, p.TOML())
	}
	if len(c.Journeys) != 1 || len(c.Journeys[0].Limits) != 2 || c.Slack.Webhook != "https://hooks.example/x" {
		t.Errorf("%+v", c)
	}
}

func TestAnOddAddressIsAskedForExactlyAsItStands(t *testing.T) {
	var asked []string
	shop := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { asked = append(asked, r.RequestURI) }))
	defer shop.Close()
	for address, want := range map[string]string{
		"":                          "/",
		"/a b?q=ü&x=1#part":         "/a%20b?q=%C3%BC&x=1",
		"/q?a=\"b\"&c={{user}}":     "/q?a=%22b%22&c=%7B%7Buser%7D%7D",
		"/?home=${HOME}&path=C:\\x": "/?home=$%7BHOME%7D&path=C:%5Cx",
		"/100%25/it's":              "/100%25/it's",
		"/%7B%7Bid%7D%7D":           "/%7B%7Bid%7D%7D",
	} {
		asked = nil
		_, c := proposed(t, shop.URL+address, "")
		if len(asked) != looks || asked[0] != want {
			t.Errorf("%s: asked %d times for %q, want %q", address, len(asked), asked, want)
		}
		asked = nil
		runner := probes.Runner{}
		if r, transcript := runner.Run(t.Context(), c.Journeys[0].Journey, time.Time{}); r.Verdict != probes.Passed || asked[0] != want {
			t.Errorf("%s: the configuration asks for %q, want %q\n%s", address, asked, want, transcript)
		}
	}
}

func TestALimitLeavesRoomAboveWhatWasSeen(t *testing.T) {
	for _, c := range []struct{ median, slowest, want time.Duration }{
		{time.Millisecond, 2 * time.Millisecond, 200 * time.Millisecond},
		{100 * time.Millisecond, 120 * time.Millisecond, 300 * time.Millisecond},
		{110 * time.Millisecond, 120 * time.Millisecond, 400 * time.Millisecond},
		{100 * time.Millisecond, 900 * time.Millisecond, 1500 * time.Millisecond},
		{2500 * time.Millisecond, 3 * time.Second, 8 * time.Second},
	} {
		p := proposal{}
		for i := range looks {
			p.results = append(p.results, probes.Result{Duration: c.median})
			if i == 3 {
				p.results[i].Duration = c.slowest
			}
		}
		if got, why := p.latency(); got != c.want || !strings.Contains(why, short(c.median)) {
			t.Errorf("median %v, slowest %v: %v (%s), want %v", c.median, c.slowest, got, why, c.want)
		}
	}
}

func TestAPageThatCannotBeWatchedGetsAReasonAndARemedy(t *testing.T) {
	site := http.NewServeMux()
	site.HandleFunc("/private", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) })
	site.HandleFunc("/broken", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	site.HandleFunc("/cut", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	plain, secure := httptest.NewServer(site), httptest.NewUnstartedServer(site)
	secure.Config.ErrorLog = log.New(io.Discard, "", 0) // it sees us hang up
	secure.StartTLS()
	defer plain.Close()
	defer secure.Close()
	gone := httptest.NewServer(site)
	gone.Close()
	for address, c := range map[string]struct {
		code int
		want string
	}{
		plain.URL + "/private": {exitExpect, "a journey can log in"},
		plain.URL + "/broken":  {exitExpect, "status 502 Bad Gateway"},
		plain.URL + "/nothing": {exitExpect, "is the address right?"},
		plain.URL + "/cut":     {exitProbe, "is it http or https"},
		secure.URL:             {exitProbe, "SSL_CERT_FILE="},
		gone.URL:               {exitProbe, "connection refused"},
	} {
		_, err := propose(t.Context(), address, "", func(string) {})
		coded, ok := errors.AsType[exitError](err)
		if !ok || coded.code != c.code || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "\n  = ") {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestWhatIsNoAddressIsRefusedBeforeALook(t *testing.T) {
	for _, c := range []struct{ address, webhook, want string }{
		{"shop.example", "", "write it as https://shop.example/"},
		{"shop.example:8080", "", "write it as https://shop.example:8080/"},
		{"ftp://shop.example", "", "is not a web address"},
		{"https://ana:pw@shop.example", "", "a header and a secret"},
		{"https://shop.example", "hooks.slack.com/services/T0/B0/s3cret", "copy it from Slack"},
	} {
		_, err := propose(t.Context(), c.address, c.webhook, func(line string) { t.Errorf("%s: %s", c.address, line) })
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: %v, want %s", c.address, err, c.want)
		}
	}
}

func TestAPageThatSendsItsVisitorsOnIsSaid(t *testing.T) {
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			http.Redirect(w, r, "/en/", http.StatusFound)
		}
	}))
	defer shop.Close()
	p, _ := proposed(t, shop.URL, "")
	if want := "# leads to " + shop.URL + "/en/"; !strings.Contains(p.TOML(), want) {
		t.Errorf("%s\nlacks %s", p.TOML(), want)
	}
}
