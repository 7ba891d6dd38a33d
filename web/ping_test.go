package web

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/forewarn/forewarn/probes"
)

const pingID = "5f0e6d8ad6a84bb1b2c9e0c7c2f5a111"

// listener takes pings of one ID, as the agent does.
func listener(heard *[]probes.Ping, err error) *Server {
	s := server(sample(), Status{Ready: true})
	s.Ping = func(_ context.Context, id string, p probes.Ping) (bool, error) {
		if id != pingID {
			return false, nil
		}
		*heard = append(*heard, p)
		return true, err
	}
	return s
}

func TestPingsAreUnderstoodAsHealthchecksUnderstandsThem(t *testing.T) {
	for _, c := range []struct {
		method, path, body string
		want               probes.Ping
	}{
		{"GET", "", "", probes.Ping{}},
		{"HEAD", "", "", probes.Ping{}},
		{"POST", "", "12 files saved\n", probes.Ping{Body: "12 files saved\n"}},
		{"GET", "/start", "", probes.Ping{Begins: true}},
		{"POST", "/fail", "disk full", probes.Ping{Status: probes.SaidFailed, Body: "disk full"}},
		{"POST", "/0", "", probes.Ping{}},
		{"GET", "/255", "", probes.Ping{Status: 255}},
		{"POST", "/1", strings.Repeat("x", 50_000), probes.Ping{Status: 1, Body: strings.Repeat("x", maxReport)}},
	} {
		var heard []probes.Ping
		w := httptest.NewRecorder()
		listener(&heard, nil).Handler().ServeHTTP(w, httptest.NewRequest(c.method, "/ping/"+pingID+c.path, strings.NewReader(c.body)))
		if diff := cmp.Diff([]probes.Ping{c.want}, heard); w.Code != 200 || diff != "" {
			t.Errorf("%s %s: %d %s", c.method, c.path, w.Code, diff)
		}
	}
}

// Nobody can tell an ID that is nearly right from one that is not, nor from an
// address that means nothing.
func TestEveryWrongAddressIsAnsweredTheSame(t *testing.T) {
	var heard []probes.Ping
	s := listener(&heard, nil)
	var first string
	for _, path := range []string{
		"/ping/" + pingID[:31] + "2", "/ping/x", "/ping/" + strings.Repeat("a", 5000), "/ping/" + pingID + "/256",
		"/ping/" + pingID + "/stop", "/ping/" + pingID + "/-1", "/ping/x/start", "/ping/", "/ping", "/nothing",
	} {
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		is := w.Body.String() + w.Header().Get("Content-Type")
		if first == "" {
			first = is
		}
		if w.Code != 404 || is != first {
			t.Errorf("%.60s: %d %q", path, w.Code, is)
		}
	}
	if heard != nil {
		t.Errorf("heard %+v", heard)
	}
}

func TestAPingThatIsNotTakenMayBeSentAgain(t *testing.T) {
	var heard []probes.Ping
	w := httptest.NewRecorder()
	listener(&heard, errors.New("not taken now")).Handler().ServeHTTP(w, httptest.NewRequest("GET", "/ping/"+pingID, nil))
	if w.Code != 503 || w.Header().Get("Retry-After") == "" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
}

func FuzzReport(f *testing.F) {
	for _, said := range []string{"", "start", "fail", "0", "255", "256", "-1", "+1", "01"} {
		f.Add(said)
	}
	f.Fuzz(func(t *testing.T, said string) {
		if p, ok := report(said); ok && (p.Status < probes.SaidFailed || p.Status > 255 || p.Begins && p.Status != 0) {
			t.Errorf("%q is %+v", said, p)
		}
	})
}
