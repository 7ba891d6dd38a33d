package agent

import (
	"context"
	"time"

	"github.com/forewarn/forewarn/alert"
)

// holder is what the journey depends on and burns now: it opens nothing
// meanwhile. What cannot be read holds nothing back.
func (p *patrol) holder(ctx context.Context) alert.Holder {
	for _, key := range p.watch.DependsOn {
		in, err := p.agent.DB.Incident(ctx, key)
		if err != nil {
			p.agent.Log.Error("read what a journey depends on", "journey", p.watch.Journey.Name, "error", err)
		}
		if holds := in.Holds(); err == nil && holds != (alert.Holder{}) {
			return holds
		}
	}
	return alert.Holder{}
}

// replays are the replays of some journeys, each made once.
type replays struct {
	Past
	outages map[string][]outspell // by journey
}

// outspell is a stretch in which a journey's availability burned, from the end
// of the run that showed it to the end of the one that showed it over.
type outspell struct {
	from, until time.Time // until is zero while it burns
	holds       alert.Holder
}

// of are the outages of a journey as a replay of it decides on them.
func (r *replays) of(ctx context.Context, journey string) ([]outspell, error) {
	known, ok := r.outages[journey]
	if ok {
		return known, nil
	}
	r.outages[journey] = nil // should it depend on itself, it does not wait for itself
	for _, w := range r.Others {
		if w.Journey.Name != journey {
			continue
		}
		err := r.replay(ctx, w, func(o Observation) error {
			known = followed(known, ended(o), o.Limits[0].Incident.Holds())
			return ctx.Err()
		})
		if err != nil {
			return nil, err
		}
	}
	r.outages[journey] = known
	return known, nil
}

// ended is when a run was over, and so when it was decided on.
func ended(o Observation) time.Time { return o.Result.Start.Add(o.Result.Duration) }

// followed is spells with what a run that ended at at decided.
func followed(spells []outspell, at time.Time, holds alert.Holder) []outspell {
	burned := len(spells) > 0 && spells[len(spells)-1].until.IsZero()
	switch burns := holds != (alert.Holder{}); {
	case burns && !burned:
		return append(spells, outspell{from: at, holds: holds})
	case burned && !burns:
		spells[len(spells)-1].until = at
	}
	return spells
}

// holder is what w depends on and burned at at.
func (r *replays) holder(w Watch, at time.Time) alert.Holder {
	for _, key := range w.DependsOn {
		for _, one := range r.outages[key.Journey] {
			if one.from.Before(at) && (one.until.IsZero() || at.Before(one.until)) {
				return one.holds
			}
		}
	}
	return alert.Holder{}
}
