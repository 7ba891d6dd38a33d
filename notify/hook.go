package notify

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Hook posts JSON to a server that is not Slack. It is told of every change
// of an incident and has to make the last one what it shows: nothing can be
// edited there.
type Hook struct {
	settings HookSettings
	body     func(Message) any // nil: there is nothing to say
	http     *http.Client
}

// HookSettings are what a Hook needs. Name and URL are required, and URL is a
// secret.
type HookSettings struct {
	Name string // of the route
	URL  string
	Home string // forewarn's own address, for links; "": it has none
	Dial Dial
}

// NewJSONHook makes a channel that posts what docs/slack.md describes as the
// JSON webhook.
func NewJSONHook(s HookSettings) *Hook {
	return &Hook{s, func(m Message) any { return jsonBody(m) }, client(s.Dial)}
}

// NewAlertmanager makes a channel that posts what Alertmanager posts to its
// webhook receivers, version 4.
func NewAlertmanager(s HookSettings) *Hook {
	return &Hook{s, func(m Message) any {
		if alerts := alertsOf(m); alerts != nil {
			return s.group(alerts)
		}
		return nil
	}, client(s.Dial)}
}

// Name is that of the route.
func (h *Hook) Name() string { return h.settings.Name }

// Pace is 0: a server says when it is too fast.
func (h *Hook) Pace() time.Duration { return 0 }

// Check looks at the address only: whatever is posted may wake somebody.
func (h *Hook) Check(context.Context) []Problem {
	if u, err := url.Parse(h.settings.URL); err != nil || u.Host == "" {
		return []Problem{{What: "route " + clip(h.settings.Name, nameText) + ": its URL is no web address", Fix: "write it as https://...", Fatal: true}}
	}
	return nil
}

// Deliver posts m. That the answer's status is 2xx means that it was taken.
func (h *Hook) Deliver(ctx context.Context, m Message) (Receipt, error) {
	taken := Receipt{Ref: Ref{h.settings.Name, m.ID}}
	if m.Target != (Ref{}) {
		taken.Ref = m.Target
	}
	content := h.body(m)
	if content == nil {
		return taken, nil
	}
	body, err := json.Marshal(content)
	if err != nil {
		return Receipt{}, &Error{Class: Payload, Reason: "write it as JSON: " + err.Error()}
	}
	if err := h.post(ctx, m.ID, body); err != nil {
		return Receipt{}, err
	}
	return taken, nil
}

func (h *Hook) post(ctx context.Context, id string, body []byte) error {
	ctx, began := watched(ctx)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, h.settings.URL, bytes.NewReader(body))
	if err != nil {
		return &Error{Class: Config, Reason: "its URL is no web address: write it as https://..."}
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Idempotency-Key", strconv.Quote(id)) // draft-ietf-httpapi-idempotency-key-header: a quoted string
	response, err := h.http.Do(request)
	if err != nil {
		return classify(err, began(), secretsOf(h.settings.URL)...)
	}
	defer response.Body.Close()
	if response.StatusCode >= 200 && response.StatusCode < 300 {
		return nil
	}
	return judged(response)
}

// judged is what the refusal of a server that is not Slack means.
func judged(response *http.Response) *Error {
	code := response.StatusCode
	e := &Error{Reason: "HTTP " + strconv.Itoa(code) + " " + http.StatusText(code)}
	switch {
	case code == http.StatusTooManyRequests:
		e.Class = Rate
		e.After = retryAfter(response.Header)
	case code >= 500 || code == http.StatusRequestTimeout:
		e.Class = Ambiguous
	case code == http.StatusBadRequest || code == http.StatusRequestEntityTooLarge || code == http.StatusUnprocessableEntity:
		e.Class = Payload
		e.Reason += ": the server takes another kind of body"
	default:
		e.Class = Config
		e.Reason += ": check the route's URL"
	}
	return e
}
