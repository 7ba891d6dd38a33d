package backtest

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/forewarn/forewarn/agent"
	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/probes"
	"github.com/forewarn/forewarn/store"
)

// History is a stretch of stored runs: those that started in [Since, Until).
type History struct {
	DB           *store.DB
	Since, Until time.Time
	Zone         *time.Location // of daily profiles; nil is UTC
	Columns      int            // of each Hindsight's Course; 0 keeps none
	All          []agent.Watch  // of the configuration: what the judged ones depend on is among them
}

// Judge is how each limit of watches would have done, in their order. The
// journeys are replayed in parallel. Nothing is written.
func (h History) Judge(ctx context.Context, watches []agent.Watch) ([]Hindsight, error) {
	found := make([][]Hindsight, len(watches))
	workers, ctx := errgroup.WithContext(ctx)
	workers.SetLimit(runtime.GOMAXPROCS(0))
	for i, w := range watches {
		workers.Go(func() (err error) {
			found[i], err = h.judge(ctx, w)
			return err
		})
	}
	if err := workers.Wait(); err != nil {
		return nil, err
	}
	return slices.Concat(found...), nil
}

// judge replays one journey. Its limits come back in their order.
func (h History) judge(ctx context.Context, w agent.Watch) ([]Hindsight, error) {
	first, err := h.first(ctx, w.Journey.Name)
	if err != nil {
		return nil, err
	}
	under := map[alert.Key]*judging{}
	for _, l := range w.Limits {
		under[l.Key] = newJudging(l, newCourse(first, h.Until, h.Columns))
	}
	past := agent.Past{DB: h.DB, Zone: h.Zone, Since: first, Until: h.Until, Others: h.All}
	err = past.Replay(ctx, w, func(o agent.Observation) error {
		for _, v := range o.Limits {
			under[v.Incident.Limit.Key].add(o.Result.Start, v)
		}
		return ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	var seen []Hindsight
	for _, l := range w.Limits {
		seen = append(seen, under[l.Key].end())
	}
	return seen, nil
}

// errFirst ends the search for a first run.
var errFirst = errors.New("the first run was found")

// first is when the first run of the stretch started, so that a Course begins
// with it.
func (h History) first(ctx context.Context, journey string) (time.Time, error) {
	first := h.Since
	err := h.DB.Results(ctx, journey, h.Since, h.Until, func(r probes.Result) error {
		first = r.Start
		return errFirst
	})
	if err != nil && !errors.Is(err, errFirst) {
		return time.Time{}, err
	}
	return first, nil
}
