package notify

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"
)

// Webhook reaches people through one of Slack's incoming webhooks. It can
// only say things anew: it learns no timestamp, so it can neither edit nor
// reply, nor find out whether a lost message has arrived.
type Webhook struct {
	settings WebhookSettings
	http     *http.Client
}

// WebhookSettings are what a Webhook needs. URL is required, and a secret.
type WebhookSettings struct {
	Name string // of the route; "" is "webhook", the one of [slack]
	URL  string
	Dial Dial
}

// NewWebhook makes the channel. It does not talk to Slack yet.
func NewWebhook(s WebhookSettings) *Webhook {
	return &Webhook{settings: s, http: client(s.Dial)}
}

// Name is that of the route.
func (w *Webhook) Name() string { return cmp.Or(w.settings.Name, "webhook") }

// Pace is what Slack allows one webhook: a message a second.
func (w *Webhook) Pace() time.Duration { return time.Second }

// Deliver posts m, whatever its Op, and without its blocks should Slack not
// like them.
func (w *Webhook) Deliver(ctx context.Context, m Message) (Receipt, error) {
	if !m.Tried.IsZero() {
		m = repeated(m)
	}
	m.Buttons = nil // nobody would hear a click
	all := blocks(m, m.ID)
	content := map[string]any{
		"text": entities(m.Text), "blocks": slack.Blocks{BlockSet: all}, "unfurl_links": false, "unfurl_media": false,
	}
	err := w.post(ctx, content)
	if err == nil || err.Class != Payload {
		return Receipt{}, orNil(err)
	}
	if slices.ContainsFunc(all, isChart) {
		r := Receipt{Repaired: "sent without its chart: " + err.Reason}
		content["blocks"] = slack.Blocks{BlockSet: withoutChart(all)}
		if err = w.post(ctx, content); err == nil || err.Class != Payload {
			return r, orNil(err)
		}
	}
	delete(content, "blocks")
	r := Receipt{Repaired: "sent as text only: " + err.Reason}
	return r, orNil(w.post(ctx, content))
}

// orNil keeps a nil *Error from becoming an error that is not nil.
func orNil(e *Error) error {
	if e == nil {
		return nil
	}
	return e
}

// post makes one request. Slack accepts a message by the status 200 and the
// body "ok": the status alone proves nothing, it has come with an error body.
func (w *Webhook) post(ctx context.Context, content any) *Error {
	body, err := json.Marshal(content)
	if err != nil {
		return &Error{Class: Payload, Reason: err.Error()}
	}
	ctx, began := watched(ctx)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, w.settings.URL, bytes.NewReader(body))
	if err != nil {
		return &Error{Class: Config, Reason: w.key() + " is not a web address: copy it from the app's Incoming Webhooks page"}
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := w.http.Do(request)
	if err != nil {
		return classify(err, began(), secretsOf(w.settings.URL)...)
	}
	defer response.Body.Close()
	said, err := io.ReadAll(io.LimitReader(response.Body, 1<<10))
	if err != nil {
		return classify(err, true, secretsOf(w.settings.URL)...)
	}
	return judge(response, strings.TrimSpace(string(said)))
}

// judge is what an answer means: nil if the message was accepted.
func judge(response *http.Response, said string) *Error {
	if response.StatusCode == http.StatusOK && said == "ok" {
		return nil
	}
	code, _, _ := strings.Cut(said, ":")
	if isCode(code) && (classOf(code) != Ambiguous || response.StatusCode < 400) {
		return coded(code)
	}
	e := ofStatus(response.StatusCode)
	if e.Class == Rate {
		e.After = retryAfter(response.Header)
	}
	return e
}

// isCode reports whether s has the form of Slack's error codes.
func isCode(s string) bool {
	return s != "" && len(s) < 60 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz_") == ""
}

// Check asks the webhook to post nothing, which a living one refuses as such.
func (w *Webhook) Check(ctx context.Context) []Problem {
	key := w.key()
	if u, err := url.Parse(w.settings.URL); err != nil || u.Host == "" || !strings.HasPrefix(u.Scheme, "http") {
		return []Problem{{What: key + " is not a web address", Fix: "copy it from the app's Incoming Webhooks page", Fatal: true}}
	}
	err := w.post(ctx, struct{}{})
	switch {
	case err == nil || err.Class == Payload:
		return nil
	case err.Class == Config || err.Class == Destination:
		what, fix, _ := strings.Cut(err.Reason, ": ")
		return []Problem{{What: key + ": " + what, Fix: fix, Fatal: true}}
	}
	return []Problem{{What: fmt.Sprintf("%s: %s", key, err.Reason), Fix: "check the network; forewarn keeps trying"}}
}

// key is where the address stands in the configuration.
func (w *Webhook) key() string {
	if w.settings.Name == "" {
		return "slack.webhook_url"
	}
	return "webhook_url of route " + clip(w.settings.Name, nameText)
}

// secretsOf are the parts of an address that must be read nowhere.
func secretsOf(address string) []string {
	secrets := []string{address}
	if u, err := url.Parse(address); err == nil && len(u.Path) > 1 {
		secrets = append(secrets, u.RequestURI(), u.Path)
	}
	return secrets
}
