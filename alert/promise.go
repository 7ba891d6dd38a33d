package alert

import (
	"time"

	"github.com/forewarn/forewarn/predict"
)

// Promise is a forecast that was told, or kept for a demoted rule. There is
// one for each Soon, from WentSoon on; Sooner changes what it says, never what
// it is measured by. Made names it within its limit.
type Promise struct {
	Made     time.Time        // when it was first told
	Crossing predict.Crossing // as last told
	First    predict.Crossing // as first told: the one that is settled
	Updated  time.Time        // when Sooner was told; zero if it was not
	Number   int64            // of the incident it opened; 0 until the store has given one

	Since   time.Time     // when the trend it rests on began; zero if it rests on none
	Usual   string        // else: the figures of the peak it rests on; "" if they are unknown
	Limit   float64       // the limit's value then
	Ahead   time.Duration // and its horizon
	Widened float64       // factor that its interval had been stretched by; 0 counts as 1
	Demoted bool          // it is kept and settled, but nobody was told
	Helped  bool          // between Made and Latest somebody acknowledged, said useful, or deployed
	Moot    bool          // maintenance or a changed rule in between
	Missing int           // runs that should have counted since Made and did not
	Seen    int           // runs that counted since Made
	Crossed time.Time     // when the limit was really crossed; zero unless it came
}

// Outcome is how a forecast that was told turned out.
type Outcome string

// Outcomes. Precision = Came / (Came + DidNotCome).
const (
	Came       Outcome = "came"         // crossed by Latest + Ahead/4
	Averted    Outcome = "averted"      // did not, and somebody did something about it
	Moot       Outcome = "moot"         // cannot be judged
	DidNotCome Outcome = "did not come" // the rest
)

// Lead is the warning time: from the promise until the limit was really
// crossed. It is unknown unless the promise came.
func (p Promise) Lead() (lead time.Duration, known bool) {
	if p.Crossed.IsZero() {
		return 0, false
	}
	return p.Crossed.Sub(p.Made), true
}

// Error is the real crossing minus the first expected one: positive when it
// came later than said. It is unknown unless the promise came.
func (p Promise) Error() (late time.Duration, known bool) {
	if p.Crossed.IsZero() {
		return 0, false
	}
	return p.Crossed.Sub(clock(p.First.Expected)), true
}

// Inside reports whether the real crossing lay within the first interval.
func (p Promise) Inside() bool {
	return !p.Crossed.IsZero() &&
		!p.Crossed.Before(clock(p.First.Earliest)) && !p.Crossed.After(clock(p.First.Latest))
}
