package agent

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/probes"
	"github.com/forewarn/forewarn/store"
)

// evaluate carries one result from the wire to the outbox. The run and all it
// leads to are one transaction: after a crash both are there or neither. A
// shutdown lets it end: with half of what there is to read it would decide
// otherwise.
func (p *patrol) evaluate(ctx context.Context, seen Observation, t probes.Transcript) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), keeping)
	defer cancel()
	r := store.Canonical(seen.Result) // what a restart would read
	f := finding{run: store.Run{Result: r}, j: &judgement{}, seen: seen}
	if p.rebuilt { // else it was stopped before anything could be said: the next start learns from it
		f.j = p.judge(r, p.holder(ctx), p.changed(ctx, r.Start), p.agent.lessons(ctx, r.Start))
	}
	f.seen.Watch, f.seen.Result, f.seen.Limits = &p.watch, r, f.j.seen
	if crowd := p.agent.crowd.Load(); crowd != nil {
		f.run.Crowd = *crowd
	}
	if r.Verdict == probes.Failed {
		f.run.Transcript = t.String()
	}
	for i := range f.j.seen {
		f.run.Urgent = f.run.Urgent || f.j.speaks(i)
		f.run.Decisions = append(f.run.Decisions, store.Decision{Key: p.limits[i].limit.Key, Now: f.j.evidence[i].At, Decide: f.j.decider(i)})
	}
	p.file(f)
	return p.keep(ctx)
}

// judgement is what one result says of each limit of its journey.
type judgement struct {
	limits   []*watcher // availability first: while it burns it holds the others back
	evidence []alert.Evidence
	seen     []Verdict
	held     bool
}

// judge shows r to every limit, with what holds it back and what the record
// teaches.
func (p *patrol) judge(r probes.Result, by alert.Holder, changed bool, known lessons) *judgement {
	j := &judgement{
		limits: p.limits, evidence: make([]alert.Evidence, 0, len(p.limits)), seen: make([]Verdict, 0, len(p.limits)),
	}
	for _, w := range p.limits {
		ev := known.look(w, r)
		ev.HeldBy, ev.Changed = by, changed
		ev.Host = p.host(cmp.Or(w.limit.Step, r.Step))
		if quiet := p.agent.quiet.Load(); quiet != nil { // a replay tells nobody
			ev.Quiet = quiet.End(ev.At)
		}
		j.evidence = append(j.evidence, ev)
		j.seen = append(j.seen, Verdict{Value: ev.Value, Forecast: ev.Forecast, Demoted: ev.Demoted})
	}
	return j
}

// happened reports whether there is anything new to tell.
func (j *judgement) happened() bool {
	return slices.ContainsFunc(j.seen, func(v Verdict) bool { return len(v.Events) > 0 })
}

// settles reports whether it was decided what became of a forecast.
func (j *judgement) settles() bool {
	return slices.ContainsFunc(j.seen, func(v Verdict) bool {
		return slices.ContainsFunc(v.Events, func(e alert.Event) bool { return e.Kind == alert.Settled })
	})
}

// speaks reports whether limit i may have something to tell at once.
func (j *judgement) speaks(i int) bool {
	return j.evidence[i].Run == alert.RunOver || j.evidence[i].Forecast.Crosses()
}

// decider decides on limit i. Deciders are called in order, all of them again
// if what they decided could not be kept.
func (j *judgement) decider(i int) store.Deciding {
	return func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
		l, ev := j.limits[i].limit, j.evidence[i]
		ev.Held = j.held && i > 0
		next, events, why := alert.Decide(in, ev, l)
		j.held = ev.Held || l.Signal == alert.Availability && next.Burns()
		j.seen[i].Incident, j.seen[i].Events, j.seen[i].Reason = next, events, why
		return next, events, why
	}
}

// changed reports whether the team marked a change since the last look.
func (p *patrol) changed(ctx context.Context, now time.Time) bool {
	changed, until, err := p.agent.marks.changed(ctx, p.agent.DB, p.looked, now)
	if err != nil {
		p.agent.Log.Error("read the marks", "journey", p.watch.Journey.Name, "error", err)
	}
	p.looked = until
	return changed
}
