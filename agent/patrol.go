package agent

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/probes"
)

// patrol is one scheduled journey: its grid, its series, and the guard that
// lets only one run at a time.
type patrol struct {
	agent  *Agent
	watch  Watch
	grid   grid
	zone   *time.Location
	job    uuid.UUID
	cancel context.CancelFunc

	beside  sync.WaitGroup    // whoever rebuilds the series, or confirms a failure
	running turn              // held by the one run; TryLock is the overlap guard; guards all below
	limits  []*watcher        // availability first
	last    time.Time         // slot of the last run
	hosts   map[string]string // that its steps ask, as far as they were wanted; see hostOf
	looked  time.Time         // until when marks were looked for
	rebuilt bool              // the series know the past
	walked  []walk            // runs not judged yet, oldest first
	unkept  []finding         // judged runs that the database has not taken yet, oldest first
	over    bool              // ended: nothing is taken any more
	since   time.Time         // it is on the schedule: no slot before was ever meant to be taken on time

	// Of a heartbeat, which is not walked:
	pulse   pulse
	unsaved bool      // the database has not taken the pulse
	minute  time.Time // in which pings are counted
	pings   int
}

// walk is one run that is over.
type walk struct {
	seen       Observation
	transcript probes.Transcript
}

func newPatrol(a *Agent, w Watch, zone *time.Location) *patrol {
	p := &patrol{agent: a, watch: w, zone: zone, grid: newGrid(w.Journey.Name, w.interval()),
		running: newTurn(), hosts: map[string]string{}}
	p.limits = p.newLimits()
	return p
}

// interval is how often the journey is walked, or its heartbeat listened for.
func (w Watch) interval() time.Duration {
	if w.Journey.Heartbeat != nil {
		return lookout(w.Journey.Heartbeat.Grace)
	}
	return w.Journey.Every
}

// wait is how long the journey lets others catch up before it does.
func (w Watch) wait() time.Duration { return newGrid(w.Journey.Name, w.interval()).wait() }

// newLimits are watchers of the journey's limits that have seen nothing.
func (p *patrol) newLimits() []*watcher {
	var limits []*watcher
	for _, l := range p.watch.Limits {
		if l.Signal == alert.Availability {
			limits = append([]*watcher{newWatcher(l, p.zone)}, limits...)
		} else {
			limits = append(limits, newWatcher(l, p.zone))
		}
	}
	return limits
}

// begin makes a patrol that may have ended take runs. A heartbeat reads its
// past at once: nobody knows when its first ping comes.
func (p *patrol) begin(ctx context.Context, now time.Time) {
	p.running.Lock()
	defer p.running.Unlock()
	p.over, p.since = false, now
	if p.watch.Journey.Heartbeat != nil && !p.rebuilt {
		p.beside.Go(func() { p.remember(ctx) })
	}
}

// end cancels the patrol and waits until its run is over and judged.
func (p *patrol) end() {
	p.cancel()
	p.running.Lock()
	p.over = true
	p.running.Unlock()
	p.beside.Wait()
}

// tickAt is a tick beside those of the schedule.
func (p *patrol) tickAt(ctx context.Context, at time.Time) {
	select {
	case <-ctx.Done():
	case <-time.After(time.Until(at)):
		p.tick(ctx)
	}
}

// round takes the slot that has come, and those behind it up to the next round.
func (p *patrol) round(ctx context.Context) {
	p.ticks(ctx, p.grid.turn(time.Now()).Add(p.grid.round()))
}

// ticks takes a slot now, and each that follows before until.
func (p *patrol) ticks(ctx context.Context, until time.Time) {
	now := time.Now()
	if next := p.grid.turn(now).Add(p.grid.every); next.Before(until) && ctx.Err() == nil {
		time.AfterFunc(next.Sub(now), func() { p.ticks(ctx, until) })
	}
	p.tick(ctx)
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
	if p.watch.Journey.Heartbeat != nil {
		p.listen(ctx)
		return
	}
	now := time.Now()
	due := p.grid.turn(now)
	missed := p.grid.between(p.last, due)
	p.last = due
	result := p.take(ctx, &p.watch.Journey, slot{due: due, missed: missed})
	p.agent.health.ran(p.watch.Journey.Name, now, missed)
	if p.doubtful(ctx, result) {
		p.beside.Go(func() { p.confirm(ctx, result) })
	}
}

// slot is what a run is taken for.
type slot struct {
	due     time.Time
	missed  int  // slots since the last run that no run took
	confirm bool // a run of this slot failed, and this one repeats it
}

// take walks j, the journey or a quick form of it, and evaluates what it gave,
// or leaves that to whoever reads the past.
func (p *patrol) take(ctx context.Context, j *probes.Journey, s slot) probes.Result {
	p.walked = append(p.walked, p.walk(ctx, j, s))
	result := p.walked[len(p.walked)-1].seen.Result
	switch {
	case p.rebuilt:
		p.judgeAll(ctx)
	case len(p.walked) == 1:
		p.beside.Go(func() { p.remember(ctx) })
	}
	return result
}

// walk takes the journey once, and looks at this machine after it.
func (p *patrol) walk(ctx context.Context, j *probes.Journey, s slot) walk {
	begun := time.Now()
	result, transcript := p.agent.Runner.Run(ctx, *j, s.due)
	result, own := p.agent.survey(ctx, begun).excuse(result)
	result.Confirm = s.confirm
	result.Maintenance = p.watch.planned(&result)
	return walk{Observation{Result: result, Missed: s.missed, Late: late(&result, p.since), Own: own}, transcript}
}

// late is how long after its time a run began that was put on the schedule at
// since: that of its slot or, of the first, which catches up on a slot that
// began before, since itself. A confirming run has none.
func late(r *probes.Result, since time.Time) time.Duration {
	if r.Confirm {
		return 0
	}
	return max(0, r.Start.Sub(later(r.Due, since)))
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// judgeAll evaluates the runs that wait for it. It is not well if one of them
// panicked; those behind it go on waiting.
func (p *patrol) judgeAll(ctx context.Context) (well bool) {
	defer func() { well = !p.survived(recover()) }()
	for len(p.walked) > 0 {
		next := p.walked[0]
		if p.walked = p.walked[1:]; len(p.walked) == 0 {
			p.walked = nil // what lies behind it holds the pages that were read
		}
		err := p.evaluate(ctx, next.seen, next.transcript)
		p.stored(err)
	}
	return true
}

// survive keeps a panic of one evaluation from ending all others.
func (p *patrol) survive() { p.survived(recover()) }

// survived notes what a panic said, if there was one.
func (p *patrol) survived(panicked any) bool {
	if panicked == nil {
		return false
	}
	err := fmt.Errorf("panic: %v", panicked)
	p.agent.health.stored(p.watch.Journey.Name, err)
	p.agent.Log.Error("evaluate", "journey", p.watch.Journey.Name, "error", err)
	return true
}
