package probes_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/forewarn/forewarn/internal/golden"
	"github.com/forewarn/forewarn/probes"
	"github.com/forewarn/forewarn/probes/expect"
)

func TestTheTranscriptTellsTheWholeRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runner := servePipes(t, func(w http.ResponseWriter, r *http.Request) {
			slow(20*time.Millisecond)(w, r)
			switch r.URL.Path {
			case "/login":
				if r.Method == "GET" {
					io.WriteString(w, `<form><input name="csrf" value="00123"></form>`+"\n")
					return
				}
				http.SetCookie(w, &http.Cookie{Name: "sid", Value: "4711", Path: "/", HttpOnly: true})
				http.Redirect(w, r, "/account", http.StatusSeeOther)
			case "/api/orders":
				w.WriteHeader(http.StatusInternalServerError)
				io.WriteString(w, `{"state":"failed","reason":"no beans for hunter22"}`)
			}
		})
		runner.Location, runner.Version = "kyiv", "1.2.3"
		due := time.Now()
		time.Sleep(3 * time.Millisecond)
		_, transcript := runner.Run(t.Context(), probes.Journey{
			Name: "checkout", BaseURL: "http://shop.example", Vars: map[string]string{"user": "probe@example.com"},
			Secrets: map[string]string{"password": "hunter22"},
			Steps: []probes.Step{
				{Name: "open login", URL: "/login", Capture: []probes.Capture{{Name: "csrf", Query: query(t, `css("input[name=csrf]", "value")`)}}},
				{Name: "log in", Method: "POST", URL: "/login", Redirects: 1, Form: []probes.Field{
					{Name: "user", Value: "{{user}}"}, {Name: "password", Value: "{{password}}"}, {Name: "csrf", Value: "{{csrf}}"}}},
				{Name: "pay", Method: "POST", URL: "/api/orders", JSON: map[string]any{"sku": "espresso", "qty": 1},
					Expect:  []expect.Condition{condition(t, "status == 201"), condition(t, `jsonpath("$.state") == "paid"`)},
					Capture: []probes.Capture{{Name: "order", Query: query(t, `jsonpath("$.id")`)}}},
				{Name: "look", URL: "/orders/{{order}}"},
				{Name: "cancel order", Method: "DELETE", URL: "/api/orders/{{order}}", Always: true},
			},
		}, due)
		golden.Compare(t, "testdata/failed.transcript", transcript.String())
	})
}

func TestATranscriptIsBoundedAndKeepsTheStepThatMatters(t *testing.T) {
	shop := site(t, map[string]http.HandlerFunc{"/": func(w http.ResponseWriter, r *http.Request) {
		for range 50 {
			w.Header().Add("X-Long", strings.Repeat("ü", 1000))
		}
		if r.URL.Path == "/bad" {
			w.WriteHeader(http.StatusTeapot)
		}
		for range 20 {
			io.WriteString(w, strings.Repeat("body ", 100)+"\n")
		}
	}})
	var steps []probes.Step
	for i := range 60 {
		steps = append(steps, probes.Step{Name: strings.Repeat("n", 1+i), URL: "/" + strings.Repeat("u", 1000)})
	}
	steps = append(steps, probes.Step{Name: "bad", URL: "/bad"})
	_, transcript := take(t, probes.Journey{Name: "long", BaseURL: shop.URL, Timeout: time.Minute, Steps: steps})
	text := transcript.String()
	if len(text) > 64<<10 || !utf8.ValidString(text) {
		t.Errorf("%d bytes", len(text))
	}
	if !strings.Contains(text, "error: status 418") || !strings.Contains(text, "journey long: failed at step bad") {
		t.Errorf("the failure is not told:\n%.300s", text)
	}
}

func TestAnEmptyTranscriptIsEmpty(t *testing.T) {
	if text := (probes.Transcript{}).String(); text != "" {
		t.Error(text)
	}
}
