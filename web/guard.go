package web

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// secured adds the headers that no answer of ours does without.
func secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-store")
		r.Body = http.MaxBytesReader(w, r.Body, 1<<16)
		next.ServeHTTP(w, r)
	})
}

// addressed refuses what reaches a loopback address under a name that is not
// ours. A page elsewhere can make its own name resolve to 127.0.0.1 and would
// be of the same origin: its script could read all that is here, and reload
// ("DNS rebinding"). An address that is written out cannot be made to.
func (s *Server) addressed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		local, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
		if isLoopback(local) && !s.answersTo(r.Host) {
			http.Error(w, "here answers localhost; behind a proxy, set agent.url to the address that it is reached by", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func isLoopback(local net.Addr) bool {
	tcp, ok := local.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}

// answersTo reports whether a Host header names us.
func (s *Server) answersTo(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.TrimSuffix(strings.Trim(host, "[]"), ".")
	_, err := netip.ParseAddr(host)
	return err == nil || strings.EqualFold(host, "localhost") || s.Host != "" && strings.EqualFold(host, s.Host)
}
