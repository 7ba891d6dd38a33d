package scenario

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/forewarn/forewarn/alert"
)

// expect reads "at T [LIMIT] EVENT", "at T [LIMIT] OUTCOME" or
// "at T [LIMIT] is STATE [: REASON]".
func (p *parser) expect(w *words) error {
	from, until, err := w.span()
	if err != nil {
		return err
	}
	e := expectation{from: from, until: until, line: p.line}
	if w.empty() {
		return errors.New("what is expected? write soon, burning, resolved, or is quiet")
	}
	if !e.what(w) {
		e.limit = w.next()
		if !e.what(w) {
			return fmt.Errorf("%q is nothing that can be expected; write soon, burning, receded, resolved, came, or is quiet", strings.TrimSpace(e.limit+" "+w.rest()))
		}
	}
	p.now.at = append(p.now.at, e)
	return nil
}

// what reads what is expected, and takes it all or nothing.
func (e *expectation) what(w *words) bool {
	whole := *w
	text := whole.rest()
	text, e.untold = strings.CutSuffix(text, notTold)
	if state, isState := strings.CutPrefix(text, "is "); isState {
		name, reason, _ := strings.Cut(state, ": ")
		for s := alert.Unset; s <= alert.Clearing; s++ {
			if s.String() == name {
				e.state, e.isState, e.reason, e.text = s, true, alert.Reason(reason), text
				w.rest()
				return true
			}
		}
		return false
	}
	for _, o := range []alert.Outcome{alert.Came, alert.Averted, alert.Moot, alert.DidNotCome} {
		if text == string(o) {
			e.event, e.outcome = alert.Settled, o
		}
	}
	if kind := alert.EventKind(text); slices.Contains(kinds(), kind) {
		e.event = kind
	}
	if e.event != "" {
		e.text = w.rest()
	}
	return e.event != ""
}

// kinds are the events that are told, by the name they are expected by.
func kinds() []alert.EventKind {
	return []alert.EventKind{alert.WentSoon, alert.Sooner, alert.Receded, alert.WentBurning, alert.BurnsAgain,
		alert.WentResolved, alert.NeverPassed, alert.CannotSee, alert.SeesAgain, alert.Acknowledged, alert.Snoozed, alert.RuleRemoved,
		alert.Demoted, alert.Promoted, alert.KeptQuiet, alert.LetGo}
}

// meets reports whether ev, told of limit in the slot that begins at, is what
// e expects.
func (e expectation) meets(limit string, at time.Duration, ev alert.Event) bool {
	told := e.event == alert.Settled || e.untold != ev.Told()
	return e.event == ev.Kind && told && e.outcome == ev.Outcome && e.covers(limit, at)
}

// notTold marks what is kept of a demoted rule.
const notTold = ", not told"

func (e expectation) covers(limit string, at time.Duration) bool {
	return (e.limit == "" || e.limit == limit) && e.from <= at && at <= e.until
}

func (e expectation) when() string {
	if e.until > e.from {
		return fmt.Sprintf("%s..%s", brief(e.from), brief(e.until))
	}
	return brief(e.from)
}
