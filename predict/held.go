package predict

import (
	"math"
	"slices"
)

// heldShare is the share of the figures that a crossing has on its far side:
// one that flickers about the limit has not crossed it yet.
const heldShare = 0.8

// maxHeld bounds the figures kept. A span that holds more forgets its oldest.
const maxHeld = 64

// held knows the figures of the last while: those that say whether the series
// is lastingly beyond the limit, and not just its noise.
type held struct {
	span    float64 // seconds
	figures []figureAt
}

type figureAt struct{ at, value float64 }

// add keeps a figure and forgets what has left the span. NaN says nothing.
func (h *held) add(at, figure float64) {
	gone := max(0, len(h.figures)+1-maxHeld)
	for gone < len(h.figures) && h.figures[gone].at <= at-h.span {
		gone++
	}
	h.figures = slices.Delete(h.figures, 0, gone)
	if !math.IsNaN(figure) {
		h.figures = append(roomFor(h.figures, maxHeld), figureAt{at, figure})
	}
}

// level is what heldShare of the figures lie at or above; NaN for none.
func (h *held) level() float64 {
	if len(h.figures) == 0 {
		return math.NaN()
	}
	var room [maxHeld]float64
	values := room[:0]
	for _, f := range h.figures {
		values = append(values, f.value)
	}
	slices.Sort(values)
	return values[int((1-heldShare)*float64(len(values))+1e-9)]
}
