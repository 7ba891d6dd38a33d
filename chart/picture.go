package chart

import (
	"fmt"
	"image/png"
	"io"
	"math"
	"time"
)

// The picture, in pixels: wide enough that its letters can still be read when
// a phone shows it at a third of its size.
const (
	width, height            = 1200, 640
	left, right, top, bottom = 130, 40, 96, 64
)

// PNG draws c on w. It fails for a chart without a course.
func (c Chart) PNG(w io.Writer) error {
	if len(c.Course) == 0 || !(c.Limit > 0) {
		return fmt.Errorf("draw %q: there is no course", c.Title)
	}
	ink := dark()
	canvas, err := newCanvas(width, height, ink.ground)
	if err != nil {
		return err
	}
	v := view{Chart: c, canvas: canvas, ink: ink, from: c.Course[0].At, until: c.end(), most: c.most()}
	v.axes()
	v.runs()
	v.foretold()
	v.limit()
	v.line(ink.course, 5, v.way(c.Course))
	v.names()
	return png.Encode(w, canvas.RGBA)
}

// most is the value at the top of the picture.
func (c Chart) most() float64 {
	most := c.Limit
	for _, p := range c.Course {
		most = math.Max(most, p.Value)
	}
	if c.Forecast != nil {
		_, _, high := c.Forecast.At(c.end())
		most = math.Max(most, high)
	}
	return 1.08 * most
}

// view is a picture of a chart while it is drawn.
type view struct {
	Chart
	*canvas
	ink         palette
	from, until time.Time
	most        float64
}

func (v view) x(t time.Time) float64 {
	span := math.Max(v.until.Sub(v.from).Seconds(), 1)
	return left + (width-left-right)*t.Sub(v.from).Seconds()/span
}

func (v view) y(value float64) float64 {
	share := math.Min(math.Max(value/v.most, 0), 1)
	return height - bottom - (height-top-bottom)*share
}

func (v view) spot(p Point) spot { return spot{v.x(p.At), v.y(p.Value)} }

func (v view) way(points []Point) []spot {
	var way []spot
	for _, p := range points {
		way = append(way, v.spot(p))
	}
	return way
}

// axes draws the lines of round values and times, with what they stand for.
func (v view) axes() {
	step := stepOf(v.most * v.Scale / 4)
	for value := 0.0; value <= v.most*v.Scale; value += step {
		y := v.y(value / v.Scale)
		v.line(v.ink.faint, 2, []spot{{left, y}, {width - right, y}})
		v.write(v.small, v.ink.ink, spot{left - 12, y + 10}, leftOf, fmt.Sprintf("%g", value))
	}
	v.write(v.small, v.ink.ink, spot{left - 12, top - 22}, leftOf, v.Unit)
	for _, t := range timesBetween(v.from.In(v.zone()), v.until.In(v.zone())) {
		x := v.x(t)
		v.line(v.ink.faint, 2, []spot{{x, height - bottom}, {x, height - bottom + 10}})
		if name := nameOf(t, v.until.Sub(v.from)); x > left+40 && x < width-right-wide(v.small, name)/2 {
			v.write(v.small, v.ink.ink, spot{x, height - 16}, centred, name)
		}
	}
}

// runs draws single runs; those beyond the picture lie on its upper edge.
func (v view) runs() {
	var discs [][]spot
	for _, p := range v.Runs {
		if !p.At.Before(v.from) {
			discs = append(discs, round(v.spot(p), 3.5))
		}
	}
	v.fill(v.ink.run, discs...)
}

// foretold draws the cone of the forecast and its middle.
func (v view) foretold() {
	f := v.Forecast
	if f == nil {
		return
	}
	const pieces = 60
	var upper, lower, middle []spot
	for i := range pieces + 1 {
		t := f.From.At.Add(v.until.Sub(f.From.At) * time.Duration(i) / pieces)
		low, mid, high := f.At(t)
		upper, lower = append(upper, v.spot(Point{t, high})), append(lower, v.spot(Point{t, low}))
		middle = append(middle, v.spot(Point{t, mid}))
	}
	cone := upper
	for i := len(lower) - 1; i >= 0; i-- {
		cone = append(cone, lower[i])
	}
	v.fill(v.ink.cone, cone)
	for i := 0; i+1 < len(middle); i += 2 {
		v.line(v.ink.forecast, 5, middle[i:i+2])
	}
}

// limit draws the limit, the time within which it is to be crossed, and now.
func (v view) limit() {
	y := v.y(v.Limit)
	v.dashes(v.ink.limit, 4, 18, spot{left, y}, spot{width - right, y})
	now := v.x(v.Now)
	if now < width-right-1 {
		v.dashes(v.ink.ink, 2, 6, spot{now, top}, spot{now, height - bottom})
	}
	f := v.Forecast
	if f == nil {
		return
	}
	early, late := v.x(f.Earliest), v.x(f.Latest)
	v.fill(v.ink.forecast, []spot{{early, y - 7}, {late, y - 7}, {late, y + 7}, {early, y + 7}})
	v.fill(v.ink.forecast, round(spot{v.x(f.Expected), y}, 14))
	if !v.Crossed.IsZero() {
		v.fill(v.ink.limit, round(spot{v.x(v.Crossed), y}, 14))
	}
}

// names writes the title, and beside each thing what it is.
func (v view) names() {
	v.write(v.large, v.ink.ink, spot{left, 46}, rightOf, fit(v.large, v.Title, width-left-right))
	y := v.y(v.Limit)
	v.write(v.small, v.ink.limit, spot{left + 12, y - 16}, rightOf, v.LimitText)
	if now := v.x(v.Now); now < width-right-1 {
		v.write(v.small, v.ink.ink, spot{now - 10, height - bottom - 14}, leftOf, "now")
	}
	if v.Forecast == nil {
		return
	}
	f := v.Forecast
	text := "expected " + v.clock(f.Expected) + ", 80 % " + v.clock(f.Earliest) + " to " + v.clock(f.Latest)
	if !v.Crossed.IsZero() {
		text = "crossed " + v.clock(v.Crossed) + ", " + text
	}
	v.write(v.small, v.ink.ink, spot{width - right, top - 12}, leftOf, text)
}

// clock names the moment t, with its day where that is not the day of Now or
// the picture shows most of one.
func (v view) clock(t time.Time) string {
	t, now := t.In(v.zone()), v.Now.In(v.zone())
	if v.until.Sub(v.from) > 20*time.Hour || t.YearDay() != now.YearDay() {
		return t.Format("Mon 15:04")
	}
	return t.Format("15:04")
}

func (v view) zone() *time.Location {
	if v.Zone == nil {
		return time.UTC
	}
	return v.Zone
}
