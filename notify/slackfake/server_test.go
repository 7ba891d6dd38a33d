package slackfake

import (
	"encoding/json"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// call asks a method as a client would.
func call(t *testing.T, s *Server, method string, args ...string) map[string]any {
	t.Helper()
	v := url.Values{"token": {"xoxb-fake"}}
	for i := 0; i+1 < len(args); i += 2 {
		v.Set(args[i], args[i+1])
	}
	r := httptest.NewRequest("POST", "/api/"+method, strings.NewReader(v.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	var got map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatalf("%s: %v in %q", method, err, w.Body)
	}
	return got
}

func want(t *testing.T, got map[string]any, code string) {
	t.Helper()
	if said, _ := got["error"].(string); said != code || got["ok"] != (code == "") {
		t.Errorf("got %v, want %q", got, code)
	}
}

func TestEveryMessageHasItsOwnRisingTimestamp(t *testing.T) {
	s, last := New(Settings{}), ""
	for range 100 {
		ts := call(t, s, "chat.postMessage", "channel", "#alerts", "text", "x")["ts"].(string)
		if ts <= last {
			t.Fatalf("%s after %s", ts, last)
		}
		last = ts
	}
}

func TestRefusalsAreThoseOfSlack(t *testing.T) {
	s := New(Settings{Channels: []Channel{
		{ID: "C1", Name: "in", Member: true}, {ID: "C2", Name: "out"}, {ID: "C3", Name: "old", Member: true, Archived: true}, {ID: "C4", Name: "hidden", Private: true},
	}})
	post := func(args ...string) map[string]any { return call(t, s, "chat.postMessage", args...) }
	want(t, post("channel", "in", "text", "x"), "")
	want(t, post("channel", "#out", "text", "x"), "not_in_channel")
	want(t, post("channel", "C3", "text", "x"), "is_archived")
	want(t, post("channel", "hidden", "text", "x"), "channel_not_found")
	want(t, post("channel", "C9", "text", "x"), "channel_not_found")
	want(t, post("channel", "in"), "no_text")
	want(t, post("channel", "in", "text", "x", "metadata", "{}"), "invalid_metadata_format")
	want(t, post("channel", "in", "text", "x", "blocks", `[{"type":"header"}]`), "invalid_blocks")
	want(t, post("channel", "in", "text", "x", "token", ""), "not_authed")
	want(t, post("channel", "in", "text", "x", "token", "xoxb-wrong"), "invalid_auth")
	want(t, call(t, s, "chat.update", "channel", "C1", "ts", "1.2", "text", "x"), "message_not_found")
	want(t, call(t, s, "conversations.info", "channel", "in"), "channel_not_found")
	want(t, call(t, s, "chat.startStream"), "unknown_method")
	s.Change(func(settings *Settings) { settings.Scopes = []string{"chat:write"} })
	want(t, call(t, s, "conversations.history", "channel", "C1"), "missing_scope")
	s.Revoke()
	want(t, post("channel", "in", "text", "x"), "token_revoked")
}

func TestAnEditKeepsWhatItDoesNotName(t *testing.T) {
	s := New(Settings{})
	const blocks = `[{"type":"divider","block_id":"a"}]`
	ts := call(t, s, "chat.postMessage", "channel", "#alerts", "text", "x", "blocks", blocks)["ts"].(string)
	want(t, call(t, s, "chat.update", "channel", "C0FAKE00001", "ts", ts, "text", "y"), "")
	if m := s.Messages()[0]; m.Text != "y" || string(m.Blocks) != blocks || m.Edits != 1 {
		t.Errorf("got %+v", m)
	}
	want(t, call(t, s, "chat.update", "channel", "C0FAKE00001", "ts", ts, "blocks", "[]"), "")
	if m := s.Messages()[0]; m.Text != "y" || m.Blocks != nil {
		t.Errorf("got %+v", m)
	}
}

func TestHistoryAndRepliesAreApart(t *testing.T) {
	s := New(Settings{})
	post := func(text, thread string) string {
		return call(t, s, "chat.postMessage", "channel", "#alerts", "text", text, "thread_ts", thread)["ts"].(string)
	}
	parent := post("parent", "")
	post("reply", parent)
	post("later", "")
	texts := func(a map[string]any) (all string) {
		for _, m := range a["messages"].([]any) {
			all += m.(map[string]any)["text"].(string) + " "
		}
		return all
	}
	if got := texts(call(t, s, "conversations.history", "channel", "C0FAKE00001")); got != "later parent " {
		t.Errorf("history: %s", got)
	}
	if got := texts(call(t, s, "conversations.replies", "channel", "C0FAKE00001", "ts", parent, "oldest", parent)); got != "parent reply " {
		t.Errorf("replies: %s", got)
	}
	s.Delete(s.Messages()[0])
	post("orphan", parent)
	if top := s.Top(); len(top) != 2 || top[1].Text != "orphan" {
		t.Errorf("a reply to what is gone does not stand alone: %v", top)
	}
}

func TestAFaultStrikesAsOftenAsItShould(t *testing.T) {
	s := New(Settings{})
	s.Inject(Fault{Method: "auth.test", Code: "fatal_error", Times: 2, Skip: 1})
	for i, code := range []string{"", "fatal_error", "fatal_error", "", ""} {
		if got := call(t, s, "auth.test"); got["ok"] != (code == "") {
			t.Errorf("request %d: %v", i, got)
		}
	}
	s.Inject(Fault{Code: "fatal_error"})
	want(t, call(t, s, "auth.test"), "fatal_error")
	s.Heal()
	want(t, call(t, s, "auth.test"), "")
}
