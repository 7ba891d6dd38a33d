package main_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"
)

// moodyServer is at $MOODY. Of /NAME/N the first N requests are answered with
// 503 and the state "pending", all others with 200 and "done".
func moodyServer(env *testscript.Env) {
	var mu sync.Mutex
	asked := map[string]int{}
	mux := http.NewServeMux()
	mux.HandleFunc("/{name}/{failures}", func(w http.ResponseWriter, r *http.Request) {
		failures, err := strconv.Atoi(r.PathValue("failures"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		mu.Lock()
		asked[r.URL.Path]++
		pending := asked[r.URL.Path] <= failures
		mu.Unlock()
		if pending {
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = io.WriteString(w, `{"state": "pending"}`)
			return
		}
		_, _ = io.WriteString(w, `{"state": "done"}`)
	})
	server := httptest.NewServer(mux)
	env.Defer(server.Close)
	env.Setenv("MOODY", server.URL)
}
