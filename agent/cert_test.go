package agent

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/forewarn/forewarn/alert"
)

// certified is a site whose certificate ends.
type certified struct{ ends time.Time }

func (c certified) RoundTrip(*http.Request) (*http.Response, error) {
	chain := []*x509.Certificate{{NotAfter: c.ends}}
	return &http.Response{StatusCode: 200, Body: http.NoBody, TLS: &tls.ConnectionState{PeerCertificates: chain}}, nil
}

func TestALimitOnACertificateBurnsWhenItsDaysAreFewer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, steady)
		defer w.close()
		begun, a := time.Now(), w.agent()
		crossed := begun.Add(10 * time.Minute)
		a.Runner.Transport = func() http.RoundTripper { return certified{crossed.Add(14 * 24 * time.Hour)} }
		secure := watch("checkout")
		secure.Limits = append(secure.Limits, alert.Limit{Key: alert.Key{Journey: "checkout", Limit: "journey cert"},
			Signal: alert.Cert, Value: 14, Below: true, Confirm: alert.Confirm{Over: 3, Of: 5}, Every: time.Minute})
		w.runAgent(a, 20*time.Minute, Settings{Watches: []Watch{secure}})
		events := w.events()["checkout"]
		if len(events) != 1 || events[0].Kind != alert.WentBurning {
			t.Fatalf("told %v", events)
		}
		if after := events[0].At.Sub(crossed); after < 2*time.Minute || after > 4*time.Minute {
			t.Errorf("it burns %v after the crossing, want the third run over", after)
		}
	})
}
