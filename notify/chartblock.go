package notify

import (
	"math"
	"time"

	"github.com/forewarn/forewarn/chart"
	"github.com/slack-go/slack"
)

// Slack's limits on a chart, and what of its places is for the past.
// Source: docs.slack.dev/reference/block-kit/blocks/data-visualization-block.
const (
	chartTitle  = 50 // characters
	chartLabel  = 20
	chartPoints = 20
	chartFuture = 8
)

// chartBlock is c as Slack's own chart: what was measured and goes on as the
// forecast, the ends of its 80 % interval, and the limit. It is nil if too
// little was measured.
func chartBlock(c *chart.Chart) slack.Block {
	if c == nil || c.Forecast == nil {
		return nil
	}
	const past = 3
	times, before := places(*c)
	if before < past {
		return nil
	}
	labels := labelsOf(times, *c)
	names := [...]string{"measured, forecast", "80 % low", "80 % high", "limit"}
	var series [len(names)][]slack.DataVisualizationDataPoint
	for i, t := range times {
		low, middle, high := c.Forecast.At(t)
		if measured, ok := c.At(t, t.Sub(c.Course[0].At)); ok && i < before {
			middle = measured
			if !t.After(c.Forecast.From.At) {
				low, high = measured, measured
			}
		}
		for k, v := range [...]float64{middle, low, high, c.Limit} {
			series[k] = append(series[k], slack.NewDataVisualizationDataPoint(labels[i], rounded(v*c.Scale)))
		}
	}
	var all []slack.DataVisualizationDataSeries
	for k, name := range names {
		all = append(all, slack.NewDataVisualizationDataSeries(name, series[k]...))
	}
	axis := slack.NewDataVisualizationAxisConfig(labels...).WithXLabel("time (" + clip(times[before-1].Format("MST"), chartLabel) + ")").WithYLabel(c.Unit)
	return slack.NewDataVisualizationBlock(clip(inert(c.Title), chartTitle), slack.NewDataVisualizationLineChart(axis, all...))
}

// places are the times at which Slack's chart has points: round steps back
// from now, as far as something was measured, and on past the latest crossing.
// before is how many of them are not after now.
func places(c chart.Chart) (times []time.Time, before int) {
	step := stepOf(c.Forecast.Latest.Sub(c.Now) / (chartFuture - 1))
	now := c.Now
	if c.Zone != nil {
		now = now.In(c.Zone)
	}
	for i := chartFuture - chartPoints + 1; i <= chartFuture; i++ {
		t := now.Add(time.Duration(i) * step)
		if _, measured := c.At(t, step); measured || i > 0 {
			times = append(times, t)
			if i <= 0 {
				before++
			}
		}
	}
	return times, before
}

// stepOf is the shortest round step that is not under least.
func stepOf(least time.Duration) time.Duration {
	const day = 24 * time.Hour
	for _, step := range []time.Duration{time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 30 * time.Second,
		time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute,
		time.Hour, 2 * time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour} {
		if step >= least {
			return step
		}
	}
	return (least + day - 1).Truncate(day)
}

// labelsOf are the names of times, each one of its kind: an hour that comes
// twice, when clocks are set back, has its zone beside it.
func labelsOf(times []time.Time, c chart.Chart) []string {
	format := "15:04"
	switch span := times[len(times)-1].Sub(times[0]); {
	case span > 3*24*time.Hour:
		format = "2 Jan 15:04"
	case span > 20*time.Hour:
		format = "Mon 15:04"
	case span < chartPoints*time.Minute:
		format = "15:04:05"
	}
	seen := map[string]bool{}
	var labels []string
	for _, t := range times {
		label := t.Format(format)
		if seen[label] {
			label = t.Format(format + " MST")
		}
		seen[label] = true
		if t.Equal(c.Now) {
			label += " now"
		}
		labels = append(labels, clip(label, chartLabel))
	}
	return labels
}

// rounded is v with as many digits as anybody reads; a chart has no gaps, so
// what is unknown must not come here.
func rounded(v float64) float64 {
	if math.Abs(v) >= 100 {
		return math.Round(v)
	}
	return math.Round(v*100) / 100
}
