package cli

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/forewarn/forewarn/agent"
	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/predict"
	"github.com/forewarn/forewarn/probes"
)

// hindsight is how one limit would have done over a stretch of history.
type hindsight struct {
	limit alert.Limit
	zone  *time.Location
	chart chart

	runs        int // that counted
	first, last time.Time
	watched     time.Duration // gaps left out
	warning     time.Duration // of it: soon
	burning     time.Duration // of it: burning or clearing
	state       alert.State
	told        []telling
	settled     []alert.Event
	crossings   int                     // times it burned
	foreseen    int                     // of them: announced at least enoughLead before
	silent      map[predict.Silence]int // runs in which nothing was foreseen, by reason
	quiet       int                     // runs in which nothing was going on
	lastSilence string                  // why nothing is foreseen at the end
}

// telling is one message, with what became of its forecast.
type telling struct {
	at      time.Time
	kind    alert.EventKind
	promise *alert.Promise // of a forecast; as settled once that is known
	outcome alert.Outcome  // "" while it is open, and of what promises nothing
}

// enoughLead is the least warning time that is worth the name.
const enoughLead = 5 * time.Minute

func newHindsight(l alert.Limit, zone *time.Location, h history) hindsight {
	return hindsight{limit: l, zone: zone, chart: newChart(h.chart, h.since, h.until, l.Below), silent: map[predict.Silence]int{}}
}

// add takes in what came of one run.
func (h *hindsight) add(r probes.Result, v agent.Verdict) {
	h.pass(r.Start)
	h.state = v.Incident.State
	if v.Reason != alert.CannotTell {
		h.runs++
	}
	if h.limit.Signal == alert.Availability {
		h.chart.add(r.Start, v.Incident.Value)
	} else if h.figured(v) {
		h.chart.add(r.Start, v.Forecast.Stat)
	} else {
		h.chart.add(r.Start, v.Value)
	}
	h.listen(v)
	for _, e := range v.Events {
		h.hear(e, v.Incident)
	}
}

// figured reports whether the forecast gives the limit's figure.
func (h *hindsight) figured(v agent.Verdict) bool { return h.forecast() && v.Forecast.At > 0 }

// forecast reports whether the limit is one that can be foreseen at all.
func (h *hindsight) forecast() bool {
	return h.limit.Ahead > 0 && (h.limit.Signal == alert.Latency || h.limit.Signal == alert.Errors)
}

// pass lets the time since the last run pass. A gap counts as two intervals.
func (h *hindsight) pass(now time.Time) {
	if h.first.IsZero() {
		h.first, h.last = now, now
	}
	d := min(now.Sub(h.last), 2*h.limit.Every)
	h.last = now
	h.watched += d
	switch h.state {
	case alert.Soon:
		h.warning += d
	case alert.Burning, alert.Clearing:
		h.burning += d
	}
}

// listen counts why nothing is foreseen.
func (h *hindsight) listen(v agent.Verdict) {
	f := v.Forecast
	h.lastSilence = ""
	if !h.forecast() || v.Incident.State != alert.Quiet {
		return
	}
	h.quiet++
	if !f.Crosses() {
		h.silent[f.Silence]++
		h.lastSilence = whyStill(f)
	}
}

// whyStill is why a forecast names no crossing, with its figures.
func whyStill(f predict.Forecast) string {
	if f.Detail == "" {
		return string(f.Silence)
	}
	return string(f.Silence) + ": " + f.Detail
}

// hear takes in one event.
func (h *hindsight) hear(e alert.Event, in alert.Incident) {
	switch {
	case e.Kind == alert.Settled:
		h.settle(e)
		return
	case e.Kind == alert.WentBurning:
		h.crossings++
		if p := in.Promise; p != nil && e.At.Sub(p.Made) >= enoughLead {
			h.foreseen++
		}
	}
	if e.Told() {
		h.told = append(h.told, telling{at: e.At, kind: e.Kind, promise: e.Promise})
		h.chart.mark(e.At, e.Kind)
	}
}

// settle says of the message that made a promise what became of it.
func (h *hindsight) settle(e alert.Event) {
	h.settled = append(h.settled, e)
	for i := range h.told {
		if t := &h.told[i]; t.kind == alert.WentSoon && t.at.Equal(e.Promise.Made) {
			t.promise, t.outcome = e.Promise, e.Outcome
		}
	}
}

// warnings is how often a crossing was announced.
func (h *hindsight) warnings() int {
	n := 0
	for _, t := range h.told {
		if t.kind == alert.WentSoon {
			n++
		}
	}
	return n
}

// weeks is how long was watched.
func (h *hindsight) weeks() float64 { return h.watched.Hours() / (7 * 24) }

// reasons are the silences, the most frequent first.
func (h *hindsight) reasons() []predict.Silence {
	return slices.SortedFunc(maps.Keys(h.silent), func(a, b predict.Silence) int {
		return cmp.Or(cmp.Compare(h.silent[b], h.silent[a]), cmp.Compare(a, b))
	})
}
