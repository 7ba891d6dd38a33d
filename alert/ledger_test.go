package alert_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/google/go-cmp/cmp"
)

// settlement is a forecast of the latency limit, warned an hour ahead and
// settled so many minutes after noon, that came off by a share of that hour.
func settlement(o alert.Outcome, settled int, off float64) alert.Settlement {
	made := minute(settled - 60)
	p := alert.Promise{Made: made, First: crossing(made, 60, 2).Crossing, Limit: 1}
	if o == alert.Came {
		p.Crossed = made.Add(time.Duration(float64(time.Hour) * (1 + off)))
	}
	return alert.Settlement{Key: latency().Key, At: minute(settled), Promise: p, Outcome: o}
}

// ledger is so many forecasts that came, off by the same share, and so many
// that did not, one a minute.
func ledger(came, not int, off float64) alert.Ledger {
	var all alert.Ledger
	for i := range came {
		all = append(all, settlement(alert.Came, i, off))
	}
	for i := range not {
		all = append(all, settlement(alert.DidNotCome, came+i, 0))
	}
	return all
}

func TestAHandfulOfForecastsChangesNoInterval(t *testing.T) {
	for n := range alert.Enough {
		if f := ledger(n, 50, 5).Widen(); f != 1 {
			t.Errorf("%d that came change intervals by %v", n, f)
		}
	}
	if f := ledger(alert.Enough, 0, 5).Widen(); f <= 1 || f > 3 {
		t.Errorf("ten that came far too late change intervals by %v", f)
	}
}

// From earliest to latest is half to twice the hour: on the logarithm, one
// half width is a factor of 2 either way.
func TestIntervalsFollowTheRecordWithinBounds(t *testing.T) {
	for _, c := range []struct {
		off      float64
		low, top float64
	}{
		{math.Pow(2, 1.0) - 1, 0.99, 1.01}, // just as wide as they should be
		{math.Pow(2, 1.5) - 1, 1.45, 1.5},  // 1.5 half widths off
		{math.Pow(2, 0.75) - 1, 0.75, 0.77},
		{0, 0.5, 0.5},  // always to the second: half as wide and no less
		{99, 2.99, 3.}, // a hundred times as late: three times as wide and no more
	} {
		if f := ledger(1000, 0, c.off).Widen(); f < c.low || f > c.top {
			t.Errorf("off by %.3g hours: %v, want %v to %v", c.off, f, c.low, c.top)
		}
	}
}

// An interval that was stretched already and then held must not be drawn
// together again for holding.
func TestAFactorDoesNotUndoTheOneBefore(t *testing.T) {
	told := ledger(1000, 0, math.Pow(2, 1)-1)
	for i := range told {
		told[i].Promise.Widened = 1.5
	}
	if f := told.Widen(); f < 1.45 || f > 1.5 {
		t.Errorf("intervals that hold since they are stretched by 1.5 are stretched by %v", f)
	}
}

func TestARecordCountsFromAnHourAfterItIsSettled(t *testing.T) {
	all := ledger(3, 0, 0)
	for now, want := range map[int]int{-1: 0, 59: 0, 60: 1, 61: 2, 62: 3, 600: 3} {
		if got := len(all.Before(minute(now))); got != want {
			t.Errorf("%d minutes after noon %d forecasts count, want %d", now, got, want)
		}
	}
	if n := len(alert.Ledger(nil).Before(noon)); n != 0 {
		t.Errorf("%d of none", n)
	}
}

func TestAMendedRuleBeginsItsRecordAnew(t *testing.T) {
	all := ledger(2, 10, 0)
	mended, other := latency(), latency()
	mended.Value, other.Limit = 2, "step latency"
	for name, c := range map[string]struct {
		l    alert.Limit
		want int
	}{"as it was": {latency(), 12}, "another value": {mended, 0}, "another rule": {other, 0}} {
		if n := all.Of(c.l).Record().Judged(); n != c.want {
			t.Errorf("%s: %d judged, want %d", name, n, c.want)
		}
	}
	if r := all.Record(); r.Came != 2 || r.DidNotCome != 10 {
		t.Errorf("all: %+v", r)
	}
}

func TestTwoOfTwelveAreDemotedAndFiveOfFifteenAreNot(t *testing.T) {
	for _, c := range []struct {
		came, not int
		want      bool
	}{{0, 9, false}, {0, 10, true}, {2, 10, true}, {3, 9, false}, {5, 10, false}, {4, 12, true}, {4, 11, false}} {
		if got := ledger(c.came, c.not, 0).Record().Demoted(minute(600)); got != c.want {
			t.Errorf("%d of %d: demoted %v", c.came, c.came+c.not, got)
		}
	}
}

func TestADeployAvertsNothingThatNobodyWasToldOf(t *testing.T) {
	all := append(ledger(2, 10, 0), settlement(alert.Averted, 20, 0))
	if all.Record().Demoted(minute(600)) {
		t.Error("demoted although one was averted")
	}
	all[12].Promise.Demoted = true
	if !all.Record().Demoted(minute(600)) {
		t.Error("promoted by a forecast that nobody was told of")
	}
}

func TestADemotedRuleKeepsItsForecastAndTellsNobodyUntilItBurns(t *testing.T) {
	k := &keeper{t: t}
	demoted := func(ev alert.Evidence) alert.Evidence { ev.Demoted = true; return ev }
	k.decide(demoted(under(minute(-2), flat())), latency())
	k.decide(demoted(under(noon, crossing(noon, 60, 2))), latency())
	if k.in.State != alert.Soon || k.reason != alert.IsDemoted || len(k.in.Pending) != 1 {
		t.Fatalf("%s: %s, %d pending", k.in.State, k.reason, len(k.in.Pending))
	}
	k.decide(under(minute(30), crossing(minute(30), 5, 2)), latency()) // promoted meanwhile
	for i := 50; i < 53; i++ {
		k.decide(demoted(over(minute(i))), latency())
	}
	var said []string
	for _, e := range k.events {
		said = append(said, fmt.Sprintf("%s%s %v", e.Kind, e.Outcome, e.Told()))
	}
	want := []string{"soon false", "demoted true", "sooner false", "promoted true", "demoted true", "burning true", "settledcame false"}
	if diff := cmp.Diff(want, said); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAnUntoldForecastLeavesWithItsRuleUntold(t *testing.T) {
	k := &keeper{t: t}
	k.decide(under(minute(-2), flat()), latency())
	ev := under(noon, crossing(noon, 60, 2))
	ev.Demoted = true
	k.decide(ev, latency())
	_, events, why := alert.Remove(k.in, minute(1))
	if why != alert.NowRemoved && why != alert.NowForgotten || len(events) != 1 || events[0].Outcome != alert.Moot || events[0].Told() {
		t.Errorf("%s: %+v", why, events)
	}
}
