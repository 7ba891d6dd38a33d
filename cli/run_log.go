package cli

import (
	"context"
	"log/slog"
	"slices"
	"sync"

	"github.com/forewarn/forewarn/agent"
	"github.com/forewarn/forewarn/probes"
)

// runLog logs what runs gave when it is news: a journey's first run, each way
// in which an outage shows itself, the first run that passes again, and
// whatever is told of a limit. All else is for debugging: a day of a dead site
// is two lines, not 1,440, also if it refuses and times out by turns, and if
// our own machine could not see it in between.
type runLog struct {
	log *slog.Logger

	mu   sync.Mutex
	last map[string]lastRun // by journey
}

// lastRun is what the log knows of a journey. An unknown run says nothing of
// the product, so it neither fails nor passes again.
type lastRun struct {
	verdict probes.Verdict // of the last run that was not unknown; Unknown if there was none
	trouble string         // of the last run; "" if it passed
	outage  []string       // the troubles since the last run that passed, the newest last; those of unknown runs are none
}

// mostTroubles is how many of an outage are known; in one that has more, they
// are news again.
const mostTroubles = 8

func newRunLog(log *slog.Logger) *runLog {
	return &runLog{log: log, last: map[string]lastRun{}}
}

// observe is safe for concurrent use, as agent.Observe must be.
func (r *runLog) observe(o agent.Observation) {
	name := o.Watch.Journey.Name
	r.run(name, o.Result)
	if o.Missed > 0 {
		r.log.Warn("missed slots", "journey", name, "count", o.Missed)
	}
	for i := range o.Limits {
		r.limit(name, &o.Limits[i])
	}
}

// limit logs what a run led to for one limit.
func (r *runLog) limit(name string, l *agent.Verdict) {
	if len(l.Events) == 0 && !r.logs(slog.LevelDebug) {
		return
	}
	limit := r.log.With("journey", name, "limit", l.Incident.Limit.Limit, "state", l.Incident.State.String())
	for _, e := range l.Events {
		// An event that opens an incident has no number yet, and an incident that is over none any more.
		limit.Info("told", "what", string(e.Kind), "incident", max(e.Number, l.Incident.Number))
	}
	limit.Debug("limit", "reason", string(l.Reason))
}

// logs reports whether anything of a level is logged. It is asked before the
// words are found: of most runs nothing is.
func (r *runLog) logs(level slog.Level) bool { return r.log.Enabled(context.Background(), level) }

// run logs one result, loudly if it is news.
func (r *runLog) run(name string, result probes.Result) {
	why := result.Why()
	r.mu.Lock()
	before := r.last[name]
	now := before.followedBy(result)
	r.last[name] = now
	r.mu.Unlock()

	level, what := news(why, before, now)
	if !r.logs(level) {
		return
	}
	said := []any{"journey", name, "verdict", result.Verdict.String(), "start_ms", result.Start.UnixMilli()}
	if why != "" {
		said = append(said, "step", result.Step, "why", why)
	} else {
		said = append(said, timing(result)...)
	}
	r.log.Log(context.Background(), level, what, said...)
}

// news is how loudly a run is told of, and in which words.
func news(why string, before, now lastRun) (slog.Level, string) {
	known := slices.Contains(before.outage, now.trouble)
	switch {
	case why != "" && (before.trouble == now.trouble || known && slices.Contains(before.outage, before.trouble)):
		return slog.LevelDebug, "run"
	case why != "" && known:
		return slog.LevelInfo, "seen again"
	case why != "":
		return slog.LevelWarn, "run"
	case before.verdict == probes.Unknown:
		return slog.LevelInfo, "first run"
	case before.verdict == probes.Failed:
		return slog.LevelInfo, "passes again"
	case before.trouble != "":
		return slog.LevelInfo, "seen again"
	}
	return slog.LevelDebug, "run"
}

// followedBy is what is known after another run.
func (l lastRun) followedBy(result probes.Result) lastRun {
	l.trouble = trouble(result)
	switch {
	case result.Verdict == probes.Unknown:
		return l
	case result.Verdict != probes.Failed:
		l.outage = nil
	case !slices.Contains(l.outage, l.trouble):
		l.outage = append(slices.Clone(l.outage[max(0, len(l.outage)+1-mostTroubles):]), l.trouble)
	}
	l.verdict = result.Verdict
	return l
}

// trouble is what two runs have in common that failed in the same way. How long
// was waited in vain is said in the words of a timeout, and differs each time.
func trouble(r probes.Result) string {
	if r.Failure != nil && r.Failure.Kind == probes.FailTimeout {
		return r.Step + ": " + string(r.Failure.Kind)
	}
	return r.Why()
}

// timing is how long a run took, nothing if that is not known, as of a job
// that did not say when it began.
func timing(r probes.Result) []any {
	took, _, ok := r.Latency("")
	if !ok {
		return nil
	}
	return []any{"took", short(took)}
}
