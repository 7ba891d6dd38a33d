package main_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"
)

// BenchmarkOnceAsAProcess is what a pipeline waits for: from the start of the
// process to its first request, and to the end of 50 journeys of three steps.
func BenchmarkOnceAsAProcess(b *testing.B) {
	var first atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		first.CompareAndSwap(0, time.Now().UnixNano())
	}))
	defer server.Close()
	file, text := filepath.Join(b.TempDir(), "shop.toml"), ""
	for i := range 50 {
		text += fmt.Sprintf("[[journey]]\nname = \"journey %d\"\nbase_url = %q\n", i, server.URL)
		for s := range 3 {
			text += fmt.Sprintf("  [[journey.step]]\n  name = \"step %d\"\n  get = \"/\"\n  expect = ['status == 200']\n", s)
		}
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	waited := int64(0)
	for b.Loop() {
		first.Store(0)
		began := time.Now()
		if out, err := program(b.Context(), ".", "once", "-q", "-c", file).CombinedOutput(); err != nil {
			b.Fatalf("%v\n%s", err, out)
		}
		waited += first.Load() - began.UnixNano()
	}
	b.ReportMetric(float64(waited)/float64(b.N)/1e6, "ms/first-request")
}
