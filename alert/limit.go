package alert

import (
	"fmt"
	"time"
)

// Signal is what a limit is about.
type Signal string

// The signals a limit can be set on.
const (
	Latency      Signal = "latency"      // seconds
	Errors       Signal = "errors"       // share of failed runs, 0 to 1
	Cert         Signal = "cert"         // days left; the only one with Below
	Availability Signal = "availability" // always on: runs that failed
)

// Key names one limit of one journey; it is what an incident belongs to.
type Key struct{ Journey, Limit string }

// Limit is a value that must not be crossed, and how a crossing is confirmed.
// It is a plain value, comparable with ==.
type Limit struct {
	Key
	Step    string // "" is the whole journey
	Signal  Signal
	Value   float64 // seconds, share or days, by Signal; means nothing for Availability
	Below   bool    // crossed when the value is smaller
	Stat    string  // p50, p90, p95, mean or ratio: the figure that is forecast
	Window  time.Duration
	Ahead   time.Duration // horizon; 0 is no forecast
	Confirm Confirm
	Every   time.Duration // interval of the journey's runs; 0 is a minute
	Good    int           // good runs in a row until an incident is over; 0 is 5
}

// Confirm is how many of the last runs must be over before a limit burns.
// The zero Confirm is 3 of 5.
//
// Runs are told apart, never overlapping evaluations of a window. The one
// figure that has a window by nature is the share of an [Errors] limit: there
// the window is the confirmation (it holds at least 5 failures), and Confirm
// only asks that the share stays over for that many runs.
type Confirm struct{ Over, Of int }

// String is c as the configuration writes it: "3 of 5".
func (c Confirm) String() string { return fmt.Sprintf("%d of %d", c.plain().Over, c.plain().Of) }

func (c Confirm) plain() Confirm {
	if c.Over < 1 || c.Of < c.Over {
		return Confirm{Over: 3, Of: 5}
	}
	return c
}

// met reports whether enough of runs are over.
func (c Confirm) met(runs []Run) bool {
	over := 0
	for _, r := range runs {
		if r.Over {
			over++
		}
	}
	return over >= c.plain().Over
}

// Judge says whether a run whose figure is value is over l. A lower bound
// under the limit says nothing of it; value must not be NaN.
func (l Limit) Judge(value float64, atLeast bool) RunKind {
	switch {
	case l.Over(value):
		return RunOver
	case atLeast && !l.Below:
		return NoRun
	}
	return RunUnder
}

// Over reports whether value, in the limit's unit, is beyond the limit.
// The limit itself is still within, and NaN is never over.
func (l Limit) Over(value float64) bool {
	if l.Below {
		return value < l.Value
	}
	return value > l.Value
}

// Clear reports whether value is so far within the limit that an incident may
// end: under 90 % of it, or over 110 % of one with Below. A passed run is
// always clear of an Availability limit.
func (l Limit) Clear(value float64) bool {
	if l.Signal == Availability {
		return true
	}
	if l.Below {
		return value > 1.1*l.Value
	}
	return value < 0.9*l.Value
}

// Forecasts reports whether the limit's figure is forecast at all. A
// certificate's days are counted, and an outage has no trend.
func (l Limit) Forecasts() bool {
	return l.Ahead > 0 && (l.Signal == Latency || l.Signal == Errors)
}

// worse reports whether a is further beyond the limit than b.
func (l Limit) worse(a, b float64) bool {
	if l.Below {
		return a < b
	}
	return a > b
}

// sameLine reports whether runs judged by l were judged by o as well.
func (l Limit) sameLine(o Limit) bool {
	return l.Signal == o.Signal && l.Step == o.Step && l.Value == o.Value && l.Below == o.Below &&
		(l.Signal != Errors || l.Window == o.Window)
}

// interval is the usual time between two runs.
func (l Limit) interval() time.Duration {
	if l.Every <= 0 {
		return time.Minute
	}
	return l.Every
}

// enoughGood is how many good runs in a row end an incident.
func (l Limit) enoughGood() int {
	if l.Good <= 0 {
		return 5
	}
	return l.Good
}

// patience is how long a Soon outlives its evidence.
func (l Limit) patience() time.Duration { return max(30*time.Minute, l.Ahead/6) }
