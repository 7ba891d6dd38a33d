package notify

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"testing/synctest"
	"time"
)

func TestRetryAfterIsReadAsTheStandardHasItAndNeverForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // midnight of 1 January 2000, a Saturday
		for said, want := range map[string]time.Duration{
			"": 0, "soon": 0, "-7": 0, "0": 0, "NaN": 0, "7": 7 * time.Second, "0.2": time.Second, "900": 15 * time.Minute,
			"86400": mostRetryAfter, "99999999999999999999": mostRetryAfter, "+Inf": mostRetryAfter,
			"Sat, 01 Jan 2000 00:00:47 GMT":    47 * time.Second,
			"Saturday, 01-Jan-00 00:01:00 GMT": time.Minute,
			"Sat Jan  1 00:02:00 2000":         2 * time.Minute,
			"Fri, 31 Dec 1999 23:59:00 GMT":    time.Second,
			"Tue, 01 Jan 2030 00:00:00 GMT":    mostRetryAfter,
		} {
			if got := retryAfter(http.Header{"Retry-After": {said}}); got != want {
				t.Errorf("%q asks for %v, want %v", said, got, want)
			}
		}
		theirs := http.Header{"Date": {"Sat, 01 Jan 2000 03:00:00 GMT"}, "Retry-After": {"Sat, 01 Jan 2000 03:00:10 GMT"}}
		if got := retryAfter(theirs); got != 10*time.Second {
			t.Errorf("a server whose clock is three hours ahead asks for %v", got)
		}
	})
}

// Slack's client knows seconds alone, and takes all else for a broken answer.
func TestEveryChannelTakesADateForRetryAfter(t *testing.T) {
	for said, want := range map[string]time.Duration{
		"Fri, 31 Dec 9999 23:59:59 GMT": mostRetryAfter, "7": 7 * time.Second, "soon": 0, "99999999999": mostRetryAfter,
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", said)
			w.WriteHeader(http.StatusTooManyRequests)
		}))
		defer server.Close()
		for name, channel := range map[string]Channel{
			"slack":        NewSlack(SlackSettings{Token: token, Channel: "#alerts", APIURL: server.URL + "/api/"}),
			"webhook":      NewWebhook(WebhookSettings{URL: server.URL}),
			"hook":         NewJSONHook(HookSettings{Name: "pager", URL: server.URL}),
			"alertmanager": NewAlertmanager(HookSettings{Name: "prom", URL: server.URL}),
		} {
			_, err := channel.Deliver(t.Context(), message(t, "burning"))
			var e *Error
			if !errors.As(err, &e) || e.Class != Rate || e.After != want {
				t.Errorf("%s, %q: %+v, want the class %v after %v", name, said, e, Rate, want)
			}
		}
	}
}

func FuzzRetryAfterNeverSilencesForLong(f *testing.F) {
	for _, said := range []string{"7", "-1", "1e300", "0x1p-2", "99999999999999999999", "Sat, 01 Jan 2000 00:00:47 GMT", "Sat Jan  1 00:02:00 2000", "nan"} {
		f.Add(said, "Sat, 01 Jan 2000 00:00:00 GMT")
	}
	f.Fuzz(func(t *testing.T, said, date string) {
		wait := retryAfter(http.Header{"Retry-After": {said}, "Date": {date}})
		if wait < 0 || wait > mostRetryAfter || wait%time.Second != 0 {
			t.Errorf("%q at %q asks for %v", said, date, wait)
		}
		if n, err := strconv.Atoi(said); err == nil && n > 0 && n <= 900 && wait != time.Duration(n)*time.Second {
			t.Errorf("%q asks for %v", said, wait)
		}
		again := http.Header{"Retry-After": {strconv.Itoa(int(wait.Seconds()))}}
		if got := retryAfter(again); got != wait {
			t.Errorf("%q asks for %v, and for %v once it is written in seconds", said, wait, got)
		}
	})
}
