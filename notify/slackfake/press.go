package slackfake

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
)

// User is somebody in the workspace.
type User struct{ ID, Name string }

// Answer is what only one user sees: what came of a click or a command.
type Answer struct {
	To     User
	Text   string
	Blocks json.RawMessage // nil: none
	At     time.Time
}

// Press lets u press the button of m with that action id, or choose the option
// of it that ends with choice, and returns the id of the envelope. It fails if
// m, as given, has no such button: a copy of a message that was edited
// meanwhile is what somebody sees who has not looked again.
func (s *Server) Press(u User, m Message, action, choice string) (envelope string, err error) {
	pressed, err := m.pressed(action, choice)
	if err != nil {
		return "", err
	}
	pressed["action_ts"] = fmt.Sprintf("%d.000001", time.Now().Unix())
	body := s.body(u, "block_actions")
	body["user"] = answer{"id": u.ID, "username": u.Name, "name": u.Name, "team_id": "T0FAKE"}
	body["channel"] = answer{"id": m.Channel, "name": "alerts"}
	body["container"] = answer{"type": "message", "message_ts": m.TS, "channel_id": m.Channel, "is_ephemeral": false}
	body["message"], body["actions"] = m.public(false), []answer{pressed}
	return s.hand("interactive", body), nil
}

// pressed is the action of one button of m.
func (m Message) pressed(id, choice string) (answer, error) {
	var blocks []struct {
		BlockID  string `json:"block_id"`
		Elements []struct {
			Type, Value string
			ActionID    string `json:"action_id"`
			Options     []answer
		}
	}
	_ = json.Unmarshal(m.Blocks, &blocks) // other blocks have other elements
	for _, b := range blocks {
		for _, e := range b.Elements {
			if e.ActionID != id || id == "" {
				continue
			}
			a := answer{"type": e.Type, "action_id": id, "block_id": b.BlockID}
			if e.Type == "button" {
				a["value"] = e.Value
				return a, nil
			}
			i := slices.IndexFunc(e.Options, func(o answer) bool { return strings.HasSuffix(o["value"].(string), choice) })
			if i < 0 {
				return nil, fmt.Errorf("%s has no option %q", id, choice)
			}
			a["selected_option"] = e.Options[i]
			return a, nil
		}
	}
	return nil, fmt.Errorf("the message %q has no button %s", m.Text, id)
}

// Type lets u type the slash command with text behind it.
func (s *Server) Type(u User, text string) (envelope string) {
	body := s.body(u, "")
	body["command"], body["text"] = "/forewarn", text
	body["user_id"], body["user_name"] = u.ID, u.Name
	body["channel_id"], body["channel_name"] = "C0FAKE00001", "alerts"
	return s.hand("slash_commands", body)
}

// body is what clicks and commands have in common.
func (s *Server) body(u User, kind string) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, u)
	n := len(s.asked)
	return answer{"type": kind, "token": "verification-token", "team_id": "T0FAKE", "api_app_id": "A0FAKE",
		"team": answer{"id": "T0FAKE", "domain": "fake"}, "trigger_id": fmt.Sprintf("1234.5678.%d", n),
		"response_url": fmt.Sprintf("http://%s%s%d/r3sp0ns3", s.host, respondPath, n)}
}

// Answers are what users were told alone, in order.
func (s *Server) Answers() []Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.answers)
}

// serveResponse takes what is said to a response URL.
func (s *Server) serveResponse(w http.ResponseWriter, r *http.Request) {
	fault := s.arrived(Request{Method: "respond", At: time.Now()})
	body, err := io.ReadAll(r.Body)
	if err != nil || fault.before(w, r) {
		return
	}
	var said struct {
		Type    string `json:"response_type"`
		Replace bool   `json:"replace_original"`
		Text    string
		Blocks  json.RawMessage
	}
	var n int
	_, err = fmt.Sscanf(r.URL.Path, respondPath+"%d/r3sp0ns3", &n)
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case err != nil || n < 1 || n > len(s.asked):
		http.Error(w, `{"ok":false,"error":"used_url"}`, http.StatusNotFound)
	case json.Unmarshal(body, &said) != nil, said.Type != "ephemeral", said.Replace, said.Text == "",
		said.Blocks != nil && len(Validate(said.Blocks)) > 0:
		http.Error(w, "invalid_payload", http.StatusBadRequest)
	default:
		s.answers = append(s.answers, Answer{s.asked[n-1], said.Text, said.Blocks, time.Now()})
		_, _ = fmt.Fprint(w, "ok")
	}
}
