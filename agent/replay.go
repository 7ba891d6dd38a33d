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
// have come of each. The series know what they would have known then, and the
// record is the stored one, as it was then; of the limits nothing is known at
// first. Incidents have no numbers. Nothing is written.
func Replay(ctx context.Context, db *store.DB, w Watch, zone *time.Location, since, until time.Time, visit func(Observation) error) error {
	p := newPatrol(&Agent{DB: db}, w, zone)
	learn := func(r probes.Result) error {
		for _, w := range p.limits {
			w.learn(r)
		}
		return nil
	}
	if err := p.read(ctx, since.Add(-memory), since, learn); err != nil {
		return err
	}
	marks, err := db.Marks(ctx, since)
	if err != nil {
		return err
	}
	var book recordBook
	if err := book.load(ctx, db); err != nil {
		return err
	}
	incidents := map[alert.Key]alert.Incident{}
	return p.read(ctx, since, until, func(r probes.Result) error {
		seen := Observation{Watch: w, Result: r, Missed: p.grid.between(p.last, r.Due), Late: late(r)}
		p.last = r.Due
		j := p.judge(r, passed(&marks, r.Start), book.at(r.Start))
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
