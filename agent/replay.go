package agent

import (
	"context"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/probes"
	"github.com/forewarn/forewarn/store"
)

// Past is a stretch of what is stored, to be decided anew.
type Past struct {
	DB     *store.DB
	Zone   *time.Location // of daily profiles; nil is UTC
	Since  time.Time      // runs that started before are only learnt from
	Until  time.Time      // and these or later ones are left out
	Others []Watch        // by which a watch's parents are judged
}

// Replay decides anew on the stored runs of w that started in [Since, Until),
// oldest first, through the code that watches live, and shows visit what would
// have come of each. The series know what they would have known then, and the
// record is the stored one, as it was then; of the limits nothing is known at
// first. What w depends on is replayed before, as Others watch it. Incidents
// have no numbers. Nothing is written.
func (p Past) Replay(ctx context.Context, w Watch, visit func(Observation) error) error {
	all := &replays{p, map[string][]outspell{}}
	return all.replay(ctx, w, visit)
}

func (r *replays) replay(ctx context.Context, w Watch, visit func(Observation) error) error {
	for _, key := range w.DependsOn {
		if _, err := r.of(ctx, key.Journey); err != nil {
			return err
		}
	}
	p := newPatrol(&Agent{DB: r.DB}, w, r.Zone)
	learn := func(result probes.Result) error {
		for _, w := range p.limits {
			w.learn(result)
		}
		return nil
	}
	if err := p.read(ctx, r.Since.Add(-memory), r.Since, learn); err != nil {
		return err
	}
	marks, err := r.DB.Marks(ctx, r.Since)
	if err != nil {
		return err
	}
	var book recordBook
	if err := book.load(ctx, r.DB); err != nil {
		return err
	}
	incidents := map[alert.Key]alert.Incident{}
	return p.read(ctx, r.Since, r.Until, func(result probes.Result) error {
		seen := Observation{Watch: &w, Result: result, Missed: p.grid.between(p.last, result.Due), Late: late(&result, time.Time{})}
		p.last = result.Due
		j := p.judge(result, r.holder(w, ended(seen)), passed(&marks, result.Start), book.at(result.Start))
		for i, w := range p.limits {
			key := w.limit.Key
			incidents[key], _, _ = j.decider(i)(incidents[key])
		}
		seen.Limits = j.seen
		return visit(seen)
	})
}

// passed takes the marks that are not after now, and reports whether the team
// made any of them.
func passed(marks *[]store.Mark, now time.Time) (any bool) {
	n := 0
	for n < len(*marks) && !(*marks)[n].At.After(now) {
		any = any || !(*marks)[n].Ours
		n++
	}
	*marks = (*marks)[n:]
	return any
}
