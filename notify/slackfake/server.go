package slackfake

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// WebhookPath is where the incoming webhook of the first channel listens. Its
// last part is the secret.
const WebhookPath = "/services/T0FAKE/B0FAKE/w3bh00ks3cr3t"

// hostField carries the Host of a request to the call that needs it.
const hostField = "_host"

// Settings are what a Server starts with. The zero Settings are one public
// channel "alerts" that the bot is in, the tokens "xoxb-fake" and
// "xapp-fake", and every scope.
type Settings struct {
	Token    string
	AppToken string
	Scopes   []string
	Channels []Channel
	Groups   map[string][]string // user ids by the id of a user group
}

// Channel is one conversation.
type Channel struct {
	ID, Name string
	Private  bool
	Archived bool
	Member   bool // the bot is in it
}

// Message is what people see, and what it carries beside that.
type Message struct {
	Channel  string // id
	TS       string
	ThreadTS string // "": at the top of the channel
	Text     string
	Blocks   json.RawMessage // nil: none
	Metadata json.RawMessage // nil: none
	Edits    int
	Webhook  bool
	File     string    // the id of a file shown with it; "" is none
	At       time.Time // when it was posted
}

// Request is one call that reached the server, whatever became of it.
type Request struct {
	Method string // such as "chat.update", or "webhook"
	At     time.Time
	Values url.Values // of an API call
}

// Server is one workspace. Its methods may be called while it serves.
type Server struct {
	mu       sync.Mutex
	settings Settings
	messages []Message
	files    []File
	requests []Request
	faults   []Fault
	last     int64 // microseconds of the last ts

	host      string // that the last call went to
	sockets   []*socket
	tickets   int
	cutNext   bool
	envelopes []Envelope
	asked     []User // who clicked or typed, by the number in the response URL
	answers   []Answer
}

// New makes a workspace.
func New(s Settings) *Server {
	if s.Token == "" {
		s.Token = "xoxb-fake"
	}
	if s.AppToken == "" {
		s.AppToken = "xapp-fake"
	}
	if s.Scopes == nil {
		s.Scopes = []string{"chat:write", "commands", "usergroups:read", "channels:read", "groups:read", "channels:history", "groups:history"}
	}
	if s.Channels == nil {
		s.Channels = []Channel{{ID: "C0FAKE00001", Name: "alerts", Member: true}}
	}
	return &Server{settings: s}
}

// ServeHTTP is the API and the webhook.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	method, isAPI := strings.CutPrefix(r.URL.Path, "/api/")
	switch {
	case strings.HasPrefix(r.URL.Path, socketPath):
		s.serveSocket(w, r)
		return
	case strings.HasPrefix(r.URL.Path, respondPath):
		s.serveResponse(w, r)
		return
	case strings.HasPrefix(r.URL.Path, uploadPath):
		s.serveUpload(w, r)
		return
	case !isAPI:
		s.serveWebhook(w, r)
		return
	}
	if err := r.ParseForm(); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	fault := s.arrived(Request{method, time.Now(), r.Form})
	if fault.before(w, r) {
		return
	}
	token := r.Form.Get("token")
	if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		token = bearer
	}
	r.Form.Set(hostField, r.Host)
	answer, scopes := s.call(method, token, r.Form)
	fault.after(r)
	w.Header().Set("X-OAuth-Scopes", scopes)
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(answer)
}

// answer is the body of an API response.
type answer map[string]any

func refuse(code string, more ...any) answer {
	a := answer{"ok": false, "error": code}
	for i := 0; i+1 < len(more); i += 2 {
		a[more[i].(string)] = more[i+1]
	}
	return a
}

// methods are the calls that exist, with the scopes of which one is needed.
func methods() map[string]struct {
	scopes []string
	call   func(*Server, url.Values) answer
} {
	type method = struct {
		scopes []string
		call   func(*Server, url.Values) answer
	}
	read, history := []string{"channels:read", "groups:read"}, []string{"channels:history", "groups:history"}
	return map[string]method{
		"auth.test":             {nil, (*Server).authTest},
		"chat.postMessage":      {[]string{"chat:write"}, (*Server).postMessage},
		"chat.update":           {[]string{"chat:write"}, (*Server).update},
		"chat.delete":           {[]string{"chat:write"}, (*Server).delete},
		"chat.getPermalink":     {nil, (*Server).permalink},
		"conversations.info":    {read, (*Server).info},
		"users.conversations":   {read, (*Server).conversations},
		"conversations.history": {history, (*Server).history},
		"conversations.replies": {history, (*Server).replies},
		"usergroups.users.list": {[]string{"usergroups:read"}, (*Server).members},
		"apps.connections.open": {nil, (*Server).open},

		"files.getUploadURLExternal":   {[]string{"files:write"}, (*Server).uploadURL},
		"files.completeUploadExternal": {[]string{"files:write"}, (*Server).completeUpload},
	}
}

// call does what a method does, and names the token's scopes.
func (s *Server) call(name, token string, v url.Values) (a answer, scopes string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.allowed(name, token, v), strings.Join(s.settings.Scopes, ",")
}

func (s *Server) allowed(name, token string, v url.Values) answer {
	m, known := methods()[name]
	s.host = v.Get(hostField)
	switch {
	case !known:
		return refuse("unknown_method")
	case name == "apps.connections.open" && token == s.settings.AppToken:
		return m.call(s, v)
	case name == "apps.connections.open" && token == s.settings.Token && token != "":
		return refuse("not_allowed_token_type")
	case token == "":
		return refuse("not_authed")
	case s.settings.Token == "":
		return refuse("token_revoked")
	case token != s.settings.Token:
		return refuse("invalid_auth")
	}
	has := func(scope string) bool { return slices.Contains(s.settings.Scopes, scope) }
	if len(m.scopes) > 0 && !slices.ContainsFunc(m.scopes, has) {
		return refuse("missing_scope", "needed", m.scopes[0], "provided", strings.Join(s.settings.Scopes, ","))
	}
	return m.call(s, v)
}

func (s *Server) authTest(url.Values) answer {
	return answer{"ok": true, "url": "https://fake.slack.com/", "team": "fake", "team_id": "T0FAKE",
		"user": "forewarn", "user_id": "U0FAKE00001", "bot_id": "B0FAKE00001"}
}

// serveWebhook takes a message as an incoming webhook does: plain words for
// an answer, and nothing else about the message.
func (s *Server) serveWebhook(w http.ResponseWriter, r *http.Request) {
	fault := s.arrived(Request{Method: "webhook", At: time.Now()})
	body, err := io.ReadAll(r.Body)
	if err != nil || fault.before(w, r) {
		return
	}
	status, said := s.fromWebhook(r, body)
	fault.after(r)
	w.WriteHeader(status)
	_, _ = io.WriteString(w, said)
}

func (s *Server) fromWebhook(r *http.Request, body []byte) (status int, said string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var m struct {
		Text   string
		Blocks json.RawMessage
	}
	c := s.settings.Channels[0]
	switch {
	case r.URL.Path != WebhookPath || s.settings.Token == "":
		return http.StatusNotFound, "no_service"
	case json.Unmarshal(body, &m) != nil:
		return http.StatusBadRequest, "invalid_payload"
	case m.Text == "" && len(m.Blocks) == 0:
		return http.StatusBadRequest, "no_text"
	case len(m.Blocks) > 0 && len(Validate(m.Blocks)) > 0:
		return http.StatusBadRequest, "invalid_blocks"
	case c.Archived:
		return http.StatusGone, "channel_is_archived"
	}
	s.messages = append(s.messages, Message{
		Channel: c.ID, TS: s.stamp(), Text: m.Text, Blocks: m.Blocks, Webhook: true, At: time.Now(),
	})
	return http.StatusOK, "ok"
}

// stamp is the next ts: unique and rising, as Slack's are within a channel.
func (s *Server) stamp() string {
	s.last = max(s.last+1, time.Now().UnixMicro())
	return fmt.Sprintf("%d.%06d", s.last/1e6, s.last%1e6)
}
