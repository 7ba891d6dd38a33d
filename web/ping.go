package web

import (
	"io"
	"net/http"
	"strconv"

	"github.com/forewarn/forewarn/probes"
)

// maxReport is how much of what a job sends along is read, in bytes.
const maxReport = 10_000

// ping takes the report of a job, under the addresses of healthchecks.io:
// /ping/<id> all is well, /start, /fail, /<exit status>. Any method will do
// that a job has at hand, and its body is kept. Whatever is wrong with the
// address, the answer is the same, so that nobody can feel for an ID.
func (s *Server) ping(w http.ResponseWriter, r *http.Request) {
	said, understood := report(r.PathValue("said"))
	body, _ := io.ReadAll(io.LimitReader(r.Body, maxReport)) // what was cut off counts
	said.Body = string(body)
	if !understood || s.Ping == nil {
		http.NotFound(w, r)
		return
	}
	known, err := s.Ping(r.Context(), r.PathValue("id"), said)
	switch {
	case !known:
		http.NotFound(w, r)
	case err != nil:
		w.Header().Set("Retry-After", "60")
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
	default:
		_, _ = io.WriteString(w, "OK\n") // a job that left needs no answer
	}
}

// report is what the end of an address says.
func report(said string) (p probes.Ping, ok bool) {
	switch said {
	case "":
		return probes.Ping{}, true
	case "start":
		return probes.Ping{Begins: true}, true
	case "fail":
		return probes.Ping{Status: probes.SaidFailed}, true
	}
	status, err := strconv.ParseUint(said, 10, 8)
	return probes.Ping{Status: int(status)}, err == nil
}
