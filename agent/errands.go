package agent

import (
	"context"
	"sync"
)

// errands are what is done each minute beside the schedule: they talk to Slack
// and to whoever watches the watcher, which may take long, and nothing has to
// wait for that. If those of the minute before are still under way, no new
// ones begin.
type errands struct {
	agent    *Agent
	turn     turn
	beside   sync.WaitGroup
	unstored outage    // only of who has the turn
	refused  complaint // so is this
}

func newErrands(a *Agent) *errands { return &errands{agent: a, turn: newTurn()} }

func (e *errands) run(ctx context.Context, heartbeatURL string) {
	if !e.turn.TryLock() {
		return
	}
	e.beside.Go(func() {
		defer e.turn.Unlock()
		e.agent.breathe(ctx)
		e.unstored.look(ctx, e.agent)
		e.refused.look(ctx, e.agent)
		e.agent.beat(ctx, heartbeatURL)
	})
}

// wait is for the errands under way, which obey their context.
func (e *errands) wait() { e.beside.Wait() }

// breathe keeps a sign of life, so that after a restart it is known since when
// no ping was heard, whether anything else ran or not.
func (a *Agent) breathe(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, keeping)
	defer cancel()
	if err := a.DB.SaveSign(ctx, wall()); err != nil && ctx.Err() == nil {
		a.Log.Error("keep a sign of life", "error", err)
	}
}
