package alert

import (
	"sort"
	"time"

	"github.com/forewarn/forewarn/predict"
)

// Settlement is what became of one forecast.
type Settlement struct {
	Key     Key
	At      time.Time // when it was settled
	Promise Promise
	Outcome Outcome
}

// Ledger is what became of the forecasts of all rules, in the order in which
// they were settled. It decides which rules are demoted and how wide intervals
// are: the same live, after a restart and in a replay, see [Ledger.Before].
type Ledger []Settlement

// Before is the part of l that a look at now goes by: what was settled an hour
// or more before. By then every run that was under way is stored, so it is the
// same whichever journey's run was judged first.
func (l Ledger) Before(now time.Time) Ledger {
	const stored = time.Hour
	return l[:sort.Search(len(l), func(i int) bool { return l[i].At.After(now.Add(-stored)) })]
}

// Of is what became of the forecasts of one rule: of limit, as long as its
// value was the same. A rule that was mended begins its record anew.
func (l Ledger) Of(limit Limit) Ledger {
	var own Ledger
	for _, s := range l {
		if s.Key == limit.Key && s.Promise.Limit == limit.Value {
			own = append(own, s)
		}
	}
	return own
}

// Record counts them.
func (l Ledger) Record() Record {
	settled := make([]Event, len(l))
	for i, s := range l {
		settled[i] = Event{Kind: Settled, At: s.At, Promise: &s.Promise, Outcome: s.Outcome}
	}
	return Tally(settled)
}

// Widen is the factor for the intervals of all rules, such that 80 % of the
// crossings come inside: [predict.Widen] of those forecasts that came, pooled.
// It stays 1 until [Enough] came, so that a small team's first handful changes
// nothing, moves slowly from there on, and never leaves [0.5, 3].
func (l Ledger) Widen() float64 {
	var came []predict.Settled
	for _, s := range l {
		if p := s.Promise; s.Outcome == Came && sound(p.First) {
			came = append(came, predict.Settled{Made: seconds(p.Made), Crossing: p.First,
				Came: seconds(p.Crossed), Widened: p.Widened})
		}
	}
	if len(came) < Enough {
		return 1
	}
	return predict.Widen(came)
}
