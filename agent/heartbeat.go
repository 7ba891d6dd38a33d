package agent

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"
)

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
