package agent

import (
	"cmp"
	"context"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/probes"
)

// ConfirmRuns is how a run that failed is repeated before its next slot, so
// that an outage is known in seconds. The zero value repeats nothing.
//
// A confirming run counts for availability and for nothing else. There is none
// while the outage is known already, none after a run that was our own fault,
// in maintenance, kept quiet by what it depends on, or of a journey that has
// never passed, and none that could still be under way when the next slot
// comes.
type ConfirmRuns struct {
	Times int           // at most, after one failed run
	After time.Duration // from the end of a run to the beginning of the next
}

const (
	// mostConfirmed is how many journeys may be confirming at once. When
	// everything fails together, a few are enough to know it, and the others
	// must not make it worse.
	mostConfirmed = 5

	// quick is how long a confirming run may take, unless the journey is a slow
	// one: an answer that usually comes in half of that is missed as surely
	// after 4 s as after 30 s. Two of them, each 5 s after the one before and
	// with a cleanup of half its time, are over in 22 s: also of a journey that
	// took half of its minute to fail, before its next slot.
	quick = 4 * time.Second

	// known is how long after a failed run an outage should be known.
	known = 25 * time.Second

	// spare is what is left free before a slot.
	spare = time.Second

	// usually is how many slots back a journey's usual duration is looked for.
	usually = 10
)

// doubtful reports whether a confirming run should follow r.
func (p *patrol) doubtful(ctx context.Context, r probes.Result) bool {
	if r.Verdict != probes.Failed || r.Maintenance || p.watch.ConfirmRuns.Times == 0 || ctx.Err() != nil {
		return false
	}
	for _, l := range p.watch.Limits {
		if l.Signal == alert.Availability {
			in, err := p.agent.DB.Incident(ctx, l.Key)
			return err == nil && in.State == alert.Quiet && in.HeldBy == alert.Holder{}
		}
	}
	return false
}

// confirm makes the confirming runs that are still to come after r, a run of
// the last slot that failed.
func (p *patrol) confirm(ctx context.Context, r probes.Result) {
	select {
	case p.agent.confirming <- struct{}{}:
		defer func() { <-p.agent.confirming }()
	default:
		return
	}
	past, err := p.lately(ctx, r.Due)
	if err != nil {
		p.agent.Log.Error("read what is to be confirmed", "journey", p.watch.Journey.Name, "error", err)
		return
	}
	again := p.watch.Journey
	again.Timeout = min(cmp.Or(again.Timeout, probes.DefaultTimeout), p.patience(past.slowest))
	again.Every -= again.Longest() + spare // so long it may wait for its turn, and be over before the next slot
	for n := past.confirmed; n < p.watch.ConfirmRuns.Times; n++ {
		select {
		case <-time.After(p.watch.ConfirmRuns.After):
		case <-ctx.Done():
		}
		if !p.doubtful(ctx, r) { // asked as late as can be: it may burn by now
			return
		}
		if r = p.again(ctx, again, r.Due); !r.Confirm {
			return
		}
	}
}

// patience is how long a confirming run may take, of a journey that took
// slowest at most: twice that, but no longer than lets the outage be known in time,
// unless the journey itself needs more.
func (p *patrol) patience(slowest time.Duration) time.Duration {
	often := p.watch.ConfirmRuns
	room := known/time.Duration(often.Times) - often.After
	if j := p.watch.Journey; j.Longest() > cmp.Or(j.Timeout, probes.DefaultTimeout) {
		room = room * 2 / 3 // its cleanup may take half as long again
	}
	return max(quick, min(2*slowest, max(room, slowest*5/4)))
}

// lately is what is stored of a slot and of those before it.
type lately struct {
	failed    probes.Result // last run of the slot that failed; zero if one passed
	confirmed int           // confirming runs that the slot has had, but for those that were our own fault
	slowest   time.Duration // of the slots before, the longest that a run took that passed
}

func (p *patrol) lately(ctx context.Context, due time.Time) (past lately, err error) {
	err = p.read(ctx, due.Add(-usually*p.grid.every), due.Add(p.grid.every), func(r probes.Result) error {
		switch {
		case !r.Due.Equal(due):
			if r.Verdict.Good() && !r.Confirm {
				past.slowest = max(past.slowest, r.Duration)
			}
		case r.Verdict.Good():
			past.failed = probes.Result{}
		case r.Verdict == probes.Failed:
			past.failed = r
			if r.Confirm {
				past.confirmed++
			}
		}
		return nil
	})
	return past, err
}

// again makes one confirming run of the slot due; the zero Result if it is
// too late for that.
func (p *patrol) again(ctx context.Context, j probes.Journey, due time.Time) probes.Result {
	if time.Now().Add(j.Longest() + spare).After(p.grid.after(due)) {
		return probes.Result{}
	}
	p.running.Lock() // which no run holds now
	defer p.running.Unlock()
	if ctx.Err() != nil || !p.last.Equal(due) {
		return probes.Result{}
	}
	defer p.survive()
	return p.take(ctx, &j, slot{due: due, confirm: true})
}

// takeUp goes on with what a restart interrupted in the slot due.
func (p *patrol) takeUp(ctx context.Context, due time.Time) {
	if past, err := p.lately(ctx, due); err == nil && p.doubtful(ctx, past.failed) {
		p.confirm(ctx, past.failed)
	}
}
