package config

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"time"

	"github.com/forewarn/forewarn/alert"
)

// A prober sees one run at a time. What follows refuses limits that so few
// runs cannot carry, and says why.

const (
	fewestFailures = 5 // in the window of an errors limit that is just reached
	fewestBins     = 2 // a horizon holds; predict warns only if two agree
	binsAhead      = 120
)

// fewestRuns is how many runs a figure needs to be more than its extremes:
// 3 in the upper tail for p90, 5 for p95.
func fewestRuns(stat string) int {
	switch stat {
	case "p90":
		return 30
	case "p95":
		return 100
	}
	return 3
}

// enough checks that the window holds the runs that its figure needs.
func (r *reader) enough(t *limitTable, l *alert.Limit) {
	need := fewestRuns(l.Stat)
	have := runs(l.Window, l.Every)
	if have >= need || l.Every <= 0 || l.Window <= 0 {
		return
	}
	is := "only a few runs"
	if need > 3 {
		is = "its maximum"
	}
	r.wrong(insufficient(t).at(),
		fmt.Sprintf("%s over %s of %s is %s: it needs %d runs, the window holds %d", l.Stat, brief(l.Window), rate(l.Every), is, need, have),
		fmt.Sprintf("write window = %q, or stat = \"p50\"", brief(time.Duration(need)*l.Every)))
}

// enoughFailures checks that the window of an errors limit holds at least 5
// failures when the limit is reached, and finds such a window if none is given.
func (r *reader) enoughFailures(t *limitTable, l *alert.Limit) {
	need := time.Duration(math.Ceil(fewestFailures/l.Value-1e-9)) * l.Every
	if !t.Window.given() {
		l.Window = max(l.Window, need)
	}
	at := insufficient(t).at()
	if l.Window > 30*24*time.Hour {
		r.wrong(t.Above.at(), fmt.Sprintf("%s of %s is %d failures in %s: too few to speak of a rate", t.Above.value, rate(l.Every), fewestFailures, brief(l.Window)),
			"set a higher limit, or run the journey more often")
	} else if l.Window < need && l.Window > 0 {
		failures := math.Floor(100*l.Value*float64(l.Window)/float64(l.Every)) / 100
		r.wrong(at, fmt.Sprintf("%s over %s of %s is %s failures: a limit on errors needs at least %d in its window",
			t.Above.value, brief(l.Window), rate(l.Every), strconv.FormatFloat(failures, 'f', -1, 64), fewestFailures),
			fmt.Sprintf("write window = %q; outages are what availability is for: it burns at 3 failed of 5 runs", brief(need)))
	}
}

// insufficient is where a figure that lacks runs is blamed: on the window if
// there is one in the file, else on what asks for more than the default.
func insufficient(t *limitTable) place {
	switch {
	case t.Window.given():
		return t.Window.place
	case t.Stat.given():
		return t.Stat.place
	}
	return t.Above.place
}

// horizon checks how far ahead the limit is forecast, or chooses it.
func (r *reader) horizon(t *limitTable, l *alert.Limit) {
	if l.Signal == alert.Cert {
		if t.Ahead.given() {
			r.odd(t.Ahead.node.key, "ahead means nothing for cert", "below is the time ahead already: leave ahead out")
		}
		l.Ahead = 0
		return
	}
	if !t.Ahead.given() {
		l.Ahead = max(2*time.Hour, 24*l.Every)
	}
	if l.Ahead == 0 || l.Every <= 0 {
		return
	}
	bin := max(l.Every, (l.Ahead/binsAhead+l.Every-1)/l.Every*l.Every)
	if l.Ahead < fewestBins*bin {
		r.wrong(t.Ahead.at(), fmt.Sprintf("%s ahead is too near to be forecast from %s: two of them must agree", brief(l.Ahead), rate(l.Every)),
			fmt.Sprintf("write ahead = %q or more, or \"0s\" for no forecast", brief(fewestBins*bin)))
	}
}

var nOfM = regexp.MustCompile(`^([0-9]{1,3}) of ([0-9]{1,3})$`)

const mostConfirm = 50 // runs that an incident remembers

// confirm reads "3 of 5".
func (r *reader) confirm(t label) alert.Confirm {
	m := nOfM.FindStringSubmatch(t.value)
	if m == nil {
		if t.value != "" {
			r.wrong(t.at(), "confirm is not a number of runs", `write confirm = "3 of 5"`)
		}
		return alert.Confirm{}
	}
	over, _ := strconv.Atoi(m[1])
	of, _ := strconv.Atoi(m[2])
	if over < 1 || of < over || of > mostConfirm {
		r.wrong(t.at(), "confirm cannot be met", `write confirm = "3 of 5"; at most 50 runs are remembered`)
	}
	return alert.Confirm{Over: over, Of: of}
}

// impatient warns of expectations that fail a run before a limit on the same
// duration could speak of it.
func (r *reader) impatient(t *journeyTable, j *Journey) {
	for i, step := range j.Steps {
		for _, l := range j.Limits {
			same := l.Step == step.Name || l.Step == "" && len(j.Steps) == 1
			if l.Signal != alert.Latency || !same || len(step.Expect) != len(t.Step[i].Expect) {
				continue
			}
			for e, condition := range step.Expect {
				if bound, has := condition.DurationBound(); has && bound.Seconds() <= l.Value {
					r.odd(t.Step[i].Expect[e].at(), fmt.Sprintf("this fails the run at %s, before the limit %s of %s is crossed",
						brief(bound), quote(l.Limit), brief(seconds(l.Value))),
						"leave speed to the limit: an expectation is right or wrong")
				}
			}
		}
	}
}

func seconds(s float64) time.Duration { return time.Duration(math.Round(s * float64(time.Second))) }

func quote(s string) string { return strconv.Quote(cut(s)) }

// runs is how many runs a window holds.
func runs(window, every time.Duration) int {
	if every <= 0 {
		return 0
	}
	return int(window / every)
}

// rate says how often a journey runs.
func rate(every time.Duration) string {
	names := map[time.Duration]string{time.Second: "a second", time.Minute: "a minute", time.Hour: "an hour", 24 * time.Hour: "a day"}
	if name, plain := names[every]; plain {
		return "one run " + name
	}
	return "one run per " + brief(every)
}
