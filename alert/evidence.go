package alert

import (
	"math"
	"time"

	"github.com/forewarn/forewarn/predict"
)

// Evidence is one look at one limit: what a run said, or that a run is due
// and missing, and what the trend says now.
type Evidence struct {
	At          time.Time // end of the run, or the time of the look
	Run         RunKind
	Value       float64 // the limit's figure: seconds, share or days; NaN when there is none
	AtLeast     bool    // Value is a lower bound: a timeout
	Passed      bool    // the whole run passed
	FailedAt    string  // the failed step, "" if none
	Host        string  // asked by that step, or by the limit's; "" is unknown, or several
	Why         string  // the failure in one redacted line
	Forecast    predict.Forecast
	Widened     float64 // factor that the record has stretched the forecast's interval by; 0 counts as 1
	Demoted     bool    // the record of the rule says: do not tell its forecasts
	Maintenance bool
	Confirmed   bool      // the runs that would confirm it are not waited for: what is in already outweighs them
	Held        bool      // the journey's availability burns: open nothing else
	HeldBy      Holder    // what it depends on burns: open nothing; zero: nothing does
	Changed     bool      // a deploy mark lies between the last look and this one
	Quiet       time.Time // end of the quiet hours that At lies in; zero if it lies in none
}

// waits is until when p is not told, because it is quiet and its crossing is
// not expected before the morning; zero if it is told at once.
func (ev Evidence) waits(p Promise) time.Time {
	if clock(p.Crossing.Expected).Before(ev.Quiet) {
		return time.Time{}
	}
	return ev.Quiet
}

// RunKind says whether the evidence comes from a run that counts.
type RunKind uint8

// Kinds of evidence.
const (
	NoRun      RunKind = iota // a look between runs, or the run says nothing of this limit
	RunUnder                  // within the limit
	RunOver                   // beyond it
	RunUnknown                // our own fault, or missing
)

// Counts reports whether k is what a run said of the limit.
func (k RunKind) Counts() bool { return k == RunUnder || k == RunOver }

// clock is the time of unix seconds, to the millisecond.
func clock(seconds float64) time.Time { return time.UnixMilli(int64(math.Round(seconds * 1000))) }
