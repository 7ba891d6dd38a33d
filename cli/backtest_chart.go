package cli

import (
	"fmt"
	"io"
	"math"
	"slices"
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

// chart is the worst of a figure in each of as many spans of time as there
// are columns.
type chart struct {
	size         chartSize
	since, until time.Time
	below        bool      // the smallest is the worst
	worst        []float64 // NaN: nothing was seen
	marks        []rune
}

func newChart(size chartSize, since, until time.Time, below bool) chart {
	return chart{
		size: size, since: since, until: until, below: below,
		worst: slices.Repeat([]float64{math.NaN()}, size.columns), marks: slices.Repeat([]rune{' '}, size.columns),
	}
}

// column is where a time lies; -1 is outside.
func (c *chart) column(at time.Time) int {
	share := float64(at.Sub(c.since)) / float64(c.until.Sub(c.since))
	if i := int(share * float64(len(c.worst))); share >= 0 && i < len(c.worst) {
		return i
	}
	return -1
}

func (c *chart) add(at time.Time, v float64) {
	i := c.column(at)
	if i < 0 || math.IsNaN(v) {
		return
	}
	if old := c.worst[i]; math.IsNaN(old) || (v < old) == c.below {
		c.worst[i] = v
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
	for _, v := range c.worst {
		if v *= unit; !math.IsNaN(v) {
			top, filled = math.Max(top, v), filled+1
		}
		figure, limit = append(figure, v), append(limit, h.limit.Value*unit)
	}
	if filled < 2 || h.limit.Signal == alert.Availability {
		return ""
	}
	for top = range ladder(top) {
		break // at the next round number
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
	return fmt.Sprintf("%s%s\n  worst of each column in %s, %s to %s; the straight line is the limit of %s; S soon, B burning",
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
