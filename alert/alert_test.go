package alert_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/predict"
)

// noon is the time the tests of this package begin at.
var noon = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

func minute(n int) time.Time { return noon.Add(time.Duration(n) * time.Minute) }

// latency is a limit of one second on runs of every minute, forecast 2 h ahead.
func latency() alert.Limit {
	return alert.Limit{Key: alert.Key{Journey: "checkout", Limit: "latency"}, Signal: alert.Latency, Value: 1,
		Stat: "p50", Window: 10 * time.Minute, Ahead: 2 * time.Hour, Confirm: alert.Confirm{Over: 3, Of: 5}, Every: time.Minute}
}

func availability() alert.Limit {
	return alert.Limit{Key: alert.Key{Journey: "checkout", Limit: "availability"}, Signal: alert.Availability,
		Confirm: alert.Confirm{Over: 3, Of: 5}, Every: time.Minute}
}

// crossing is a forecast made at a time, of a crossing that many minutes
// later, on which so many bins agree.
func crossing(at time.Time, minutes, agree int) predict.Forecast {
	in := func(m int) float64 { return float64(at.Add(time.Duration(m) * time.Minute).Unix()) }
	return predict.Forecast{At: in(0), Agree: agree,
		Crossing: predict.Crossing{Earliest: in(minutes / 2), Expected: in(minutes), Latest: in(minutes * 2)}}
}

func flat() predict.Forecast { return predict.Forecast{Silence: predict.Flat} }

// keeper keeps one incident the way a store does: as JSON, and numbered.
type keeper struct {
	t      *testing.T
	in     alert.Incident
	number int64
	events []alert.Event
	reason alert.Reason
}

func (k *keeper) decide(ev alert.Evidence, l alert.Limit) {
	k.t.Helper()
	k.keep(alert.Decide(k.in, ev, l))
}

func (k *keeper) keep(in alert.Incident, events []alert.Event, why alert.Reason) {
	k.t.Helper()
	if in.Open() && in.Number == 0 {
		k.number++
		in.Number = k.number
		for i := range events {
			if events[i].Number == 0 {
				events[i].Number = k.number
			}
		}
	}
	if len(events) > 0 { // often enough, and much faster than always
		in = restored(k.t, in)
	}
	k.in, k.reason = in, why
	k.events = append(k.events, events...)
}

// kinds are the kinds of all events so far, in order.
func (k *keeper) kinds() []alert.EventKind {
	var kinds []alert.EventKind
	for _, e := range k.events {
		kinds = append(kinds, e.Kind)
	}
	return kinds
}

func (k *keeper) said(kind alert.EventKind) bool { return slices.Contains(k.kinds(), kind) }

// restored is in as it comes back from a database.
func restored(t *testing.T, in alert.Incident) alert.Incident {
	t.Helper()
	text, err := json.Marshal(in)
	if err != nil {
		t.Fatalf("an incident that cannot be stored: %v\n%+v", err, in)
	}
	var out alert.Incident
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}
