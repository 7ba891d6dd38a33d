package backtest

import (
	"cmp"
	"slices"
	"time"

	"github.com/forewarn/forewarn/agent"
	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/predict"
)

// judging is a Hindsight under way.
type judging struct {
	Hindsight
	state   alert.State
	settled []alert.Event
	quiet   int                     // runs in which nothing was going on
	silent  map[predict.Silence]int // of them: nothing was foreseen, by reason
}

func newJudging(l alert.Limit, c Course) *judging {
	return &judging{Hindsight: Hindsight{Limit: l, Course: c}, silent: map[predict.Silence]int{}}
}

// add takes in what came of the run that started at a time.
func (j *judging) add(at time.Time, v agent.Verdict) {
	j.pass(at)
	j.state = v.Incident.State
	if v.Reason != alert.CannotTell {
		j.Runs++
	}
	j.Course.add(at, j.figure(v), j.Limit.Below)
	j.listen(v)
	for _, e := range v.Events {
		j.hear(e, v.Incident)
	}
}

// figure is what the limit is held against: that of the forecast where there
// is one, else that of the run.
func (j *judging) figure(v agent.Verdict) float64 {
	switch {
	case j.Limit.Signal == alert.Availability:
		return v.Incident.Value
	case j.Limit.Forecasts() && v.Forecast.At > 0:
		return v.Forecast.Stat
	}
	return v.Value
}

// pass lets the time since the last run pass. A gap counts as two intervals.
func (j *judging) pass(now time.Time) {
	if j.First.IsZero() {
		j.First, j.Last = now, now
	}
	d := min(now.Sub(j.Last), 2*j.Limit.Every)
	j.Last = now
	j.Watched += d
	switch j.state {
	case alert.Soon:
		j.Warning += d
	case alert.Burning, alert.Clearing:
		j.Burning += d
	}
}

// listen counts why nothing is foreseen.
func (j *judging) listen(v agent.Verdict) {
	j.LastSilence = ""
	if !j.Limit.Forecasts() || v.Incident.State != alert.Quiet {
		return
	}
	j.quiet++
	if f := v.Forecast; !f.Crosses() {
		j.silent[f.Silence]++
		j.LastSilence = whyStill(f)
	}
}

// whyStill is why a forecast names no crossing, with its figures.
func whyStill(f predict.Forecast) string {
	if f.Detail == "" {
		return string(f.Silence)
	}
	return string(f.Silence) + ": " + f.Detail
}

// hear takes in one event of an incident.
func (j *judging) hear(e alert.Event, in alert.Incident) {
	switch e.Kind {
	case alert.Settled:
		j.settle(e)
		return
	case alert.WentBurning:
		j.Crossings++
		if p := in.Promise; p != nil && !p.Demoted && e.At.Sub(p.Made) >= EnoughLead {
			j.Foreseen++
		}
	}
	if !e.Told() {
		return
	}
	if e.Kind == alert.WentSoon {
		j.Warnings++
	}
	j.Told = append(j.Told, Telling{At: e.At, Kind: e.Kind, Promise: e.Promise})
}

// settle says of the message that made a promise what became of it.
func (j *judging) settle(e alert.Event) {
	j.settled = append(j.settled, e)
	was := len(j.Demotions)%2 == 1
	if record := alert.Tally(j.settled); record.Demoted(e.At) != was {
		j.Demotions = append(j.Demotions, Demotion{At: e.At, Ends: was, Record: record})
	}
	for i := range j.Told {
		if t := &j.Told[i]; t.Kind == alert.WentSoon && t.At.Equal(e.Promise.Made) {
			t.Promise, t.Outcome = e.Promise, e.Outcome
		}
	}
}

// end is what came of it all.
func (j *judging) end() Hindsight {
	h := j.Hindsight
	h.Record = alert.Tally(j.settled)
	for why, runs := range j.silent {
		h.Silences = append(h.Silences, Silence{why, float64(runs) / float64(j.quiet)})
	}
	slices.SortFunc(h.Silences, func(a, b Silence) int {
		return cmp.Or(cmp.Compare(b.Share, a.Share), cmp.Compare(a.Why, b.Why))
	})
	return h
}
