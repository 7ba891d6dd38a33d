package backtest

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/forewarn/forewarn/agent"
	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/probes"
)

// Suggestion is a limit on a journey's latency that its history bears. The
// limit is chosen by the first half of the history and tried on the second.
type Suggestion struct {
	Journey string
	History time.Duration // from the first run to the last
	Highest time.Duration // limit that was tried; 0 if the history is less than LeastHistory

	Above, Ahead time.Duration // the limit and its horizon; 0 if there is none to suggest

	Trial     time.Duration // the second half
	Messages  int           // soon or burning, in the trial
	PerWeek   float64       // of them
	MostAWeek float64       // with 95 % confidence

	// Of this limit in the whole history:
	Crossings  int
	Foreseen   int // of the crossings
	DidNotCome int // warnings
}

// LeastHistory is how much history it takes to suggest anything.
const LeastHistory = 3 * 24 * time.Hour

// Suggest proposes a limit for a journey.
func (h History) Suggest(ctx context.Context, j probes.Journey) (Suggestion, error) {
	s := Suggestion{Journey: j.Name}
	took, first, last, err := h.latencies(ctx, j.Name)
	if err != nil {
		return s, err
	}
	if s.History = last.Sub(first); s.History < LeastHistory {
		return s, nil
	}
	half := first.Add(s.History / 2)
	limits := candidates(j, took)
	s.Highest = latency(limits[len(limits)-1])
	tried, err := h.judge(ctx, agent.Watch{Journey: j, Limits: limits})
	if err != nil {
		return s, err
	}
	i := slices.IndexFunc(tried, func(t Hindsight) bool { return calm(t.interruptions(time.Time{}, half), half.Sub(first)) })
	if i < 0 {
		return s, nil
	}
	best, err := h.horizon(ctx, j, limits[i])
	if err != nil {
		return s, err
	}
	s.Above, s.Ahead = latency(best.Limit), best.Limit.Ahead
	s.Crossings, s.Foreseen, s.DidNotCome = best.Crossings, best.Foreseen, best.Record.DidNotCome
	s.Trial, s.Messages = last.Sub(half), best.interruptions(half, h.Until)
	weeks := weeksOf(s.Trial)
	s.PerWeek, s.MostAWeek = float64(s.Messages)/weeks, poissonUpper(s.Messages)/weeks
	return s, nil
}

// latency is the value of a limit on it.
func latency(l alert.Limit) time.Duration {
	return time.Duration(math.Round(l.Value * float64(time.Second)))
}

// latencies are the seconds that the runs took, and when the first and the
// last of them started.
func (h History) latencies(ctx context.Context, journey string) (took []float64, first, last time.Time, err error) {
	err = h.DB.Results(ctx, journey, h.Since, h.Until, func(r probes.Result) error {
		d, atLeast, ok := r.Latency("")
		if !ok || atLeast || r.Confirm || r.Maintenance {
			return nil
		}
		if took == nil {
			first = r.Start
		}
		took, last = append(took, d.Seconds()), r.Start
		return nil
	})
	return took, first, last, err
}

// calm reports whether so many messages are at most one a week.
func calm(messages int, span time.Duration) bool { return messages <= int(span/week) }

// candidates are ten limits at round values, from the first that nine of ten
// runs stay under. All else of them is what a limit has that does not say it.
func candidates(j probes.Journey, took []float64) []alert.Limit {
	slices.Sort(took)
	value := took[len(took)*9/10] // seconds
	limits := make([]alert.Limit, 10)
	for i := range limits {
		value = RoundAbove(value)
		limits[i] = alert.Limit{
			Key:    alert.Key{Journey: j.Name, Limit: fmt.Sprintf("above %g s", value)},
			Signal: alert.Latency, Value: value, Stat: "p50", Window: 10 * j.Every, Ahead: max(2*time.Hour, 24*j.Every),
			Confirm: alert.Confirm{Over: 3, Of: 5}, Every: j.Every,
		}
	}
	return limits
}

// RoundAbove is the first round number above v, and above 0.01: of 1, 1.2,
// 1.5, 2, 2.5, 3, 4, 5, 6, 8 and all of them times a power of ten.
func RoundAbove(v float64) float64 {
	v = max(v, 0.01)
	for power := math.Floor(math.Log10(v)); ; power++ {
		for _, tenths := range []float64{10, 12, 15, 20, 25, 30, 40, 50, 60, 80} {
			round := math.Round(tenths*math.Pow(10, power+2)) / 1000 // no more digits than are meant
			if round > v {
				return round
			}
		}
	}
}

// horizon tries l at several horizons. The best foresees the most crossings,
// then errs the least, then is the nearest to the usual one: where history
// tells nothing, that stays.
func (h History) horizon(ctx context.Context, j probes.Journey, l alert.Limit) (Hindsight, error) {
	var limits []alert.Limit
	for _, ahead := range []time.Duration{l.Ahead, l.Ahead / 2, 2 * l.Ahead, 4 * l.Ahead} {
		l.Limit, l.Ahead = ahead.String(), ahead
		limits = append(limits, l)
	}
	tried, err := h.judge(ctx, agent.Watch{Journey: j, Limits: limits})
	if err != nil {
		return Hindsight{}, err
	}
	best := tried[0]
	for _, t := range tried[1:] {
		if better(t, best) {
			best = t
		}
	}
	return best, nil
}

func better(a, b Hindsight) bool {
	if a.Foreseen != b.Foreseen {
		return a.Foreseen > b.Foreseen
	}
	return a.Record.DidNotCome < b.Record.DidNotCome
}

// poissonUpper is the one-sided 95 % upper bound of the mean of a Poisson
// variable that was seen to be k: the m at which k or fewer have a chance of
// 5 %. Garwood, "Fiducial limits for the Poisson distribution", Biometrika 28
// (1936), pp. 437-442.
func poissonUpper(k int) float64 {
	low, high := 0.0, 3*float64(k)+10
	for range 60 {
		m := (low + high) / 2
		term, sum := math.Exp(-m), 0.0
		for i := range k + 1 {
			sum += term
			term *= m / float64(i+1)
		}
		if sum > 0.05 {
			low = m
		} else {
			high = m
		}
	}
	return (low + high) / 2
}
