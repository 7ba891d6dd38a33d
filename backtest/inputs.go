package backtest

import (
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"strconv"
	"time"

	"github.com/forewarn/forewarn/predict"
)

// Input is a series in a file, and the rule that it is watched by.
type Input struct {
	ID   string
	File string // CSV with t_unix and value, or n and errors; gzipped if its name ends in .gz
	Rule predict.Rule
}

// ReadInputs reads a list of series: a CSV file with the columns of
// predict/testdata/corpus/SCORING.md. The files it names are relative to it.
// An error names the line and the field.
func ReadInputs(name string) ([]Input, error) {
	t, err := openTable(name)
	if err != nil {
		return nil, err
	}
	defer t.Close()
	if err := t.need("id", "file", "interval_s", "agg", "window_s", "min_n", "threshold", "direction", "sustain_s", "horizon_s"); err != nil {
		return nil, err
	}
	var inputs []Input
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
		in.File = filepath.Join(filepath.Dir(name), filepath.FromSlash(in.File))
		inputs = append(inputs, in)
	}
}

// readInput is one row of the list.
func readInput(t *table) (Input, error) {
	stats := map[string]predict.Stat{
		"mean": predict.Mean, "p50": predict.Median, "p90": predict.P90, "p95": predict.P95, "ratio": predict.Ratio,
	}
	stat, known := stats[t.text("agg")]
	if !known {
		return Input{}, fmt.Errorf("agg is %q: it is one of mean, p50, p90, p95, ratio", t.text("agg"))
	}
	direction := t.text("direction")
	if direction != "up" && direction != "down" {
		return Input{}, fmt.Errorf("direction is %q: it is up or down", direction)
	}
	var wrong error
	number := func(column string) float64 {
		v, err := strconv.ParseFloat(t.text(column), 64)
		if err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
			wrong = errors.Join(wrong, fmt.Errorf("%s is %q: it is a number", column, t.text(column)))
		}
		return v
	}
	in := Input{ID: t.text("id"), File: t.text("file"), Rule: predict.Rule{
		Stat: stat, Window: number("window_s"), MinSamples: int(number("min_n")),
		Limit: number("threshold"), Below: direction == "down", Ahead: number("horizon_s"),
		Sustain: number("sustain_s"), Interval: number("interval_s"), Zone: time.UTC,
	}}
	if n := number("min_n"); wrong == nil && (n < 0 || n > 1e6) {
		wrong = fmt.Errorf("min_n is %q: it is from 0 to a million", t.text("min_n"))
	}
	if wrong == nil && (in.Rule.Interval <= 0 || in.Rule.Ahead <= 0 || in.Rule.Window <= 0) {
		wrong = errors.New("interval_s, window_s and horizon_s must be more than 0")
	}
	return in, wrong
}
