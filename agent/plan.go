package agent

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/go-co-op/gocron/v2"
)

// plan is what is scheduled now. Only the goroutine of Agent.Run touches it.
type plan struct {
	agent     *Agent
	scheduler gocron.Scheduler
	settings  Settings
	patrols   map[string]*patrol
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

// apply makes the schedule what s says.
func (p *plan) apply(ctx context.Context, s Settings) error {
	wanted := map[string]Watch{}
	for _, w := range s.Watches {
		wanted[w.Journey.Name] = w
	}
	var errs []error
	zoneChanged := p.settings.Zone != nil && p.settings.Zone.String() != s.Zone.String()
	for _, name := range slices.Sorted(maps.Keys(p.patrols)) {
		if w, ok := wanted[name]; ok && !zoneChanged && reflect.DeepEqual(w, p.patrols[name].watch) {
			delete(wanted, name)
			continue
		}
		errs = append(errs, p.remove(name))
	}
	p.settings = s
	errs = append(errs, p.closeRemoved(ctx))
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		errs = append(errs, p.add(ctx, wanted[name]))
	}
	p.agent.health.expect(p.patrols)
	return errors.Join(errs...)
}

// add rebuilds the series of one journey and schedules it.
func (p *plan) add(ctx context.Context, w Watch) error {
	patrol := newPatrol(p.agent, w, p.settings.Zone)
	if err := patrol.rebuild(ctx, time.Now()); err != nil {
		return err
	}
	if err := p.schedule(ctx, patrol); err != nil {
		return err
	}
	p.patrols[w.Journey.Name] = patrol
	return nil
}

// schedule puts a patrol on its grid. The present slot is still taken, soon
// and late, if no run has taken it: nobody should wait an hour for the first
// run of an hourly journey.
func (p *plan) schedule(ctx context.Context, patrol *patrol) error {
	ctx, cancel := context.WithCancel(ctx)
	now := time.Now()
	tick := gocron.NewTask(func() { patrol.tick(ctx) })
	job, err := p.scheduler.NewJob(gocron.DurationJob(patrol.grid.every), tick,
		gocron.WithName(patrol.watch.Journey.Name),
		gocron.WithStartAt(gocron.WithStartDateTime(patrol.grid.after(now))))
	if first := patrol.grid.soon(now); err == nil && !first.IsZero() && !patrol.grid.taken(patrol.last, now) {
		_, err = p.scheduler.NewJob(gocron.OneTimeJob(gocron.OneTimeJobStartDateTime(first)), tick)
	}
	if err != nil {
		cancel()
		return fmt.Errorf("schedule %s: %w", patrol.watch.Journey.Name, err)
	}
	patrol.job, patrol.cancel = job.ID(), cancel
	return nil
}

// remove ends one journey's schedule and waits for its running run, if any.
func (p *plan) remove(name string) error {
	patrol := p.patrols[name]
	delete(p.patrols, name)
	patrol.end()
	if err := p.scheduler.RemoveJob(patrol.job); err != nil {
		return fmt.Errorf("unschedule %s: %w", name, err)
	}
	return nil
}

// closeRemoved closes the incidents of limits that are no longer configured.
func (p *plan) closeRemoved(ctx context.Context) error {
	kept := map[alert.Key]bool{}
	for _, w := range p.settings.Watches {
		for _, l := range w.Limits {
			kept[l.Key] = true
		}
	}
	incidents, err := p.agent.DB.Incidents(ctx)
	if err != nil {
		return fmt.Errorf("close incidents of removed limits: %w", err)
	}
	for _, in := range incidents {
		if !in.Open() || kept[in.Limit.Key] {
			continue
		}
		now := time.Now()
		_, _, err := p.agent.DB.Decide(ctx, in.Limit.Key, now, func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
			return alert.Remove(in, now)
		})
		if err != nil {
			return fmt.Errorf("close the incident of %v: %w", in.Limit.Key, err)
		}
	}
	return nil
}

// reschedule puts every journey back on its grid after a jump of the clock.
func (p *plan) reschedule(ctx context.Context) {
	for name, patrol := range p.patrols {
		patrol.end()
		if err := p.scheduler.RemoveJob(patrol.job); err != nil {
			p.agent.Log.Error("unschedule", "journey", name, "error", err)
		}
		fresh := newPatrol(p.agent, patrol.watch, p.settings.Zone)
		fresh.limits = patrol.limits
		if !patrol.last.After(time.Now()) { // else the clock was set back: no slot is taken
			fresh.last = patrol.last
		}
		if err := p.schedule(ctx, fresh); err != nil {
			p.agent.Log.Error("schedule", "journey", name, "error", err)
			continue
		}
		p.patrols[name] = fresh
	}
}

// stop cancels all journeys, waits for them, and only then shuts the
// scheduler down: its Shutdown spins while a job runs.
func (p *plan) stop() {
	for _, patrol := range p.patrols {
		patrol.cancel()
	}
	for _, patrol := range p.patrols {
		patrol.end()
	}
	if err := p.scheduler.Shutdown(); err != nil {
		p.agent.Log.Error("stop the scheduler", "error", err)
	}
}
