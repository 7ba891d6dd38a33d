package importer_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/forewarn/forewarn/config"
	"github.com/forewarn/forewarn/importer"
)

// load reads a proposal as forewarn will. Variables that env lacks have some
// value, as long as the proposal said that it needs them.
func load(t *testing.T, p importer.Proposal, env map[string]string) config.Config {
	t.Helper()
	c, err := config.Parse("imported.toml", []byte(p.TOML), t.TempDir(), func(name string) (string, bool) {
		if value, known := env[name]; known {
			return value, true
		}
		if slices.Contains(p.Variables, name) {
			return "any-value", true
		}
		return "", false
	})
	if err != nil && !onlyFiles(err) {
		t.Fatalf("the proposal does not load:\n%v\n%s", err, p.TOML)
	}
	return c
}

// onlyFiles reports whether all that is wrong is that files are not there.
func onlyFiles(err error) bool {
	problems, ok := errors.AsType[config.Problems](err)
	if !ok {
		return false
	}
	return !slices.ContainsFunc(problems, func(p config.Problem) bool { return !strings.HasPrefix(p.Message, "the file for ") })
}

// contains fails for every text that the proposal lacks.
func contains(t *testing.T, p importer.Proposal, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(p.TOML, text) {
			t.Errorf("no %s in\n%s", text, p.TOML)
		}
	}
}

// lacks fails for every text that the proposal holds.
func lacks(t *testing.T, p importer.Proposal, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(p.TOML, text) || strings.Contains(strings.Join(p.Warnings, "\n"), text) {
			t.Errorf("%s in\n%s\n%v", text, p.TOML, p.Warnings)
		}
	}
}

// chrome is a customer with a jar whose every request on the wire is written
// down as Chrome's network panel does.
type chrome struct {
	t       *testing.T
	client  *http.Client
	entries []map[string]any
}

func newChrome(t *testing.T) *chrome {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &chrome{t: t}
	c.client = &http.Client{Jar: jar, Transport: c}
	return c
}

// RoundTrip sends one request and writes it down.
func (c *chrome) RoundTrip(r *http.Request) (*http.Response, error) {
	var sent []byte
	if r.Body != nil {
		sent, _ = io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(sent))
	}
	begun := time.Now()
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	answer.Body.Close()
	answer.Body = io.NopCloser(bytes.NewReader(body))
	request := map[string]any{
		"method": r.Method, "url": r.URL.String(), "httpVersion": "HTTP/1.1", "headers": pairs(r.Header),
		"queryString": []any{}, "cookies": []any{}, "headersSize": -1, "bodySize": len(sent),
	}
	if len(sent) > 0 {
		request["postData"] = map[string]any{"mimeType": r.Header.Get("Content-Type"), "text": string(sent)}
	}
	c.entries = append(c.entries, map[string]any{
		"_resourceType": "document", "startedDateTime": begun.UTC().Format("2006-01-02T15:04:05.000Z"),
		"time": time.Since(begun).Seconds() * 1000, "request": request, "cache": map[string]any{},
		"response": map[string]any{
			"status": answer.StatusCode, "statusText": "", "httpVersion": "HTTP/1.1", "headers": pairs(answer.Header), "cookies": []any{},
			"content":     map[string]any{"size": len(body), "mimeType": answer.Header.Get("Content-Type"), "text": string(body)},
			"redirectURL": answer.Header.Get("Location"), "headersSize": -1, "bodySize": -1,
		},
		"timings": map[string]any{"blocked": 0.5, "dns": -1, "connect": -1, "ssl": -1, "send": 0.1, "wait": 3.0, "receive": 0.4},
	})
	return answer, nil
}

func pairs(h http.Header) []map[string]string {
	all := []map[string]string{}
	for name := range maps.Keys(h) {
		for _, value := range h[name] {
			all = append(all, map[string]string{"name": name, "value": value})
		}
	}
	return all
}

// do sends a request and returns the page it led to.
func (c *chrome) do(method, address, mime, body string) string {
	c.t.Helper()
	r, err := http.NewRequest(method, address, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36")
	if mime != "" {
		r.Header.Set("Content-Type", mime)
	}
	answer, err := c.client.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer answer.Body.Close()
	page, err := io.ReadAll(answer.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return string(page)
}

// har is the recording so far.
func (c *chrome) har() []byte {
	c.t.Helper()
	data, err := json.MarshalIndent(map[string]any{"log": map[string]any{
		"version": "1.2", "creator": map[string]string{"name": "WebInspector", "version": "537.36"},
		"pages": []any{}, "entries": c.entries,
	}}, "", "  ")
	if err != nil {
		c.t.Fatal(err)
	}
	return data
}
