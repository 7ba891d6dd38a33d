package agent

import (
	"context"
	"slices"
	"time"

	"github.com/forewarn/forewarn/alert"
)

// urge reminds of what burns while nobody has it, and escalates it.
func (p *plan) urge(ctx context.Context, now time.Time) {
	burning, err := p.agent.DB.Burning(ctx)
	if err != nil && ctx.Err() == nil {
		p.agent.Log.Error("look for what burns and nobody has", "error", err)
	}
	burning = slices.DeleteFunc(burning, func(in alert.Incident) bool { return !p.urges(in, now) })
	for _, in := range burning {
		mates := slices.DeleteFunc(slices.Clone(burning), func(mate alert.Incident) bool { return mate.Message() != in.Message() })
		if _, due, _ := p.settings.Urging.On(in, now, mates...); due != nil {
			p.urgeOf(ctx, in, now)
		}
	}
}

// urges reports whether anybody is to be urged of in: it is watched, and not
// in maintenance, which is silent by plan.
func (p *plan) urges(in alert.Incident, now time.Time) bool {
	patrol, watched := p.patrols[in.Limit.Journey]
	if !watched {
		return false
	}
	_, planned := alert.Covering(patrol.watch.Maintenance, now, now)
	return !planned
}

// urgeOf urges of in, which speaks for all that its message tells of, those
// that are over too.
func (p *plan) urgeOf(ctx context.Context, in alert.Incident, now time.Time) {
	key := in.Limit.Key
	mates, err := p.agent.DB.Sharing(ctx, in.Message())
	mates = slices.DeleteFunc(mates, func(mate alert.Incident) bool { return mate.State == alert.Burning && !p.urges(mate, now) })
	var why alert.Reason
	if err == nil {
		_, why, err = p.agent.DB.Decide(ctx, key, now, func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
			return p.settings.Urging.On(in, now, mates...)
		})
	}
	if err != nil {
		p.agent.Log.Error("remind", "error", err)
		return
	}
	p.agent.Log.Info("urged", "journey", key.Journey, "limit", key.Limit, "because", why)
	p.agent.Notifier.Wake()
}
