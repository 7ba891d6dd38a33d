package cli

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/forewarn/forewarn/agent"
	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/config"
	"github.com/forewarn/forewarn/notify"
	"github.com/forewarn/forewarn/predict"
	"github.com/forewarn/forewarn/store"
)

// survey is what every status is made of.
type survey struct {
	db     *store.DB
	ledger alert.Ledger
	now    time.Time     // in the zone that times are told in
	since  time.Duration // how far back rate, errors and duration look
}

// features reads what is stored of journeys, grouped by feature in their order.
func (y survey) features(ctx context.Context, journeys []config.Journey) ([]featureStatus, error) {
	var features []featureStatus
	for _, j := range journeys {
		status, err := y.journey(ctx, j)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(features, func(f featureStatus) bool { return f.Feature == j.Feature })
		if i < 0 {
			features = append(features, featureStatus{Feature: j.Feature})
			i = len(features) - 1
		}
		features[i].Journeys = append(features[i].Journeys, status)
	}
	return features, nil
}

func (y survey) journey(ctx context.Context, j config.Journey) (journeyStatus, error) {
	sum, err := y.db.Summarize(ctx, j.Name, y.now.Add(-y.since), y.now)
	if err != nil {
		return journeyStatus{}, err
	}
	s := journeyStatus{Journey: j.Name, Passed: sum.Passed, Failed: sum.Failed, Retried: sum.Retried, Unknown: sum.Unknown}
	s.fill(sum, j)
	s.Maintenance = newPlannedStatus(j.Maintenance, y.now)
	if j.Heartbeat != nil {
		if s.Heartbeat, err = newVitalStatus(ctx, y.db, j, y.now); err != nil {
			return journeyStatus{}, err
		}
	}
	if late := y.now.Sub(sum.Last); !sum.Last.IsZero() && late > overdue*j.Every {
		s.Missing = append(s.Missing, "the present: the last run was "+notify.Span(late)+" ago; is `forewarn run` running?")
	}
	seen, err := agent.Review(ctx, y.db, agent.Watch{Journey: j.Journey, Limits: j.Limits}, y.now.Location(), y.now)
	if err != nil {
		return journeyStatus{}, err
	}
	for _, v := range seen {
		limit := newLimitStatus(y.ledger, v, y.now)
		if limit.Money, err = y.money(ctx, v.Incident, j); err != nil {
			return journeyStatus{}, err
		}
		s.Limits = append(s.Limits, limit)
	}
	s.Missing = append(s.Missing, "traffic, saturation: no source yet")
	return s, nil
}

// overdue is how many intervals may pass without a run before status says so.
const overdue = 5

// fill takes over what is known; what is not stays nil.
func (s *journeyStatus) fill(sum store.Summary, j config.Journey) {
	counted := sum.Passed + sum.Failed
	if !sum.Last.IsZero() {
		last := sum.Last.UnixMilli()
		s.Last = &last
	}
	if span := sum.Last.Sub(sum.First); span >= j.Every { // before, runs are nearer than they will be
		rate := float64(counted+sum.Unknown-1) / span.Minutes()
		s.Rate = &rate
	}
	if counted > 0 {
		s.Errors = &share{
			float64(sum.Failed) / float64(counted),
			1 - alert.WilsonUpper(sum.Passed, counted), alert.WilsonUpper(sum.Failed, counted),
		}
	} else {
		s.Missing = append(s.Missing, noFigures(sum, j))
	}
	if sum.P50 > 0 {
		phases := newPhaseReport(sum.Phases)
		s.P50, s.P95, s.Phases = microseconds(sum.P50), microseconds(sum.P95), &phases
	} else if sum.Passed > 0 {
		s.Missing = append(s.Missing, "duration: nothing was timed; a job that says /start is")
	} else if counted > 0 {
		s.Missing = append(s.Missing, "duration: no run passed in this time")
	}
}

// noFigures is why there are no figures.
func noFigures(sum store.Summary, j config.Journey) string {
	switch {
	case sum.Unknown > 0:
		return "errors and duration: no run of this time could be judged, which is our own fault"
	case j.Heartbeat != nil:
		return "rate, errors and duration: in this time no ping came, and none was missed"
	}
	return "rate, errors and duration: no run in this time; is `forewarn run` running?"
}

func newLimitStatus(ledger alert.Ledger, v agent.Verdict, now time.Time) limitStatus {
	l := v.Incident.Limit
	s := limitStatus{Limit: l.Limit, State: v.Incident.State.String(), Incident: v.Incident.Number, Says: outlook(v, now)}
	if l.Forecasts() { // else there are no warnings to judge
		own := ledger.Of(l).Record()
		s.Record = recordText(own, ledger.Record())
		s.Warnings = newRecordStatus(own, v.Demoted, ledger.Before(now).Widen())
	}
	return s
}

// money is what an open incident puts at risk or loses, as its message says
// it; "" if none is open.
func (y survey) money(ctx context.Context, in alert.Incident, j config.Journey) (string, error) {
	if !in.Open() {
		return "", nil
	}
	toll, err := notify.ReadToll(ctx, y.db, in, y.now)
	if err != nil {
		return "", err
	}
	return notify.Money(in, notify.Subject{Business: j.Business, Toll: toll, Rule: y.ledger.Of(in.Limit).Record()}, y.now), nil
}

// outlook is what is known of a limit now: what burns, the next crossing, or
// why there is none to name. Times are told in the location of now.
func outlook(v agent.Verdict, now time.Time) string {
	in, f := v.Incident, v.Forecast
	at := func(t time.Time) string { return notify.Clock(t, now) }
	switch {
	case !in.Blind.IsZero():
		return "unknown since " + at(in.Blind) + ": " + in.BlindWhy
	case in.State == alert.Burning || in.State == alert.Clearing:
		return burningText(in, at)
	case in.HeldBy != alert.Holder{}:
		return fmt.Sprintf("held back: %s burns since %s, inc-%d", in.HeldBy.Journey, at(in.HeldBy.Burned), in.HeldBy.Number)
	case in.State == alert.Unset && in.LastRun.IsZero():
		return "no run yet"
	case in.State == alert.Unset:
		return "no run has passed yet" + lastFailure(in)
	case in.Limit.Signal == alert.Availability:
		return "outages cannot be foreseen"
	case in.Limit.Ahead == 0:
		return "not forecast: its ahead is 0s"
	case f.At == 0:
		return "no forecast: no run in memory"
	case !f.Crosses():
		return "no forecast: " + silenceText(f)
	}
	ahead := time.Duration(math.Max(0, f.Crossing.Expected-float64(now.Unix())) * float64(time.Second))
	text := fmt.Sprintf("crosses in ~%s, %s", notify.Span(ahead), crossingText(f.Crossing, now))
	if f.Cause == predict.Peak {
		text += ", " + f.Detail
	}
	return text
}

// crossingText is when a limit is to be crossed. Each time has its day where
// that is not the one before: that of beside, to begin with.
func crossingText(c predict.Crossing, beside time.Time) string {
	at := func(seconds float64) time.Time { return moment(seconds).In(beside.Location()) }
	expected, earliest, latest := at(c.Expected), at(c.Earliest), at(c.Latest)
	return fmt.Sprintf("at %s (80 %%: %s–%s)", notify.Clock(expected, beside), notify.Clock(earliest, expected), notify.Clock(latest, earliest))
}

// burningText is since when it burns, and what of it was seen last.
func burningText(in alert.Incident, at func(time.Time) string) string {
	text := "since " + at(in.Burned)
	switch {
	case in.Limit.Signal != alert.Availability:
		text += ", now " + notify.Figure(in.Limit.Signal, in.Value)
	default:
		text += lastFailure(in)
	}
	if !in.Escalated.IsZero() {
		text += ", escalated to " + strings.Join(in.EscalatedTo, ", ") + " at " + at(in.Escalated)
	}
	if !in.AckAt.IsZero() {
		text += ", " + in.AckBy + " has it"
	}
	return text
}

// lastFailure is why the last run failed that did, "" if none has.
func lastFailure(in alert.Incident) string {
	if in.Why == "" {
		return ""
	}
	return ", last failure at " + in.FailedAt + ": " + in.Why
}

// silenceText is why there is no forecast, with its figures.
func silenceText(f predict.Forecast) string {
	if f.Detail == "" {
		return string(f.Silence)
	}
	return fmt.Sprintf("%s (%s)", f.Silence, f.Detail)
}
