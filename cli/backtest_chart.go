package cli

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/guptarohit/asciigraph"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/backtest"
	"github.com/forewarn/forewarn/notify"
)

// chartColumns is how many columns a chart on w may have.
func chartColumns(w io.Writer) int {
	const axis, most = 14, 100
	return max(20, min(width(w)-axis, most))
}

// chart is the course of h's figure with its limit; "" if there is too little.
func chart(h hindsight, colours bool) string {
	unit, name := chartUnit(h.Limit)
	limit := h.Limit.Value * unit
	top, filled := limit*1.2, 0
	figure := make([]float64, len(h.Course.Worst))
	for i, worst := range h.Course.Worst {
		if figure[i] = worst * unit; !math.IsNaN(worst) {
			top, filled = max(top, figure[i]), filled+1
		}
	}
	if filled < 2 || h.Limit.Signal == alert.Availability {
		return ""
	}
	options := []asciigraph.Option{asciigraph.Height(8), asciigraph.Precision(0), asciigraph.LowerBound(0), asciigraph.UpperBound(backtest.RoundAbove(top))}
	if colours {
		options = append(options, asciigraph.SeriesColors(asciigraph.Red, asciigraph.Green))
	}
	text := asciigraph.PlotMany([][]float64{slices.Repeat([]float64{limit}, len(figure)), figure}, options...)
	axis, _, _ := strings.Cut(strings.ReplaceAll(text, "┼", "┤"), "┤")
	return fmt.Sprintf("%s\n%s%s\n  worst of each column in %s, %s to %s; the straight line is the limit of %s; S soon, B burning",
		text, strings.Repeat(" ", utf8.RuneCountInString(axis)+1), marks(h), name,
		h.day(h.Course.Since), h.day(h.Course.Until), notify.Figure(h.Limit.Signal, h.Limit.Value))
}

// marks has a letter under the column of each message: burning over soon.
func marks(h hindsight) string {
	letters := slices.Repeat([]byte{' '}, len(h.Course.Worst))
	for _, t := range h.Told {
		i := h.Course.Column(t.At)
		switch {
		case i < 0:
		case t.Kind == alert.WentBurning:
			letters[i] = 'B'
		case t.Kind == alert.WentSoon && letters[i] == ' ':
			letters[i] = 'S'
		}
	}
	return strings.TrimRight(string(letters), " ")
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
