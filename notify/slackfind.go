package notify

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/slack-go/slack"
)

// What a look for an earlier try ends with, beside having found it.
var (
	errCannotLook = errors.New("the history is closed to us")
	errNotThere   = errors.New("it has not arrived")
)

// settle is how long a message that was accepted may take to show up in the
// channel's history. Before that, not finding it proves nothing.
const settle = 10 * time.Second

// find looks for an earlier try of m, among the replies of thread or in the
// channel. It gives up a look that proves nothing yet as Ambiguous.
func (s *Slack) find(ctx context.Context, m Message, thread string) (Receipt, error) {
	seen, err := s.since(ctx, m, thread)
	if err != nil {
		return Receipt{}, err
	}
	for _, old := range seen {
		if carries(old, m.ID) {
			a := answer{Ref: Ref{*s.id.Load(), old.Timestamp}, thread: old.ThreadTimestamp}
			return a.receipt(m, thread), nil
		}
	}
	if wait := settle - time.Since(m.Tried); wait > 0 {
		return Receipt{}, &Error{Class: Ambiguous, Reason: "not in the history yet", After: wait}
	}
	return Receipt{}, errNotThere
}

// since reads what was said since the first try of m, clocks that differ
// allowed for.
func (s *Slack) since(ctx context.Context, m Message, thread string) ([]slack.Message, error) {
	const skew, most = time.Minute, 200
	id, err := s.channelID(ctx)
	if err != nil {
		return nil, err
	}
	oldest := fmt.Sprintf("%d.000000", m.First.Add(-skew).Unix())
	var seen []slack.Message
	if thread != "" {
		seen, _, _, err = s.api.GetConversationRepliesContext(ctx, &slack.GetConversationRepliesParameters{
			ChannelID: id, Timestamp: thread, Oldest: oldest, Limit: most, IncludeAllMetadata: true})
	} else {
		var history *slack.GetConversationHistoryResponse
		history, err = s.api.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{
			ChannelID: id, Oldest: oldest, Limit: most, IncludeAllMetadata: true})
		if err == nil {
			seen = history.Messages
		}
	}
	return seen, s.looking(err)
}

// looking sorts the error of a look: a refusal means that we cannot look, all
// else leaves it open what became of the earlier try.
func (s *Slack) looking(err error) error {
	if err == nil {
		return nil
	}
	e := classify(err, true, s.settings.Token)
	if e.Code != "" && e.Class != Rate && e.Class != Ambiguous || e.Code == "unknown_method" {
		return errCannotLook
	}
	return &Error{Class: Ambiguous, Code: e.Code, Reason: "look for an earlier try: " + e.Reason, After: e.After}
}

// channelID is the id of the channel: history is not to be had by name.
func (s *Slack) channelID(ctx context.Context) (string, error) {
	if id := s.id.Load(); id != nil {
		return *id, nil
	}
	found, err := s.channel(ctx)
	if err != nil {
		return "", s.looking(err)
	}
	if found.ID == "" {
		return "", errCannotLook
	}
	s.remember(found)
	return found.ID, nil
}

// channel asks Slack about the channel: by its id, or by its name among those
// the bot is in. The zero Channel is one the bot is not in.
func (s *Slack) channel(ctx context.Context) (slack.Channel, error) {
	name, isName := strings.CutPrefix(s.settings.Channel, "#")
	if !isName && looksLikeID(name) {
		c, err := s.api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: name})
		if err != nil {
			return slack.Channel{}, err
		}
		return *c, nil
	}
	params := &slack.GetConversationsForUserParameters{Types: []string{"public_channel", "private_channel"}, Limit: 200}
	for range 50 {
		page, next, err := s.api.GetConversationsForUserContext(ctx, params)
		if err != nil {
			return slack.Channel{}, err
		}
		for _, c := range page {
			if c.Name == name {
				c.IsMember = true // this list has no other
				return c, nil
			}
		}
		if params.Cursor = next; next == "" {
			break
		}
	}
	return slack.Channel{}, nil
}

// looksLikeID tells C0123456789 from a name: names are lower case.
func looksLikeID(s string) bool {
	return len(s) >= 9 && strings.ContainsAny(s[:1], "CGD") && strings.ToUpper(s) == s
}

// carries reports whether a message was made for the delivery id.
func carries(m slack.Message, id string) bool {
	if m.Metadata.EventPayload["delivery_id"] == id {
		return true
	}
	for _, b := range m.Blocks.BlockSet {
		if b.ID() == id {
			return true
		}
	}
	return false
}

// repeated is m with the words that it may be one too many.
func repeated(m Message) Message {
	const note = "may be a repeat: nobody answered the first try"
	m.Context = append(m.Context[:len(m.Context):len(m.Context)], plain(note))
	if len(m.Reply) > 0 {
		m.Reply = append(m.Reply[:len(m.Reply):len(m.Reply)], words(" ("+note+")"))
	}
	return m
}
