package slackfake

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

// Messages are all that stand in the workspace, oldest first, edited ones as
// they read now.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.messages)
}

// Top are the messages at the top of channels, oldest first.
func (s *Server) Top() []Message {
	return slices.DeleteFunc(s.Messages(), func(m Message) bool { return m.ThreadTS != "" })
}

// Replies are the messages in the thread of parent, oldest first.
func (s *Server) Replies(parent Message) []Message {
	return slices.DeleteFunc(s.Messages(), func(m Message) bool { return m.ThreadTS != parent.TS })
}

// Requests are all calls of method so far, in order; of all methods with "".
func (s *Server) Requests(method string) []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.requests), func(r Request) bool {
		return method != "" && r.Method != method
	})
}

// Delete takes a message away, as a person with the right to would.
func (s *Server) Delete(m Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.messages = slices.DeleteFunc(s.messages, func(old Message) bool { return old.TS == m.TS })
}

// Forget drops the metadata of all messages, as servers do that only speak
// Slack's API.
func (s *Server) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.messages {
		s.messages[i].Metadata = nil
	}
}

// Revoke takes the token and the webhook away.
func (s *Server) Revoke() { s.Change(func(settings *Settings) { settings.Token = "" }) }

// Change changes the workspace: a new token, a scope less, a channel archived.
func (s *Server) Change(change func(*Settings)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settings.Channels = slices.Clone(s.settings.Channels)
	change(&s.settings)
}

// DeliveryID is the id that forewarn gave m, from its metadata or, as Slack
// does not keep that everywhere, its first block.
func (m Message) DeliveryID() string {
	var meta struct {
		Payload struct {
			ID string `json:"delivery_id"`
		} `json:"event_payload"`
	}
	if m.Metadata != nil && json.Unmarshal(m.Metadata, &meta) == nil {
		return meta.Payload.ID
	}
	var blocks []struct {
		ID string `json:"block_id"`
	}
	if m.Blocks != nil && json.Unmarshal(m.Blocks, &blocks) == nil && len(blocks) > 0 {
		return blocks[0].ID
	}
	return ""
}

// Pings are the marks in m that would notify people beyond the channel's own
// settings: of everybody, of a group, of one.
func (m Message) Pings() []string {
	marks := regexp.MustCompile(`<!(channel|here|everyone|subteam)[^>]*>|<@[^>]*>`)
	bare := regexp.MustCompile(`@(channel|here|everyone)\b`)
	pings := marks.FindAllString(m.Text, -1)
	for _, t := range texts(m.Blocks) {
		if t.Type != "mrkdwn" {
			continue
		}
		pings = append(pings, marks.FindAllString(t.Text, -1)...)
		if !t.Verbatim {
			pings = append(pings, bare.FindAllString(t.Text, -1)...)
		}
	}
	return pings
}

// Reads is all that a reader of m's blocks sees, one line per text.
func (m Message) Reads() string {
	var lines []string
	for _, t := range texts(m.Blocks) {
		lines = append(lines, t.Text)
	}
	return strings.Join(lines, "\n")
}

// text is one of Slack's text objects.
type text struct {
	Type, Text string
	Verbatim   bool
}

// texts are all text objects of blocks, in order.
func texts(blocks json.RawMessage) []text {
	var list []struct {
		Text     *text
		Fields   []text
		Elements []json.RawMessage
	}
	if blocks == nil || json.Unmarshal(blocks, &list) != nil {
		return nil
	}
	var all []text
	for _, b := range list {
		if b.Text != nil {
			all = append(all, *b.Text)
		}
		all = append(all, b.Fields...)
		for _, e := range b.Elements {
			var t text
			if json.Unmarshal(e, &t) == nil && t.Text != "" {
				all = append(all, t)
			}
		}
	}
	return all
}
