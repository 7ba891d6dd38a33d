package impact

import (
	"math"
	"time"
)

// slot is a stretch of time within which traffic and figures are taken as even.
type slot struct {
	Attempts Range         // A: customers who try [attempts]; during an outage those who usually would
	Failed   Range         // f: share of them that fails [1]
	Latency  time.Duration // x: of those that do not fail
}

// terms are the inputs of the formulas that are the same in all slots.
type terms struct {
	Value      Range         // V: of one completion [minor units of a currency]
	Completing float64       // q: completions per attempt that does not fail [1]
	ComesBack  Range         // r: share of failed customers who come back and complete [1]
	UsualFail  float64       // f0: share that usually fails [1]
	Loss       Range         // E: relative completions lost per +100 ms [1]
	Good       time.Duration // x0: faster brings nothing more
	Ceiling    time.Duration // x_max: the largest latency that the curve may be used at; 0 is none
}

// errorLoss is formula F1, what failures cost [minor units]:
//
//	sum A · max(0, f − f0) · q · V · (1 − r)
//
// The low end of the range takes every input at the end that makes it small.
func (t terms) errorLoss(slots []slot) Range {
	var sum Range
	for _, s := range slots {
		each := func(attempts, failed, value, back float64) float64 {
			return attempts * math.Max(0, failed-t.UsualFail) * t.Completing * value * (1 - back)
		}
		sum.Low += each(s.Attempts.Low, s.Failed.Low, t.Value.Low, t.ComesBack.High)
		sum.Likely += each(s.Attempts.Likely, s.Failed.Likely, t.Value.Likely, t.ComesBack.Likely)
		sum.High += each(s.Attempts.High, s.Failed.High, t.Value.High, t.ComesBack.Low)
	}
	return sum
}

// latencyLoss is formula F2, what slowness costs [minor units]:
//
//	sum A · (1 − f) · q · V · (1 − (1 − E)^(max(0, min(x, x_max) − x0) / 100 ms))
//
// Failed attempts are left out: [terms.errorLoss] has them.
func (t terms) latencyLoss(slots []slot) Range {
	var sum Range
	for _, s := range slots {
		steps := t.beyond(s.Latency).Seconds() * 10
		each := func(attempts, failed, value, loss float64) float64 {
			return attempts * (1 - failed) * t.Completing * value * (1 - math.Pow(1-loss, steps))
		}
		sum.Low += each(s.Attempts.Low, s.Failed.High, t.Value.Low, t.Loss.Low)
		sum.Likely += each(s.Attempts.Likely, s.Failed.Likely, t.Value.Likely, t.Loss.Likely)
		sum.High += each(s.Attempts.High, s.Failed.Low, t.Value.High, t.Loss.High)
	}
	return sum
}

// beyond is how much of a latency costs: what exceeds Good, up to Ceiling.
func (t terms) beyond(x time.Duration) time.Duration {
	if t.Ceiling > 0 {
		x = min(x, t.Ceiling)
	}
	return max(0, x-t.Good)
}

// atRisk is formula F4, the revenue at risk of a warning [minor units]: the
// sum of F1 or F2, which loss is, over the slots from the crossing to the
// horizon. The range takes them from the edges of the forecast's interval.
func atRisk(loss func([]slot) Range, early, expected, late []slot) Range {
	return Range{loss(late).Low, loss(expected).Likely, loss(early).High}
}

// Record is how earlier warnings of a rule turned out, of those that were judged.
type Record struct{ Came, DidNotCome int }

func (r Record) judged() int { return r.Came + r.DidNotCome }

// weight is the probability that the next warning comes true, by the rule of
// succession:
//
//	p = (came + 1) / (came + did not come + 2)
func (r Record) weight() float64 { return float64(r.Came+1) / float64(r.judged()+2) }

// weigh multiplies what is at risk by the weight of its rule's record, if at
// least 10 of its warnings were judged; else ok is false and sum is as it was.
func weigh(sum Range, r Record) (weighed Range, ok bool) {
	const enough = 10
	if r.judged() < enough {
		return sum, false
	}
	return sum.scale(r.weight()), true
}
