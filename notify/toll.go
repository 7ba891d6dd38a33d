package notify

import (
	"context"
	"fmt"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/impact"
	"github.com/forewarn/forewarn/probes"
	"github.com/forewarn/forewarn/store"
)

// Toll is what the runs say of an incident that burned, from those that
// confirmed it on. The zero Toll knows of none.
type Toll struct {
	Since, Until time.Time
	Runs         []TollRun // those that count, oldest first
}

// TollRun is one run of the whole journey.
type TollRun struct {
	Failed bool
	Took   time.Duration // at least; 0 if it was not timed
}

// ReadToll reads what the runs say of in until it was over, or until now. It
// gives up where that takes longer than a message may wait.
func ReadToll(ctx context.Context, db *store.DB, in alert.Incident, now time.Time) (Toll, error) {
	const longest = 2 * time.Second
	l := in.Limit
	if in.Burned.IsZero() || l.Signal == alert.Cert {
		return Toll{}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	until := now
	if !in.Resolved.IsZero() {
		until = in.Resolved
	}
	return readToll(ctx, db, l, in.Burned.Add(-tollLead(l)), until)
}

// tolled are mates with what the runs say of each that burned, as far as they
// can be read while a message waits.
func (w *worker) tolled(ctx context.Context, mates []Mate, now time.Time) []Mate {
	const longest = 2 * time.Second
	if len(mates) < 2 { // the message tells of one alone, and has its toll
		return mates
	}
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	for i, one := range mates {
		if one.Business.Missing(false) != "" {
			continue
		}
		toll, err := ReadToll(ctx, w.DB, one.In, now)
		if err != nil {
			w.log.Warn("say less of the money of several incidents", "err", err)
			break
		}
		mates[i].Toll = toll
	}
	return mates
}

// readToll reads what the runs of the journey of l say of a stretch of time.
func readToll(ctx context.Context, db *store.DB, l alert.Limit, since, until time.Time) (Toll, error) {
	t := Toll{Since: since, Until: until}
	err := db.Results(ctx, l.Journey, t.Since, t.Until, func(r probes.Result) error {
		if r.Verdict == probes.Unknown || r.Confirm || r.Maintenance {
			return nil
		}
		took, _, timed := r.Latency("")
		if !timed {
			took = 0
		}
		t.Runs = append(t.Runs, TollRun{Failed: r.Verdict == probes.Failed, Took: took})
		return nil
	})
	if err != nil {
		return Toll{}, fmt.Errorf("read what an incident cost: %w", err)
	}
	return t, nil
}

// tollLead is how long before it burned the runs began that confirmed l: those
// of its confirmation, or of the window that its share is of.
func tollLead(l alert.Limit) time.Duration {
	if l.Signal == alert.Errors {
		return l.Window
	}
	return time.Duration(max(l.Confirm.Of, 1)) * max(l.Every, time.Second)
}

func (t Toll) long() time.Duration { return t.Until.Sub(t.Since) }

// lately is t with its last runs alone.
func (t Toll) lately(runs int) Toll {
	t.Runs = t.Runs[max(0, len(t.Runs)-runs):]
	return t
}

// failed is the share of runs that failed, with its 95 % interval.
func (t Toll) failed() impact.Range {
	failed := 0
	for _, r := range t.Runs {
		if r.Failed {
			failed++
		}
	}
	n := len(t.Runs)
	if n == 0 {
		return impact.Range{}
	}
	return impact.Range{Low: max(0, 1-alert.WilsonUpper(n-failed, n)), Likely: float64(failed) / float64(n), High: alert.WilsonUpper(failed, n)}
}

// latencies are those of the runs that were timed.
func (t Toll) latencies() []time.Duration {
	var all []time.Duration
	for _, r := range t.Runs {
		if r.Took > 0 {
			all = append(all, r.Took)
		}
	}
	return all
}
