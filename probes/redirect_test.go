package probes_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/forewarn/forewarn/probes"
)

func TestRedirectsAreFollowedAsBrowsersDo(t *testing.T) {
	for _, test := range []struct {
		status       int
		method, want string
	}{
		{301, "GET", "GET "}, {302, "GET", "GET "}, {303, "GET", "GET "}, {307, "GET", "GET "}, {308, "GET", "GET "},
		{301, "POST", "GET "}, {302, "POST", "GET "}, {303, "POST", "GET "},
		{307, "POST", "POST order text/plain"}, {308, "POST", "POST order text/plain"},
		{301, "PUT", "PUT order text/plain"}, {302, "DELETE", "DELETE order text/plain"},
		{303, "PUT", "GET "}, {303, "HEAD", "HEAD "}, {307, "HEAD", "HEAD "},
	} {
		t.Run(http.StatusText(test.status)+" "+test.method, func(t *testing.T) {
			var got string
			shop := site(t, map[string]http.HandlerFunc{
				"/from": func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Location", "to#fragment")
					w.WriteHeader(test.status)
				},
				"/to": func(_ http.ResponseWriter, r *http.Request) {
					sent := asSent(r)
					got = strings.TrimSuffix(sent["method"]+" "+sent["body"]+" "+sent["type"], " ")
				},
			})
			step := probes.Step{Name: "a", Method: test.method, URL: "/from", Redirects: 1}
			if test.method != "GET" && test.method != "HEAD" {
				step.Body, step.Headers = "order", []probes.Field{{Name: "Content-Type", Value: "text/plain"}}
			}
			result, _ := take(t, probes.Journey{BaseURL: shop.URL, Steps: []probes.Step{step}})
			if result.Verdict != probes.Passed || got != test.want {
				t.Errorf("got %q, want %q: %+v", got, test.want, result.Failure)
			}
		})
	}
}

func TestEveryHopIsRecorded(t *testing.T) {
	shop := site(t, map[string]http.HandlerFunc{
		"/a": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/b", http.StatusMovedPermanently) },
		"/b": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/c?x=1", http.StatusSeeOther) },
		"/c": answer(404, "gone"),
	})
	result, _ := take(t, probes.Journey{BaseURL: shop.URL, Steps: []probes.Step{{Name: "a", Method: "POST", URL: "/a", Redirects: 5}}})
	a := stepOf(t, result, "a")
	var got []string
	var sum probes.Phases
	for i, h := range a.Hops {
		got = append(got, h.Method+" "+strings.TrimPrefix(h.URL, shop.URL)+" "+http.StatusText(h.Status))
		if h.Addr != shop.Listener.Addr().String() || h.Reused != (i > 0) || h.Elapsed != h.Phases.Sum() {
			t.Errorf("hop %d: %+v", i, h)
		}
		sum.Connect += h.Phases.Connect
		sum.Wait += h.Phases.Wait
		sum.Transfer += h.Phases.Transfer
	}
	if diff := cmp.Diff([]string{"POST /a Moved Permanently", "GET /b See Other", "GET /c?x=1 Not Found"}, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(sum, a.Phases); diff != "" || a.Duration != sum.Sum() || a.Status != 404 || a.Bytes != 4 {
		t.Errorf("%s%+v", diff, a)
	}
}

func TestALargeBodyOfARedirectIsNotReadToItsEnd(t *testing.T) {
	shop := site(t, map[string]http.HandlerFunc{
		"/small": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/end", http.StatusFound) },
		"/large": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "/end")
			w.WriteHeader(302)
			w.Write(make([]byte, 300<<10))
		},
		"/end": answer(200, "ok"),
	})
	for path, reused := range map[string]bool{"/small": true, "/large": false} {
		result, _ := take(t, probes.Journey{BaseURL: shop.URL, Steps: []probes.Step{{Name: "a", URL: path, Redirects: 1}}})
		if a := stepOf(t, result, "a"); a.Verdict != probes.Passed || a.Hops[1].Reused != reused {
			t.Errorf("%s: %+v", path, a.Hops)
		}
	}
}

func TestRedirectsThatAreNotFollowed(t *testing.T) {
	shop := site(t, map[string]http.HandlerFunc{
		"/loop": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/loop", http.StatusFound) },
		"/file": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "file:///etc/passwd")
			w.WriteHeader(302)
		},
		"/js": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "javascript:alert(1)")
			w.WriteHeader(302)
		},
		"/junk": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "http://[::1")
			w.WriteHeader(302)
		},
		"/plain": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(302) },
		"/other": func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Location", "/x"); w.WriteHeader(300) },
	})
	for _, test := range []struct {
		path      string
		redirects int
		want      string // "" passes
		hops      int
	}{
		{"/loop", 5, "more than 5 redirects, the last to " + shop.URL + "/loop", 6},
		{"/loop", 1, "more than 1 redirect, the last to " + shop.URL + "/loop", 2},
		{"/loop", 0, "", 1},
		{"/file", 5, "redirected to file:///etc/passwd, which is not a http or https URL", 1},
		{"/js", 5, "redirected to javascript:alert(1), which is not a http or https URL", 1},
		{"/junk", 5, "redirected to http://[::1, which is not a http or https URL", 1},
		{"/plain", 5, "", 1},
		{"/other", 5, "", 1},
	} {
		t.Run(test.path, func(t *testing.T) {
			result, _ := take(t, probes.Journey{BaseURL: shop.URL, Steps: []probes.Step{{Name: "a", URL: test.path, Redirects: test.redirects}}})
			a := stepOf(t, result, "a")
			if len(a.Hops) != test.hops {
				t.Errorf("%d requests, want %d", len(a.Hops), test.hops)
			}
			if test.want == "" {
				if a.Verdict != probes.Passed {
					t.Errorf("%+v", a.Failure)
				}
				return
			}
			wantFailure(t, a.Failure, probes.FailRedirect, "")
			if a.Failure.Message != test.want {
				t.Errorf("got  %s\nwant %s", a.Failure.Message, test.want)
			}
		})
	}
}

// another is the same server under another name: another host to a client.
func another(url string) string { return strings.Replace(url, "127.0.0.1", "localhost", 1) }

func TestNothingThatGivesAccessTravelsToAnotherHost(t *testing.T) {
	seen := map[string]http.Header{}
	var base string
	shop := site(t, map[string]http.HandlerFunc{
		"/same": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/end", http.StatusTemporaryRedirect)
		},
		"/away": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, another(base)+"/end", http.StatusTemporaryRedirect)
		},
		"/end": func(_ http.ResponseWriter, r *http.Request) { seen[strings.Split(r.Host, ":")[0]] = r.Header },
	})
	base = shop.URL
	headers := []probes.Field{{Name: "Authorization", Value: "Bearer {{key}}"}, {Name: "X-Api-Key", Value: "{{key}}"},
		{Name: "Cookie", Value: "sid={{key}}"}, {Name: "X-Plain", Value: "literal"}, {Name: "Accept", Value: "text/html"}}
	result, _ := take(t, probes.Journey{BaseURL: shop.URL, Secrets: map[string]string{"key": "k3y-of-the-shop"}, Steps: []probes.Step{
		{Name: "same", Method: "POST", URL: "/same", Headers: headers, Redirects: 1},
		{Name: "away", Method: "POST", URL: "/away", Headers: headers, Redirects: 1},
	}})
	if result.Verdict != probes.Passed {
		t.Fatalf("%q: %+v", result.Step, result.Failure)
	}
	for _, name := range []string{"Authorization", "X-Api-Key", "Cookie", "X-Plain"} {
		if seen["127.0.0.1"].Get(name) == "" {
			t.Errorf("%s did not reach the same host", name)
		}
		if got := seen["localhost"].Get(name); got != "" {
			t.Errorf("%s: %s reached another host", name, got)
		}
	}
	if got := seen["localhost"].Get("Accept"); got != "text/html" {
		t.Errorf("Accept is %q", got)
	}
}

func TestABodyWithASecretIsNotRepeatedToAnotherHost(t *testing.T) {
	var bodies []string
	var base string
	shop := site(t, map[string]http.HandlerFunc{
		"/away": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, another(base)+"/end", http.StatusPermanentRedirect)
		},
		"/end": func(_ http.ResponseWriter, r *http.Request) { bodies = append(bodies, asSent(r)["body"]) },
	})
	base = shop.URL
	j := probes.Journey{BaseURL: shop.URL, Secrets: map[string]string{"password": "hunter22"}, Steps: []probes.Step{
		{Name: "plain", Method: "POST", URL: "/away", Form: []probes.Field{{Name: "q", Value: "tea"}}, Redirects: 1},
		{Name: "log in", Method: "POST", URL: "/away", Form: []probes.Field{{Name: "p", Value: "{{password}}"}}, Redirects: 1},
	}}
	result, _ := take(t, j)
	wantFailure(t, result.Failure, probes.FailRedirect, "")
	if diff := cmp.Diff([]string{"q=tea"}, bodies); diff != "" || result.Step != "log in" {
		t.Errorf("failed at %q\n%s", result.Step, diff)
	}
}

func TestWhatCountsAsAnotherHost(t *testing.T) {
	for _, test := range []struct {
		from, to string
		same     bool
	}{
		{"http://shop.example/a", "/b", true},
		{"http://shop.example/a", "http://SHOP.example:80/b", true},
		{"http://shop.example/a", "https://shop.example/b", true},
		{"https://shop.example/a", "http://shop.example/b", false},
		{"http://shop.example/a", "http://shop.example:8080/b", false},
		{"http://shop.example:8080/a", "https://shop.example:8080/b", false},
		{"https://shop.example/a", "https://www.shop.example/b", false},
		{"https://www.shop.example/a", "https://shop.example/b", false},
	} {
		var hosts, keys []string
		runner := through(func(r *http.Request) (*http.Response, error) {
			hosts, keys = append(hosts, r.Host), append(keys, r.Header.Get("X-Api-Key"))
			if len(keys) == 1 {
				return &http.Response{StatusCode: 302, Header: http.Header{"Location": {test.to}}, Body: http.NoBody}, nil
			}
			return &http.Response{StatusCode: 200, Body: http.NoBody}, nil
		})
		runner.Run(t.Context(), probes.Journey{Steps: []probes.Step{{Name: "a", URL: test.from, Redirects: 1,
			Headers: []probes.Field{{Name: "X-Api-Key", Value: "k"}, {Name: "Host", Value: "virtual"}}}}}, time.Time{})
		want := []string{"k", ""}
		wantHosts := []string{"virtual", ""}
		if test.same {
			want[1], wantHosts[1] = "k", "virtual"
		}
		if diff := cmp.Diff(want, keys) + cmp.Diff(wantHosts, hosts); diff != "" {
			t.Errorf("%s to %s: %s", test.from, test.to, diff)
		}
	}
}
