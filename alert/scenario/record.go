package scenario

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/forewarn/forewarn/alert"
)

// recordLine is how many warnings of one limit came before the first run.
type recordLine struct {
	line     int
	limit    limitLine
	came, of int
}

// record reads "record [LIMIT] 2 of 12 came".
func (p *parser) record(w *words) error {
	l := recordLine{line: p.line, limit: limitLine{line: p.line}}
	if len(w.left) > 4 {
		l.limit.name = w.next()
	}
	var bad [2]error
	l.came, bad[0] = strconv.Atoi(w.next())
	between := w.skip("of")
	l.of, bad[1] = strconv.Atoi(w.next())
	if errors.Join(bad[:]...) != nil || !between || !w.skip("came") || l.came < 0 || l.of < l.came || l.of > 1000 {
		return errors.New("which record? write record 2 of 12 came")
	}
	p.now.record = append(p.now.record, l)
	return nil
}

// ledger is what became of the forecasts before the first run of s. Nothing is
// known of their intervals.
func (s Scenario) ledger(limits []alert.Limit) (alert.Ledger, error) {
	var all alert.Ledger
	for _, l := range s.record {
		i := l.limit.of(limits)
		if i < 0 {
			return nil, fmt.Errorf("line %d: there is no limit %q; name one of the scenario", l.line, l.limit.name)
		}
		at := s.Start.Add(-2 * time.Hour)
		for n := range l.of {
			one := alert.Settlement{Key: limits[i].Key, At: at, Outcome: alert.DidNotCome,
				Promise: alert.Promise{Made: at.Add(-time.Hour), Limit: limits[i].Value}}
			if n < l.came {
				one.Outcome, one.Promise.Crossed = alert.Came, at
			}
			all = append(all, one)
		}
	}
	return all, nil
}

// learn adds what became of forecasts of w to the record.
func (r *runner) learn(w *watched, events []alert.Event) {
	for _, e := range events {
		if e.Kind == alert.Settled {
			r.ledger = append(r.ledger, alert.Settlement{Key: w.limit.Key, At: e.At, Promise: *e.Promise, Outcome: e.Outcome})
		}
	}
}
