package cli

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/predict"
)

// backtestInputs replays all series of one file in parallel and writes what
// would have been said, in the order of that file.
func backtestInputs(cmd *cobra.Command, o backtestOptions, journeys []string) error {
	if len(journeys) > 0 || len(o.configs) > 0 || o.suggest || o.asJSON {
		return errors.New("--inputs reads its rules from the file: leave journeys and other flags out, but --out")
	}
	inputs, err := readInputs(o.inputs)
	if err != nil {
		return err
	}
	told := make([][]notice, len(inputs))
	var workers errgroup.Group
	workers.SetLimit(runtime.GOMAXPROCS(0))
	for i, in := range inputs {
		workers.Go(func() (err error) {
			told[i], err = in.replay()
			return err
		})
	}
	if err := workers.Wait(); err != nil {
		return err
	}
	if o.out != "" {
		fmt.Fprintf(cmd.ErrOrStderr(), "%d series, %d rows for %s\n", len(inputs), len(slices.Concat(told...)), o.out)
	}
	return writeTo(cmd.OutOrStdout(), o.out, func(w io.Writer) error { return writeNotices(w, inputs, told) })
}

// writeTo lets write fill the named file, or out if there is no name.
func writeTo(out io.Writer, name string, write func(io.Writer) error) error {
	if name == "" {
		return write(out)
	}
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}

// input is one line of inputs.csv: a series and the rule it is watched by.
type input struct {
	id, file string
	rule     predict.Rule
	limit    alert.Limit
}

// readInputs reads the list of series; their paths are relative to it.
func readInputs(name string) ([]input, error) {
	t, err := openTable(name)
	if err != nil {
		return nil, err
	}
	defer t.Close()
	if err := t.need("id", "file", "interval_s", "agg", "window_s", "min_n", "threshold", "direction", "sustain_s", "horizon_s"); err != nil {
		return nil, err
	}
	var inputs []input
	for {
		err := t.next()
		if err == io.EOF {
			return inputs, nil
		}
		if err != nil {
			return nil, err
		}
		in, err := readInput(t)
		if err != nil {
			return nil, t.explain(err)
		}
		in.file = filepath.Join(filepath.Dir(name), filepath.FromSlash(in.file))
		inputs = append(inputs, in)
	}
}

func readInput(t *table) (input, error) {
	stats := map[string]predict.Stat{
		"mean": predict.Mean, "p50": predict.Median, "p90": predict.P90, "p95": predict.P95, "ratio": predict.Ratio,
	}
	stat, known := stats[t.text("agg")]
	if !known {
		return input{}, fmt.Errorf("agg is %q: it is one of mean, p50, p90, p95, ratio", t.text("agg"))
	}
	direction := t.text("direction")
	if direction != "up" && direction != "down" {
		return input{}, fmt.Errorf("direction is %q: it is up or down", direction)
	}
	var wrong error
	number := func(column string) float64 {
		v, err := strconv.ParseFloat(t.text(column), 64)
		if err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
			wrong = errors.Join(wrong, fmt.Errorf("%s is %q: it is a number", column, t.text(column)))
		}
		return v
	}
	in := input{id: t.text("id"), file: t.text("file"), rule: predict.Rule{
		Stat: stat, Window: number("window_s"), MinSamples: int(number("min_n")),
		Limit: number("threshold"), Below: direction == "down", Ahead: number("horizon_s"),
		Sustain: number("sustain_s"), Interval: number("interval_s"), Zone: time.UTC,
	}}
	in.limit = limitOf(in.id, in.rule)
	if wrong == nil && (in.rule.Interval <= 0 || in.rule.Ahead <= 0 || in.rule.Window <= 0) {
		wrong = errors.New("interval_s, window_s and horizon_s must be more than 0")
	}
	return in, wrong
}

// limitOf is the limit that a rule's figure is held to.
func limitOf(id string, r predict.Rule) alert.Limit {
	span := func(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
	l := alert.Limit{
		Key: alert.Key{Journey: id, Limit: "figure"}, Signal: alert.Latency, Value: r.Limit, Below: r.Below,
		Window: span(r.Window), Ahead: span(r.Ahead), Every: span(r.Interval), Confirm: alert.Confirm{Over: 3, Of: 5},
	}
	if r.Stat == predict.Ratio {
		l.Signal = alert.Errors
	}
	return l
}

// writeNotices writes what was told in the form that score.py reads.
func writeNotices(w io.Writer, inputs []input, told [][]notice) error {
	out := csv.NewWriter(w)
	_ = out.Write([]string{"id", "t_warn", "predicted_t", "lo_t", "hi_t", "kind"}) // Error, below, tells
	whole := func(t float64) string { return strconv.FormatFloat(t, 'f', 0, 64) }
	for i, in := range inputs {
		for _, n := range told[i] {
			c := n.crossing
			_ = out.Write([]string{in.id, strconv.FormatFloat(n.at, 'f', -1, 64), whole(c.Expected), whole(c.Earliest), whole(c.Latest), n.kind})
		}
	}
	out.Flush()
	return out.Error()
}
