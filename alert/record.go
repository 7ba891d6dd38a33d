package alert

import (
	"math"
	"slices"
	"time"
)

// Record is how the forecasts that were told turned out: of one limit, or of
// all. The zero Record has settled nothing; its shares are unknown, not 0.
type Record struct {
	Came, Averted, Moot, DidNotCome int

	Inside      int           // of those that came: within their interval
	MedianLead  time.Duration // of those that came: from the warning until the crossing
	LastAverted time.Time     // when one was last averted; zero if never
}

// Tally is the record of settled, which are [Settled] events in any order;
// events of other kinds are passed over.
func Tally(settled []Event) Record {
	var r Record
	var leads []time.Duration
	for _, e := range settled {
		if e.Kind == Settled && e.Promise != nil {
			r.add(e)
			if lead, known := e.Promise.Lead(); known {
				leads = append(leads, lead)
			}
		}
	}
	if slices.Sort(leads); len(leads) > 0 {
		r.MedianLead = (leads[len(leads)/2] + leads[(len(leads)-1)/2]) / 2
	}
	return r
}

func (r *Record) add(e Event) {
	switch e.Outcome {
	case Came:
		r.Came++
		if e.Promise.Inside() {
			r.Inside++
		}
	case Averted:
		r.Averted++
		if e.At.After(r.LastAverted) && !e.Promise.Demoted { // nobody could act on what nobody was told
			r.LastAverted = e.At
		}
	case Moot:
		r.Moot++
	case DidNotCome:
		r.DidNotCome++
	}
}

// Judged is how many forecasts count in the precision: those that came and
// those that did not. Averted and moot ones stand beside it.
func (r Record) Judged() int { return r.Came + r.DidNotCome }

// Precision is the share of judged forecasts that came. It is unknown, which
// is not 0, while none is judged.
func (r Record) Precision() (share float64, known bool) { return shareOf(r.Came, r.Judged()) }

// Calibration is the share of forecasts that came within their 80 % interval,
// of all that came. It is unknown while none came.
func (r Record) Calibration() (share float64, known bool) { return shareOf(r.Inside, r.Came) }

func shareOf(part, whole int) (float64, bool) {
	if whole <= 0 {
		return math.NaN(), false
	}
	return float64(part) / float64(whole), true
}

// Enough is how many forecasts a record must have judged before it speaks for
// its rule, demotes it, or changes an interval.
const Enough = 10

// Demoted reports whether the limit's forecasts are to be kept and settled but
// not told: surely worse than a coin over [Enough] judged ones or more, and
// none averted in the 30 days before now. An averted forecast is the product
// at its best, and takes its own proof away.
func (r Record) Demoted(now time.Time) bool {
	const coin, lately = 0.5, 30 * 24 * time.Hour
	averted := !r.LastAverted.IsZero() && now.Sub(r.LastAverted) < lately
	return r.Judged() >= Enough && !averted && WilsonUpper(r.Came, r.Judged()) < coin
}

// WilsonUpper is the upper end of the two-sided 95 % Wilson score interval of
// a share of which part of whole were seen. With whole 0 it is 1.
//
//	(p + z²/2n + z √(p(1-p)/n + z²/4n²)) / (1 + z²/n),  z = 1.96
//
// Formula: E. B. Wilson, "Probable inference, the law of succession, and
// statistical inference", JASA 22 (1927), pp. 209-212.
func WilsonUpper(part, whole int) float64 {
	if whole <= 0 {
		return 1
	}
	const z = 1.959963984540054 // standard normal quantile of 0.975
	n, p := float64(whole), float64(part)/float64(whole)
	centre := p + z*z/(2*n)
	spread := z * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return min(1, (centre+spread)/(1+z*z/n))
}
