package agent

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/probes"
	"github.com/google/uuid"
)

// patrol is one scheduled journey: its grid, its series, and the guard that
// lets only one run at a time.
type patrol struct {
	agent  *Agent
	watch  Watch
	grid   grid
	limits []*watcher // availability first
	job    uuid.UUID
	cancel context.CancelFunc

	running sync.Mutex // held by the one run; TryLock is the overlap guard
	last    time.Time  // slot of the last run; guarded by running
}

func newPatrol(a *Agent, w Watch, zone *time.Location) *patrol {
	p := &patrol{agent: a, watch: w, grid: newGrid(w.Journey.Name, w.Journey.Every)}
	for _, l := range w.Limits {
		if l.Signal == alert.Availability {
			p.limits = append([]*watcher{newWatcher(l, zone)}, p.limits...)
		} else {
			p.limits = append(p.limits, newWatcher(l, zone))
		}
	}
	return p
}

// end cancels the patrol and waits until its run is over.
func (p *patrol) end() {
	p.cancel()
	p.running.Lock()
	p.running.Unlock() //nolint:staticcheck // waiting is all we want
}

// tick is one slot of the grid: run the journey and evaluate what it gave.
func (p *patrol) tick(ctx context.Context) {
	if ctx.Err() != nil || !p.running.TryLock() {
		return // a slot lost to a run that is still going shows as missed in the next one
	}
	defer p.running.Unlock()
	defer p.survive()
	now := time.Now()
	due := p.grid.at(now)
	missed := p.grid.between(p.last, due)
	p.last = due
	result, transcript := p.agent.Runner.Run(ctx, p.watch.Journey, due)
	p.agent.health.ran(p.watch.Journey.Name, now, missed)

	seen, err := p.evaluate(ctx, result, transcript)
	if err != nil {
		p.agent.health.stored(err)
		p.agent.Log.Error("evaluate", "journey", p.watch.Journey.Name, "error", err)
		return
	}
	p.agent.health.stored(nil)
	seen.Missed, seen.Late = missed, result.Start.Sub(due)
	if p.agent.Observe != nil {
		p.agent.Observe(seen)
	}
}

// survive keeps a panic of one evaluation from ending all others.
func (p *patrol) survive() {
	if r := recover(); r != nil {
		err := fmt.Errorf("panic: %v", r)
		p.agent.health.stored(err)
		p.agent.Log.Error("evaluate", "journey", p.watch.Journey.Name, "error", err)
	}
}

// keeping is how long storing and deciding may go on after a shutdown began.
const keeping = 5 * time.Second

// evaluate carries one result from the wire to the outbox.
func (p *patrol) evaluate(ctx context.Context, r probes.Result, t probes.Transcript) (Observation, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), keeping)
	defer cancel()
	if err := p.agent.DB.Save(ctx, r); err != nil {
		return Observation{}, fmt.Errorf("save the result: %w", err)
	}
	if r.Verdict == probes.Failed {
		if err := p.agent.DB.SaveTranscript(ctx, r.Journey, r.Start, t.String()); err != nil {
			return Observation{}, fmt.Errorf("save the transcript: %w", err)
		}
	}
	seen := Observation{Watch: p.watch, Result: r}
	var err error
	seen.Limits, err = p.judge(r, func(l alert.Limit, ev alert.Evidence) (Verdict, error) { return p.decide(ctx, l, ev) })
	if err != nil {
		return Observation{}, err
	}
	p.agent.Notifier.Wake()
	return seen, nil
}

// judge lets decide decide on each limit by what r says of it. Availability
// comes first: while it burns it holds the others back.
func (p *patrol) judge(r probes.Result, decide func(alert.Limit, alert.Evidence) (Verdict, error)) ([]Verdict, error) {
	var all []Verdict
	held := false
	for _, w := range p.limits {
		ev := w.look(r)
		ev.Held = held
		v, err := decide(w.limit, ev)
		if err != nil {
			return nil, err
		}
		held = held || w.limit.Signal == alert.Availability && v.Incident.Burns()
		all = append(all, v)
	}
	return all, nil
}

// decide lets alert decide on one limit, in one transaction of the store.
func (p *patrol) decide(ctx context.Context, l alert.Limit, ev alert.Evidence) (Verdict, error) {
	var events []alert.Event
	in, reason, err := p.agent.DB.Decide(ctx, l.Key, ev.At, func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
		next, said, why := alert.Decide(in, ev, l)
		events = said
		return next, said, why
	})
	if err != nil {
		return Verdict{}, fmt.Errorf("decide on %s: %w", l.Limit, err)
	}
	return Verdict{Incident: in, Value: ev.Value, Forecast: ev.Forecast, Reason: reason, Events: events}, nil
}
