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

func TestALimitHasTwoSidesAndAMargin(t *testing.T) {
	above, below := latency(), alert.Limit{Signal: alert.Cert, Value: 14, Below: true}
	for _, c := range []struct {
		name  string
		limit alert.Limit
		value float64
		over  bool
		clear bool
	}{
		{"far within", above, 0.1, false, true},
		{"a hair under 90 %", above, 0.8999, false, true},
		{"90 %", above, 0.9, false, false},
		{"just within", above, 0.999, false, false},
		{"the limit itself", above, 1, false, false},
		{"beyond", above, 1.001, true, false},
		{"plenty of days", below, 90, false, true},
		{"a hair over 110 %", below, 15.41, false, true},
		{"110 %", below, 15.4, false, false},
		{"the last day within", below, 14, false, false},
		{"too few days", below, 13.9, true, false},
		{"expired", below, -1, true, false},
		{"no figure", above, math.NaN(), false, false},
		{"no figure, below", below, math.NaN(), false, false},
	} {
		if got := c.limit.Over(c.value); got != c.over {
			t.Errorf("%s: over is %v", c.name, got)
		}
		if got := c.limit.Clear(c.value); got != c.clear {
			t.Errorf("%s: clear is %v", c.name, got)
		}
	}
}

func TestALowerBoundUnderTheLimitSaysNothing(t *testing.T) {
	for _, c := range []struct {
		value   float64
		atLeast bool
		want    alert.RunKind
	}{
		{0.5, false, alert.RunUnder}, {0.5, true, alert.NoRun}, {2, false, alert.RunOver}, {2, true, alert.RunOver},
	} {
		if got := latency().Judge(c.value, c.atLeast); got != c.want {
			t.Errorf("Judge(%v, %v) = %v, want %v", c.value, c.atLeast, got, c.want)
		}
	}
}

func TestConfirmIsThreeOfFiveUnlessItIsSaid(t *testing.T) {
	for c, want := range map[alert.Confirm]string{{}: "3 of 5", {Over: 1, Of: 1}: "1 of 1", {Over: 5, Of: 3}: "3 of 5", {Over: 2, Of: 10}: "2 of 10"} {
		if got := c.String(); got != want {
			t.Errorf("%d, %d reads %q, want %q", c.Over, c.Of, got, want)
		}
	}
}

func TestAWatcherMakesEvidenceOfRuns(t *testing.T) {
	errors := alert.Limit{Signal: alert.Errors, Value: 0.25, Stat: "ratio", Window: 4 * time.Minute, Every: time.Minute}
	cert := alert.Limit{Signal: alert.Cert, Value: 14, Below: true}
	nan := math.NaN()
	type look struct {
		Run   alert.RunKind
		Value float64
	}
	for _, c := range []struct {
		name  string
		limit alert.Limit
		runs  []alert.Reading
		want  []look
	}{
		{"availability is about failed runs", availability(),
			[]alert.Reading{{Passed: true, Value: nan}, {Failed: true, Value: nan}, {Unknown: true, Value: nan}},
			[]look{{alert.RunUnder, nan}, {alert.RunOver, nan}, {alert.RunUnknown, nan}}},
		{"a confirming run is one more of availability", availability(),
			[]alert.Reading{{Extra: true, Passed: true, Value: nan}, {Extra: true, Failed: true, Value: nan}},
			[]look{{alert.RunUnder, nan}, {alert.RunOver, nan}}},
		{"a confirming run is none of errors", errors,
			[]alert.Reading{{Failed: true}, {Extra: true, Failed: true}, {Failed: true}},
			[]look{{alert.RunUnder, 0.25}, {alert.NoRun, nan}, {alert.RunOver, 0.5}}},
		{"a confirming run has no latency", latency(),
			[]alert.Reading{{Extra: true, Passed: true, Value: 1.5}, {Extra: true, Failed: true, Value: 20, AtLeast: true}},
			[]look{{alert.NoRun, nan}, {alert.NoRun, nan}}},
		{"latency has a figure, or says nothing", latency(),
			[]alert.Reading{{Passed: true, Value: 0.5}, {Passed: true, Value: 1.5}, {Failed: true, Value: nan}, {Failed: true, Value: 20, AtLeast: true}, {Failed: true, Value: 0.5, AtLeast: true}},
			[]look{{alert.RunUnder, 0.5}, {alert.RunOver, 1.5}, {alert.NoRun, nan}, {alert.RunOver, 20}, {alert.NoRun, 0.5}}},
		{"errors are a share of the window, which begins full of passed runs", errors,
			[]alert.Reading{{Failed: true}, {Failed: true}, {Passed: true}, {Passed: true}, {Passed: true}, {Passed: true}},
			[]look{{alert.RunUnder, 0.25}, {alert.RunOver, 0.5}, {alert.RunOver, 0.5}, {alert.RunOver, 0.5}, {alert.RunUnder, 0.25}, {alert.RunUnder, 0}}},
		{"maintenance stays out of the window", errors,
			[]alert.Reading{{Failed: true, Maintenance: true}, {Failed: true, Maintenance: true}, {Failed: true}},
			[]look{{alert.RunUnder, 0}, {alert.RunUnder, 0}, {alert.RunUnder, 0.25}}},
		{"certificates count in days, downwards", cert,
			[]alert.Reading{{Passed: true, Value: 14}, {Passed: true, Value: 13.9}, {Passed: true, Value: nan}},
			[]look{{alert.RunUnder, 14}, {alert.RunOver, 13.9}, {alert.NoRun, nan}}},
	} {
		w := alert.NewWatcher(c.limit, nil)
		var got []look
		for i, r := range c.runs {
			r.At = minute(i)
			ev := w.Look(r)
			got = append(got, look{ev.Run, ev.Value})
			if !ev.At.Equal(r.At) || ev.Maintenance != r.Maintenance || ev.Passed && r.Extra {
				t.Errorf("%s: run %d gives %+v", c.name, i, ev)
			}
		}
		if diff := cmp.Diff(c.want, got, cmp.Comparer(func(a, b float64) bool { return a == b || a != a && b != b })); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestARuleForecastsTheFigureOfItsLimit(t *testing.T) {
	l := latency()
	l.Stat, l.Confirm = "p95", alert.Confirm{Over: 4, Of: 6}
	want := predict.Rule{Stat: predict.P95, Window: 600, MinSamples: 3, Limit: 1, Ahead: 7200, Sustain: 360, Interval: 60, Zone: time.UTC}
	if diff := cmp.Diff(want, l.Rule(time.UTC), cmp.Comparer(func(a, b *time.Location) bool { return a == b })); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for stat, want := range map[string]predict.Stat{"p50": predict.Median, "mean": predict.Mean, "p90": predict.P90, "p95": predict.P95, "ratio": predict.Ratio} {
		l.Stat = stat
		if got := l.Rule(nil).Stat; got != want {
			t.Errorf("%s is forecast as %v", stat, got)
		}
	}
}

// The trend never sees what happens in maintenance.
func TestMaintenanceStaysOutOfTheTrend(t *testing.T) {
	plain, interrupted := alert.NewWatcher(latency(), nil), alert.NewWatcher(latency(), nil)
	for i := range 200 {
		r := alert.Reading{At: minute(i), Passed: true, Value: 0.2 + 0.004*float64(i)}
		want := fmt.Sprintf("%+v", plain.Look(r).Forecast) // NaN is unlike itself
		if got := fmt.Sprintf("%+v", interrupted.Look(r).Forecast); got != want {
			t.Fatalf("at run %d the forecast is\n%s, want\n%s", i, got, want)
		}
		interrupted.Look(alert.Reading{At: minute(i).Add(time.Second), Passed: true, Value: 50, Maintenance: true})
	}
	if f := plain.Look(alert.Reading{At: minute(200), Passed: true, Value: 1}).Forecast; f.Silence == predict.NoData {
		t.Error("nothing was forecast at all, so nothing was shown")
	}
}
