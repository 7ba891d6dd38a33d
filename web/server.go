package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/forewarn/forewarn/probes"
)

// Status is one answer of /healthz and /readyz: what works and what does not.
type Status struct {
	Ready    bool              `json:"ready"`
	Version  string            `json:"version"`
	Problems map[string]string `json:"problems,omitempty"` // part -> what is wrong and what to do
}

// Server answers on the address of agent.listen.
type Server struct {
	Metrics *Metrics
	Status  func() Status               // for /healthz and /readyz
	Reload  func(context.Context) error // for POST /-/reload
	// Ping takes the report of a job; it is not known if no heartbeat has that
	// ID. nil: there are none.
	Ping func(ctx context.Context, id string, said probes.Ping) (known bool, err error)
	// Happened keeps what is told at /api/v1/events by who shows Token. nil, or
	// no Token: nobody may.
	Happened func(context.Context, Happening) error
	Token    string
	Host     string // of agent.url, without a port: a proxy may pass it on; "" is none
	Log      *slog.Logger
}

// Listen opens addr, which must name a host: without one the pages would be
// open to every network the machine is in.
func Listen(addr string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("agent.listen %q: %w", addr, err)
	}
	if host == "" {
		return nil, fmt.Errorf("agent.listen %q has no host: write 127.0.0.1%s, or 0.0.0.0%s to be open to all", addr, addr, addr)
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("agent.listen: %w", err)
	}
	return l, nil
}

// Serve answers on l until ctx is done, then lets running requests end within
// two seconds.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	server := &http.Server{
		Handler:           s.Handler(),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(s.Log.Handler(), slog.LevelDebug),
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	select {
	case err := <-ended:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	if err := server.Shutdown(grace); err != nil {
		_ = server.Close()
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}

// Handler routes requests. The aliases are the names other tools use.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	for _, path := range []string{"/healthz", "/health", "/-/healthy"} {
		mux.HandleFunc("GET "+path, s.healthz)
	}
	for _, path := range []string{"/readyz", "/-/ready"} {
		mux.HandleFunc("GET "+path, s.readyz)
	}
	mux.HandleFunc("GET /{$}", s.root)
	mux.HandleFunc("POST /-/reload", s.reload)
	mux.HandleFunc("POST /api/v1/events", s.events)
	for _, path := range []string{"/ping/{id}", "/ping/{id}/{said}"} {
		mux.HandleFunc("GET "+path, s.ping)
		mux.HandleFunc("POST "+path, s.ping)
	}
	mux.Handle("GET /metrics", promhttp.HandlerFor(s.Metrics, promhttp.HandlerOpts{
		MaxRequestsInFlight: 4, ErrorHandling: promhttp.ContinueOnError, // a Timeout of its own would hold the whole answer in memory
	}))
	return secured(s.addressed(http.NewCrossOriginProtection().Handler(mux)))
}

// root says who answers here, how it is, and what else may be asked.
func (s *Server) root(w http.ResponseWriter, _ *http.Request) {
	status := s.Status()
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprintf(w, "forewarn %s: ", status.Version)
	if len(status.Problems) == 0 {
		fmt.Fprintln(w, "all of it works")
	} else {
		fmt.Fprintln(w, "not all of it works")
	}
	for _, part := range slices.Sorted(maps.Keys(status.Problems)) {
		fmt.Fprintf(w, "  %s: %s\n", part, status.Problems[part])
	}
	_, _ = io.WriteString(w, `
GET  /healthz        what works and what does not; 200 as long as forewarn answers
GET  /readyz         the same; 503 while any part does not work
GET  /metrics        for Prometheus
GET  /ping/<id>      a heartbeat reports; also /start, /fail, /<exit status>
POST /api/v1/events  a deploy or another change (agent.api_token)
POST /-/reload       read the configuration again

How the journeys are: forewarn status
`)
}

// healthz says that the process answers; what is wrong with it is in the body.
func (s *Server) healthz(w http.ResponseWriter, r *http.Request) {
	answer(w, http.StatusOK, s.Status())
}

// readyz is 503 while any part does not work.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) {
	status := s.Status()
	code := http.StatusOK
	if !status.Ready {
		code = http.StatusServiceUnavailable
	}
	answer(w, code, status)
}

func (s *Server) reload(w http.ResponseWriter, r *http.Request) {
	if err := s.Reload(r.Context()); err != nil {
		http.Error(w, err.Error(), http.StatusUnprocessableEntity)
		return
	}
	_, _ = io.WriteString(w, "reloaded\n") // a client that left needs no answer
}

func answer(w http.ResponseWriter, code int, status Status) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	_ = encoder.Encode(status) // a client that left needs no answer
}
