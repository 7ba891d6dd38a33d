package agent

import (
	"context"
	"time"

	"github.com/forewarn/forewarn/store"
)

// outage is a stretch in which the database took nothing. While it lasts the
// outbox cannot be written either, so the team is told beside it.
type outage struct {
	since time.Time // zero: there is none
	told  bool
}

const (
	// unstoredFor is how long an outage may last before it is told: others may
	// hold the file for a while, for a backup.
	unstoredFor = 3 * time.Minute

	// telling is how long the telling may take. It is tried again each minute.
	telling = 30 * time.Second
)

// look tells that the database cannot be written, once, and once when it is over.
func (o *outage) look(ctx context.Context, a *Agent) {
	ctx, cancel := context.WithTimeout(ctx, telling)
	defer cancel()
	now, err := time.Now(), a.unstored()
	switch {
	case err == nil && o.told:
		if a.Notifier.KeepsAgain(ctx, o.since) == nil {
			*o = outage{}
		}
	case err == nil:
		o.since = time.Time{}
	case o.since.IsZero():
		o.since = now
	case !o.told && now.Sub(o.since) >= unstoredFor:
		told := a.Notifier.CannotKeep(ctx, o.since, err.Error())
		o.told = told == nil
		if told != nil {
			a.Log.Error("tell that the database cannot be written", "error", told)
		}
	}
}

// unstored is why the database takes nothing, or nil if it does.
func (a *Agent) unstored() error {
	if err := a.DB.Healthy(); err != nil {
		return err
	}
	a.health.mu.Lock()
	defer a.health.mu.Unlock()
	for _, err := range a.health.storing {
		if store.Passing(err) {
			return err
		}
	}
	return nil
}
