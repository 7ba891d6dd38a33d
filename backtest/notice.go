package backtest

import (
	"encoding/csv"
	"io"
	"runtime"
	"slices"
	"strconv"

	"golang.org/x/sync/errgroup"

	"github.com/forewarn/forewarn/predict"
)

// Notice is one thing that would have been told of a series.
type Notice struct {
	Series   string           // its ID
	At       float64          // unix seconds
	Crossing predict.Crossing // as it was told; At itself when the limit is crossed already
	Kind     string           // proactive, sooner, receded or reactive
}

// Replay is what would have been told of all series, in their order. They are
// read in parallel; no notice knows of anything later than itself.
func Replay(inputs []Input) ([]Notice, error) {
	told := make([][]Notice, len(inputs))
	var workers errgroup.Group
	workers.SetLimit(runtime.GOMAXPROCS(0))
	for i, in := range inputs {
		workers.Go(func() (err error) {
			told[i], err = in.replay()
			return err
		})
	}
	if err := workers.Wait(); err != nil {
		return nil, err
	}
	return slices.Concat(told...), nil
}

// WriteNotices writes them as CSV, in the form that
// predict/testdata/corpus/SCORING.md asks for.
func WriteNotices(w io.Writer, told []Notice) error {
	out := csv.NewWriter(w)
	_ = out.Write([]string{"id", "t_warn", "predicted_t", "lo_t", "hi_t", "kind"}) // Error, below, tells
	whole := func(t float64) string { return strconv.FormatFloat(t, 'f', 0, 64) }
	for _, n := range told {
		c := n.Crossing
		_ = out.Write([]string{n.Series, strconv.FormatFloat(n.At, 'f', -1, 64), whole(c.Expected), whole(c.Earliest), whole(c.Latest), n.Kind})
	}
	out.Flush()
	return out.Error()
}
