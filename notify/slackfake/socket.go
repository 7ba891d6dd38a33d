package slackfake

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// socketPath is where Socket Mode connects to, with a ticket of its own.
const socketPath = "/link/"

// respondPath is where the response URLs of clicks and commands lead.
const respondPath = "/respond/"

// socket is one connection of Socket Mode.
type socket struct {
	conn *websocket.Conn
	mu   sync.Mutex // of writing
	mute bool       // all that is written is lost on the way
}

func (c *socket) send(v any) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.mute {
		return nil
	}
	return c.conn.WriteJSON(v)
}

// Envelope is what was sent through a socket, and what became of it.
type Envelope struct {
	ID    string
	Sent  []time.Time // once, and again for each time it was repeated
	Acked time.Time   // zero: not yet
	kind  string      // "interactive", "slash_commands"
	body  answer
}

// frame is e as it goes through a socket.
func (e Envelope) frame() answer {
	f := answer{"envelope_id": e.ID, "type": e.kind, "payload": e.body,
		"accepts_response_payload": e.kind == "slash_commands", "retry_attempt": 0, "retry_reason": ""}
	if n := len(e.Sent); n > 1 {
		f["retry_attempt"], f["retry_reason"] = n-1, "timeout"
	}
	return f
}

// open is apps.connections.open: an address that is good for one connection.
func (s *Server) open(v url.Values) answer {
	s.tickets++
	ticket := fmt.Sprintf("%s?ticket=t1ck3t-%d&app_id=A0FAKE", socketPath, s.tickets)
	return answer{"ok": true, "url": "ws://" + v.Get(hostField) + ticket}
}

// serveSocket is one connection, from hello until it ends. What was sent
// before and never acknowledged is sent again.
func (s *Server) serveSocket(w http.ResponseWriter, r *http.Request) {
	if s.arrived(Request{Method: "socket", At: time.Now(), Values: r.URL.Query()}).before(w, r) {
		return
	}
	upgrader := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	c := &socket{conn: conn}
	defer conn.Close()
	hello := answer{"type": "hello", "num_connections": 1, "connection_info": answer{"app_id": "A0FAKE"},
		"debug_info": answer{"host": "applink-fake", "build_number": 1, "approximate_connection_time": 18060}}
	if c.send(hello) != nil {
		return
	}
	ended := make(chan struct{})
	defer close(ended)
	go c.ping(ended)
	for _, e := range s.connected(c) {
		s.sendEnvelope(c, e)
	}
	defer s.disconnected(c)
	s.hear(c)
}

// ping is what Slack does all the time: who hears none thinks it is cut off.
func (c *socket) ping(ended <-chan struct{}) {
	const every = 10 * time.Second
	for {
		select {
		case <-ended:
			return
		case <-time.After(every):
			c.mu.Lock()
			if !c.mute {
				_ = c.conn.WriteControl(websocket.PingMessage, []byte("ping from fake"), time.Now().Add(time.Second))
			}
			c.mu.Unlock()
		}
	}
}

// hear takes acknowledgements until the connection ends.
func (s *Server) hear(c *socket) {
	for {
		var ack struct {
			EnvelopeID string          `json:"envelope_id"`
			Payload    json.RawMessage `json:"payload"`
		}
		if c.conn.ReadJSON(&ack) != nil {
			return
		}
		s.mu.Lock()
		if i := slices.IndexFunc(s.envelopes, func(e Envelope) bool { return e.ID == ack.EnvelopeID }); i >= 0 && s.envelopes[i].Acked.IsZero() {
			s.envelopes[i].Acked = time.Now()
		}
		s.mu.Unlock()
	}
}

// connected notes c and returns the ids that still wait for an acknowledgement.
func (s *Server) connected(c *socket) (waiting []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sockets = append(s.sockets, c)
	for _, e := range s.envelopes {
		if e.Acked.IsZero() {
			waiting = append(waiting, e.ID)
		}
	}
	return waiting
}

func (s *Server) disconnected(c *socket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sockets = slices.DeleteFunc(s.sockets, func(old *socket) bool { return old == c })
}

// hand makes an envelope and sends it through the newest socket, if there is
// one; else it waits for the next.
func (s *Server) hand(kind string, body answer) (id string) {
	s.mu.Lock()
	id = fmt.Sprintf("envelope-%d", len(s.envelopes)+1)
	s.envelopes = append(s.envelopes, Envelope{ID: id, kind: kind, body: body})
	s.mu.Unlock()
	s.Repeat(id)
	return id
}

// Repeat sends an envelope once more, as Slack does that has heard nothing.
func (s *Server) Repeat(id string) {
	s.mu.Lock()
	var c *socket
	if n := len(s.sockets); n > 0 {
		c = s.sockets[n-1]
	}
	s.mu.Unlock()
	if c != nil {
		s.sendEnvelope(c, id)
	}
}

func (s *Server) sendEnvelope(c *socket, id string) {
	s.mu.Lock()
	e := &s.envelopes[slices.IndexFunc(s.envelopes, func(e Envelope) bool { return e.ID == id })]
	e.Sent = append(slices.Clone(e.Sent), time.Now())
	frame, cut := e.frame(), s.cutNext
	s.cutNext = false
	s.mu.Unlock()
	_ = c.send(frame)
	if cut {
		_ = c.conn.NetConn().Close()
	}
}

// Sockets is how many connections there are.
func (s *Server) Sockets() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sockets)
}

// Envelopes are all that were sent or wait to be, oldest first.
func (s *Server) Envelopes() []Envelope {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.envelopes)
}

// Disconnect asks all clients to connect anew, for a reason such as "warning"
// or "refresh_requested", as Slack does every few hours.
func (s *Server) Disconnect(reason string) {
	for _, c := range s.all() {
		_ = c.send(answer{"type": "disconnect", "reason": reason, "debug_info": answer{"host": "applink-fake"}})
	}
}

// Cut ends all connections without a word.
func (s *Server) Cut() {
	for _, c := range s.all() {
		_ = c.conn.NetConn().Close()
	}
}

// Mute loses on the way whatever goes through the present connections, pings
// too, and ends none of them.
func (s *Server) Mute() {
	for _, c := range s.all() {
		c.mu.Lock()
		c.mute = true
		c.mu.Unlock()
	}
}

// CutNext ends a connection right behind the next envelope that goes through
// it, before anybody can acknowledge it.
func (s *Server) CutNext() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cutNext = true
}

func (s *Server) all() []*socket {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.sockets)
}
