package demo

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestTheSameSeedTellsTheSameStory(t *testing.T) {
	if NewStory(7) != NewStory(7) || NewStory(7) == NewStory(8) {
		t.Fatal("a story must follow from its seed alone")
	}
}

func TestEveryStorySlowsDownBreaksAndIsRepaired(t *testing.T) {
	for seed := range uint64(1000) {
		s := NewStory(seed)
		const limit = 300 * time.Millisecond
		if early, late := s.Payment(s.Begins+20*time.Second), s.Payment(s.Breaks); early >= limit || late < limit {
			t.Fatalf("seed %d: a payment takes %v 20 s after the slow-down begins and %v when payments break, limit %v", seed, early, late, limit)
		}
		if s.Payment(0) != s.Base || s.Payment(s.Repaired) != s.Base || s.Fails(s.Repaired) || !s.Fails(s.Breaks) {
			t.Fatalf("seed %d: %+v does not end where it began", seed, s)
		}
	}
}

func TestACustomerCanLogInSearchFillTheCartAndPay(t *testing.T) {
	server := httptest.NewServer(NewShop(NewStory(1)))
	defer server.Close()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	get := func(path string) string { return read(t)(client.Get(server.URL + path)) }
	form := get("/login")
	csrf := regexp.MustCompile(`name="csrf" value="(\w+)"`).FindStringSubmatch(form)[1]
	post := func(body string) string {
		return read(t)(client.Post(server.URL+"/api/orders", "application/json", strings.NewReader(body)))
	}
	if got := post("{}"); !strings.Contains(got, "refused") {
		t.Fatalf("an order before login: %s", got)
	}
	login := url.Values{"user": {User}, "password": {Password}, "csrf": {csrf}}
	if got := read(t)(client.PostForm(server.URL+"/login", login)); !strings.Contains(got, "Welcome") {
		t.Fatalf("login: %s", got)
	}
	if got := get("/search?q=esp"); !strings.Contains(got, `data-sku="espresso"`) {
		t.Fatalf("search: %s", got)
	}
	read(t)(client.Post(server.URL+"/api/cart", "application/json", strings.NewReader(`{"sku":"espresso"}`)))
	if got := post("{}"); !strings.Contains(got, `"state":"paid"`) {
		t.Fatalf("order: %s", got)
	}
}

func TestPaymentFailsWhenTheStorySaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		story := NewStory(1)
		story.Failing = 1
		shop := NewShop(story)
		time.Sleep(story.Breaks)
		w := httptest.NewRecorder()
		shop.ServeHTTP(w, httptest.NewRequest("POST", "/api/orders", strings.NewReader("{}")))
		if w.Code != http.StatusServiceUnavailable {
			t.Fatalf("status %d", w.Code)
		}
	})
}

func read(t *testing.T) func(*http.Response, error) string {
	return func(r *http.Response, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(body)
	}
}
