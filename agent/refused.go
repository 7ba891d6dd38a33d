package agent

import (
	"context"
	"time"
)

// refusal is a configuration that is not taken.
type refusal struct {
	since time.Time // of the first that was refused since the last that was taken
	why   string
}

// Reloaded says how the last reload went, for the team to be told. What is
// mended before the next minute is not told.
func (a *Agent) Reloaded(err error) {
	if err == nil {
		a.refused.Store(nil)
		return
	}
	now := &refusal{since: time.Now(), why: err.Error()}
	if before := a.refused.Load(); before != nil {
		now.since = before.since
	}
	a.refused.Store(now)
}

// complaint is the refusal that was told and did not end yet; nil if none.
type complaint struct{ told *refusal }

// look tells that a configuration is refused, once for each reason, and once
// when one is taken.
func (c *complaint) look(ctx context.Context, a *Agent) {
	ctx, cancel := context.WithTimeout(ctx, telling)
	defer cancel()
	var err error
	now := a.refused.Load()
	switch {
	case now != nil && (c.told == nil || c.told.why != now.why):
		err = a.Notifier.CannotReload(ctx, now.since, now.why)
	case now == nil && c.told != nil:
		err = a.Notifier.Reloads(ctx, c.told.since)
	default:
		return
	}
	if err != nil { // tried again in a minute
		a.Log.Error("tell how the reload went", "error", err)
		return
	}
	c.told = now
}
