package cli

import (
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"github.com/guptarohit/asciigraph"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/notify"
)

// chartSize is the room there is for a chart.
type chartSize struct {
	columns int
	colours bool
}

func chartOf(w io.Writer) chartSize {
	const axis, most = 14, 100 // columns
	return chartSize{columns: max(20, min(width(w)-axis, most)), colours: isTerminal(w)}
}

// chart is a figure over time in as many buckets as there are columns.
type chart struct {
	size         chartSize
	since, until time.Time
	sums         []float64
	counts       []int
	marks        []rune
}

func newChart(size chartSize, since, until time.Time) chart {
	c := chart{size: size, since: since, until: until, sums: make([]float64, size.columns), counts: make([]int, size.columns)}
	c.marks = []rune(strings.Repeat(" ", size.columns))
	return c
}

// column is where a time lies; -1 is outside.
func (c *chart) column(at time.Time) int {
	share := float64(at.Sub(c.since)) / float64(c.until.Sub(c.since))
	if i := int(share * float64(len(c.sums))); share >= 0 && i < len(c.sums) {
		return i
	}
	return -1
}

func (c *chart) add(at time.Time, v float64) {
	if i := c.column(at); i >= 0 && !math.IsNaN(v) {
		c.sums[i] += v
		c.counts[i]++
	}
}

// mark puts the letter of a message under its time: burning over soon.
func (c *chart) mark(at time.Time, kind alert.EventKind) {
	i := c.column(at)
	switch {
	case i < 0:
	case kind == alert.WentBurning:
		c.marks[i] = 'B'
	case kind == alert.WentSoon && c.marks[i] == ' ':
		c.marks[i] = 'S'
	}
}

// draw is the chart of h's figure with its limit; "" if there is too little.
func (c *chart) draw(h *hindsight) string {
	unit, name := chartUnit(h.limit)
	figure, limit := []float64{}, []float64{}
	top, filled := h.limit.Value*unit*1.2, 0
	for i, n := range c.counts {
		v := math.NaN()
		if n > 0 {
			v = c.sums[i] / float64(n) * unit
			top, filled = math.Max(top, v), filled+1
		}
		figure, limit = append(figure, v), append(limit, h.limit.Value*unit)
	}
	if filled < 2 || h.limit.Signal == alert.Availability {
		return ""
	}
	options := []asciigraph.Option{asciigraph.Height(8), asciigraph.Precision(0), asciigraph.LowerBound(0), asciigraph.UpperBound(top)}
	if c.size.colours {
		options = append(options, asciigraph.SeriesColors(asciigraph.Red, asciigraph.Green))
	}
	text := asciigraph.PlotMany([][]float64{limit, figure}, options...)
	return text + "\n" + c.legend(text, name, h)
}

// legend is the line of marks, aligned with the columns, and what they mean.
func (c *chart) legend(text, name string, h *hindsight) string {
	axis := 0
	for i, r := range []rune(text) {
		if r == '┤' || r == '┼' {
			axis = i + 1
			break
		}
	}
	day := func(t time.Time) string { return t.In(h.zone).Format("2 Jan 15:04") }
	return fmt.Sprintf("%s%s\n  %s, %s to %s; the straight line is the limit of %s; S soon, B burning",
		strings.Repeat(" ", axis), strings.TrimRight(string(c.marks), " "), name, day(c.since), day(c.until), notify.Figure(h.limit.Signal, h.limit.Value))
}

// chartUnit turns the limit's unit into that of the axis.
func chartUnit(l alert.Limit) (factor float64, name string) {
	switch l.Signal {
	case alert.Latency:
		return 1000, "ms"
	case alert.Cert:
		return 1, "days"
	}
	return 100, "%"
}
