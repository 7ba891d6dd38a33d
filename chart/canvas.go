package chart

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"math"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// spot is a place on a canvas, in pixels from the top left.
type spot struct{ x, y float64 }

// canvas is a picture that is being drawn.
type canvas struct {
	*image.RGBA
	small, large font.Face
}

func newCanvas(width, height int, background color.Color) (*canvas, error) {
	c := &canvas{RGBA: image.NewRGBA(image.Rect(0, 0, width, height))}
	draw.Draw(c.RGBA, c.Bounds(), image.NewUniform(background), image.Point{}, draw.Src)
	for _, f := range []struct {
		face *font.Face
		ttf  []byte
		size float64
	}{{&c.small, goregular.TTF, 30}, {&c.large, gobold.TTF, 36}} {
		parsed, err := opentype.Parse(f.ttf)
		if err != nil {
			return nil, fmt.Errorf("read the font: %w", err)
		}
		if *f.face, err = opentype.NewFace(parsed, &opentype.FaceOptions{Size: f.size, DPI: 72}); err != nil {
			return nil, fmt.Errorf("size the font: %w", err)
		}
	}
	return c, nil
}

// fill paints polygons, which may overlap if they turn the same way. Only
// their bounding box is rasterised: a whole picture for each shape is slow.
func (c *canvas) fill(ink color.Color, polygons ...[]spot) {
	low, high := spot{math.Inf(1), math.Inf(1)}, spot{math.Inf(-1), math.Inf(-1)}
	for _, polygon := range polygons {
		for _, p := range polygon {
			low = spot{math.Min(low.x, p.x), math.Min(low.y, p.y)}
			high = spot{math.Max(high.x, p.x), math.Max(high.y, p.y)}
		}
	}
	box := image.Rect(int(low.x)-1, int(low.y)-1, int(high.x)+2, int(high.y)+2)
	if len(polygons) == 0 || !box.Overlaps(c.Bounds()) {
		return
	}
	r := vector.NewRasterizer(box.Dx(), box.Dy())
	at := func(p spot) (x, y float32) {
		return float32(p.x) - float32(box.Min.X), float32(p.y) - float32(box.Min.Y)
	}
	for _, polygon := range polygons {
		r.MoveTo(at(polygon[0]))
		for _, p := range polygon[1:] {
			r.LineTo(at(p))
		}
		r.ClosePath()
	}
	r.Draw(c.RGBA, box, image.NewUniform(ink), image.Point{})
}

// line strokes a way through spots.
func (c *canvas) line(ink color.Color, width float64, way []spot) {
	var shapes [][]spot
	for i := 1; i < len(way); i++ {
		a, b := way[i-1], way[i]
		long := math.Hypot(b.x-a.x, b.y-a.y)
		if long == 0 {
			continue
		}
		nx, ny := (b.y-a.y)/long*width/2, -(b.x-a.x)/long*width/2
		shapes = append(shapes, []spot{{a.x + nx, a.y + ny}, {b.x + nx, b.y + ny}, {b.x - nx, b.y - ny}, {a.x - nx, a.y - ny}}, round(b, width/2))
	}
	c.fill(ink, shapes...)
}

// dashes strokes a straight line with gaps.
func (c *canvas) dashes(ink color.Color, width, dash float64, a, b spot) {
	long := math.Hypot(b.x-a.x, b.y-a.y)
	at := func(d float64) spot {
		share := math.Min(d/long, 1)
		return spot{a.x + (b.x-a.x)*share, a.y + (b.y-a.y)*share}
	}
	for d := 0.0; d < long; d += 2 * dash {
		c.line(ink, width, []spot{at(d), at(d + dash)})
	}
}

// round is a disc, turning as the strokes of line do.
func round(at spot, radius float64) []spot {
	const corners = 16
	var disc []spot
	for i := range corners {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / corners)
		disc = append(disc, spot{at.x + radius*cos, at.y + radius*sin})
	}
	return disc
}

// Where text stands beside its spot.
const (
	rightOf = 0.0
	centred = 0.5
	leftOf  = 1.0
)

// write puts text with its baseline at a spot: to the right of it, centred, or
// to the left.
func (c *canvas) write(face font.Face, ink color.Color, at spot, side float64, text string) {
	d := font.Drawer{Dst: c.RGBA, Src: image.NewUniform(ink), Face: face}
	x := at.x - side*wide(face, text)
	d.Dot = fixed.Point26_6{X: fixed.Int26_6(x * 64), Y: fixed.Int26_6(at.y * 64)}
	d.DrawString(text)
}

// wide is the width of text in pixels.
func wide(face font.Face, text string) float64 { return float64(font.MeasureString(face, text)) / 64 }

// fit shortens text to at most width pixels.
func fit(face font.Face, text string, width float64) string {
	const most = 200 // runes, of which no picture has room for more
	runes := []rune(text)
	if len(runes) <= most && wide(face, text) <= width {
		return text
	}
	runes = runes[:min(most, len(runes))]
	for len(runes) > 0 && wide(face, string(runes)+"…") > width {
		runes = runes[:len(runes)-1]
	}
	return string(runes) + "…"
}
