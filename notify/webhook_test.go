package notify

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/forewarn/forewarn/notify/slackfake"
)

func serveWebhook(t *testing.T) (*slackfake.Server, *Webhook) {
	t.Helper()
	fake := slackfake.New(slackfake.Settings{})
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	return fake, NewWebhook(WebhookSettings{URL: server.URL + slackfake.WebhookPath})
}

func TestAWebhookPostsAndCanDoNoMore(t *testing.T) {
	fake, hook := serveWebhook(t)
	for _, name := range []string{"soon", "burning", "resolved"} {
		if r := deliver(t, hook, message(t, name)); r != (Receipt{}) {
			t.Errorf("%s: claims to be able to edit %v", name, r)
		}
	}
	top := fake.Top()
	if len(top) != 3 || !strings.HasPrefix(top[2].Text, "Resolved: ") || top[2].Blocks == nil {
		t.Errorf("got %v", top)
	}
}

// Slack has answered 200 with an error in the body; only "ok" is success.
func TestAWebhookBelievesOnlyOK(t *testing.T) {
	for name, c := range map[string]struct {
		fault slackfake.Fault
		class Class
		after time.Duration
		says  string
	}{
		"200 with an error":   {slackfake.Fault{Status: 200, Body: "channel_is_archived"}, Destination, 0, "unarchive"},
		"200 with a new code": {slackfake.Fault{Status: 200, Body: "some_new_code"}, Ambiguous, 0, "some_new_code"},
		"200 in HTML":         {slackfake.Fault{Status: 200, Body: "<html>ok</html>"}, Ambiguous, 0, "HTTP 200"},
		"200 and nothing":     {slackfake.Fault{Status: 200}, Ambiguous, 0, "HTTP 200"},
		"gone":                {slackfake.Fault{Status: 404, Body: "no_service"}, Config, 0, "slack.webhook_url"},
		"forbidden":           {slackfake.Fault{Status: 403, Body: "action_prohibited"}, Config, 0, "administrator"},
		"archived":            {slackfake.Fault{Status: 410, Body: "channel_is_archived"}, Destination, 0, "unarchive"},
		"rate":                {slackfake.Fault{Status: 429, RetryAfter: 3 * time.Second}, Rate, 3 * time.Second, "429"},
		"rate, no header":     {slackfake.Fault{Status: 429}, Rate, 0, "429"},
		"server error":        {slackfake.Fault{Status: 500, Body: "rollup_error"}, Ambiguous, 0, "HTTP 500"},
		"proxy":               {slackfake.Fault{Status: 407}, Config, 0, "proxy"},
		"payload":             {slackfake.Fault{Status: 400, Body: "invalid_payload"}, Payload, 0, "invalid_payload"},
		"lost reply":          {slackfake.Fault{Lose: true}, Ambiguous, 0, "may have arrived"},
	} {
		fake, hook := serveWebhook(t)
		c.fault.Method = "webhook"
		fake.Inject(c.fault)
		_, err := hook.Deliver(t.Context(), message(t, "burning"))
		if err == nil {
			t.Errorf("%s: taken for a success", name)
			continue
		}
		if e := errorOf(err); e.Class != c.class || e.After != c.after || !strings.Contains(e.Reason, c.says) {
			t.Errorf("%s: %q is %v after %v, want %v after %v, with %q", name, e, e.Class, e.After, c.class, c.after, c.says)
		}
		secretless(t, err.Error())
	}
}

func TestAWebhookLeavesRefusedBlocksOut(t *testing.T) {
	fake, hook := serveWebhook(t)
	fake.Inject(slackfake.Fault{Method: "webhook", Status: 400, Body: "invalid_blocks", Times: 1})
	r := deliver(t, hook, message(t, "burning"))
	if m := fake.Top(); len(m) != 1 || m[0].Blocks != nil || !strings.Contains(r.Repaired, "invalid_blocks") {
		t.Errorf("got %v, %q", m, r.Repaired)
	}
}

func TestAWebhookSaysThatAMessageMayBeARepeat(t *testing.T) {
	fake, hook := serveWebhook(t)
	m := message(t, "burning")
	m.First, m.Tried = time.Now(), time.Now()
	deliver(t, hook, m)
	if reads := fake.Top()[0].Reads(); !strings.Contains(reads, "may be a repeat") {
		t.Errorf("got %s", reads)
	}
}

func TestCheckingAWebhookPostsNothing(t *testing.T) {
	fake, hook := serveWebhook(t)
	checkProblems(t, "living", hook.Check(t.Context()), nil)
	fake.Revoke()
	checkProblems(t, "gone", hook.Check(t.Context()), []string{"!slack.webhook_url: no_service: the webhook is gone"})
	fake.Inject(slackfake.Fault{Drop: true})
	checkProblems(t, "down", hook.Check(t.Context()), []string{"forewarn keeps trying"})
	hook.settings.URL = "hooks.slack.com/services/T0/B0/s3cr3t"
	checkProblems(t, "no address", hook.Check(t.Context()), []string{"!slack.webhook_url is not a web address"})
	if n := len(fake.Messages()); n != 0 {
		t.Errorf("posted %d messages", n)
	}
}
