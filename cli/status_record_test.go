package cli

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/forewarn/forewarn/agent"
	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/notify"
	"github.com/forewarn/forewarn/predict"
)

func watched() alert.Limit {
	return alert.Limit{Key: alert.Key{Journey: "checkout", Limit: "latency"}, Signal: alert.Latency, Value: 1, Ahead: 2 * time.Hour}
}

// settledOf is n forecasts of l, half an hour ahead and twice as late as said.
func settledOf(l alert.Limit, n int, o alert.Outcome) alert.Ledger {
	var all alert.Ledger
	for i := range n {
		made := time.Unix(1_780_000_000, 0).UTC().Add(time.Duration(i) * time.Hour)
		at := func(m int) float64 { return float64(made.Unix() + int64(60*m)) }
		p := alert.Promise{Made: made, First: predict.Crossing{Earliest: at(20), Expected: at(30), Latest: at(45)}, Limit: l.Value}
		if o == alert.Came {
			p.Crossed = made.Add(time.Hour)
		}
		all = append(all, alert.Settlement{Key: l.Key, At: made.Add(2 * time.Hour), Promise: p, Outcome: o})
	}
	return all
}

func TestStatusSaysWhatWarningsAreWorthAndWhoseRecordThatIs(t *testing.T) {
	l, other := watched(), watched()
	other.Limit = "pay latency"
	now := time.Unix(1_790_000_000, 0)
	for name, c := range map[string]struct {
		ledger  alert.Ledger
		demoted bool
		want    []string
	}{
		"nothing is settled": {nil, false, []string{
			"warnings: " + notify.RecordLine(alert.Record{}, alert.Record{})}},
		"a few": {append(settledOf(l, 2, alert.Came), settledOf(l, 1, alert.Moot)...), false, []string{
			"warnings: 2 of 2 warnings came, 0 averted, 1 moot: too few to judge by; " +
				"all rules: 2 of 2 warnings came, median 60 min ahead, 0 of 2 inside the interval, 1 moot"}},
		"those of another rule": {settledOf(other, 9, alert.Came), false, []string{
			"warnings: all rules: 9 of 9 warnings came, median 60 min ahead, 0 of 9 inside the interval"}},
		"demoted": {append(settledOf(l, 2, alert.Came), settledOf(l, 10, alert.DidNotCome)...), true, []string{
			"warnings: this rule: 2 of 12 warnings came, median 60 min ahead, 0 of 2 inside the interval",
			"demoted: 2 of 12 warnings came; only in the digest until it is right again"}},
		"late, again and again": {settledOf(l, 40, alert.Came), false, []string{
			"warnings: this rule: 40 of 40 warnings came, median 60 min ahead, 0 of 40 inside the interval",
			"intervals are 1.43 times as wide as at first: so the warnings of all rules came"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newLimitStatus(c.ledger, agent.Verdict{Incident: alert.Incident{Limit: l}, Demoted: c.demoted}, now)
			if diff := cmp.Diff(c.want, s.record()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestStatusJudgesNoWarningsOfWhatIsNeverForecast(t *testing.T) {
	l := watched()
	l.Signal, l.Ahead = alert.Availability, 0
	s := newLimitStatus(settledOf(watched(), 20, alert.Came), agent.Verdict{Incident: alert.Incident{Limit: l}}, time.Now().UTC())
	if s.Record != "" || s.record() != nil || strings.Contains(s.text(), "warnings") {
		t.Errorf("%+v: %v", s, s.record())
	}
}
