package cli

import (
	"math"

	"github.com/guptarohit/asciigraph"
)

// demoChart draws the last of took and the limit, both in milliseconds, as wide
// as columns allow. Its lines are a sixth of the limit apart, so that one of
// them is the limit; what is over two limits is drawn at two.
func demoChart(took []float64, limit float64, columns int) string {
	const left, lines, most = 12, 6, 12
	took = took[max(0, len(took)-max(2, min(columns-left, 100))):]
	if len(took) < 2 {
		return "waiting for the second run"
	}
	rows := lines + 2
	line := make([]float64, len(took))
	drawn := make([]float64, len(took))
	for i, ms := range took {
		line[i], drawn[i] = limit, math.Min(ms, 2*limit)
		rows = min(most, max(rows, int(math.Ceil(ms*lines/limit))))
	}
	return asciigraph.PlotMany([][]float64{line, drawn},
		asciigraph.Height(rows), asciigraph.Precision(0),
		asciigraph.LowerBound(0), asciigraph.UpperBound(limit*float64(rows)/lines),
		asciigraph.SeriesColors(asciigraph.Red, asciigraph.Green),
		asciigraph.Caption("checkout, ms; the red line is the limit"))
}
