package agent

import (
	"hash/fnv"
	"log/slog"
	"time"

	"github.com/forewarn/forewarn/alert"
)

// grid is the fixed series of times at which one journey is due: phase plus
// every multiple of its interval since 1970. The phase follows from the
// journey's name alone, so journeys spread over their interval, a restart
// keeps everybody's slots, and a new journey moves nobody else's.
type grid struct{ every, phase time.Duration }

func newGrid(journey string, every time.Duration) grid {
	h := fnv.New64a()
	h.Write([]byte(journey))
	return grid{every, time.Duration(h.Sum64() % uint64(every)).Truncate(time.Millisecond)}
}

// at is the latest slot that is not after t.
func (g grid) at(t time.Time) time.Time {
	past := (t.UnixNano() - int64(g.phase)) % int64(g.every)
	if past < 0 {
		past += int64(g.every)
	}
	return t.Round(0).Add(-time.Duration(past))
}

// turn is the slot that a run takes which begins now. A clock that was set back
// by less than anybody notices makes its timer early: then it is the next one.
func (g grid) turn(now time.Time) time.Time { return g.at(now.Add(min(g.every/10, time.Second))) }

// round is how much of the grid one job of the scheduler covers: at least ten
// seconds, and whole slots. Each job costs the scheduler as much processor as a
// timer costs ten times over: at a thousand runs a second that is seen.
func (g grid) round() time.Duration {
	const least = 10 * time.Second
	return max(g.every, (least+g.every-1)/g.every*g.every)
}

// after is the first slot after t.
func (g grid) after(t time.Time) time.Time { return g.at(t).Add(g.every) }

// wait is how long a journey lets others catch up before it does: at most five
// seconds, spread like the grid itself.
func (g grid) wait() time.Duration {
	const within = 5 * time.Second
	return time.Duration(float64(g.phase) / float64(g.every) * float64(min(g.every, within)))
}

// soon is the time at which a journey may catch up on the slot it is in, after
// a wait; zero if the next slot is about as near.
func (g grid) soon(now time.Time, wait time.Duration) time.Time {
	first := now.Round(0).Add(wait + time.Millisecond)
	if g.after(now).Sub(first) < g.every/10 {
		return time.Time{}
	}
	return first
}

// taken reports whether last, a slot read back from the database, is the one
// that now lies in.
func (g grid) taken(last, now time.Time) bool { return last.After(g.at(now).Add(-g.every / 2)) }

// between is the number of slots after from and before to, both slots.
func (g grid) between(from, to time.Time) int {
	if from.IsZero() || !to.After(from) {
		return 0
	}
	return int(to.Sub(from)/g.every) - 1
}

// jump is by how much the wall clock moved between two readings of time.Now
// beyond the time that really passed.
func jump(before, after time.Time) time.Duration {
	return after.Round(0).Sub(before.Round(0)) - after.Sub(before)
}

// logJump says that the clock jumped. Set back a little, it makes every look
// one that alert.Decide knows already, which nobody would see otherwise.
func logJump(log *slog.Logger, moved time.Duration, now time.Time) {
	if moved < 0 && -moved <= alert.SetBack {
		log = log.With("until", now.Add(-moved), "because", "until the clock has caught up, runs are stored but nothing is decided")
	}
	log.Warn("the clock jumped: all journeys are scheduled anew", "by", moved)
}
