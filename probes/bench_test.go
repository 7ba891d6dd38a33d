package probes_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/forewarn/forewarn/probes"
	"github.com/forewarn/forewarn/probes/expect"
)

// BenchmarkRun takes a journey of three steps over loopback, with a form, a
// capture, a secret and three expectations.
func BenchmarkRun(b *testing.B) {
	mux := http.NewServeMux()
	mux.HandleFunc("/login", func(w http.ResponseWriter, _ *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "sid", Value: "4711"})
		io.WriteString(w, `{"token":"00123"}`)
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, `{"state":"paid"}`) })
	for name, begin := range map[string]func(*httptest.Server){
		"http": (*httptest.Server).Start, "https": (*httptest.Server).StartTLS,
	} {
		b.Run(name, func(b *testing.B) {
			shop := httptest.NewUnstartedServer(mux)
			begin(shop)
			defer shop.Close()
			var runner probes.Runner
			if transport, ok := shop.Client().Transport.(*http.Transport); ok {
				runner.TLS = transport.TLSClientConfig
			}
			j := probes.Journey{BaseURL: shop.URL, Secrets: map[string]string{"password": "hunter22"}, Steps: []probes.Step{
				{Name: "log in", Method: "POST", URL: "/login", Form: []probes.Field{{Name: "p", Value: "{{password}}"}},
					Capture: []probes.Capture{{Name: "token", Query: query(b, `jsonpath("$.token")`)}}},
				{Name: "search", URL: "/search?token={{token}}", Expect: []expect.Condition{condition(b, "status == 200")}},
				{Name: "pay", Method: "POST", URL: "/pay", JSON: map[string]any{"sku": "espresso"},
					Expect: []expect.Condition{condition(b, "status == 200"), condition(b, `jsonpath("$.state") == "paid"`)}},
			}}
			b.ReportAllocs()
			for b.Loop() {
				if result, _ := runner.Run(b.Context(), j, time.Time{}); result.Verdict != probes.Passed {
					b.Fatalf("%+v", result.Failure)
				}
			}
		})
	}
}

func BenchmarkRedactor(b *testing.B) {
	j := probes.Journey{Secrets: map[string]string{"a": "hunter22", "b": "a-much-longer-secret-of-40-characters-xx"}}
	link := "https://shop.example/api/orders/4711?token=abcdefgh&x=%20y"
	b.ReportAllocs()
	for b.Loop() {
		j.Redactor().String(link)
	}
}
