package demo

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"html"
	mathrand "math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Shop is a coffee shop with a login, a search, a cart and a checkout.
// It is safe for concurrent use.
type Shop struct {
	story  Story
	opened time.Time
	mux    *http.ServeMux

	mu       sync.Mutex
	sessions map[string]*session
	orders   int
	pauses   int
	late     int // pauses that took much longer than they should
}

type session struct {
	csrf     string
	loggedIn bool
	cart     []string
}

// Credentials of the one customer the shop knows.
const (
	User     = "ana@example.com"
	Password = "not-a-secret"
)

// maxSessions bounds the memory of a shop that nobody restarts.
const maxSessions = 10_000

// NewShop opens a shop to which story happens from now on.
func NewShop(story Story) *Shop {
	s := &Shop{story: story, opened: time.Now(), mux: http.NewServeMux(), sessions: map[string]*session{}}
	s.mux.HandleFunc("GET /{$}", s.home)
	s.mux.HandleFunc("GET /login", s.loginForm)
	s.mux.HandleFunc("POST /login", s.login)
	s.mux.HandleFunc("GET /search", s.search)
	s.mux.HandleFunc("POST /api/cart", s.addToCart)
	s.mux.HandleFunc("POST /api/orders", s.order)
	s.mux.HandleFunc("DELETE /api/orders/{id}", s.cancel)
	return s
}

// ServeHTTP answers every page after a short, noisy delay.
func (s *Shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.pause(r, noisy(4*time.Millisecond, s.story.Noise))
	s.mux.ServeHTTP(w, r)
}

// Elapsed is the time since the shop opened: the clock of its story.
func (s *Shop) Elapsed() time.Duration { return time.Since(s.opened) }

// Pauses is how often the shop has waited on purpose, and how often this
// machine let it wait much longer: then its latencies are the machine's.
func (s *Shop) Pauses() (all, late int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pauses, s.late
}

// tolerance is how much longer than asked a pause may take on a machine that
// has time.
const tolerance = 20 * time.Millisecond

// pause waits like a server that works, and stops when the customer leaves.
func (s *Shop) pause(r *http.Request, d time.Duration) {
	begun := time.Now()
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.Context().Done():
	}
	late := time.Since(begun) > d+tolerance
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pauses++
	if late {
		s.late++
	}
}

func (s *Shop) home(w http.ResponseWriter, r *http.Request) {
	page(w, "Welcome", `<p>Coffee, freshly roasted. <a href="/search?q=espresso">Espresso</a></p>`)
}

func (s *Shop) loginForm(w http.ResponseWriter, r *http.Request) {
	id, visitor := rand.Text(), &session{csrf: rand.Text()}
	s.mu.Lock()
	if len(s.sessions) >= maxSessions {
		clear(s.sessions)
	}
	s.sessions[id] = visitor
	s.mu.Unlock()
	http.SetCookie(w, &http.Cookie{Name: "session", Value: id, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
	page(w, "Log in", fmt.Sprintf(`<form method="post" action="/login">
<input type="hidden" name="csrf" value=%q><input name="user"><input name="password" type="password">
<button>Log in</button></form>`, visitor.csrf))
}

func (s *Shop) login(w http.ResponseWriter, r *http.Request) {
	visitor := s.visitor(r)
	switch {
	case visitor == nil || r.PostFormValue("csrf") != visitor.csrf:
		http.Error(w, "your session has expired", http.StatusForbidden)
	case r.PostFormValue("user") != User || r.PostFormValue("password") != Password:
		http.Error(w, "wrong name or password", http.StatusUnauthorized)
	default:
		s.mu.Lock()
		visitor.loggedIn = true
		s.mu.Unlock()
		http.Redirect(w, r, "/", http.StatusSeeOther)
	}
}

func (s *Shop) search(w http.ResponseWriter, r *http.Request) {
	query := r.FormValue("q")
	var found strings.Builder
	for _, product := range []string{"espresso", "filter", "decaf"} {
		if strings.Contains(product, strings.ToLower(query)) {
			fmt.Fprintf(&found, `<li class="product" data-sku=%q>%s</li>`, product, product)
		}
	}
	page(w, "Results for "+html.EscapeString(query), "<ul>"+found.String()+"</ul>")
}

func (s *Shop) addToCart(w http.ResponseWriter, r *http.Request) {
	visitor := s.visitor(r)
	var item struct{ SKU string }
	if visitor == nil || json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<10)).Decode(&item) != nil {
		http.Error(w, "no cart without a session", http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	visitor.cart = append(visitor.cart, item.SKU)
	count := len(visitor.cart)
	s.mu.Unlock()
	reply(w, http.StatusOK, map[string]any{"items": count})
}

func (s *Shop) order(w http.ResponseWriter, r *http.Request) {
	since := s.Elapsed()
	s.pause(r, noisy(s.story.Payment(since), s.story.Noise))
	if s.story.Fails(since) && mathrand.Float64() < s.story.Failing {
		http.Error(w, "payment provider did not answer", http.StatusServiceUnavailable)
		return
	}
	visitor := s.visitor(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	if visitor == nil || !visitor.loggedIn || len(visitor.cart) == 0 {
		reply(w, http.StatusConflict, map[string]any{"state": "refused"})
		return
	}
	visitor.cart = nil
	s.orders++
	reply(w, http.StatusCreated, map[string]any{"id": fmt.Sprintf("%06d", s.orders), "state": "paid"})
}

func (s *Shop) cancel(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(http.StatusNoContent)
}

func (s *Shop) visitor(r *http.Request) *session {
	cookie, err := r.Cookie("session")
	if err != nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sessions[cookie.Value]
}

func page(w http.ResponseWriter, title, body string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(w, "<!doctype html><title>%s</title><h1>%s</h1>%s", title, title, body)
}

func reply(w http.ResponseWriter, status int, body map[string]any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // a customer who left needs no answer
}
