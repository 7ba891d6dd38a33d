package slackfake

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// Fault is something that goes wrong with the next requests of a method. Set
// one of its ways; a Status can have a Body and a RetryAfter.
type Fault struct {
	Method string // such as "chat.postMessage" or "webhook"; "" is any
	Times  int    // how often; 0 is until Heal
	Skip   int    // how many requests pass unharmed before

	Status     int           // this HTTP status, and nothing is done
	RetryAfter time.Duration // of a Status: the header; 0 is no header
	Body       string        // of a Status
	Code       string        // ok:false with this error, and nothing is done
	Drop       bool          // the connection is cut, and nothing is done
	Lose       bool          // all is done, and the connection is cut before the answer
	Hang       bool          // no answer and nothing done, until the client gives up
	HangAfter  bool          // all is done, no answer until the client gives up
	Then       func()        // called when it strikes, such as to crash the client
}

// Inject adds a fault. Faults strike in the order in which they were added.
func (s *Server) Inject(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, f)
}

// Heal takes all faults away.
func (s *Server) Heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// arrived notes r and returns the fault that strikes it, if any.
func (s *Server) arrived(r Request) Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, r)
	for i := range s.faults {
		f := &s.faults[i]
		if f.Method != "" && f.Method != r.Method {
			continue
		}
		if f.Skip > 0 {
			f.Skip--
			continue
		}
		strikes := *f
		if f.Times > 0 {
			if f.Times--; f.Times == 0 {
				s.faults = slices.Delete(s.faults, i, i+1)
			}
		}
		return strikes
	}
	return Fault{}
}

// before strikes before anything is done; true if that was the end of it.
func (f Fault) before(w http.ResponseWriter, r *http.Request) bool {
	if f.Then != nil {
		f.Then()
	}
	switch {
	case f.Drop:
		panic(http.ErrAbortHandler)
	case f.Hang:
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	case f.Code != "":
		_ = json.NewEncoder(w).Encode(refuse(f.Code))
		return true
	case f.Status != 0:
		if f.RetryAfter > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(int(f.RetryAfter.Seconds())))
		}
		w.WriteHeader(f.Status)
		_, _ = io.WriteString(w, f.Body)
		return true
	}
	return false
}

// after strikes once all is done.
func (f Fault) after(r *http.Request) {
	if f.HangAfter {
		<-r.Context().Done()
	}
	if f.Lose || f.HangAfter {
		panic(http.ErrAbortHandler)
	}
}
