package cli

import (
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
	log := r.log.With("journey", name)
	r.run(log, name, o.Result)
	if o.Missed > 0 {
		log.Warn("missed slots", "count", o.Missed)
	}
	for _, l := range o.Limits {
		limit := log.With("limit", l.Incident.Limit.Limit, "state", l.Incident.State.String())
		for _, e := range l.Events {
			// An event that opens an incident has no number yet, and an incident that is over none any more.
			limit.Info("told", "what", string(e.Kind), "incident", max(e.Number, l.Incident.Number))
		}
		limit.Debug("limit", "reason", string(l.Reason))
	}
}

// run logs one result, loudly if it is news.
func (r *runLog) run(log *slog.Logger, name string, result probes.Result) {
	why := result.Why()
	r.mu.Lock()
	before := r.last[name]
	now := before.followedBy(result)
	r.last[name] = now
	r.mu.Unlock()

	log = log.With("verdict", result.Verdict.String(), "start_ms", result.Start.UnixMilli())
	known := slices.Contains(before.outage, now.trouble)
	switch {
	case why != "" && (before.trouble == now.trouble || known && slices.Contains(before.outage, before.trouble)):
		log.Debug("run", "step", result.Step, "why", why)
	case why != "" && known:
		log.Info("seen again", "step", result.Step, "why", why)
	case why != "":
		log.Warn("run", "step", result.Step, "why", why)
	case before.verdict == probes.Unknown:
		log.Info("first run", timing(result)...)
	case before.verdict == probes.Failed:
		log.Info("passes again", timing(result)...)
	case before.trouble != "":
		log.Info("seen again", timing(result)...)
	default:
		log.Debug("run", timing(result)...)
	}
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
