package notify

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/chart"
	"github.com/forewarn/forewarn/probes"
)

// course reads how the incident's figure came to where it is: from well before
// the onset, at most three horizons back. It is nil for what has no forecast,
// and without enough runs to see a course in.
func (w *worker) course(ctx context.Context, in alert.Incident, now time.Time) (*chart.Chart, error) {
	const longest, fewest = 2 * time.Second, 6
	p := in.Promise
	if p == nil || p.Demoted || in.Limit.Ahead <= 0 {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	told := later(p.Made, p.Updated)
	from := told.Add(-in.Limit.Ahead)
	if began := cmp.Or(onset(in), told).Add(-in.Limit.Ahead / 2); began.Before(from) {
		from = began
	}
	from = later(from, now.Add(-3*in.Limit.Ahead))
	var runs []chart.Point
	err := w.DB.Results(ctx, in.Limit.Journey, from.Add(-in.Limit.Window), now.Add(time.Second), func(r probes.Result) error {
		if v, ok := valueOf(r, in.Limit); ok {
			runs = append(runs, chart.Point{At: r.Start, Value: v})
		}
		return nil
	})
	if err != nil || len(runs) < fewest {
		return nil, err
	}
	c := &chart.Chart{Limit: in.Limit.Value, Runs: runs, Course: figures(runs, in.Limit, from, now), Now: now, Crossed: p.Crossed}
	if in.Limit.Signal == alert.Errors {
		c.Runs = nil // each is 0 or 1
	}
	c.Runs = slices.DeleteFunc(c.Runs, func(q chart.Point) bool { return q.At.Before(from) })
	if v, ok := c.At(told, in.Limit.Window); ok {
		c.Forecast = &chart.Forecast{From: chart.Point{At: told, Value: v}, Limit: c.Limit, Earliest: moment(p.Crossing.Earliest),
			Expected: moment(p.Crossing.Expected), Latest: moment(p.Crossing.Latest)}
	}
	return c, nil
}

// valueOf is what one run says of a limit; false if nothing.
func valueOf(r probes.Result, l alert.Limit) (v float64, ok bool) {
	if r.Verdict == probes.Unknown || r.Confirm || r.Maintenance {
		return 0, false
	}
	switch l.Signal {
	case alert.Latency:
		took, _, ok := r.Latency(l.Step)
		return took.Seconds(), ok
	case alert.Cert:
		return r.CertDays(l.Step)
	}
	if r.Verdict == probes.Failed {
		return 1, true
	}
	return 0, true
}

// figures is the limit's figure at most 240 times between from and now, over
// its trailing window.
func figures(runs []chart.Point, l alert.Limit, from, now time.Time) []chart.Point {
	const most = 240
	step := max(now.Sub(from)/most, l.Every, time.Second)
	var all []chart.Point
	first, next := 0, 0
	for at := now.Add(-now.Sub(from).Truncate(step)); !at.After(now); at = at.Add(step) {
		for next < len(runs) && !runs[next].At.After(at) {
			next++
		}
		for first < next && !runs[first].At.After(at.Add(-l.Window)) {
			first++
		}
		if next > first {
			all = append(all, chart.Point{At: at, Value: figure(runs[first:next], l)})
		}
	}
	return all
}

// figure is l's figure over the runs of one window.
func figure(runs []chart.Point, l alert.Limit) float64 {
	values := make([]float64, len(runs))
	sum := 0.0
	for i, r := range runs {
		values[i] = r.Value
		sum += r.Value
	}
	slices.Sort(values)
	rank := func(share float64) float64 { return values[max(int(math.Ceil(share*float64(len(values)))), 1)-1] }
	switch l.Stat {
	case "mean":
		return sum / float64(len(values))
	case "p90":
		return rank(0.9)
	case "p95":
		return rank(0.95)
	case "ratio":
		full := int(l.Window / max(l.Every, time.Second)) // as the limit counts a window that is not full
		return sum / float64(max(full, len(values)))
	}
	return rank(0.5)
}

// drawn gives a course what is written beside it.
func (d draft) drawn() *chart.Chart {
	if d.s.Course == nil {
		return nil
	}
	c, l := *d.s.Course, d.in.Limit
	figure := l.Stat
	switch l.Signal {
	case alert.Latency:
		c.Unit, c.Scale = "ms", 1000
		if l.Value >= 10 {
			c.Unit, c.Scale = "s", 1
		}
	case alert.Errors:
		figure, c.Unit, c.Scale = "failed runs", "%", 100
	default:
		figure, c.Unit, c.Scale = string(l.Signal), "days", 1
	}
	c.Zone, c.LimitText = d.now.Location(), "limit "+Figure(l.Signal, l.Value)
	c.Title = d.name(chartTitle-length(figure)-2) + ", " + figure
	return &c
}
