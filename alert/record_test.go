package alert_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/predict"
	"github.com/google/go-cmp/cmp"
)

// The wanted figures are those of R 4.2.2:
//
//	format(prop.test(part, whole, correct = FALSE)$conf.int[2], digits = 15)
func TestTheWilsonBoundIsThatOfR(t *testing.T) {
	for _, c := range []struct {
		part, whole int
		want        float64
	}{
		{0, 10, 0.277532799862889},
		{1, 10, 0.404150026795238},
		{2, 10, 0.509837528463358},
		{10, 10, 1},
		{9, 30, 0.47875787458715},
		{10, 30, 0.512199483554561},
		{10, 31, 0.498589906919144},
		{17, 40, 0.578049314580089},
		{50, 100, 0.596168469634004},
	} {
		got := alert.WilsonUpper(c.part, c.whole)
		if math.Abs(got-c.want) > 1e-14 {
			t.Errorf("WilsonUpper(%d, %d) = %.15f, want %.15f", c.part, c.whole, got, c.want)
		}
	}
	if got := alert.WilsonUpper(0, 0); got != 1 {
		t.Errorf("of nothing the bound is %v, want 1: anything may be true", got)
	}
}

func TestAnEmptyRecordKnowsNothing(t *testing.T) {
	var r alert.Record
	if share, known := r.Precision(); known || !math.IsNaN(share) {
		t.Errorf("precision of nothing is %v, %v; want unknown", share, known)
	}
	if share, known := r.Calibration(); known || !math.IsNaN(share) {
		t.Errorf("calibration of nothing is %v, %v; want unknown", share, known)
	}
	if r.Demoted(noon) {
		t.Error("a limit without a record is demoted")
	}
	onlyMoot := alert.Record{Moot: 20, Averted: 3}
	if _, known := onlyMoot.Precision(); known {
		t.Error("moot and averted forecasts count in the precision")
	}
}

func TestDemotedOnlyWhenSurelyWorseThanACoin(t *testing.T) {
	days := func(n int) time.Time { return noon.AddDate(0, 0, -n) }
	for _, c := range []struct {
		name   string
		record alert.Record
		want   bool
	}{
		{"nine misses are too few", alert.Record{DidNotCome: 9}, false},
		{"ten misses", alert.Record{DidNotCome: 10}, true},
		{"one of ten: bound 0.404", alert.Record{Came: 1, DidNotCome: 9}, true},
		{"two of ten: bound 0.510", alert.Record{Came: 2, DidNotCome: 8}, false},
		{"10 of 30: bound 0.512", alert.Record{Came: 10, DidNotCome: 20}, false},
		{"10 of 31: bound 0.499", alert.Record{Came: 10, DidNotCome: 21}, true},
		{"one averted 29 days ago", alert.Record{DidNotCome: 10, Averted: 1, LastAverted: days(29)}, false},
		{"one averted 30 days ago", alert.Record{DidNotCome: 10, Averted: 1, LastAverted: days(30)}, true},
	} {
		if got := c.record.Demoted(noon); got != c.want {
			t.Errorf("%s: demoted is %v, want %v", c.name, got, c.want)
		}
	}
}

func TestTallyCountsWhatWasSettled(t *testing.T) {
	came := func(lead, after time.Duration) alert.Event {
		crossed := noon.Add(lead)
		at := func(d time.Duration) float64 { return float64(crossed.Add(d).Unix()) }
		return alert.Event{Kind: alert.Settled, Outcome: alert.Came, At: crossed, Promise: &alert.Promise{
			Made: noon, Crossed: crossed,
			First: predict.Crossing{Earliest: at(after - time.Minute), Expected: at(after), Latest: at(after + time.Minute)},
		}}
	}
	other := func(o alert.Outcome, day int) alert.Event {
		return alert.Event{Kind: alert.Settled, Outcome: o, At: noon.AddDate(0, 0, day), Promise: &alert.Promise{Made: noon}}
	}
	got := alert.Tally([]alert.Event{
		came(40*time.Minute, 0), came(10*time.Minute, 0), came(21*time.Minute, time.Hour), came(30*time.Minute, -time.Minute),
		other(alert.Averted, 5), other(alert.Averted, 2), other(alert.Moot, 0), other(alert.DidNotCome, 0),
		{Kind: alert.WentSoon}, {Kind: alert.Settled},
	})
	want := alert.Record{Came: 4, Averted: 2, Moot: 1, DidNotCome: 1,
		Inside: 3, MedianLead: 25*time.Minute + 30*time.Second, LastAverted: noon.AddDate(0, 0, 5)}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("tally (-want +got):\n%s", diff)
	}
	if share, known := got.Precision(); !known || share != 0.8 {
		t.Errorf("precision is %v, %v; want 0.8", share, known)
	}
	if share, known := got.Calibration(); !known || share != 0.75 {
		t.Errorf("calibration is %v, %v; want 0.75", share, known)
	}
}

func TestAPromiseKnowsItsLeadAndErrorOnlyWhenItCame(t *testing.T) {
	p := alert.Promise{Made: noon, First: predict.Crossing{Expected: float64(noon.Add(time.Hour).Unix())}}
	if _, known := p.Lead(); known {
		t.Error("the lead of a promise that did not come is known")
	}
	if _, known := p.Error(); known {
		t.Error("the error of a promise that did not come is known")
	}
	p.Crossed = noon.Add(50 * time.Minute)
	lead, _ := p.Lead()
	late, _ := p.Error()
	if got, want := fmt.Sprint(lead, " ", late), "50m0s -10m0s"; got != want {
		t.Errorf("lead and error are %s, want %s", got, want)
	}
}
