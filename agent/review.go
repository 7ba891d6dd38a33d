package agent

import (
	"context"
	"time"

	"github.com/forewarn/forewarn/probes"
	"github.com/forewarn/forewarn/store"
)

// Review is where the limits of w stand by what is stored, availability
// first, for whoever looks beside a running agent. Nothing is decided.
func Review(ctx context.Context, db *store.DB, w Watch, zone *time.Location, now time.Time) ([]Verdict, error) {
	p := newPatrol(&Agent{DB: db}, w, zone)
	seen := make([]Verdict, len(p.limits))
	err := p.read(ctx, now.Add(-memory), now.Add(time.Hour), func(r probes.Result) error {
		for i, watcher := range p.limits {
			ev := watcher.look(r)
			seen[i].Value, seen[i].Forecast = ev.Value, ev.Forecast
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i, watcher := range p.limits {
		in, err := db.Incident(ctx, watcher.limit.Key)
		if err != nil {
			return nil, err
		}
		in.Limit = watcher.limit
		seen[i].Incident = in
	}
	return seen, nil
}
