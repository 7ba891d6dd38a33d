package notify

import (
	"bytes"
	"encoding/json"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"github.com/forewarn/forewarn/notify/slackfake"
)

func scopeNames() (names []string) {
	for _, s := range Scopes() {
		names = append(names, s.Name)
	}
	return names
}

func TestTheManifestAsksForTheScopesThatAreUsedAndNoOther(t *testing.T) {
	text, err := Manifest()
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	var m slack.Manifest
	if err := decoder.Decode(&m); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(m.OAuthConfig.Scopes.Bot, scopeNames()) || !m.Settings.SocketModeEnabled || m.Settings.Interactivity.RequestUrl != "" {
		t.Errorf("the manifest is %s", text)
	}
	address, err := NewAppURL()
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(address)
	if err != nil || u.Query().Get("new_app") != "1" || len(address) > 4000 {
		t.Errorf("the address is %s", address)
	}
	var same slack.Manifest
	if err := json.Unmarshal([]byte(u.Query().Get("manifest_json")), &same); err != nil || !slices.Equal(same.OAuthConfig.Scopes.Bot, scopeNames()) {
		t.Errorf("the address holds another manifest: %v", err)
	}
}

func TestWithTheScopesOfTheManifestEverythingWorks(t *testing.T) {
	fake, bot := serve(t, slackfake.Settings{Scopes: scopeNames()})
	if problems := bot.Check(t.Context()); problems != nil {
		t.Errorf("problems: %v", problems)
	}
	lacks, err := bot.Lacks(t.Context())
	if err != nil || lacks != nil {
		t.Errorf("lacks %v, %v", lacks, err)
	}
	var steps []string
	if err := bot.Rehearse(t.Context(), func(step string, _ error) { steps = append(steps, step) }); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(steps, ", "); got != "posts, updates, answers in the thread, deletes" {
		t.Errorf("it %s", got)
	}
	if left := fake.Messages(); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	for _, method := range []string{"chat.postMessage", "chat.update", "chat.delete"} {
		if len(fake.Requests(method)) == 0 {
			t.Errorf("%s was not tried", method)
		}
	}
}

func TestEachScopeThatIsMissingIsNamed(t *testing.T) {
	for _, scope := range Scopes() {
		left := slices.DeleteFunc(scopeNames(), func(s string) bool { return s == scope.Name })
		_, bot := serve(t, slackfake.Settings{Scopes: left})
		lacks, err := bot.Lacks(t.Context())
		if err != nil || len(lacks) != 1 || lacks[0] != scope {
			t.Errorf("without %s it lacks %v, %v", scope.Name, lacks, err)
		}
		if err := bot.Rehearse(t.Context(), func(string, error) {}); (err != nil) != scope.Needs {
			t.Errorf("without %s: %v", scope.Name, err)
		}
	}
}

func TestTheDocsSayWhatEachScopeBuys(t *testing.T) {
	page, err := os.ReadFile("../docs/slack.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range Scopes() {
		if !strings.Contains(string(page), "| `"+s.Name+"` | "+s.Buys+" |") {
			t.Errorf("docs/slack.md does not say that %s %s", s.Name, s.Buys)
		}
	}
}
