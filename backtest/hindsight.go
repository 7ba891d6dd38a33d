package backtest

import (
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/predict"
)

// Hindsight is how one limit would have done over a stretch of history.
type Hindsight struct {
	Limit alert.Limit

	Runs        int           // that counted
	First, Last time.Time     // when the first and the last run started; zero without runs
	Watched     time.Duration // gaps left out
	Warning     time.Duration // of it: soon
	Burning     time.Duration // of it: burning or clearing

	Crossings   int          // times it burned
	Foreseen    int          // of them: announced [EnoughLead] before, or more
	Warnings    int          // times a crossing was announced
	Record      alert.Record // what became of the warnings that are settled
	Told        []Telling    // every message, oldest first
	Demotions   []Demotion   // when the agent would have stopped telling its warnings, and begun again
	Silences    []Silence    // the most frequent first
	LastSilence string       // why nothing is foreseen at the end; "" if something is

	Course Course
}

// Telling is one message, with what became of its forecast.
type Telling struct {
	At      time.Time
	Kind    alert.EventKind
	Promise *alert.Promise // of a forecast, as settled once that is known; else nil
	Outcome alert.Outcome  // "" while it is open, and of what promises nothing
}

// Demotion is a change of what a rule's own record makes of its warnings. A
// replay tells them all the same.
type Demotion struct {
	At     time.Time
	Ends   bool         // they are told again
	Record alert.Record // by which it was decided
}

// Silence is one reason for foreseeing nothing.
type Silence struct {
	Why   predict.Silence
	Share float64 // of the runs in which the limit was quiet, 0 to 1
}

// EnoughLead is the least warning time that is worth the name.
const EnoughLead = 5 * time.Minute

// FalsePerWeek is how many warnings a week did not come, and how many it may
// be with 95 % confidence after so short a history. It is unknown before a
// day was watched.
func (h Hindsight) FalsePerWeek() (seen, atMost float64, known bool) {
	weeks := weeksOf(h.Watched)
	if weeks < 1.0/7 {
		return 0, 0, false
	}
	return float64(h.Record.DidNotCome) / weeks, poissonUpper(h.Record.DidNotCome) / weeks, true
}

func weeksOf(d time.Duration) float64 { return d.Hours() / week.Hours() }

const week = 7 * 24 * time.Hour

// interruptions is how many messages that call people to their work were told
// in [since, until).
func (h Hindsight) interruptions(since, until time.Time) int {
	n := 0
	for _, t := range h.Told {
		if (t.Kind == alert.WentSoon || t.Kind == alert.WentBurning) && !t.At.Before(since) && t.At.Before(until) {
			n++
		}
	}
	return n
}
