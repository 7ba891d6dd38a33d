package agent

import (
	"context"
	"time"

	"github.com/forewarn/forewarn/alert"
)

// digest tells the daily digest once its time has come.
func (p *plan) digest(ctx context.Context, now time.Time) {
	last, err := p.agent.DB.Incident(ctx, alert.DigestKey())
	if err == nil {
		if next, _, _ := p.settings.Daily.On(last, now); next.Entered.Equal(last.Entered) {
			return
		}
		_, _, err = p.agent.DB.Decide(ctx, alert.DigestKey(), now, func(in alert.Incident) (alert.Incident, []alert.Event, alert.Reason) {
			return p.settings.Daily.On(in, now)
		})
	}
	if err != nil {
		if ctx.Err() == nil {
			p.agent.Log.Error("tell the digest", "error", err)
		}
		return
	}
	p.agent.Notifier.Wake()
}
