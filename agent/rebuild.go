package agent

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"github.com/forewarn/forewarn/probes"
)

// memory is how much of the past a series is rebuilt from after a restart.
const memory = 14 * 24 * time.Hour

// rebuilders is how many series are rebuilt at once. It takes a second of a
// processor for each journey; one processor is left to the runs that are
// being measured meanwhile.
func rebuilders() int { return max(1, runtime.GOMAXPROCS(0)-1) }

// remember brings the series up to date before they judge for the first time.
// A run does not wait for that, only its evaluation does: a thousand journeys
// are walked at once after a restart, while their past is still being read.
// It is an error only if ctx ends; a past that cannot be read begins anew.
func (p *patrol) remember(ctx context.Context) error {
	if p.rebuilt {
		return nil
	}
	select {
	case p.agent.rebuilding <- struct{}{}:
		defer func() { <-p.agent.rebuilding }()
	case <-ctx.Done():
		return fmt.Errorf("rebuild the series: %w", ctx.Err())
	}
	p.rebuilt = true // whatever comes of it: a damaged past must not stop the watch
	err := p.rebuild(ctx, time.Now())
	if ctx.Err() != nil {
		return fmt.Errorf("rebuild the series: %w", ctx.Err())
	}
	if err != nil {
		p.agent.Log.Error("forecasts begin anew", "journey", p.watch.Journey.Name, "error", err)
	}
	return nil
}

// rebuild feeds the journey's stored results to its series, exactly as they
// were fed when they were new. Nothing is decided again: what was said then
// is in the incidents.
func (p *patrol) rebuild(ctx context.Context, now time.Time) error {
	return p.read(ctx, now.Add(-memory), now.Add(time.Hour), func(r probes.Result) error {
		for _, w := range p.limits {
			w.look(r)
		}
		return nil
	})
}

// resume takes up the journey where the last run left it.
func (p *patrol) resume(ctx context.Context, now time.Time) {
	last, ok, err := p.agent.DB.Last(ctx, p.watch.Journey.Name)
	if err != nil && ctx.Err() == nil {
		p.agent.Log.Error("read the last run", "journey", p.watch.Journey.Name, "error", err)
	}
	if ok && !last.Start.After(now) { // else the clock was set back: no slot is taken
		p.last, p.looked = last.Due, last.Start
	}
}

// read visits the journey's results that started in [since, until), oldest
// first.
func (p *patrol) read(ctx context.Context, since, until time.Time, visit func(probes.Result) error) error {
	name := p.watch.Journey.Name
	if err := p.agent.DB.Results(ctx, name, since, until, visit); err != nil {
		return fmt.Errorf("read the history of %s: %w", name, err)
	}
	return nil
}
