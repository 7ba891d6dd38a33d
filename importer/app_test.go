package importer_test

import (
	"crypto/rand"
	"embed"
	"encoding/json"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/forewarn/forewarn/importer"
	"github.com/forewarn/forewarn/probes"
)

var record = flag.Bool("record", false, "record testdata/app.har anew with a real browser; needs node and playwright-core")

//go:embed testdata/app
var appFiles embed.FS

// app is a shop in one page: its API takes only a session's own token, the
// bearer of whoever logged in, and the ids that it gave out. All of them are
// new with each app and each session.
type app struct {
	mu       sync.Mutex
	sessions map[string]string // CSRF token by cookie
	bearers  map[string]bool
	orders   map[string]string // state by id
	carts    map[string]bool   // whether something is in it, by id
}

const appPassword = "correct-horse"

func newApp(t *testing.T) *httptest.Server {
	a := &app{sessions: map[string]string{}, bearers: map[string]bool{}, orders: map[string]string{}, carts: map[string]bool{}}
	mux := http.NewServeMux()
	for path, file := range map[string]string{"GET /{$}": "index.html", "GET /assets/app.js": "app.js", "GET /assets/app.css": "app.css"} {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) { http.ServeFileFS(w, r, appFiles, "testdata/app/"+file) })
	}
	for path, call := range map[string]func(*http.Request) (int, any){
		"POST /api/login": a.logIn, "GET /api/products": a.products, "POST /api/carts": a.cart, "PUT /api/carts/{cart}/items/{item}": a.fill,
		"POST /api/orders": a.order, "GET /api/orders/{order}": a.state, "DELETE /api/orders/{order}": a.cancel,
	} {
		mux.Handle(path, a.guarded(call))
	}
	mux.HandleFunc("GET /api/session", a.session)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server
}

func (a *app) session(w http.ResponseWriter, _ *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	cookie, csrf := rand.Text(), rand.Text()
	a.sessions[cookie] = csrf
	http.SetCookie(w, &http.Cookie{Name: "sid", Value: cookie, Path: "/", HttpOnly: true})
	respond(w, 200, map[string]string{"csrf": csrf})
}

// guarded refuses what does not come from a session of ours and, but for the
// log in, from somebody who is known.
func (a *app) guarded(call func(*http.Request) (int, any)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.mu.Lock()
		defer a.mu.Unlock()
		sid, err := r.Cookie("sid")
		bearer := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		switch {
		case err != nil || r.Method != "GET" && r.Header.Get("X-CSRF-Token") != a.sessions[sid.Value]:
			respond(w, 403, "forged")
		case r.URL.Path != "/api/login" && !a.bearers[bearer]:
			respond(w, 401, "who are you?")
		default:
			status, answer := call(r)
			respond(w, status, answer)
		}
	})
}

func respond(w http.ResponseWriter, status int, answer any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if status != http.StatusNoContent {
		_ = json.NewEncoder(w).Encode(answer)
	}
}

func (a *app) logIn(r *http.Request) (int, any) {
	var who struct{ Email, Password string }
	if json.NewDecoder(r.Body).Decode(&who) != nil || who.Password != appPassword {
		return 401, map[string]string{"error": "wrong password"}
	}
	bearer := rand.Text() + "." + rand.Text()
	a.bearers[bearer] = true
	return 200, map[string]any{"access_token": bearer, "expires_in": 3600}
}

func (a *app) products(r *http.Request) (int, any) {
	return 200, map[string]any{"items": []map[string]string{{"id": "p-1007", "name": "Espresso " + r.FormValue("q")}}}
}

func (a *app) cart(*http.Request) (int, any) {
	id := "cart_" + rand.Text()
	a.carts[id] = false
	return 201, map[string]string{"id": id}
}

func (a *app) fill(r *http.Request) (int, any) {
	if _, known := a.carts[r.PathValue("cart")]; !known || r.PathValue("item") != "p-1007" {
		return 404, "no such cart or product"
	}
	a.carts[r.PathValue("cart")] = true
	return 204, nil
}

func (a *app) order(r *http.Request) (int, any) {
	var want struct{ Cart string }
	if json.NewDecoder(r.Body).Decode(&want) != nil || !a.carts[want.Cart] {
		return 422, "the cart is empty"
	}
	id := "ord_" + rand.Text()
	a.orders[id] = "confirmed"
	return 201, map[string]any{"order": map[string]string{"id": id, "state": "placed"}}
}

func (a *app) state(r *http.Request) (int, any) {
	state, known := a.orders[r.PathValue("order")]
	if !known {
		return 404, "no such order"
	}
	return 200, map[string]string{"state": state}
}

func (a *app) cancel(r *http.Request) (int, any) {
	if _, known := a.orders[r.PathValue("order")]; !known {
		return 404, "no such order"
	}
	delete(a.orders, r.PathValue("order"))
	return 204, nil
}

// testdata/app.har is what a real Chromium wrote down in another copy of the
// shop: every token and id in it is unknown to this one.
func TestAnAppRecordedInARealBrowserRunsAsItIsImported(t *testing.T) {
	shop := newApp(t)
	if *record {
		cmd := exec.Command("node", "record.mjs", shop.URL, "../app.har", "/usr/bin/chromium")
		cmd.Dir = "testdata/app"
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	recorded, err := os.ReadFile("testdata/app.har")
	if err != nil {
		t.Fatal(err)
	}
	p, err := importer.HAR(recorded, importer.Options{Name: "purchase"})
	if err != nil {
		t.Fatal(err)
	}
	lacks(t, p, append(regexp.MustCompile(`[A-Z2-7]{26}`).FindAllString(string(recorded), -1), appPassword, "/assets/")...)
	contains(t, p, `"/api/carts/{{cart_id}}/items/{{item_id}}"`, `cart = "{{cart_id}}"`, `"/api/orders/{{order_id}}"`, `bearer  = "{{access_token}}"`, `X-CSRF-Token = "{{csrf}}"`)
	address := regexp.MustCompile(`http://127\.0\.0\.1:\d+`).Find(recorded)
	p.TOML = strings.ReplaceAll(p.TOML, string(address), shop.URL)

	env := map[string]string{}
	for _, name := range p.Variables {
		env[name] = appPassword
	}
	journey := load(t, p, env).Journeys[0].Journey
	result, transcript := probes.Runner{}.Run(t.Context(), journey, time.Time{})
	if result.Verdict != probes.Passed {
		t.Fatalf("%s: %+v\n%+v\n%s", result.Step, result.Failure, transcript, p.TOML)
	}
	for name := range env {
		env[name] = "another-one"
	}
	if result, _ := (probes.Runner{}).Run(t.Context(), load(t, p, env).Journeys[0].Journey, time.Time{}); result.Verdict != probes.Failed {
		t.Errorf("with a wrong password it is %v", result.Verdict)
	}
}
