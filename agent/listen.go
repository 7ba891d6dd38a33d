package agent

import (
	"context"
	"crypto/sha256"
	"errors"
	"sync"
	"time"

	"github.com/forewarn/forewarn/probes"
)

// errUnheard says that a ping was known but not taken: it came too often, or
// while the configuration was being replaced. It may be sent again.
var errUnheard = errors.New("not taken now: send it again in a minute")

// Pings of one heartbeat that are taken in a minute.
const mostPings = 60

// ears are the heartbeats by the hash of their ID, so that how long a look
// takes says nothing of an ID that is nearly right.
type ears struct {
	mu   sync.Mutex
	byID map[[sha256.Size]byte]*patrol
}

// hearAll replaces the heartbeats that are listened to.
func (e *ears) hearAll(patrols map[string]*patrol) {
	byID := map[[sha256.Size]byte]*patrol{}
	for _, p := range patrols {
		if h := p.watch.Journey.Heartbeat; h != nil {
			byID[sha256.Sum256([]byte(h.ID))] = p
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.byID = byID
}

func (e *ears) of(id string) *patrol {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.byID[sha256.Sum256([]byte(id))]
}

// Ping takes a report of the heartbeat with that ID, and evaluates it. It is
// not known if there is no such heartbeat. It is safe for concurrent use.
func (a *Agent) Ping(ctx context.Context, id string, said probes.Ping) (known bool, err error) {
	p := a.ears.of(id)
	if p == nil {
		return false, nil
	}
	return true, p.hear(context.WithoutCancel(ctx), said)
}

// hear takes one ping. Its run is kept before the pulse: after a crash between
// the two the ping is rather expected twice than missed. What the database
// cannot take now waits in memory, and the ping is taken all the same: sent
// again it would count twice. A ping that we cannot evaluate is not taken.
func (p *patrol) hear(ctx context.Context, said probes.Ping) (err error) {
	p.running.Lock()
	defer p.running.Unlock()
	defer func() {
		if p.survived(recover()) {
			err = errUnheard
		}
	}()
	if p.over || !p.allowed(time.Now()) {
		return errUnheard
	}
	now := wall()
	began := p.pulse.heard(said.Begins, now)
	if !said.Begins {
		result, transcript := p.agent.Runner.Hear(p.watch.Journey, said, began, now)
		if !p.report(ctx, result, transcript) {
			return errUnheard
		}
	}
	p.keepPulse(ctx)
	return nil
}

// wall is the time as jobs and the database have it. The other clock stands
// still while this machine sleeps: nobody would know that pings were missed.
func wall() time.Time { return time.Now().Round(0) }

// allowed bounds how many pings a minute are taken.
func (p *patrol) allowed(now time.Time) bool {
	if now.Sub(p.minute) >= time.Minute {
		p.minute, p.pings = now, 0
	}
	p.pings++
	return p.pings <= mostPings
}

// listen looks whether a ping is missed.
func (p *patrol) listen(ctx context.Context) {
	now := wall()
	p.pulse.listening(now, p.grid.every)
	p.agent.health.alive(p.watch.Journey.Name, now)
	l, missed := p.pulse.lost(now)
	if !missed {
		if p.unsaved {
			p.keepPulse(ctx)
		}
		return
	}
	result, transcript := p.agent.Runner.Miss(p.watch.Journey, l, now)
	p.report(ctx, result, transcript)
	p.keepPulse(ctx)
}

// report evaluates a run that a ping made, or its absence, as soon as the past
// is read. It is not well if that panicked.
func (p *patrol) report(ctx context.Context, r probes.Result, t probes.Transcript) (well bool) {
	r.Maintenance = p.watch.planned(&r)
	p.walked = append(p.walked, walk{Observation{Result: r}, t})
	p.agent.health.ran(p.watch.Journey.Name, r.Start, 0)
	return !p.rebuilt || p.judgeAll(ctx)
}

// keepPulse keeps what the next ping is expected from, or leaves that to the
// next look.
func (p *patrol) keepPulse(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), keeping)
	defer cancel()
	err := p.agent.DB.SavePulse(ctx, p.watch.Journey.Name, p.pulse.Pulse)
	if p.unsaved = err != nil; p.unsaved {
		p.agent.Log.Error("keep the pulse", "heartbeat", p.watch.Journey.Name, "error", err)
	}
}

// attune takes up the pulse where it was left. After a start, what came since
// the last sign of our own life was not heard.
func (p *patrol) attune(ctx context.Context, now time.Time) {
	now = now.Round(0)
	kept, err := recall(ctx, p.agent.DB, p.watch.Journey, now)
	if err != nil && ctx.Err() == nil {
		p.agent.Log.Error("read the pulse", "heartbeat", p.watch.Journey.Name, "error", err)
	}
	if kept.Anchor.After(now) || kept.Anchor.IsZero() { // the clock was set back, or nothing can be read
		kept.Anchor = now
	}
	if sign := p.agent.lastSign; !sign.IsZero() {
		kept.deafFrom, kept.deafUntil = sign, now
	}
	p.pulse, p.last = kept, time.Time{}
	p.keepPulse(ctx)
}

// lookout is how often a heartbeat is looked after: a missed ping is known at
// most so much later.
func lookout(grace time.Duration) time.Duration {
	return min(time.Minute, max(time.Second, grace/2))
}
