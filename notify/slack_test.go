package notify

import (
	"errors"
	"io"
	"log"
	"net"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/notify/slackfake"
)

const (
	token    = "xoxb-s3cr3t-t0k3n"
	appToken = "xapp-s3cr3t-t0k3n"
)

// serve starts a workspace on loopback and a bot in it.
func serve(t *testing.T, s slackfake.Settings) (*slackfake.Server, *Slack) {
	t.Helper()
	s.Token = token
	fake := slackfake.New(s)
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	return fake, NewSlack(SlackSettings{Token: token, Channel: "#alerts", APIURL: server.URL + "/api/"})
}

func deliver(t *testing.T, c Channel, m Message) Receipt {
	t.Helper()
	r, err := c.Deliver(t.Context(), m)
	if err != nil {
		t.Fatalf("%s: %v", m.ID, err)
	}
	return r
}

func message(t *testing.T, name string) Message { return tellings()[name].message(t) }

// aimed is m at an earlier message.
func aimed(m Message, at Ref) Message {
	m.Target = at
	return m
}

func TestOneIncidentIsOneThread(t *testing.T) {
	fake, bot := serve(t, slackfake.Settings{})
	soon := deliver(t, bot, message(t, "soon"))
	if !soon.Head {
		t.Error("the first message does not become the incident's")
	}
	deliver(t, bot, aimed(message(t, "sooner"), soon.Ref))
	burning := deliver(t, bot, message(t, "burning"))
	if !burning.Head || burning.Ref == soon.Ref {
		t.Error("burning does not take over")
	}
	came := aimed(message(t, "settled-came"), soon.Ref)
	came.See = burning.Ref
	if r := deliver(t, bot, came); r.Head {
		t.Error("the settled forecast takes over")
	}
	deliver(t, bot, aimed(message(t, "acknowledged"), burning.Ref))
	deliver(t, bot, aimed(message(t, "resolved"), burning.Ref))

	top := fake.Top()
	if len(top) != 2 {
		t.Fatalf("%d messages at the top, want 2", len(top))
	}
	if !strings.HasPrefix(top[0].Text, "Soon, it came: ") || !strings.Contains(top[0].Reads(), "/archives/C0FAKE00001/p") {
		t.Errorf("the forecast's message does not say what came of it, with a link: %s", top[0].Reads())
	}
	if !strings.HasPrefix(top[1].Text, "Resolved: ") || !strings.Contains(top[1].Reads(), "acknowledged by Ana") {
		t.Errorf("the incident's message is not true any more: %s", top[1].Reads())
	}
	replies := fake.Replies(top[1])
	if len(replies) != 1 || !strings.Contains(replies[0].Reads(), "*Resolved* after 31 min") {
		t.Errorf("replies: %v", replies)
	}
	if replies[0].DeliveryID() != "inc-42/resolved/1/slack" {
		t.Errorf("the reply carries %q", replies[0].DeliveryID())
	}
}

func TestAnEditThatIsRefusedBecomesANewMessage(t *testing.T) {
	for _, code := range []string{"message_not_found", "cant_update_message", "edit_window_closed"} {
		fake, bot := serve(t, slackfake.Settings{})
		burning := deliver(t, bot, message(t, "burning"))
		fake.Inject(slackfake.Fault{Method: "chat.update", Code: code, Times: 1})
		r := deliver(t, bot, aimed(message(t, "resolved"), burning.Ref))
		if top := fake.Top(); len(top) != 2 || !strings.HasPrefix(top[1].Text, "Resolved: ") {
			t.Errorf("%s: at the top: %v", code, top)
		} else if !r.Head || r.TS != top[1].TS {
			t.Errorf("%s: the new message is not the incident's: %v", code, r)
		}
	}
}

func TestADeletedParentIsNoticed(t *testing.T) {
	fake, bot := serve(t, slackfake.Settings{})
	burning := deliver(t, bot, message(t, "burning"))
	fake.Inject(slackfake.Fault{Method: "chat.postMessage", Times: 1, Then: func() { fake.Delete(fake.Top()[0]) }})
	r := deliver(t, bot, aimed(message(t, "resolved"), burning.Ref))
	if top := fake.Top(); len(top) != 1 || r.TS != top[0].TS || !r.Head {
		t.Errorf("the reply without a parent is not the incident's message: %v, at the top %v", r, top)
	}
}

func TestBlocksThatSlackRefusesAreLeftOut(t *testing.T) {
	fake, bot := serve(t, slackfake.Settings{})
	for _, code := range []string{"invalid_blocks", "msg_blocks_too_long", "metadata_too_large"} {
		times := 1
		if strings.HasPrefix(code, "metadata") {
			times = 2
		}
		fake.Inject(slackfake.Fault{Method: "chat.postMessage", Code: code, Times: times})
		r := deliver(t, bot, message(t, "burning"))
		last := fake.Top()[len(fake.Top())-1]
		if last.Blocks != nil || !strings.HasPrefix(last.Text, "Burning: ") {
			t.Errorf("%s: got %+v", code, last)
		}
		if hasID := last.DeliveryID() != ""; hasID != (times == 1) {
			t.Errorf("%s: metadata there: %t", code, hasID)
		}
		if !strings.Contains(r.Repaired, code) {
			t.Errorf("%s: the receipt says %q", code, r.Repaired)
		}
	}
}

func TestAChartThatSlackRefusesIsLeftOutAlone(t *testing.T) {
	fake, bot := serve(t, slackfake.Settings{})
	for times, want := range []string{"data_visualization", "How sure", ""} {
		if times > 0 {
			fake.Inject(slackfake.Fault{Method: "chat.postMessage", Code: "invalid_blocks", Times: times})
		}
		r := deliver(t, bot, message(t, "soon"))
		last := fake.Top()[len(fake.Top())-1]
		if shown := string(last.Blocks); !strings.Contains(shown, want) || times > 0 && strings.Contains(shown, "data_visualization") {
			t.Errorf("after %d refusals it reads %s", times, shown)
		}
		if repaired := [...]string{"", "sent without its chart: invalid_blocks", "sent as text only: invalid_blocks"}[times]; r.Repaired != repaired {
			t.Errorf("after %d refusals the receipt says %q", times, r.Repaired)
		}
	}
}

func TestAnEditWithoutBlocksClearsTheOldOnes(t *testing.T) {
	fake, bot := serve(t, slackfake.Settings{})
	burning := deliver(t, bot, message(t, "burning"))
	fake.Inject(slackfake.Fault{Method: "chat.update", Code: "invalid_blocks", Times: 1})
	deliver(t, bot, aimed(message(t, "acknowledged"), burning.Ref))
	if m := fake.Top()[0]; m.Blocks != nil || !strings.HasPrefix(m.Text, "Acknowledged by Ana") {
		t.Errorf("old blocks stay beside the new text: %+v", m)
	}
}

// failures are the ways in which a post can end badly, and what that means.
func failures() map[string]struct {
	fault slackfake.Fault
	class Class
	after time.Duration
	sent  int // messages that stand in the workspace afterwards
} {
	type failure = struct {
		fault slackfake.Fault
		class Class
		after time.Duration
		sent  int
	}
	return map[string]failure{
		"lost reply":              {slackfake.Fault{Lose: true}, Ambiguous, 0, 1},
		"cut connection":          {slackfake.Fault{Drop: true}, Ambiguous, 0, 0},
		"hang":                    {slackfake.Fault{Hang: true}, Ambiguous, 0, 0},
		"hang after accepting":    {slackfake.Fault{HangAfter: true}, Ambiguous, 0, 1},
		"429":                     {slackfake.Fault{Status: 429, RetryAfter: 7 * time.Second}, Rate, 7 * time.Second, 0},
		"429 without Retry-After": {slackfake.Fault{Status: 429}, Rate, 0, 0},
		"500":                     {slackfake.Fault{Status: 500}, Ambiguous, 0, 0},
		"503 in HTML":             {slackfake.Fault{Status: 503, Body: "<html>"}, Ambiguous, 0, 0},
		"200 in HTML":             {slackfake.Fault{Status: 200, Body: "<html>captive portal</html>"}, Ambiguous, 0, 0},
		"200 and empty JSON":      {slackfake.Fault{Status: 200, Body: "{}"}, Ambiguous, 0, 0},
		"404":                     {slackfake.Fault{Status: 404}, Config, 0, 0},
		"fatal_error":             {slackfake.Fault{Code: "fatal_error"}, Ambiguous, 0, 0},
		"an unknown code":         {slackfake.Fault{Code: "a_new_code_of_2027"}, Ambiguous, 0, 0},
		"ratelimited":             {slackfake.Fault{Code: "ratelimited"}, Rate, 0, 0},
		"invalid_auth":            {slackfake.Fault{Code: "invalid_auth"}, Config, 0, 0},
		"token_revoked":           {slackfake.Fault{Code: "token_revoked"}, Config, 0, 0},
		"missing_scope":           {slackfake.Fault{Code: "missing_scope"}, Config, 0, 0},
		"is_archived":             {slackfake.Fault{Code: "is_archived"}, Destination, 0, 0},
		"not_in_channel":          {slackfake.Fault{Code: "not_in_channel"}, Destination, 0, 0},
		"msg_too_long":            {slackfake.Fault{Code: "msg_too_long"}, Payload, 0, 0},
	}
}

func TestEveryFailureIsWhatItMeans(t *testing.T) {
	for name, want := range failures() {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fake, dial := bubble(t, slackfake.Settings{Token: token})
				bot := NewSlack(SlackSettings{Token: token, Channel: "#alerts", APIURL: "http://slack.test/api/", Dial: dial})
				want.fault.Method = "chat.postMessage"
				fake.Inject(want.fault)
				_, err := bot.Deliver(t.Context(), message(t, "burning"))
				e, ok := errors.AsType[*Error](err)
				if !ok {
					t.Fatalf("got %v, want an *Error", err)
				}
				if e.Class != want.class || e.After != want.after {
					t.Errorf("%q is %v after %v, want %v after %v", e, e.Class, e.After, want.class, want.after)
				}
				if got := len(fake.Messages()); got != want.sent {
					t.Errorf("%d messages stand there, want %d", got, want.sent)
				}
				if n := len(fake.Requests("chat.postMessage")); n != 1 && e.Class != Payload {
					t.Errorf("sent %d times", n)
				}
				secretless(t, e.Error())
			})
		})
	}
}

func TestWhatNeverReachedSlackIsSurelyNotSent(t *testing.T) {
	refused, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	refused.Close() // nobody listens there any more
	secure := httptest.NewUnstartedServer(slackfake.New(slackfake.Settings{}))
	secure.Config.ErrorLog = log.New(io.Discard, "", 0) // it is refused on purpose
	secure.StartTLS()
	t.Cleanup(secure.Close)
	open := httptest.NewServer(slackfake.New(slackfake.Settings{}))
	t.Cleanup(open.Close)
	for name, address := range map[string]string{
		"refused":            "http://" + refused.Addr().String(),
		"unknown host":       "http://no-such-host.invalid",
		"handshake refused":  secure.URL,
		"no TLS on the port": strings.Replace(open.URL, "http:", "https:", 1),
	} {
		for _, c := range []Channel{
			NewSlack(SlackSettings{Token: token, Channel: "#alerts", APIURL: address + "/api/"}),
			NewWebhook(WebhookSettings{URL: address + slackfake.WebhookPath}),
		} {
			_, err := c.Deliver(t.Context(), message(t, "burning"))
			if e := errorOf(err); e.Class != NotSent {
				t.Errorf("%s, %s: %v is %v", c.Name(), name, e, e.Class)
			}
			secretless(t, err.Error())
		}
	}
}

// secretless fails the test if s names a token or a webhook.
func secretless(t *testing.T, s string) {
	t.Helper()
	for _, secret := range []string{token, appToken, "s3cr3t", "w3bh00k", "r3sp0ns3", "t1ck3t", slackfake.WebhookPath} {
		if strings.Contains(s, secret) {
			t.Errorf("a secret in %q", s)
		}
	}
}

func TestALookIntoTheHistoryFindsALostMessage(t *testing.T) {
	for _, name := range []string{"burning", "resolved"} {
		fake, bot := serve(t, slackfake.Settings{})
		m := message(t, name)
		if m.Op == Follow {
			m = aimed(m, deliver(t, bot, message(t, "burning")).Ref)
		}
		before := len(fake.Messages())
		m.First = time.Now()
		fake.Inject(slackfake.Fault{Method: "chat.postMessage", Lose: true, Times: 1})
		if _, err := bot.Deliver(t.Context(), m); err == nil {
			t.Fatal("the lost reply went unnoticed")
		}
		m.Tried = time.Now()
		r := deliver(t, bot, m)
		all := fake.Messages()
		if len(all) != before+1 {
			t.Errorf("%s: sent %d times", name, len(all)-before)
		}
		if want := all[len(all)-1].TS; m.Op == Post && r.TS != want {
			t.Errorf("%s: found %s, want %s", name, r.TS, want)
		}
	}
}

func TestAMessageIsFoundByItsFirstBlockToo(t *testing.T) {
	fake, bot := serve(t, slackfake.Settings{})
	m := message(t, "burning")
	m.First, m.Tried = time.Now(), time.Now()
	fake.Inject(slackfake.Fault{Method: "chat.postMessage", Lose: true, Times: 1})
	_, _ = bot.Deliver(t.Context(), Message{ID: m.ID, Op: Post, Text: m.Text, Header: m.Header, Context: m.Context})
	fake.Forget()
	deliver(t, bot, m)
	if n := len(fake.Messages()); n != 1 {
		t.Errorf("sent %d times", n)
	}
}

func TestNotFoundAtOnceProvesNothing(t *testing.T) {
	fake, bot := serve(t, slackfake.Settings{})
	m := message(t, "burning")
	m.First, m.Tried = time.Now().Add(-time.Minute), time.Now()
	_, err := bot.Deliver(t.Context(), m)
	if e := errorOf(err); err == nil || e.Class != Ambiguous || e.After <= 0 || e.After > settle {
		t.Errorf("got %v, want another look in some seconds", err)
	}
	m.Tried = time.Now().Add(-settle)
	deliver(t, bot, m)
	if m := fake.Messages(); len(m) != 1 || strings.Contains(m[0].Reads(), "may be a repeat") {
		t.Errorf("got %v, want it once, and no doubt about it", m)
	}
}

func TestWithoutTheHistoryAMessageSaysThatItMayBeARepeat(t *testing.T) {
	fake, bot := serve(t, slackfake.Settings{Scopes: []string{"chat:write"}})
	for _, name := range []string{"burning", "resolved"} {
		m := message(t, name)
		if m.Op == Follow {
			m = aimed(m, Ref{"C0FAKE00001", fake.Top()[0].TS})
		}
		m.First, m.Tried = time.Now(), time.Now()
		deliver(t, bot, m)
		if all := fake.Messages(); !strings.Contains(all[len(all)-1].Reads(), "may be a repeat") {
			t.Errorf("%s: got %s", name, all[len(all)-1].Reads())
		}
	}
}

func TestAFailedLookLeavesItOpen(t *testing.T) {
	for name, fault := range map[string]slackfake.Fault{
		"rate": {Status: 429, RetryAfter: 9 * time.Second}, "error": {Status: 500}, "cut": {Drop: true},
	} {
		fake, bot := serve(t, slackfake.Settings{})
		fault.Method = "conversations.history"
		fake.Inject(fault)
		m := message(t, "burning")
		m.First, m.Tried = time.Now(), time.Now().Add(-time.Hour)
		_, err := bot.Deliver(t.Context(), m)
		if e := errorOf(err); err == nil || e.Class != Ambiguous || len(fake.Messages()) != 0 {
			t.Errorf("%s: got %v and %d messages, want to look again", name, err, len(fake.Messages()))
		}
	}
}

func TestAMessageNeverPingsByItself(t *testing.T) {
	fake, bot := serve(t, slackfake.Settings{})
	x := spoil(tellings()["burning-down"], "<!channel> @here <@U0123456789>")
	deliver(t, bot, x.message(t))
	if pings := fake.Top()[0].Pings(); len(pings) > 0 {
		t.Errorf("pings %v", pings)
	}
	sent := fake.Requests("chat.postMessage")[0].Values
	for key, want := range map[string]string{"parse": "none", "link_names": "false", "unfurl_links": "false", "unfurl_media": "false"} {
		if sent.Get(key) != want {
			t.Errorf("%s is %q, want %q", key, sent.Get(key), want)
		}
	}
}

func TestCheckNamesWhatIsWrongAndTheFix(t *testing.T) {
	all := []string{"chat:write", "channels:read", "channels:history"}
	in := slackfake.Channel{ID: "C0FAKE00001", Name: "alerts", Member: true}
	many := []slackfake.Channel{{ID: "C1", Name: "one", Member: true}, {ID: "C2", Name: "two", Member: true}, in}
	out := in
	out.Member = false
	old := in
	old.Archived = true
	for name, c := range map[string]struct {
		settings slackfake.Settings
		channel  string
		want     []string // part of each problem; "!" before a fatal one
	}{
		"nothing":          {slackfake.Settings{Scopes: all}, "#alerts", nil},
		"by id":            {slackfake.Settings{Scopes: all}, "C0FAKE00001", nil},
		"on a later page":  {slackfake.Settings{Scopes: all, Channels: many}, "#alerts", nil},
		"no scopes told":   {slackfake.Settings{Scopes: []string{}}, "#alerts", []string{"channels:read"}},
		"no chat:write":    {slackfake.Settings{Scopes: all[1:]}, "#alerts", []string{"!lacks the scope chat:write"}},
		"no history":       {slackfake.Settings{Scopes: all[:2]}, "#alerts", []string{"may arrive twice"}},
		"no channels:read": {slackfake.Settings{Scopes: []string{all[0], all[2]}}, "#alerts", []string{"cannot be checked"}},
		"not invited":      {slackfake.Settings{Scopes: all, Channels: []slackfake.Channel{out}}, "#alerts", []string{"!/invite @forewarn"}},
		"not invited, id":  {slackfake.Settings{Scopes: all, Channels: []slackfake.Channel{out}}, "C0FAKE00001", []string{"!/invite @forewarn"}},
		"public anyway":    {slackfake.Settings{Scopes: append(all, "chat:write.public"), Channels: []slackfake.Channel{out}}, "#alerts", []string{"/invite"}},
		"no such channel":  {slackfake.Settings{Scopes: all}, "C0FAKE00009", []string{"!check slack.channel"}},
		"archived":         {slackfake.Settings{Scopes: all, Channels: []slackfake.Channel{old}}, "C0FAKE00001", []string{"!unarchive"}},
	} {
		_, bot := serve(t, c.settings)
		bot.settings.Channel = c.channel
		checkProblems(t, name, bot.Check(t.Context()), c.want)
	}
}

func checkProblems(t *testing.T, name string, got []Problem, want []string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: got %v, want %v", name, got, want)
		return
	}
	for i, w := range want {
		part, fatal := strings.CutPrefix(w, "!")
		if !strings.Contains(got[i].String(), part) || got[i].Fatal != fatal || got[i].Fix == "" {
			t.Errorf("%s: got %q (fatal %t, fix %q), want %q", name, got[i], got[i].Fatal, got[i].Fix, w)
		}
		secretless(t, got[i].String())
	}
}

func TestCheckSaysThatTheTokenIsWrong(t *testing.T) {
	fake, bot := serve(t, slackfake.Settings{})
	fake.Revoke()
	checkProblems(t, "revoked", bot.Check(t.Context()), []string{"!slack.bot_token: token_revoked: put the app's bot token"})
	fake.Change(func(s *slackfake.Settings) { s.Token = "xoxb-another" })
	checkProblems(t, "wrong", bot.Check(t.Context()), []string{"!slack.bot_token: invalid_auth: put the app's bot token"})
	fake.Inject(slackfake.Fault{Status: 503})
	checkProblems(t, "down", bot.Check(t.Context()), []string{"forewarn keeps trying"})
}

func TestEveryKindOfEventHasItsWay(t *testing.T) {
	for k, want := range map[alert.EventKind]Op{
		alert.WentSoon: Post, alert.WentBurning: Post, alert.NeverPassed: Post,
		alert.Sooner: Edit, alert.Receded: Edit, alert.BurnsAgain: Edit, alert.Acknowledged: Edit, alert.Snoozed: Edit, alert.Settled: Edit,
		alert.WentResolved: Follow, alert.CannotSee: Follow, alert.SeesAgain: Follow, alert.RuleRemoved: Follow,
	} {
		if got := opOf(k); got != want {
			t.Errorf("%s: %d, want %d", k, got, want)
		}
	}
}
