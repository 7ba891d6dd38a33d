package slackfake

import (
	"net/url"
	"slices"
	"strconv"
)

func (c Channel) public() answer {
	return answer{"id": c.ID, "name": c.Name, "is_channel": true, "is_private": c.Private,
		"is_archived": c.Archived, "is_member": c.Member}
}

func (s *Server) info(v url.Values) answer {
	for _, c := range s.settings.Channels {
		if c.ID == v.Get("channel") && (!c.Private || c.Member) {
			return answer{"ok": true, "channel": c.public()}
		}
	}
	return refuse("channel_not_found") // names are not understood here
}

// conversations lists the channels the bot is in, two a page, so that a
// caller that forgets the cursor is found out.
func (s *Server) conversations(v url.Values) answer {
	const page = 2
	var all []answer
	for _, c := range s.settings.Channels {
		if c.Member {
			one := c.public()
			delete(one, "is_member") // it is not told here
			all = append(all, one)
		}
	}
	from, _ := strconv.Atoi(v.Get("cursor"))
	from = min(from, len(all))
	to, next := min(from+page, len(all)), ""
	if to < len(all) {
		next = strconv.Itoa(to)
	}
	return answer{"ok": true, "channels": all[from:to], "response_metadata": answer{"next_cursor": next}}
}

// members are the users of a group.
func (s *Server) members(v url.Values) answer {
	users, known := s.settings.Groups[v.Get("usergroup")]
	if !known {
		return refuse("no_such_subteam")
	}
	return answer{"ok": true, "users": users}
}

// history is what stands at the top of a channel, newest first.
func (s *Server) history(v url.Values) answer {
	found := s.since(v, func(m Message) bool { return m.ThreadTS == "" })
	slices.Reverse(found)
	return page(found, v)
}

// replies is a message and its replies, oldest first. The message itself
// comes whatever oldest says.
func (s *Server) replies(v url.Values) answer {
	parent := s.index(v.Get("channel"), v.Get("ts"))
	if parent < 0 {
		return refuse("thread_not_found")
	}
	found := s.since(v, func(m Message) bool { return m.ThreadTS == v.Get("ts") })
	return page(append([]Message{s.messages[parent]}, found...), v)
}

// since are the messages of a channel after oldest. ts have all the same
// length, so they sort as text.
func (s *Server) since(v url.Values, want func(Message) bool) []Message {
	var found []Message
	for _, m := range s.messages {
		if m.Channel == v.Get("channel") && m.TS > v.Get("oldest") && want(m) {
			found = append(found, m)
		}
	}
	return found
}

func page(found []Message, v url.Values) answer {
	limit, err := strconv.Atoi(v.Get("limit"))
	if err != nil || limit <= 0 {
		limit = 100
	}
	more := len(found) > limit
	public := []answer{}
	for _, m := range found[:min(limit, len(found))] {
		public = append(public, m.public(v.Get("include_all_metadata") == "1"))
	}
	return answer{"ok": true, "messages": public, "has_more": more}
}
