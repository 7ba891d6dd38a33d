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
	var book recordBook
	if err := book.load(ctx, db); err != nil {
		return nil, err
	}
	known := book.at(now)
	var last *probes.Result
	err := p.read(ctx, now.Add(-memory), now.Add(time.Hour), func(r probes.Result) error {
		if last != nil {
			for _, watcher := range p.limits {
				watcher.learn(*last)
			}
		}
		last = &r
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i, watcher := range p.limits {
		if last != nil {
			ev := known.look(watcher, *last)
			seen[i].Value, seen[i].Forecast, seen[i].Demoted = ev.Value, ev.Forecast, ev.Demoted
		}
		in, err := db.Incident(ctx, watcher.limit.Key)
		if err != nil {
			return nil, err
		}
		in.Limit = watcher.limit
		seen[i].Incident = in
	}
	return seen, nil
}
