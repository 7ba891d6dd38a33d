package agent

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/forewarn/forewarn/notify"
)

// Health reports how the agent is. It is safe for concurrent use.
func (a *Agent) Health() Health {
	b := &a.health
	b.mu.Lock()
	h := Health{Runs: b.runs, Missed: b.missed}
	for _, err := range b.storing {
		h.Storing = err
	}
	now := time.Now()
	for name, e := range b.expected {
		if late := now.Sub(e.last); late > 3*e.every {
			h.Scheduling = fmt.Errorf("%s has not run for %v: is the machine overloaded?", name, late.Round(time.Second))
		}
	}
	b.mu.Unlock()
	if err := a.DB.Healthy(); err != nil {
		h.Storing = err
	}
	for _, c := range a.Notifier.Health() {
		if !c.OK() {
			h.Delivering = fmt.Errorf("%s: %s", c.Channel, reasonOf(c))
		}
	}
	return h
}

// beat tells whoever watches the watcher that all of forewarn works: it stays
// silent as soon as scheduling, storing or the outbox does not.
func (a *Agent) beat(ctx context.Context, url string) {
	if url == "" {
		return
	}
	if h := a.Health(); !h.OK() {
		a.Log.Error("no heartbeat", "scheduling", h.Scheduling, "storing", h.Storing, "delivering", h.Delivering)
		return
	}
	if err := a.fetch(ctx, url); err != nil {
		a.Log.Warn("heartbeat", "error", err)
	}
}

func (a *Agent) fetch(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return fmt.Errorf("heartbeat_url: not a URL")
	}
	client := a.Client
	if client == nil {
		client = http.DefaultClient
	}
	response, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("heartbeat_url did not answer") // the URL holds a secret: never the error itself
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, 1<<16))
	if response.StatusCode >= 300 {
		return fmt.Errorf("heartbeat_url answered %s", response.Status)
	}
	return nil
}

// reasonOf is why a channel does not deliver, and what to do.
func reasonOf(c notify.Health) string {
	for _, p := range c.Problems {
		if p.Fatal {
			return p.String()
		}
	}
	return c.Failure
}
