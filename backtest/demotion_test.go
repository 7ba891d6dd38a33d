package backtest

import (
	"testing"
	"time"

	"github.com/forewarn/forewarn/alert"
)

// settled is the forecast of an hour, made at the start of it.
func settled(hour int, o alert.Outcome) alert.Event {
	made := time.Date(2026, 6, 1, hour, 0, 0, 0, time.UTC)
	p := alert.Promise{Made: made, Ahead: time.Hour}
	if o == alert.Came {
		p.Crossed = made.Add(30 * time.Minute)
	}
	return alert.Event{Kind: alert.Settled, At: made.Add(time.Hour), Promise: &p, Outcome: o}
}

func TestTellsWhenARuleWouldBeDemotedAndToldAgain(t *testing.T) {
	j := newJudging(alert.Limit{}, Course{})
	hour := 0
	settle := func(n int, o alert.Outcome) {
		for range n {
			j.settle(settled(hour, o))
			hour++
		}
	}
	settle(9, alert.DidNotCome)
	if len(j.Demotions) != 0 {
		t.Fatalf("demoted by nine forecasts: %+v", j.Demotions)
	}
	settle(3, alert.DidNotCome)
	settle(20, alert.Came)
	if len(j.Demotions) != 2 {
		t.Fatalf("%d changes, want a demotion and its end: %+v", len(j.Demotions), j.Demotions)
	}
	begun, ended := j.Demotions[0], j.Demotions[1]
	if begun.Ends || begun.Record.Judged() != 10 || !begun.At.Equal(settled(9, alert.DidNotCome).At) {
		t.Errorf("demoted by %+v", begun)
	}
	if !ended.Ends || ended.Record.Demoted(ended.At) || ended.Record.Came == 0 {
		t.Errorf("told again by %+v", ended)
	}
}
