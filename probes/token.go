package probes

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// Tokens keeps the tokens of OAuth2 from one run to the next, each until
// shortly before it ends or a server refuses it with a status of 401. Its zero
// value works, and may be used by many goroutines.
type Tokens struct {
	mu   sync.Mutex
	held map[string]*oauth2.Token
}

func (t *Tokens) get(key string) *oauth2.Token {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.held[key]
}

func (t *Tokens) put(key string, token *oauth2.Token) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.held == nil {
		t.held = map[string]*oauth2.Token{}
	}
	t.held[key] = token
}

// drop forgets a token that was refused, unless there is a newer one.
func (t *Tokens) drop(key string, refused *oauth2.Token) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.held[key] == refused {
		delete(t.held, key)
	}
}

// pass is the token that a step was sent with.
type pass struct {
	key   string
	token *oauth2.Token
}

// admit puts a token into the message, a new one if none is at hand. What it
// takes to get it is no part of the step's duration. The pass is nil if the
// step needs none.
func (r *run) admit(ctx context.Context, m *message, a Auth, rec *record) (*pass, *Failure) {
	if a.OAuth2 == nil || m.header.Get("Authorization") != "" {
		return nil, nil
	}
	client, err := a.OAuth2.filled(r.values)
	if err != nil {
		return nil, r.failure(FailMissing, "", err.Error(), "")
	}
	r.hideLogin(client.ClientSecret)
	got := &pass{key: fmt.Sprintf("%q", []any{client.TokenURL, client.ClientID, client.ClientSecret, client.Scopes})}
	if got.token = r.tokens.get(got.key); !got.token.Valid() {
		failure := (*Failure)(nil)
		if got.token, failure = r.fetch(ctx, client, rec); failure != nil {
			return nil, failure
		}
		r.tokens.put(got.key, got.token)
	}
	r.hide(got.token.AccessToken)
	m.header.Set("Authorization", got.token.Type()+" "+got.token.AccessToken)
	return got, nil
}

// filled is the client with its placeholders filled in.
func (o *OAuth2) filled(values map[string]string) (*clientcredentials.Config, error) {
	u, err := address("", o.TokenURL, values)
	if err != nil {
		return nil, err
	}
	c := &clientcredentials.Config{TokenURL: u.String(), Scopes: o.Scopes, AuthStyle: oauth2.AuthStyleInHeader}
	if o.InBody {
		c.AuthStyle = oauth2.AuthStyleInParams
	}
	if c.ClientID, err = verbatim(o.ClientID, values); err != nil {
		return nil, err
	}
	c.ClientSecret, err = verbatim(o.ClientSecret, values)
	return c, err
}

// fetch asks for a token, once, over a connection of its own: those of the
// steps stay cold, whether a token was at hand or not.
func (r *run) fetch(ctx context.Context, client *clientcredentials.Config, rec *record) (*oauth2.Token, *Failure) {
	began := time.Now()
	rec.result.Start = began
	own, network := *r, r.journey.Network
	if network.HTTP == "3" {
		network.HTTP = "" // who gives tokens need not speak it
	}
	own.transport, own.jar = r.connect(network), newJar()
	defer own.close()
	defer func() { r.aside = own.aside }()
	asking := context.WithValue(ctx, oauth2.HTTPClient, &http.Client{
		Transport:     desk{&own},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	})
	token, err := client.Token(asking)
	if err != nil {
		return nil, r.refused(ctx, client.TokenURL, err)
	}
	rec.note("auth", fmt.Sprintf("token from %s in %s", client.TokenURL, round(time.Since(began))))
	return token, nil
}

// refused blames what kept us from a token, in the words of who gives them.
func (r *run) refused(ctx context.Context, from string, err error) *Failure {
	if lost, ok := errors.AsType[*fault](err); ok {
		failure := r.blame(ctx, lost)
		failure.Message = clip("no token: "+failure.Message, maxMessage)
		return failure
	}
	said, evidence := strings.TrimPrefix(err.Error(), "oauth2: "), ""
	if answered, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		said = oneLine(fmt.Sprintf("status %d %s %s", answered.Response.StatusCode, answered.ErrorCode, answered.ErrorDescription))
		evidence = string(answered.Body)
	}
	return r.failure(FailProtocol, "", "no token from "+from+": "+said, evidence)
}

// desk sends the requests of the oauth2 package as the run sends its own: each
// exactly once, with every fault told from ours.
type desk struct{ run *run }

// RoundTrip fulfils http.RoundTripper. Its error is a *fault.
func (d desk) RoundTrip(req *http.Request) (*http.Response, error) {
	form, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", d.run.agent)
	req.Header.Set(synthetic, "forewarn")
	m := message{method: req.Method, url: req.URL, header: req.Header, body: string(form)}
	var h hop
	if lost := d.run.send(req.Context(), m, new(Step), &h); lost != nil {
		return nil, lost
	}
	return &http.Response{
		Status: http.StatusText(h.Status), StatusCode: h.Status, Header: h.answer.header, Request: req,
		Body: io.NopCloser(strings.NewReader(string(h.answer.body))),
	}, nil
}
