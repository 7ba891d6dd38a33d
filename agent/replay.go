package agent

import (
	"context"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/probes"
	"github.com/forewarn/forewarn/store"
)

// Replay decides anew on the stored runs of w that started in [since, until),
// oldest first, through the code that watches live, and shows visit what would
// have come of each. The series know what they would have known then; of the
// limits nothing is known at first. Incidents have no numbers. Nothing is written.
func Replay(ctx context.Context, db *store.DB, w Watch, zone *time.Location, since, until time.Time, visit func(Observation) error) error {
	p := newPatrol(&Agent{DB: db}, w, zone)
	learn := func(r probes.Result) error {
		for _, w := range p.limits {
			w.look(r)
		}
		return nil
	}
	if err := p.read(ctx, since.Add(-memory), since, learn); err != nil {
		return err
	}
	incidents := ledger{}
	return p.read(ctx, since, until, func(r probes.Result) error {
		seen := Observation{Watch: w, Result: r, Missed: p.grid.between(p.last, r.Due), Late: r.Start.Sub(r.Due)}
		p.last = r.Due
		var err error
		if seen.Limits, err = p.judge(r, incidents.decide); err != nil {
			return err
		}
		return visit(seen)
	})
}

// ledger keeps the incidents of a replay, as the store keeps those of an
// agent. It numbers none.
type ledger map[alert.Key]alert.Incident

func (l ledger) decide(limit alert.Limit, ev alert.Evidence) (Verdict, error) {
	in, events, why := alert.Decide(l[limit.Key], ev, limit)
	l[limit.Key] = in
	return Verdict{Incident: in, Value: ev.Value, Forecast: ev.Forecast, Reason: why, Events: events}, nil
}
