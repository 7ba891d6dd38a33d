package notify

import (
	"cmp"
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

// Socket hears clicks and slash commands through Slack's Socket Mode: a
// connection that we open, so that nothing of ours needs a public address.
// What people do goes through [store.DB.Act]; no lock is held while Slack is
// asked anything.
type Socket struct {
	settings SocketSettings
	notifier *Notifier
	worker   *worker  // of the first bot
	bots     []*Slack // whose messages have buttons; the first one is asked about user groups
	http     *http.Client
	health   condition
	links    atomic.Int64 // connections that were good, so far
	linked   atomic.Bool  // the last of them still is

	seen []string // trigger ids of late, oldest first: Slack may tell a click twice
}

// SocketSettings are what a Socket needs. AppToken is required.
type SocketSettings struct {
	AppToken string   // xapp-..., with the scope connections:write
	MayAct   []string // ids of users and user groups; none: whoever sees a button
}

// NewSocket makes the socket of the bots among n's channels, whose messages
// have buttons from now on; nil if there is none. It does not talk to Slack
// yet.
func NewSocket(n *Notifier, s SocketSettings) *Socket {
	socket := &Socket{settings: s, notifier: n, health: condition{h: Health{Channel: "slack socket"}}}
	for _, w := range n.workers {
		if bot, ok := w.channel.(*Slack); ok {
			socket.worker = cmp.Or(socket.worker, w)
			socket.bots = append(socket.bots, bot)
		}
	}
	if len(socket.bots) == 0 {
		return nil
	}
	socket.http = client(socket.bots[0].settings.Dial)
	socket.hears(true)
	return socket
}

// hears says whether clicks reach us.
func (s *Socket) hears(clicks bool) {
	for _, bot := range s.bots {
		bot.hears.Store(clicks)
	}
}

// Health is how the socket is doing: its Failure is why no click reaches us.
func (s *Socket) Health() Health { return s.health.get() }

// Linked reports whether Slack is connected now, and how often it came to be
// since the start.
func (s *Socket) Linked() (now bool, times int64) { return s.linked.Load(), s.links.Load() }

// Run hears until ctx ends. It connects anew whenever Slack asks for it or the
// network breaks, and looks every 5 min whether a token that is refused works.
func (s *Socket) Run(ctx context.Context) error {
	const most = 100 // requests that wait; more are left to Slack, which repeats them
	asked := make(chan request, most)
	var working sync.WaitGroup
	working.Go(func() { s.work(ctx, asked) })
	for ctx.Err() == nil {
		if err := s.hear(ctx, asked); ctx.Err() == nil {
			s.broken(ctx, err)
			sleep(ctx, recheck)
		}
	}
	close(asked)
	working.Wait()
	return nil
}

// hear is slack-go's client, from its beginning until it gives up.
func (s *Socket) hear(ctx context.Context, asked chan<- request) error {
	bot := s.bots[0].settings
	api := slack.New("", slack.OptionAppLevelToken(s.settings.AppToken), slack.OptionAPIURL(bot.APIURL), slack.OptionHTTPClient(s.http))
	const longest = 1 << 20 // bytes of one envelope, which holds the message that was clicked
	client := socketmode.New(api, socketmode.OptionLog(log.New(io.Discard, "", 0)), socketmode.OptionReadLimit(longest),
		socketmode.OptionDialer(&websocket.Dialer{
			NetDialContext: bot.Dial, Proxy: http.ProxyFromEnvironment,
			HandshakeTimeout: 10 * time.Second, WriteBufferSize: 32 << 10,
		}))
	ended := make(chan error, 1)
	go func() { ended <- client.RunContext(ctx) }()
	for {
		select {
		case err := <-ended:
			s.linked.Store(false)
			return err
		case e := <-client.Events:
			s.event(ctx, client, e, asked)
		}
	}
}

func (s *Socket) event(ctx context.Context, client *socketmode.Client, e socketmode.Event, asked chan<- request) {
	switch data := e.Data.(type) {
	case *slack.ConnectionErrorEvent:
		s.broken(ctx, data.ErrorObj)
	case slack.InteractionCallback:
		s.take(ctx, client, e.Request, ofClick(data), asked)
	case slack.SlashCommand:
		s.take(ctx, client, e.Request, ofCommand(data), asked)
	default:
		switch e.Type {
		case socketmode.EventTypeConnecting: // after another one has ended, however it did
			s.linked.Store(false)
		case socketmode.EventTypeHello:
			s.linked.Store(true)
			s.links.Add(1)
			s.hears(true)
			s.health.set(func(h *Health) { h.Failure = "" })
			s.notifier.settings.Log.Debug("hears clicks and slash commands")
		}
	}
}

// take acknowledges what somebody asked for and leaves the work to another
// goroutine: Slack waits 3 s. What cannot wait in line is not acknowledged.
func (s *Socket) take(ctx context.Context, client *socketmode.Client, envelope *socketmode.Request, r request, asked chan<- request) {
	const remembered = 500
	if len(asked) == cap(asked) {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	if err := client.AckCtx(ctx, envelope.EnvelopeID, nil); err != nil {
		return // nobody hears it: Slack repeats the envelope
	}
	if slices.Contains(s.seen, r.trigger) || r.button != "" && r.value == "" { // a link tells that it was followed
		return
	}
	s.seen = append(s.seen[max(0, len(s.seen)-remembered):], r.trigger)
	asked <- r // there is room: nobody else sends
}

// work does one request after the other, and answers beside it. Slack does not
// tell again what was acknowledged: after the end of ctx there is a moment for
// what still waits in line.
func (s *Socket) work(ctx context.Context, asked <-chan request) {
	ctx, done := grace(ctx)
	defer done()
	var answering sync.WaitGroup
	defer answering.Wait()
	for r := range asked {
		var said answerBack
		err := guarded(func() error { said = s.do(ctx, r); return nil })
		if err != nil {
			s.notifier.settings.Log.Error("a click or command was not understood: this is forewarn's own fault, please report it", "err", err)
			said = justSay(plain("That did not work, by forewarn's own fault. Its log says more."))
		}
		answering.Go(func() { s.answer(ctx, r, said) })
	}
}

// broken notes why nothing is heard. With settings that do not work no click
// ever will be, so messages get no buttons until they do.
func (s *Socket) broken(ctx context.Context, err error) {
	if err == nil || errors.Is(err, context.Canceled) && ctx.Err() != nil {
		return
	}
	e := classify(err, true, s.settings.AppToken)
	why := e.Reason
	if e.Class == Config {
		why = "slack.app_token: " + e.Code + ": " + appTokenFix(e.Code)
		s.hears(false)
	}
	if s.health.get().Failure != why {
		s.notifier.settings.Log.Warn("clicks and slash commands are not heard", "why", why)
	}
	s.health.set(func(h *Health) { h.Failure, h.Class = why, e.Class })
}

// appTokenFix is what to do about a code of apps.connections.open.
func appTokenFix(code string) string {
	switch code {
	case "missing_scope", "no_permission":
		return "give the app-level token the scope connections:write"
	case "invalid_auth", "not_authed", "token_revoked", "account_inactive", "not_allowed_token_type":
		return "put an app-level token (xapp-...) of the same app there, from Basic Information, App-Level Tokens"
	}
	return "switch Socket Mode on in the app's settings"
}
