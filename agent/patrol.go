package agent

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/forewarn/forewarn/alert"
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

	running sync.Mutex // held by the one run; TryLock is the overlap guard; guards all below
	last    time.Time  // slot of the last run
	looked  time.Time  // start of the last run that was judged
	rebuilt bool       // the series know the past
	unkept  []finding  // judged runs that the database has not taken yet, oldest first
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
	if !p.running.TryLock() {
		return // a slot lost to a run that is still going shows as missed in the next one
	}
	defer p.running.Unlock()
	if ctx.Err() != nil {
		return // looked at with the lock: whoever ends a patrol waits for it, and nothing may begin after
	}
	defer p.survive()
	now := time.Now()
	due := p.grid.at(now)
	missed := p.grid.between(p.last, due)
	p.last = due
	meter := startLagMeter()
	result, transcript := p.agent.Runner.Run(ctx, p.watch.Journey, due)
	result = excuse(result, meter.end())
	p.agent.health.ran(p.watch.Journey.Name, now, missed)

	err := p.evaluate(ctx, Observation{Result: result, Missed: missed, Late: result.Start.Sub(due)}, transcript)
	p.agent.health.stored(p.watch.Journey.Name, err)
	if err != nil {
		p.agent.Log.Error("evaluate", "journey", p.watch.Journey.Name, "error", err)
	}
}

// survive keeps a panic of one evaluation from ending all others.
func (p *patrol) survive() {
	if r := recover(); r != nil {
		err := fmt.Errorf("panic: %v", r)
		p.agent.health.stored(p.watch.Journey.Name, err)
		p.agent.Log.Error("evaluate", "journey", p.watch.Journey.Name, "error", err)
	}
}
