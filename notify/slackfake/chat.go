package slackfake

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"time"
)

func (s *Server) postMessage(v url.Values) answer {
	c, refused := s.destination(v.Get("channel"))
	if refused != nil {
		return refused
	}
	m := Message{Channel: c.ID, At: time.Now()}
	if refused := fill(&m, v); refused != nil {
		return refused
	}
	if m.Text == "" && m.Blocks == nil {
		return refuse("no_text")
	}
	// A reply to a message that is gone stands alone.
	if parent := s.index(c.ID, v.Get("thread_ts")); parent >= 0 {
		m.ThreadTS = s.messages[parent].TS
	}
	m.TS = s.stamp()
	s.messages = append(s.messages, m)
	return answer{"ok": true, "channel": c.ID, "ts": m.TS, "message": m.public(true)}
}

func (s *Server) update(v url.Values) answer {
	i := s.index(v.Get("channel"), v.Get("ts"))
	if i < 0 {
		return refuse("message_not_found")
	}
	m := s.messages[i]
	if m.Webhook {
		return refuse("cant_update_message")
	}
	if refused := fill(&m, v); refused != nil {
		return refused
	}
	m.Edits++
	s.messages[i] = m
	return answer{"ok": true, "channel": m.Channel, "ts": m.TS, "text": m.Text, "message": m.public(true)}
}

func (s *Server) delete(v url.Values) answer {
	i := s.index(v.Get("channel"), v.Get("ts"))
	if i < 0 {
		return refuse("message_not_found")
	}
	s.messages = slices.Delete(s.messages, i, i+1)
	return answer{"ok": true, "channel": v.Get("channel"), "ts": v.Get("ts")}
}

func (s *Server) permalink(v url.Values) answer {
	channel, ts := v.Get("channel"), v.Get("message_ts")
	if s.index(channel, ts) < 0 {
		return refuse("message_not_found")
	}
	return answer{"ok": true, "channel": channel,
		"permalink": "https://fake.slack.com/archives/" + channel + "/p" + strings.Replace(ts, ".", "", 1)}
}

// fill takes the content of a call into m: what is left out stays, blocks
// given as [] go.
func fill(m *Message, v url.Values) answer {
	const most = 13_200 // bytes of blocks: not documented, seen live
	if v.Has("text") {
		m.Text = v.Get("text")
	}
	if meta := v.Get("metadata"); meta != "" {
		var parsed struct {
			EventType string         `json:"event_type"`
			Payload   map[string]any `json:"event_payload"`
		}
		if json.Unmarshal([]byte(meta), &parsed) != nil || parsed.EventType == "" || parsed.Payload == nil {
			return refuse("invalid_metadata_format")
		}
		m.Metadata = json.RawMessage(meta)
	}
	blocks := v.Get("blocks")
	switch {
	case blocks == "":
		return nil
	case blocks == "[]":
		m.Blocks = nil
		return nil
	case len(blocks) > most:
		return refuse("msg_blocks_too_long")
	}
	if wrong := Validate([]byte(blocks)); len(wrong) > 0 {
		return refuse("invalid_blocks", "response_metadata", answer{"messages": wrong})
	}
	m.Blocks = json.RawMessage(blocks)
	return nil
}

// public is m as the API shows it.
func (m Message) public(metadata bool) answer {
	a := answer{"type": "message", "user": "U0FAKE00001", "bot_id": "B0FAKE00001", "ts": m.TS, "text": m.Text}
	if m.ThreadTS != "" {
		a["thread_ts"] = m.ThreadTS
	}
	if m.Blocks != nil {
		a["blocks"] = m.Blocks
	}
	if metadata && m.Metadata != nil {
		a["metadata"] = m.Metadata
	}
	return a
}

// index is where the message is; -1 if it is nowhere.
func (s *Server) index(channel, ts string) int {
	return slices.IndexFunc(s.messages, func(m Message) bool { return m.Channel == channel && m.TS == ts })
}

// destination is the channel named by id, "#name" or "name", if the bot may
// post there.
func (s *Server) destination(name string) (Channel, answer) {
	c, ok := s.channel(name)
	switch {
	case !ok || c.Private && !c.Member:
		return c, refuse("channel_not_found")
	case c.Archived:
		return c, refuse("is_archived")
	case !c.Member && !slices.Contains(s.settings.Scopes, "chat:write.public"):
		return c, refuse("not_in_channel")
	}
	return c, nil
}

func (s *Server) channel(name string) (Channel, bool) {
	name = strings.TrimPrefix(name, "#")
	i := slices.IndexFunc(s.settings.Channels, func(c Channel) bool { return c.ID == name || c.Name == name })
	if i < 0 {
		return Channel{}, false
	}
	return s.settings.Channels[i], true
}
