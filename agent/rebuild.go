package agent

import (
	"context"
	"fmt"
	"time"

	"github.com/forewarn/forewarn/probes"
)

// memory is how much of the past a series is rebuilt from after a restart.
const memory = 14 * 24 * time.Hour

// rebuild feeds the journey's stored results to its series, exactly as they
// were fed when they were new. Nothing is decided again: what was said then
// is in the incidents.
func (p *patrol) rebuild(ctx context.Context, now time.Time) error {
	return p.read(ctx, now.Add(-memory), now.Add(time.Hour), func(r probes.Result) error {
		for _, w := range p.limits {
			w.look(r)
		}
		p.last, p.looked = r.Due, r.Start
		return nil
	})
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
