package notify

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"github.com/slack-go/slack"
)

// Slack reaches people through an app's bot token: one living message per
// incident, edited in place, with a thread. It never sends a request twice by
// itself: Slack knows no idempotency key, so sending again is the outbox's
// decision, after a look into the channel's history.
type Slack struct {
	settings SlackSettings
	api      *slack.Client
	id       atomic.Pointer[string] // of settings.Channel, once Slack has told it
	hears    atomic.Bool            // clicks reach us
	fileless atomic.Bool            // it may not show files
}

// SlackSettings are what a Slack channel needs. Token and Channel are required.
type SlackSettings struct {
	Name    string // of the route; "" is "slack", the one of [slack]
	Token   string // xoxb-...
	Channel string // "#shop-alerts" or an id such as C0123456789
	APIURL  string // "" is Slack's own; ends with a slash
	Dial    Dial
}

// NewSlack makes the channel. It does not talk to Slack yet.
func NewSlack(s SlackSettings) *Slack {
	if s.APIURL == "" {
		s.APIURL = slack.APIURL
	}
	api := slack.New(s.Token, slack.OptionAPIURL(s.APIURL), slack.OptionHTTPClient(client(s.Dial)))
	return &Slack{settings: s, api: api}
}

// Name is that of the route.
func (s *Slack) Name() string { return cmp.Or(s.settings.Name, "slack") }

// Pace is what Slack allows one channel: a message a second.
func (s *Slack) Pace() time.Duration { return time.Second }

// Deliver posts m, or edits the message it belongs to and replies to it.
func (s *Slack) Deliver(ctx context.Context, m Message) (Receipt, error) {
	if !s.hears.Load() {
		m.Buttons = nil // a dead button is worse than none
	}
	if m.Op == Post || m.Target == (Ref{}) {
		return s.post(ctx, m, "")
	}
	r, err := s.edit(ctx, m)
	switch {
	case gone(err):
		return s.post(ctx, m, "")
	case err != nil || m.Op == Edit:
		return r, err
	}
	return s.post(ctx, m, m.Target.TS)
}

// post says m anew, unless an earlier try of it has arrived. With a thread it
// says m's reply there.
func (s *Slack) post(ctx context.Context, m Message, thread string) (Receipt, error) {
	if !m.Tried.IsZero() {
		r, err := s.find(ctx, m, thread)
		if !errors.Is(err, errCannotLook) && !errors.Is(err, errNotThere) {
			return r, err
		}
		if errors.Is(err, errCannotLook) {
			m = repeated(m)
		}
	}
	content := blocks(m, m.ID)
	options := []slack.MsgOption{slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl()}
	if thread != "" {
		content = reply(m, m.ID)
		options = append(options, slack.MsgOptionTS(thread))
	}
	a, err := s.send(ctx, s.settings.Channel, m, content, options...)
	if err != nil {
		return Receipt{}, err
	}
	s.id.Store(&a.Channel)
	return a.receipt(m, thread), nil
}

// edit makes m of the message it belongs to. Doing it twice does no harm.
func (s *Slack) edit(ctx context.Context, m Message) (Receipt, error) {
	m = s.linked(ctx, m)
	m.ID += "/edit" // or a look for m's reply would find the message that was edited
	a, err := s.send(ctx, m.Target.Channel, m, blocks(m, m.ID), slack.MsgOptionUpdate(m.Target.TS))
	if err != nil {
		return Receipt{}, err
	}
	return Receipt{Ref: m.Target, Repaired: a.repaired}, nil
}

// answer is what Slack made of a message.
type answer struct {
	Ref
	thread   string // the parent it was put under
	repaired string
}

// receipt is a for a message that was to go under thread. A reply whose
// parent is gone stands alone: it becomes the parent.
func (a answer) receipt(m Message, thread string) Receipt {
	if thread != "" && a.thread != "" {
		return Receipt{Ref: m.Target, Repaired: a.repaired}
	}
	return Receipt{Ref: a.Ref, Head: true, Repaired: a.repaired}
}

// send asks Slack once, and once more for each thing that Slack refuses in
// the message itself: first without the chart, which is new to Slack and not
// everywhere, then without blocks, then without metadata.
func (s *Slack) send(ctx context.Context, channel string, m Message, content []slack.Block, way ...slack.MsgOption) (a answer, err error) {
	meta := slack.MsgOptionMetadata(metadata(m))
	way = append(way, slack.MsgOptionText(entities(m.Text), false), slack.MsgOptionParse(false), slack.MsgOptionLinkNames(false))
	ask := func(more ...slack.MsgOption) (answer, error) {
		return s.ask(ctx, channel, slack.MsgOptionCompose(way...), slack.MsgOptionCompose(more...))
	}
	type attempt struct {
		as   string
		with []slack.MsgOption
	}
	attempts := []attempt{{"", []slack.MsgOption{slack.MsgOptionBlocks(content...), meta}}}
	if slices.ContainsFunc(content, isChart) {
		attempts = append(attempts, attempt{"sent without its chart: ", []slack.MsgOption{slack.MsgOptionBlocks(withoutChart(content)...), meta}})
	}
	attempts = append(attempts, attempt{"sent as text only: ", []slack.MsgOption{slack.MsgOptionBlocks(), meta}},
		attempt{"sent as text only: ", []slack.MsgOption{slack.MsgOptionBlocks()}})
	for _, next := range attempts {
		refused := err
		if a, err = ask(next.with...); refused != nil {
			a.repaired = next.as + errorOf(refused).Reason
		}
		if err == nil || errorOf(err).Class != Payload {
			break
		}
	}
	return a, err
}

// ask makes one request: chat.postMessage, unless an option says otherwise.
func (s *Slack) ask(ctx context.Context, channel string, options ...slack.MsgOption) (answer, error) {
	ctx, began := watched(ctx)
	where, ts, message, err := s.api.PostMessageWithResponseContext(ctx, channel, options...)
	if err != nil {
		return answer{}, classify(err, began(), s.settings.Token)
	}
	if ts == "" {
		return answer{}, &Error{Class: Ambiguous, Reason: "an answer without a timestamp: is slack.api_url Slack?"}
	}
	return answer{Ref: Ref{where, ts}, thread: message.ThreadTimestamp}, nil
}

// metadata carries the delivery's id, by which a message is found again. It
// is open to every app of the workspace.
func metadata(m Message) slack.SlackMetadata {
	return slack.SlackMetadata{EventType: "forewarn_alert", EventPayload: map[string]any{
		"delivery_id": m.ID, "incident": m.Incident, "kind": string(m.Kind), "rev": m.Revision,
	}}
}

// linked is m with a link to the message it points at, if Slack gives one.
func (s *Slack) linked(ctx context.Context, m Message) Message {
	if m.See == (Ref{}) {
		return m
	}
	to := &slack.PermalinkParameters{Channel: m.See.Channel, Ts: m.See.TS}
	if address, err := s.api.GetPermalinkContext(ctx, to); err == nil {
		m.Body = append(m.Body[:len(m.Body):len(m.Body)], Text{link("see what came", address)})
	}
	return m
}

// gone reports whether a message can no longer be edited, so that its news
// needs a new one.
func gone(err error) bool {
	if err == nil {
		return false
	}
	switch errorOf(err).Code {
	case "message_not_found", "cant_update_message", "edit_window_closed", "is_inactive":
		return true
	}
	return false
}
