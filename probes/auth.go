package probes

import (
	"encoding/base64"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// Auth is how a request says who asks: at most one of its fields is set. A
// {{name}} in them stands for a var, a secret or an earlier capture. A header
// Authorization of the step itself replaces it.
type Auth struct {
	Basic  *Basic
	Digest *Digest
	Bearer string // RFC 6750
	OAuth2 *OAuth2
	SigV4  *SigV4
}

// Basic is a user with a password (RFC 7617). The password is a secret.
type Basic struct{ User, Password string }

// OAuth2 is a client that gets its tokens with credentials of its own (RFC
// 6749, section 4.4). See [Tokens].
type OAuth2 struct {
	TokenURL     string // absolute
	ClientID     string
	ClientSecret string // a secret
	Scopes       []string
	InBody       bool // the credentials travel in the form, not in Authorization
}

// authFor is the Auth of a message. The journey's goes to the host of its
// BaseURL alone, so that no other gets what is not meant for it.
func (r *run) authFor(s *Step, m message) Auth {
	if s.Auth != nil {
		return *s.Auth
	}
	if r.journey.Auth == (Auth{}) {
		return Auth{}
	}
	if base, err := link(r.journey.BaseURL, r.values); err == nil && sameSite(base, m.url) {
		return r.journey.Auth
	}
	return Auth{}
}

// authorize writes Authorization as basic and bearer ask for it. That of
// digest and sigv4 is computed when a request is sent. What was filled in is a
// secret from here on. An error is [unsendable].
func (r *run) authorize(m *message, a Auth) error {
	credentials := ""
	switch {
	case a.Digest != nil:
		return r.digested(m, *a.Digest)
	case a.SigV4 != nil:
		var err error
		if m.sigv4, err = a.SigV4.filled(r.values); err == nil {
			r.hideLogin(m.sigv4.SecretKey)
			r.hideLogin(m.sigv4.SessionToken)
		}
		return err
	case a.Basic != nil:
		user, err := verbatim(a.Basic.User, r.values)
		if err != nil {
			return err
		}
		password, err := verbatim(a.Basic.Password, r.values)
		if err != nil {
			return err
		}
		if strings.Contains(user, ":") {
			return unsendable("a user of basic holds a colon, which would end it")
		}
		r.hideLogin(password)
		credentials = "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
	case a.Bearer != "":
		token, err := verbatim(a.Bearer, r.values)
		if err != nil {
			return err
		}
		if token == "" || !httpguts.ValidHeaderFieldValue(token) {
			return unsendable("the bearer token is empty, or has a character that no header may have")
		}
		r.hideLogin(token)
		credentials = "Bearer " + token
	}
	if credentials != "" {
		m.header.Set("Authorization", credentials)
	}
	return nil
}

// literals are the secrets that stand in a itself.
func (a Auth) literals() []string {
	values := []string{a.Bearer}
	if a.Basic != nil {
		values = append(values, a.Basic.Password)
	}
	if a.Digest != nil {
		values = append(values, a.Digest.Password)
	}
	if a.SigV4 != nil {
		values = append(values, a.SigV4.SecretKey, a.SigV4.SessionToken)
	}
	if a.OAuth2 != nil {
		values = append(values, a.OAuth2.ClientSecret)
	}
	return values
}
