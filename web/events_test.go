package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

const apiToken = "correct-horse-battery"

// witness takes happenings from whoever has the token.
func witness(seen *[]Happening, err error) *Server {
	s := server(sample(), Status{Ready: true})
	s.Token = apiToken
	s.Happened = func(_ context.Context, h Happening) error {
		*seen = append(*seen, h)
		return err
	}
	return s
}

func tell(s *Server, authorization, body string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	r := httptest.NewRequest("POST", "/api/v1/events", strings.NewReader(body))
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	s.Handler().ServeHTTP(w, r)
	return w
}

func TestAnEventIsTakenFromWhoShowsTheToken(t *testing.T) {
	var seen []Happening
	s := witness(&seen, nil)
	past := time.Now().Add(-time.Hour).UTC().Truncate(time.Second)
	for _, body := range []string{`{"text": " deploy\n 1.2 "}`, `{"text": "deploy 1.2", "at": "` + past.Format(time.RFC3339) + `"}`} {
		w := tell(s, "Bearer "+apiToken, body)
		var kept Happening
		if err := json.Unmarshal(w.Body.Bytes(), &kept); w.Code != 201 || err != nil || kept.Text != "deploy 1.2" {
			t.Fatalf("%s: %d %s", body, w.Code, w.Body)
		}
	}
	if len(seen) != 2 || time.Since(seen[0].At) > time.Minute || !seen[1].At.Equal(past) {
		t.Errorf("kept %+v", seen)
	}
}

func TestNoOtherMayTellAnEvent(t *testing.T) {
	var seen []Happening
	s := witness(&seen, nil)
	for _, shown := range []string{"", "Bearer", "Bearer ", "Bearer wrong", "Basic " + apiToken, apiToken, "Bearer " + apiToken + "x", "Bearer " + apiToken[:10]} {
		if w := tell(s, shown, `{"text": "x"}`); w.Code != 401 || w.Header().Get("WWW-Authenticate") == "" || strings.Contains(w.Body.String(), apiToken) {
			t.Errorf("%q: %d %s", shown, w.Code, w.Body)
		}
	}
	s.Token = ""
	for _, shown := range []string{"", "Bearer ", "Bearer " + apiToken} {
		if w := tell(s, shown, `{"text": "x"}`); w.Code != 404 || !strings.Contains(w.Body.String(), "agent.api_token") {
			t.Errorf("without a token, %q: %d %s", shown, w.Code, w.Body)
		}
	}
	if len(seen) > 0 {
		t.Errorf("kept %+v", seen)
	}
}

func TestAnEventThatSaysNothingIsRefused(t *testing.T) {
	var seen []Happening
	s := witness(&seen, nil)
	for _, body := range []string{
		"", "deploy", `{"text": ""}`, `{"text": " \n"}`, `{"txt": "deploy"}`, `{"text": "x", "at": "yesterday"}`, `{"text": "x", "at": 1}`,
		`{"text": "x", "at": "2001-01-01T00:00:00Z"}`, `{"text": "x", "at": "2999-01-01T00:00:00Z"}`, `{"text": "` + strings.Repeat("x", 201) + `"}`,
		`{"text": "` + strings.Repeat("x", 1<<17) + `"}`,
	} {
		if w := tell(s, "Bearer "+apiToken, body); w.Code != 400 {
			t.Errorf("%.40s: %d %s", body, w.Code, w.Body)
		}
	}
	if len(seen) > 0 {
		t.Errorf("kept %+v", seen)
	}
}

func TestAnEventThatCannotBeKeptIsToBeToldAgain(t *testing.T) {
	var seen []Happening
	if w := tell(witness(&seen, errors.New("the disk is full")), "Bearer "+apiToken, `{"text": "x"}`); w.Code != 503 || w.Header().Get("Retry-After") == "" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func FuzzAnEventIsReadOrRefused(f *testing.F) {
	f.Add(`{"text": "deploy 1.2", "at": "2026-11-18T12:22:00Z"}`)
	f.Add(`{"text": "<!channel>"}`)
	f.Fuzz(func(t *testing.T, body string) {
		now := time.Now()
		h, err := happening(httptest.NewRequest("POST", "/api/v1/events", strings.NewReader(body)), now)
		if err == nil && (h.Text == "" || len(h.Text) > longestSentence || strings.ContainsAny(h.Text, "\n\r") || now.Sub(h.At) > longestPast+time.Second) {
			t.Errorf("%q is read as %+v", body, h)
		}
	})
}
