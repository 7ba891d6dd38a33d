package notify

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/chart"
	"github.com/forewarn/forewarn/notify/slackfake"
	"github.com/slack-go/slack"
)

// shown is the chart among blocks, as its series by name.
func shown(t *testing.T, blocks json.RawMessage) (labels []string, series map[string][]float64) {
	t.Helper()
	var all slack.Blocks
	if err := json.Unmarshal(blocks, &all); err != nil {
		t.Fatal(err)
	}
	for _, b := range all.BlockSet {
		if v, ok := b.(*slack.DataVisualizationBlock); ok {
			line := v.Chart.(*slack.DataVisualizationLineChart)
			series = map[string][]float64{}
			for _, s := range line.Series {
				for _, p := range s.Data {
					series[s.Name] = append(series[s.Name], p.Value)
				}
			}
			return line.AxisConfig.Categories, series
		}
	}
	return nil, nil
}

// The journey takes 310 ms, and since 20 min 20 ms more with each run: 690 ms
// in the last one. The limit of 1.5 s is expected in 42 min.
func TestAWarningShowsTheCourseOfItsFigure(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		w.walks()
		w.run()
		w.happens(key(1), goesSoon, alert.WentSoon)
		w.pass(time.Second)
		labels, series := shown(t, w.wantTop("Soon: ")[0].Blocks)
		now := slices.IndexFunc(labels, func(l string) bool { return len(l) > 5 && l[len(l)-4:] == " now" })
		if now != 6 || len(labels) != 15 { // an hour of runs and 80 min ahead, by 10 min
			t.Fatalf("labels %q", labels)
		}
		// The 5th of ten runs, ten minutes ago, was that of minute 45: 310 + 5*20 ms.
		// The 5th of the nine of the last ten minutes was that of minute 55.
		if got := series["measured, forecast"][:now+1]; !slices.Equal(got, []float64{310, 310, 310, 310, 310, 410, 610}) {
			t.Errorf("measured: %v", got)
		}
		middle, limit := series["measured, forecast"], series["limit"][0]
		if low, high := series["80 % low"], series["80 % high"]; limit != 1500 || low[now] != high[now] ||
			!(low[now+4] < middle[now+4] && middle[now+4] < high[now+4]) || middle[now+4] >= limit || middle[now+5] <= limit {
			t.Errorf("the limit %v is met between 40 and 50 min from now, within an interval:\nlow    %v\nmiddle %v\nhigh   %v", limit, low, middle, high)
		}
	})
}

func TestWithoutACourseThereIsNoChart(t *testing.T) {
	inWorld(t, slackfake.Settings{}, func(w *world) {
		w.walked(time.Now().Add(-time.Minute), time.Second)
		w.run()
		w.happens(key(1), goesSoon, alert.WentSoon)
		w.pass(time.Second)
		if labels, _ := shown(t, w.wantTop("Soon: ")[0].Blocks); labels != nil {
			t.Errorf("one run is drawn as a course: %q", labels)
		}
	})
}

func TestFiguresAreThoseTheLimitIsOn(t *testing.T) {
	var runs []chart.Point
	for i := range 20 { // 1, 2 ... 20
		runs = append(runs, chart.Point{At: at(12, i), Value: float64(i + 1)})
	}
	for stat, want := range map[string]float64{"p50": 15, "mean": 15.5, "p90": 19, "p95": 20} {
		l := alert.Limit{Stat: stat, Window: 10 * time.Minute, Every: time.Minute}
		got := figures(runs, l, at(12, 0), at(12, 19))
		if last := got[len(got)-1]; last.Value != want || !last.At.Equal(at(12, 19)) {
			t.Errorf("%s of 11 to 20 is %v at %s, want %v", stat, last.Value, last.At, want)
		}
	}
	failed := []chart.Point{{At: at(12, 0), Value: 1}, {At: at(12, 1), Value: 0}}
	l := alert.Limit{Stat: "ratio", Window: 100 * time.Minute, Every: time.Minute}
	if got := figures(failed, l, at(12, 0), at(12, 1)); got[len(got)-1].Value != 0.01 {
		t.Errorf("one failure in a window of 100 runs is %v", got[len(got)-1].Value)
	}
}

// At 04:00 EEST of 25 October 2026 clocks in Kyiv go back to 03:00 EET.
func TestNoTwoPlacesOfAChartHaveOneName(t *testing.T) {
	c := chart.Chart{Now: time.Date(2026, 10, 25, 1, 40, 0, 0, time.UTC), Zone: kyiv(t)}
	for _, ahead := range []time.Duration{10 * time.Second, 5 * time.Minute, time.Hour, 2 * time.Hour, 24 * time.Hour, 14 * 24 * time.Hour} {
		c.Course = nil
		for i := range 4000 {
			c.Course = append(c.Course, chart.Point{At: c.Now.Add(time.Duration(i-3999) * ahead / 1000)})
		}
		c.Forecast = &chart.Forecast{Latest: c.Now.Add(ahead)}
		times, before := places(c)
		labels := labelsOf(times, c)
		slices.Sort(labels)
		if n := len(slices.Compact(labels)); n != len(times) || n != chartPoints || before != chartPoints-chartFuture {
			t.Errorf("%s ahead: %d names for %d places, %d of them past: %q", ahead, n, len(times), before, labels)
		}
	}
}
