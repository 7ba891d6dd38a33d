package agent

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/go-co-op/gocron/v2"

	"github.com/forewarn/forewarn/alert"
)

// plan is what is scheduled now. Only the goroutine of Agent.Run touches it.
type plan struct {
	agent     *Agent
	scheduler gocron.Scheduler
	settings  Settings
	patrols   map[string]*patrol
	unclosed  bool          // limits that were removed may still have an incident
	ahead     time.Duration // by which the last stored run lies in the future
}

func (a *Agent) newPlan(ctx context.Context) (*plan, error) {
	// Our own patrols wait for their runs, so the scheduler has nothing to
	// wait for; its own waiting would spin.
	scheduler, err := gocron.NewScheduler(gocron.WithLocation(time.UTC), gocron.WithStopTimeout(time.Second))
	if err != nil {
		return nil, fmt.Errorf("make the scheduler: %w", err)
	}
	scheduler.Start()
	return &plan{agent: a, scheduler: scheduler, patrols: map[string]*patrol{}}, nil
}

// apply makes the schedule what s says. An error names journeys that could
// not be scheduled; all others are.
func (p *plan) apply(ctx context.Context, s Settings) error {
	wanted := map[string]Watch{}
	for _, w := range s.Watches {
		wanted[w.Journey.Name] = w
	}
	zoneChanged := p.settings.Zone != nil && p.settings.Zone.String() != s.Zone.String()
	var gone []*patrol
	for _, patrol := range p.patrols {
		name := patrol.watch.Journey.Name
		if w, ok := wanted[name]; ok && !zoneChanged && w.Same(patrol.watch) {
			delete(wanted, name)
			continue
		}
		gone = append(gone, patrol)
		delete(p.patrols, name)
	}
	p.end(gone)
	p.settings, p.unclosed = s, true
	p.agent.canary.Store(newCanary(s.Canaries, p.agent.Client))
	p.agent.quiet.Store(&s.Quiet)
	p.agent.crowd.Store(&s.Crowd)
	countDescriptors().enough(p.agent.Log, len(s.Watches))
	p.closeRemoved(ctx)
	var errs []error
	order := slices.SortedFunc(maps.Values(wanted), soonest)
	for _, w := range order {
		errs = append(errs, p.add(ctx, w, order[0].wait())) // it lets nobody else go before, so all need not wait for as long
	}
	if p.ahead > 0 {
		logJump(p.agent.Log, -p.ahead, time.Now())
		p.ahead = 0
	}
	p.agent.health.expect(p.patrols)
	p.agent.ears.hearAll(p.patrols)
	return errors.Join(errs...)
}

// soonest puts the journey first that catches up first: its run need not wait
// until thousands are scheduled.
func soonest(a, b Watch) int {
	return cmp.Or(cmp.Compare(a.wait(), b.wait()), cmp.Compare(a.Journey.Name, b.Journey.Name))
}

// add schedules one journey, which catches up by so much sooner.
func (p *plan) add(ctx context.Context, w Watch, sooner time.Duration) error {
	patrol := newPatrol(p.agent, w, p.settings.Zone)
	p.ahead = max(p.ahead, patrol.resume(ctx, time.Now()))
	p.patrols[w.Journey.Name] = patrol // even if it fails: then its health says so
	return p.schedule(ctx, patrol, sooner)
}

// schedule puts a patrol on its grid. The present slot is still taken, soon
// and late, if no run has taken it: nobody should wait an hour for the first
// run of an hourly journey. That one waits beside the schedule: a one-time job
// of gocron whose time passes before the scheduler looks at it stops the
// scheduler for good (v2.21.2 looks for its next time again and again).
func (p *plan) schedule(ctx context.Context, patrol *patrol, sooner time.Duration) error {
	ctx, patrol.cancel = context.WithCancel(ctx)
	now := time.Now()
	first := patrol.grid.soon(now, patrol.grid.wait()-sooner)
	patrol.begin(ctx, later(now, first))
	if patrol.grid.taken(patrol.last, now) { // asked before the first tick, which writes it
		first = time.Time{}
		slot := patrol.last
		patrol.beside.Go(func() { patrol.takeUp(ctx, slot) })
	}
	round := gocron.NewTask(func() { patrol.round(ctx) })
	job, err := p.scheduler.NewJob(gocron.DurationJob(patrol.grid.round()), round,
		gocron.WithName(patrol.watch.Journey.Name),
		gocron.WithStartAt(gocron.WithStartDateTimePast(patrol.grid.after(now))))
	if err != nil {
		return fmt.Errorf("schedule %s: %w", patrol.watch.Journey.Name, err)
	}
	patrol.job = job.ID()
	if !first.IsZero() {
		patrol.beside.Go(func() { patrol.tickAt(ctx, first) })
	}
	return nil
}

// end cancels patrols, waits until their runs are over, and takes them off the
// schedule.
func (p *plan) end(patrols []*patrol) {
	halt(patrols)
	for _, patrol := range patrols {
		if err := p.scheduler.RemoveJob(patrol.job); err != nil {
			p.agent.Log.Error("unschedule", "journey", patrol.watch.Journey.Name, "error", err)
		}
	}
}

// halt cancels patrols and waits until their runs are over, all together.
func halt(patrols []*patrol) {
	for _, patrol := range patrols {
		patrol.cancel()
	}
	for _, patrol := range patrols {
		patrol.end()
	}
}

// closeRemoved closes what is known of limits that are no longer configured.
// If that cannot be kept, it is tried again with the next minute.
func (p *plan) closeRemoved(ctx context.Context) {
	if !p.unclosed {
		return
	}
	kept := map[alert.Key]bool{}
	for _, w := range p.settings.Watches {
		for _, l := range w.Limits {
			kept[l.Key] = true
		}
	}
	incidents, err := p.agent.DB.Incidents(ctx)
	for _, in := range incidents {
		if !kept[in.Limit.Key] && (in.State != alert.Unset || in.BlindTold) {
			err = errors.Join(err, p.close(ctx, in.Limit.Key))
		}
	}
	if err != nil && ctx.Err() == nil {
		p.agent.Log.Error("close limits that were removed", "error", err)
	}
	p.unclosed = err != nil
}

// close closes what is known of one limit, open or not: should it come back,
// runs of long ago must not confirm anything.
func (p *plan) close(ctx context.Context, key alert.Key) error {
	now := time.Now()
	_, _, err := p.agent.DB.Decide(ctx, key, now, func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
		return alert.Remove(in, now)
	})
	return err
}

// reschedule puts every journey back on its grid after a jump of the clock.
func (p *plan) reschedule(ctx context.Context) {
	all := slices.Collect(maps.Values(p.patrols))
	p.end(all)
	for _, patrol := range all {
		if patrol.last.After(time.Now()) { // the clock was set back: no slot is taken
			patrol.last = time.Time{}
		}
		if err := p.schedule(ctx, patrol, 0); err != nil {
			p.agent.Log.Error("schedule", "error", err)
		}
	}
}

// catchUp tries again what the database could not take.
func (p *plan) catchUp(ctx context.Context) {
	p.closeRemoved(ctx)
	for _, name := range p.agent.health.unkept() {
		if patrol, ok := p.patrols[name]; ok && patrol.catchUp(ctx) != nil {
			return // nor will it take those of others
		}
	}
}

// stop ends all journeys, and only then shuts the scheduler down, with all that
// is on its schedule: its Shutdown spins while a job runs.
func (p *plan) stop() {
	halt(slices.Collect(maps.Values(p.patrols)))
	if err := p.scheduler.Shutdown(); err != nil {
		p.agent.Log.Error("stop the scheduler", "error", err)
	}
}
