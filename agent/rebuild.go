package agent

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"github.com/forewarn/forewarn/probes"
)

// memory is how much of the past a series is rebuilt from after a restart: the
// four weeks that a daily profile is drawn from, and a day for its edges. With
// less, a restart would change forecasts.
const memory = 29 * 24 * time.Hour

// rebuilders is how many series are rebuilt at once. Reading the
// past and learning it keeps a processor busy; one is left to the runs that are
// being measured meanwhile.
func rebuilders() int { return max(1, runtime.GOMAXPROCS(0)-1) }

// remember brings the series up to date and judges what was walked meanwhile.
// Runs do not wait for that: a thousand journeys are walked on time after a
// restart, while their past is still being read. If ctx ends first, the runs
// are kept without being judged.
func (p *patrol) remember(ctx context.Context) {
	limits, err := p.past(ctx)
	p.running.Lock()
	defer p.running.Unlock()
	if ctx.Err() == nil {
		p.limits, p.rebuilt = limits, true
		if err != nil { // a damaged past must not stop the watch
			p.agent.Log.Error("forecasts begin anew", "journey", p.watch.Journey.Name, "error", err)
		}
	}
	p.judgeAll(ctx)
}

// past are the journey's series as its stored results make them, exactly as
// they were fed when they were new. Nothing is decided again: what was said
// then is in the incidents. After an error they have seen nothing.
func (p *patrol) past(ctx context.Context) (limits []*watcher, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
		if err != nil {
			limits = p.newLimits()
		}
	}()
	select {
	case p.agent.rebuilding <- struct{}{}:
		defer func() { <-p.agent.rebuilding }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	limits = p.newLimits()
	now := time.Now()
	err = p.read(ctx, now.Add(-memory), now.Add(time.Hour), func(r probes.Result) error {
		for _, w := range limits {
			w.learn(r)
		}
		return ctx.Err()
	})
	return limits, err
}

// resume takes up the journey where the last run left it, and returns by how
// much that lies ahead of now because the clock was set back.
func (p *patrol) resume(ctx context.Context, now time.Time) (ahead time.Duration) {
	if p.watch.Journey.Heartbeat != nil {
		defer p.attune(ctx, now)
	}
	last, ok, err := p.agent.DB.Last(ctx, p.watch.Journey.Name)
	if err != nil && ctx.Err() == nil {
		p.agent.Log.Error("read the last run", "journey", p.watch.Journey.Name, "error", err)
	}
	if ok && last.Start.After(now) { // no slot is taken
		return last.Start.Sub(now)
	}
	if ok {
		p.last, p.looked = last.Due, last.Start
	}
	return 0
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
