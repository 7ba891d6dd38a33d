package config

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/forewarn/forewarn/internal/golden"
)

// canaries is a file with a secret in every place that can hold one. Every
// secret is a run of Qs, and nothing else has two of them in a row.
const canaries = `[agent]
api_token = "QQQQQQQQQQQQ-QQQQQ"
heartbeat_url = "https://hc.example/QQQQQQQQQQQQ"
[slack]
channel = "#shop"
bot_token = "xoxb-QQQQQQQQQQQQ"
app_token = 'xapp-QQQQQQQQQQQQ'
[[journey]]
name = "inline"
base_url = "https://shop.example"
secrets = { password = "QQQQQQQQQQQQ", other = 'QQQQQQQQQQQQ' }
bearer = "QQQQQQQQQQQQ"
[[journey.step]]
name = "home"
get = "/{{password}}"
basic = { user = "ann", password = "QQQQQQQQQQQQ" }
[[journey]]
name = "table"
proxy = "http://ann:QQQQQQQQQQQQ@proxy.example"
base_url = "https://shop.example"
[journey.secrets]
a = "QQQQQQQQQQQQ"
b = """
QQQQQQQQQQQQ
QQQQQQQQQQQQ"""
c = "${SECRET}"
[[journey.step]]
name = "home"
post = "/{{a}}"
form = { x = "{{b}}", y = "{{c}}" }
[[journey.limit]]
signal = "latency"
above = "1s"
`

func TestSecretsAppearInNoProblemHoweverTheFileIsBroken(t *testing.T) {
	env := environment{"SECRET": "QQQQQQQQQQQQ"}
	if _, err := Parse("f.toml", []byte(canaries), "/", env.lookup); err != nil {
		t.Fatal(err)
	}
	broken := 0
	try := func(text, how string) {
		c, err := Parse("f.toml", []byte(text), "/", env.lookup)
		said := fmt.Sprint(c.Warnings)
		if err != nil {
			broken++
			said = err.Error()
		}
		if at := strings.Index(said, "QQ"); at >= 0 {
			t.Errorf("%s: %s", how, said[max(0, at-200):])
		}
	}
	for i := range len(canaries) {
		before, after := canaries[:i], canaries[i+1:]
		try(before+after, fmt.Sprintf("without byte %d, %q", i, canaries[i]))
		for _, c := range "\"'\n=[}#\\x" {
			try(before+string(c)+canaries[i:], fmt.Sprintf("%q before byte %d", c, i))
		}
		try(before+"\n"+after, fmt.Sprintf("a line break for byte %d", i))
		try(before, fmt.Sprintf("cut at byte %d", i))
	}
	lines := strings.SplitAfter(canaries, "\n")
	for i := range lines {
		for j := range lines {
			swapped := append([]string{}, lines...)
			swapped[i], swapped[j] = lines[j], lines[i]
			try(strings.Join(swapped, ""), fmt.Sprintf("lines %d and %d swapped", i+1, j+1))
		}
		try(strings.Join(lines[:i], "")+strings.Join(lines[i+1:], ""), fmt.Sprintf("without line %d", i+1))
	}
	if broken < 5000 {
		t.Errorf("only %d of the variants are broken: the test looks at too little", broken)
	}
}

func TestTheWordsOfOurMessagesAreAllKnown(t *testing.T) {
	golden.Compare(t, "words.txt", strings.Join(golden.Words(t, "*.go"), "\n")+"\n")
}

func TestNoUsualWayOfPrintingShowsASecret(t *testing.T) {
	c, err := Parse("f.toml", []byte(canaries), "/", environment{"SECRET": "QQQQQQQQQQQQ"}.lookup)
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("slack", "slack", c.Slack, "token", c.Slack.BotToken)
	text, err := json.Marshal(struct {
		Slack Slack
		Beat  Secret
		API   Secret
	}{c.Slack, c.Agent.Heartbeat, c.Agent.APIToken})
	if err != nil {
		t.Fatal(err)
	}
	all := fmt.Sprintf("%v %+v %#v %s %q %x\n%s\n%s\n%v", c.Slack, c.Slack, c.Slack, c.Slack.BotToken, c.Slack.BotToken,
		c.Slack.BotToken, text, log.String(), c.Readiness())
	if strings.Contains(all, "QQ") || strings.Contains(all, "5151") || !strings.Contains(all, mask) {
		t.Error(all)
	}
	if string(c.Slack.BotToken) != "xoxb-QQQQQQQQQQQQ" {
		t.Error("the token itself is lost")
	}
}
