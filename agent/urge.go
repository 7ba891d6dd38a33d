package agent

import (
	"context"
	"time"

	"github.com/forewarn/forewarn/alert"
)

// urge reminds of what burns while nobody has it, and escalates it. In
// maintenance it is silent by plan.
func (p *plan) urge(ctx context.Context, now time.Time) {
	burning, err := p.agent.DB.Burning(ctx)
	if err != nil && ctx.Err() == nil {
		p.agent.Log.Error("look for what burns and nobody has", "error", err)
	}
	for _, in := range burning {
		key := in.Limit.Key
		patrol, watched := p.patrols[key.Journey]
		if !watched {
			continue
		}
		if _, planned := alert.Covering(patrol.watch.Maintenance, now, now); planned {
			continue
		}
		if _, due, _ := p.settings.Urging.On(in, now); due == nil {
			continue
		}
		_, why, err := p.agent.DB.Decide(ctx, key, now, func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
			return p.settings.Urging.On(in, now)
		})
		if err != nil {
			p.agent.Log.Error("remind", "error", err)
			continue
		}
		p.agent.Log.Info("urged", "journey", key.Journey, "limit", key.Limit, "because", why)
		p.agent.Notifier.Wake()
	}
}
