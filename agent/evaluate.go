package agent

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/probes"
	"github.com/forewarn/forewarn/store"
)

// keeping is how long storing and deciding may go on after a shutdown began.
const keeping = 5 * time.Second

// evaluate carries one result from the wire to the outbox. The run and all it
// leads to are one transaction: after a crash both are there or neither.
func (p *patrol) evaluate(ctx context.Context, r probes.Result, t probes.Transcript) (Observation, error) {
	past := p.remember(ctx)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), keeping)
	defer cancel()
	r = store.Canonical(r) // what a restart would read
	if past != nil {       // stopped before anything could be said of it: the next start learns from it
		return Observation{}, errors.Join(past, p.agent.DB.Save(ctx, r))
	}
	changed, err := p.changed(ctx, r.Start)
	if err != nil {
		return Observation{}, err
	}
	run := store.Run{Result: r}
	if r.Verdict == probes.Failed {
		run.Transcript = t.String()
	}
	j := p.judge(r, changed)
	for i := range j.seen {
		run.Urgent = run.Urgent || j.speaks(i)
		run.Decisions = append(run.Decisions, store.Decision{Key: p.limits[i].limit.Key, Now: j.evidence[i].At, Decide: j.decider(i)})
	}
	decided, err := p.agent.DB.Keep(ctx, run)
	if err != nil {
		return Observation{}, err
	}
	for i, d := range decided {
		j.seen[i].Incident = d.Incident // with the number the store gave it
	}
	p.agent.Notifier.Wake()
	return Observation{Watch: p.watch, Result: r, Limits: j.seen}, nil
}

// judgement is what one result says of each limit of its journey.
type judgement struct {
	limits   []*watcher // availability first: while it burns it holds the others back
	evidence []alert.Evidence
	seen     []Verdict
	held     bool
}

// judge shows r to every limit.
func (p *patrol) judge(r probes.Result, changed bool) *judgement {
	j := &judgement{limits: p.limits}
	for _, w := range p.limits {
		ev := w.look(r)
		ev.Changed = changed
		j.evidence = append(j.evidence, ev)
		j.seen = append(j.seen, Verdict{Value: ev.Value, Forecast: ev.Forecast})
	}
	return j
}

// speaks reports whether limit i may have something to tell at once.
func (j *judgement) speaks(i int) bool {
	return j.evidence[i].Run == alert.RunOver || j.evidence[i].Forecast.Crosses()
}

// decider decides on limit i. Deciders are called once each, in order.
func (j *judgement) decider(i int) store.Deciding {
	return func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
		l, ev := j.limits[i].limit, j.evidence[i]
		ev.Held = j.held
		next, events, why := alert.Decide(in, ev, l)
		j.held = j.held || l.Signal == alert.Availability && next.Burns()
		j.seen[i].Incident, j.seen[i].Events, j.seen[i].Reason = next, events, why
		return next, events, why
	}
}

// changed reports whether the team marked a change since the last look.
func (p *patrol) changed(ctx context.Context, now time.Time) (bool, error) {
	marks, err := p.agent.DB.Marks(ctx, p.looked)
	if err != nil {
		return false, fmt.Errorf("read the marks: %w", err)
	}
	any := slices.ContainsFunc(marks, func(m store.Mark) bool { return m.At.After(p.looked) && !m.At.After(now) })
	p.looked = now
	return any, nil
}
