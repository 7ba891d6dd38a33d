package probes

import (
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/icholy/digest"
)

// Digest is a user with a password that never travels: the server asks a
// question that only who knows it can answer (RFC 7616; MD5, SHA-256 and
// SHA-512, without -sess). The first request to a server is sent without an
// answer, as browsers do, so that its challenge is a hop of its own; the next
// requests of the run to that server answer the same challenge again.
type Digest struct{ User, Password string }

// challenge is the last that a server gave to a user.
type challenge struct {
	*digest.Challenge
	answers int // given so far; the server counts along
}

// digested writes down who may be asked for an answer. The password is a secret
// from here on.
func (r *run) digested(m *message, d Digest) (err error) {
	var filled Digest
	if filled.User, err = verbatim(d.User, r.values); err != nil {
		return err
	}
	if filled.Password, err = verbatim(d.Password, r.values); err != nil {
		return err
	}
	r.hideLogin(filled.Password)
	m.digest = &filled
	return nil
}

// server is where a challenge is good for: one user at one host and port.
func (m message) server() string {
	return m.digest.User + "@" + m.url.Scheme + "://" + strings.ToLower(m.url.Hostname()) + ":" + port(m.url)
}

// proved is the message with what shows who asks, where that depends on the
// whole request.
func (r *run) proved(m message) message {
	switch {
	case m.header.Get("Authorization") != "":
		return m
	case m.sigv4 != nil:
		return m.sigv4.signed(m, time.Now())
	case m.digest != nil:
		return r.answered(m)
	}
	return m
}

// answered is the message with the answer to the last challenge of its server,
// if there was one.
func (r *run) answered(m message) message {
	held := r.challenges[m.server()]
	if held == nil {
		return m
	}
	held.answers++
	answer, err := digest.Digest(held.Challenge, digest.Options{
		Method: m.method, URI: m.url.RequestURI(), Count: held.answers,
		Username: m.digest.User, Password: m.digest.Password,
		GetBody: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(m.body)), nil },
	})
	if err != nil { // but it was found to be one that can be answered
		return m
	}
	m.header = m.header.Clone()
	m.header.Set("Authorization", answer.String())
	return m
}

// challenged reports whether h is a challenge that the next hop shall answer,
// and if it is one and shall not, why. Of two in a row the second is a refusal.
func (r *run) challenged(m message, h *hop, again bool) (yes bool, why string) {
	if m.digest == nil || h.Status != http.StatusUnauthorized || m.header.Get("Authorization") != "" {
		return false, ""
	}
	if again {
		delete(r.challenges, m.server())
		return false, "the server refuses the user or the password of digest"
	}
	asked, err := digest.FindChallenge(h.answer.header)
	if err != nil {
		return false, "the server asks for nothing that digest can answer: " +
			printable(oneLine(r.redact.String(strings.TrimPrefix(err.Error(), "digest: "))))
	}
	if r.challenges == nil {
		r.challenges = map[string]*challenge{}
	}
	r.challenges[m.server()] = &challenge{Challenge: asked}
	return true, ""
}
