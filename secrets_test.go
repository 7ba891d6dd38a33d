package main_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/forewarn/forewarn/notify/slackfake"
)

// TestAProductThatSaysAllItKnowsTellsNoSecretToAnybody runs the real program
// against a product that says back whatever it is sent, in every spelling, and
// looks for the secrets wherever forewarn writes: its log, its database, what
// it tells, what it serves and what its commands print.
func TestAProductThatSaysAllItKnowsTellsNoSecretToAnybody(t *testing.T) {
	g := &gossip{secrets: map[string]string{}}
	for _, name := range []string{"env", "file", "captured", "basic", "bearer", "query", "hook", "ping"} {
		g.secrets[name] = `"<` + name + `4711Geheim&/ ` + "'x"
	}
	g.secrets["ping"] = "ping4711Geheim0123456789" // goes into a URL as it is
	product, hook := httptest.NewServer(g), httptest.NewServer(http.HandlerFunc(g.refuse))
	t.Cleanup(product.Close)
	t.Cleanup(hook.Close)
	w := &realWorld{t: t, dir: t.TempDir(), slack: slackfake.New(slackfake.Settings{})}
	slack := httptest.NewServer(w.slack)
	t.Cleanup(slack.Close)
	address := freeAddress(t)
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(w.dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("password.txt", g.secrets["file"]+"\n")
	write("bearer.txt", g.secrets["bearer"]+"\n")
	write("basic.txt", g.secrets["basic"]+"\n")
	t.Setenv("TEST_API_KEY", g.secrets["env"])
	t.Setenv("TEST_PING_ID", g.secrets["ping"])
	write("forewarn.toml", fmt.Sprintf(`
[agent]
listen   = %q
timezone = "UTC"
[noise]
group_within = "0s"
[slack]
channel   = "#alerts"
bot_token = "${TEST_SLACK_TOKEN}"
api_url   = "%s/api/"
[[route]]
name         = "hook"
json_webhook = "%s/%s"
journeys     = ["login"]
`, address, slack.URL, hook.URL, url.PathEscape(g.secrets["hook"]))+g.journeys(product.URL))

	p := w.start()
	base := "http://" + address
	until(t, func() bool { return status(base+"/readyz") == http.StatusOK }, p.log.String)
	if code := post(t, base+"/ping/"+g.secrets["ping"]+"/fail", "it said "+g.secrets["ping"]); code != http.StatusOK {
		t.Fatalf("the ping is answered %d", code)
	}
	const burn = 7 // journeys, and the job
	until(t, func() bool { return w.count("Burning")+w.count("Never") >= burn-1 && g.hooked() > 0 }, func() string {
		return p.log.String() + fmt.Sprint(w.slack.Top())
	})

	said := map[string]string{}
	for _, path := range []string{"/", "/metrics", "/healthz", "/readyz"} {
		said[path] = get(t, base+path)
	}
	for _, args := range []string{"status", "status --json", "incident list", "incident list --json", "outbox list", "digest", "check",
		"backup copy.db", "once -v", "once --format json", "once --format junit", "once --format tap", "once --format har"} {
		out, _ := program(t.Context(), w.dir, strings.Fields(args)...).CombinedOutput() // once exits with 4
		said["forewarn "+args] = string(out)
	}
	for n := range burn {
		out, _ := program(t.Context(), w.dir, "incident", "show", fmt.Sprint(n+1)).CombinedOutput()
		said["forewarn incident show"] += string(out)
	}
	p.stop(t)
	said["the log"] = p.log.String()
	for _, m := range w.slack.Messages() {
		said["Slack"] += m.Text + string(m.Blocks) + string(m.Metadata)
	}
	said["the hook"] = g.told()
	files, err := filepath.Glob(filepath.Join(w.dir, "*.db*"))
	if err != nil || len(files) < 2 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		said[filepath.Base(file)] += string(content)
	}

	for name := range g.secrets {
		if !g.heard(name) && name != "ping" && name != "hook" {
			t.Errorf("the product was never sent the secret %q: the test shows nothing of it", name)
		}
		for where, text := range said {
			for _, leak := range spellings(g.secrets[name]) {
				if i := strings.Index(text, leak); i >= 0 {
					t.Errorf("the secret %q is in %s: …%q…", name, where, text[max(0, i-120):min(len(text), i+len(leak)+20)])
					break
				}
			}
		}
	}
	for _, where := range []string{"the log", "Slack", "forewarn.db", "forewarn incident show", "forewarn once -v", "forewarn once --format har"} {
		if !strings.Contains(said[where], "•••") {
			t.Errorf("nothing was hidden in %s: what the product said did not get there: %.2000s", where, said[where])
		}
	}
}

// spellings are texts that only somebody has who knows the secret: its middle,
// which no escape changes, and what base64 leaves of that.
func spellings(secret string) []string {
	middle := regexp.MustCompile(`\w+4711Geheim`).FindString(secret)
	all := []string{middle, url.QueryEscape(middle)}
	for offset := range 3 {
		text := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", offset) + middle))
		all = append(all, text[4:len(text)-4])
	}
	return all
}

// gossip is a product that says all it knows, and a hook that takes nothing
// before it was told once.
type gossip struct {
	secrets map[string]string // by name
	mu      sync.Mutex
	asked   strings.Builder
	posted  strings.Builder
}

// journeys fail in every way that has words of the product in it.
func (g *gossip) journeys(base string) string {
	journey := func(name, keys, step string) string {
		return fmt.Sprintf("[[journey]]\nname = %q\nevery = \"500ms\"\n%s\n  [[journey.step]]\n  name = \"ask\"\n%s\n", name, keys, step)
	}
	here := fmt.Sprintf("base_url = %q\n", base)
	secrets := here + "secrets = { env = \"${TEST_API_KEY}\", file = \"${file:password.txt}\", basic = \"${file:basic.txt}\", bearer = \"${file:bearer.txt}\" }\n"
	return journey("login", secrets, `
  post    = "/login/{{env}}?q={{file}}"
  json    = { key = "{{env}}", password = "{{file}}" }
  capture = { token = 'jsonpath("$.token")' }
  secret_captures = ["token"]
  [[journey.step]]
  name    = "use"
  post    = "/echo/{{token}}"
  headers = { "X-Key" = "{{token}}" }
  form    = { token = "{{token}}", password = "{{file}}" }`) +
		journey("judged", secrets, `
  get    = "/say/{{env}}?q={{file}}"
  expect = ['body == "nothing"']`) +
		journey("header", secrets, `
  get    = "/say/{{env}}"
  expect = ['header("X-Echo") == "nothing"']`) +
		journey("lost", secrets+"basic = { user = \"ann\", password = \"{{basic}}\" }", `
  get = "/away/{{env}}?q={{basic}}"`) +
		journey("borne", secrets+"bearer = \"{{bearer}}\"", `
  get    = "/say/x"
  expect = ['jsonpath("$.query") == "nothing"']`) +
		journey("with a token", here, fmt.Sprintf(`
  get = "/broken/x?access_token=%s"`, url.QueryEscape(g.secrets["query"]))) +
		"[[heartbeat]]\nname = \"backup\"\nid = \"${TEST_PING_ID}\"\n"
}

// ServeHTTP says back what it is asked, in every spelling.
func (g *gossip) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	dump, _ := httputil.DumpRequest(r, true)
	credentials := r.Header.Get("Authorization")
	if _, password, ok := r.BasicAuth(); ok {
		credentials = password
	}
	path, _ := url.PathUnescape(r.URL.EscapedPath())
	query, _ := url.QueryUnescape(r.URL.RawQuery)
	known := path + " " + query + " " + credentials + " " + r.Header.Get("X-Key")
	g.mu.Lock()
	g.asked.WriteString(known + string(dump))
	g.mu.Unlock()

	w.Header().Set("X-Echo", url.QueryEscape(known))
	switch {
	case strings.HasPrefix(r.URL.Path, "/login/"):
	case strings.HasPrefix(r.URL.Path, "/away/"):
		http.Redirect(w, r, "http://127.0.0.1:1/"+url.PathEscape(known)+"?"+r.URL.RawQuery, http.StatusFound)
		return
	case strings.HasPrefix(r.URL.Path, "/echo/"), strings.HasPrefix(r.URL.Path, "/broken/"):
		w.WriteHeader(http.StatusInternalServerError)
	}
	answer := map[string]string{"query": known, "dump": string(dump), "html": html.EscapeString(known),
		"escaped": url.QueryEscape(known), "base64": base64.StdEncoding.EncodeToString([]byte(known)), "token": g.secrets["captured"]}
	if !strings.HasPrefix(r.URL.Path, "/login/") && !strings.HasPrefix(r.URL.Path, "/echo/") {
		delete(answer, "token") // nobody told them that it is one
	}
	_ = json.NewEncoder(w).Encode(answer)
}

// refuse is the hook: it says its own address back, which is a secret, and
// takes what is told from the second time on.
func (g *gossip) refuse(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.posted.Len() == 0 {
		w.WriteHeader(http.StatusServiceUnavailable)
		fmt.Fprint(w, r.URL.EscapedPath(), r.URL.Path)
	}
	g.posted.Write(body)
	g.posted.WriteByte('\n')
}

func (g *gossip) hooked() int { return strings.Count(g.told(), "\n") - 1 }

func (g *gossip) told() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.posted.String()
}

func (g *gossip) heard(name string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return strings.Contains(g.asked.String(), spellings(g.secrets[name])[0])
}

func status(address string) int {
	response, err := http.Get(address)
	if err != nil {
		return 0
	}
	_ = response.Body.Close()
	return response.StatusCode
}

func get(t *testing.T, address string) string {
	t.Helper()
	response, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func post(t *testing.T, address, body string) int {
	t.Helper()
	client := http.Client{Timeout: 10 * time.Second}
	response, err := client.Post(address, "text/plain", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	return response.StatusCode
}
