package probes_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/forewarn/forewarn/probes"
	"github.com/forewarn/forewarn/probes/expect"
)

// whoAsks answers with the Authorization it got.
func whoAsks(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintf(w, "%q", r.Header.Get("Authorization"))
}

func TestAuthIsTheStepsOwnOrElseTheJourneys(t *testing.T) {
	shop := site(t, map[string]http.HandlerFunc{"/": whoAsks})
	other := site(t, map[string]http.HandlerFunc{"/": whoAsks})
	// "Aladdin:open sesame" is the example of RFC 7617, section 2.
	const basic = `body == '"Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="'`
	step := func(name, url string, auth *probes.Auth, expected string) probes.Step {
		return probes.Step{Name: name, URL: url, Auth: auth, Expect: []expect.Condition{condition(t, expected)}}
	}
	replaced := step("header", "/", nil, `body == '"Token x"'`)
	replaced.Headers = []probes.Field{{Name: "authorization", Value: "Token x"}}
	result, _ := take(t, probes.Journey{
		BaseURL: shop.URL, Vars: map[string]string{"user": "Aladdin"}, Secrets: map[string]string{"p": "open sesame"},
		Auth: probes.Auth{Basic: &probes.Basic{User: "{{user}}", Password: "{{p}}"}},
		Steps: []probes.Step{
			step("journey's", "/", nil, basic), replaced,
			step("own", "/", &probes.Auth{Bearer: "mF_9.B5f-4.1JqM"}, `body == '"Bearer mF_9.B5f-4.1JqM"'`),
			step("none", "/", &probes.Auth{}, `body == '""'`),
			step("elsewhere", other.URL, nil, `body == '""'`),
		},
	})
	if result.Verdict != probes.Passed {
		t.Errorf("%s: %s\n%s", result.Step, result.Failure.Message, result.Failure.Evidence)
	}
}

func TestAuthWithoutItsValueIsNeverSent(t *testing.T) {
	shop := site(t, map[string]http.HandlerFunc{"/": func(http.ResponseWriter, *http.Request) { t.Error("it was sent") }})
	for _, auth := range []probes.Auth{
		{Bearer: "{{nobody}}"}, {Bearer: "a\nb"}, {Bearer: "{{empty}}"}, {Basic: &probes.Basic{User: "a:b", Password: "p"}},
		{OAuth2: &probes.OAuth2{TokenURL: shop.URL, ClientID: "{{nobody}}"}}, {OAuth2: &probes.OAuth2{TokenURL: "/relative"}},
	} {
		result, _ := take(t, probes.Journey{BaseURL: shop.URL, Vars: map[string]string{"empty": ""},
			Steps: []probes.Step{{Name: "a", URL: "/", Auth: &auth}}})
		a := stepOf(t, result, "a")
		wantFailure(t, a.Failure, probes.FailMissing, "")
		if a.Verdict != probes.Skipped || !a.Start.IsZero() {
			t.Errorf("%+v: %+v", auth, a)
		}
	}
}

// tokenOffice gives tokens to one client, each with a number of its own.
type tokenOffice struct {
	asked   atomic.Int32
	seconds int // until a token ends
}

func (o *tokenOffice) open(t *testing.T) *httptest.Server {
	return site(t, map[string]http.HandlerFunc{"POST /token": func(w http.ResponseWriter, r *http.Request) {
		n := o.asked.Add(1)
		id, secret, inHeader := r.BasicAuth()
		if !inHeader {
			id, secret = r.FormValue("client_id"), r.FormValue("client_secret")
		}
		w.Header().Set("Content-Type", "application/json")
		http.SetCookie(w, &http.Cookie{Name: "office", Value: "x"})
		if id != "probe" || secret != "client-s3cret" {
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprint(w, `{"error":"invalid_client","error_description":"no such client, client-s3cret or not"}`)
			return
		}
		time.Sleep(20 * time.Millisecond)
		fmt.Fprintf(w, `{"access_token":"token-number-%d-%s","token_type":"Bearer","expires_in":%d}`, n, r.FormValue("scope"), o.seconds)
	}})
}

func (o *tokenOffice) client(url string) *probes.OAuth2 {
	return &probes.OAuth2{TokenURL: url + "/token", ClientID: "probe", ClientSecret: "{{secret}}", Scopes: []string{"read", "write"}}
}

func TestATokenIsFetchedOnceAndKeptUntilItEndsOrIsRefused(t *testing.T) {
	for _, test := range []struct {
		name            string
		seconds, status int
		tokens          *probes.Tokens
		want            int32
	}{
		{"kept", 3600, 200, new(probes.Tokens), 1},
		{"without a place to keep it, once a run", 3600, 200, nil, 3},
		{"about to end", 5, 200, new(probes.Tokens), 6},
		{"refused", 3600, 401, new(probes.Tokens), 6},
	} {
		t.Run(test.name, func(t *testing.T) {
			office := tokenOffice{seconds: test.seconds}
			server := office.open(t)
			shop := site(t, map[string]http.HandlerFunc{"/": func(w http.ResponseWriter, r *http.Request) {
				w.WriteHeader(test.status)
				whoAsks(w, r)
			}})
			expected := []expect.Condition{condition(t, `body startsWith '"Bearer token-number-'`), condition(t, `body contains "read write"`)}
			j := probes.Journey{BaseURL: shop.URL, Auth: probes.Auth{OAuth2: office.client(server.URL)},
				Secrets: map[string]string{"secret": "client-s3cret"},
				Steps:   []probes.Step{{Name: "a", URL: "/", Expect: expected}, {Name: "b", URL: "/", Expect: expected}}}
			for range 3 {
				result, transcript := probes.Runner{Tokens: test.tokens}.Run(t.Context(), j, time.Time{})
				if result.Verdict != probes.Passed {
					t.Fatalf("%+v", result.Failure)
				}
				if text := transcript.String(); strings.Contains(text, "r-1-") || strings.Contains(text, "r-2-") || strings.Contains(text, "s3cret") || strings.Contains(text, "office") {
					t.Error(text)
				}
			}
			if got := office.asked.Load(); got != test.want {
				t.Errorf("%d tokens, want %d", got, test.want)
			}
		})
	}
}

func TestTheWayToATokenIsNoPartOfTheStep(t *testing.T) {
	office := tokenOffice{seconds: 60}
	server := office.open(t) // it takes 20 ms
	server.Config.Handler.(*http.ServeMux).HandleFunc("/", whoAsks)
	client := office.client(server.URL)
	client.InBody = true
	result, transcript := take(t, probes.Journey{BaseURL: server.URL, Secrets: map[string]string{"secret": "client-s3cret"},
		Steps: []probes.Step{{Name: "a", URL: "/", Auth: &probes.Auth{OAuth2: client}}}})
	a := stepOf(t, result, "a")
	if a.Verdict != probes.Passed || a.Hops[0].Reused || a.Phases.Connect == 0 || a.Start.Sub(result.Start) < 20*time.Millisecond {
		t.Errorf("the step is not as cold as without a token: %+v", a)
	}
	if text := transcript.String(); !strings.Contains(text, "auth token from "+server.URL+"/token in ") {
		t.Error(text)
	}
}

func TestATokenThatIsNotGivenFailsTheStepInTheWordsOfItsGiver(t *testing.T) {
	office := tokenOffice{}
	server := office.open(t)
	for _, test := range []struct {
		url, secret, want string
		kind              probes.FailureKind
		phase             string
	}{
		{server.URL, "wrong-s3cret", "no token from " + server.URL + "/token: status 401 invalid_client no such client", probes.FailProtocol, ""},
		{"http://127.0.0.1:1", "client-s3cret", "no token: connection refused by 127.0.0.1:1", probes.FailConnect, "connect"},
		{site(t, map[string]http.HandlerFunc{"/": answer(200, `{}`)}).URL, "client-s3cret", "server response missing access_token", probes.FailProtocol, ""},
		{site(t, map[string]http.HandlerFunc{"/": answer(503, "<h1>down</h1>")}).URL, "client-s3cret", "status 503", probes.FailProtocol, ""},
	} {
		result, transcript := take(t, probes.Journey{BaseURL: "http://127.0.0.1:1", Auth: probes.Auth{OAuth2: office.client(test.url)},
			Secrets: map[string]string{"secret": test.secret}, Steps: []probes.Step{{Name: "a", URL: "/"}, {Name: "b", URL: "/"}}})
		a := stepOf(t, result, "a")
		wantFailure(t, a.Failure, test.kind, test.phase)
		if a.Verdict != probes.Failed || len(a.Hops) != 0 || !strings.Contains(a.Failure.Message, test.want) {
			t.Errorf("%+v %s", a, a.Failure.Message)
		}
		if strings.Contains(transcript.String(), test.secret) {
			t.Error(transcript)
		}
	}
}
