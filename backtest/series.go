package backtest

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/predict"
)

// replay reads the series of in, sample by sample, and says what would have
// been told.
func (in Input) replay() ([]Notice, error) {
	t, err := openTable(in.File)
	if err != nil {
		return nil, fmt.Errorf("series %s: %w", in.ID, err)
	}
	defer t.Close()
	columns, err := columnsOf(t)
	if err != nil {
		return nil, err
	}
	w := newFigureWatch(in)
	for {
		err := t.next()
		if err == io.EOF {
			return w.told, nil
		}
		if err != nil {
			return nil, err
		}
		s, err := columns.sample(t.row)
		if err != nil {
			return nil, t.explain(err)
		}
		w.look(s)
	}
}

// figureWatch judges a series by the figure of its rule: at each sample the
// figure of the trailing window is what a run is to a live limit.
type figureWatch struct {
	limit    alert.Limit
	tracker  *predict.Tracker
	incident alert.Incident
	told     []Notice
}

func newFigureWatch(in Input) *figureWatch {
	return &figureWatch{limit: in.limit(), tracker: predict.NewTracker(in.Rule)}
}

// limit is what the figure of the rule is held to.
func (in Input) limit() alert.Limit {
	r := in.Rule
	l := alert.Limit{
		Key: alert.Key{Journey: in.ID, Limit: "figure"}, Signal: alert.Latency, Value: r.Limit, Below: r.Below,
		Window: span(r.Window), Ahead: span(r.Ahead), Every: span(r.Interval), Confirm: alert.Confirm{Over: 3, Of: 5},
	}
	if r.Stat == predict.Ratio {
		l.Signal = alert.Errors
	}
	return l
}

// span is the duration of seconds.
func span(seconds float64) time.Duration { return time.Duration(seconds * float64(time.Second)) }

func (w *figureWatch) look(s predict.Sample) {
	w.tracker.Observe(s)
	ev := alert.Evidence{At: time.UnixMilli(int64(math.Round(s.At * 1000))), Passed: true, Forecast: w.tracker.Forecast(s.At)}
	if ev.Value = ev.Forecast.Stat; !math.IsNaN(ev.Value) {
		ev.Run = w.limit.Judge(ev.Value, false)
		ev.Confirmed = ev.Run == alert.RunOver && w.tracker.Confirmed(w.limit.Confirm.Over)
	}
	incident, events, _ := alert.Decide(w.incident, ev, w.limit)
	w.incident = incident
	for _, e := range events {
		w.tell(e, s.At)
	}
}

// tell notes what reaches people: messages that foresee or report a crossing,
// and the edits that correct a forecast.
func (w *figureWatch) tell(e alert.Event, at float64) {
	n := Notice{Series: w.limit.Journey, At: at, Crossing: predict.Crossing{Earliest: at, Expected: at, Latest: at}}
	switch e.Kind {
	case alert.WentSoon:
		n.Kind, n.Crossing = "proactive", e.Promise.Crossing
	case alert.Sooner:
		n.Kind, n.Crossing = "sooner", e.Promise.Crossing
	case alert.Receded:
		n.Kind, n.Crossing = "receded", e.Promise.Crossing
	case alert.WentBurning, alert.BurnsAgain:
		n.Kind = "reactive"
	default:
		return
	}
	w.told = append(w.told, n)
}

// seriesColumns are where a series has its time, value, and counts; -1 is
// nowhere.
type seriesColumns struct{ at, value, total, bad int }

func columnsOf(t *table) (seriesColumns, error) {
	if err := t.need("t_unix"); err != nil {
		return seriesColumns{}, err
	}
	where := func(column string) int {
		if i, there := t.columns[column]; there {
			return i
		}
		return -1
	}
	c := seriesColumns{where("t_unix"), where("value"), where("n"), where("errors")}
	if c.value < 0 && (c.total < 0 || c.bad < 0) {
		return c, fmt.Errorf("read %s: it has neither a column value nor n and errors", t.name)
	}
	return c, nil
}

// sample is one row. A field that is empty is not known.
func (c seriesColumns) sample(row []string) (predict.Sample, error) {
	var s predict.Sample
	for _, f := range []struct {
		column int
		name   string
		into   *float64
	}{{c.at, "t_unix", &s.At}, {c.value, "value", &s.Value}, {c.total, "n", &s.Total}, {c.bad, "errors", &s.Bad}} {
		if f.column < 0 {
			continue
		}
		v, err := strconv.ParseFloat(row[f.column], 64)
		if err != nil && row[f.column] != "" {
			return s, fmt.Errorf("%s is %q: it is a number", f.name, row[f.column])
		}
		if row[f.column] == "" {
			v = math.NaN()
		}
		*f.into = v
	}
	if math.IsNaN(s.At) || math.IsInf(s.At, 0) {
		return s, fmt.Errorf("t_unix is %q: it is the time in unix seconds", row[c.at])
	}
	return s, nil
}
