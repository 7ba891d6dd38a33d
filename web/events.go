package web

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Happening is what somebody with the token tells of, as of a deploy.
type Happening struct {
	Text string    `json:"text"`
	At   time.Time `json:"at"` // zero: now
}

// longestPast is how long ago a happening may lie that is still told, and
// longestFuture by how much another machine's clock may be ahead.
const (
	longestPast   = 7 * 24 * time.Hour
	longestFuture = 5 * time.Minute
)

// events takes what was changed: POST /api/v1/events, with the token of
// agent.api_token as a bearer token.
func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	if s.Token == "" || s.Happened == nil {
		http.Error(w, "closed: set agent.api_token to a long random word, and show it as a bearer token", http.StatusNotFound)
		return
	}
	if !s.admits(r) {
		w.Header().Set("WWW-Authenticate", `Bearer realm="forewarn"`)
		http.Error(w, "show agent.api_token: Authorization: Bearer ...", http.StatusUnauthorized)
		return
	}
	h, err := happening(r, time.Now())
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if err := s.Happened(r.Context(), h); err != nil {
		w.Header().Set("Retry-After", "60")
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusCreated)
	_ = json.NewEncoder(w).Encode(h) // a client that left needs no answer
}

// admits reports whether r shows the token. How long that takes says nothing
// of it.
func (s *Server) admits(r *http.Request) bool {
	scheme, shown, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	want, got := sha256.Sum256([]byte(s.Token)), sha256.Sum256([]byte(strings.TrimSpace(shown)))
	return strings.EqualFold(scheme, "bearer") && subtle.ConstantTimeCompare(want[:], got[:]) == 1
}

// happening reads one from the body of r.
func happening(r *http.Request, now time.Time) (h Happening, err error) {
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(&h); err != nil {
		return h, fmt.Errorf(`the body is not {"text": "deploy 1.2", "at": "2026-11-18T12:22:00Z"}, of which at may be left out: %w`, err)
	}
	if h.Text, err = Sentence(h.Text); err != nil {
		return h, err
	}
	if h.At.IsZero() {
		h.At = now
	}
	if age := now.Sub(h.At); age > longestPast || age < -longestFuture {
		return h, fmt.Errorf("at is %s, and now is %s: tell of the last 7 days", h.At.Format(time.RFC3339), now.Format(time.RFC3339))
	}
	h.At = h.At.Truncate(time.Millisecond)
	return h, nil
}

// longestSentence bounds what one mark may say, in bytes.
const longestSentence = 200

// Sentence is text as a mark keeps it: one line, blanks as one.
func Sentence(text string) (string, error) {
	text = strings.Join(strings.Fields(text), " ")
	if text == "" || len(text) > longestSentence {
		return "", fmt.Errorf("a mark has 1 to %d bytes of text", longestSentence)
	}
	return text, nil
}
