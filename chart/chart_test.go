package chart

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"io"
	"math"
	"strings"
	"testing"
	"time"
)

func noon() time.Time { return time.Date(2026, 11, 18, 12, 0, 0, 0, time.UTC) }

// rising was 1 for two hours and is foretold to meet its limit of 2 in an
// hour, not before half an hour and not after two.
func rising() Chart {
	c := Chart{Title: "Buy a coffee, p50", Limit: 2, Now: noon(), Unit: "s", Scale: 1, LimitText: "limit 2 s",
		Forecast: &Forecast{From: Point{noon(), 1}, Limit: 2, Earliest: noon().Add(30 * time.Minute), Expected: noon().Add(time.Hour), Latest: noon().Add(2 * time.Hour)}}
	for i := -120; i <= 0; i++ {
		p := Point{noon().Add(time.Duration(i) * time.Minute), 1}
		c.Course, c.Runs = append(c.Course, p), append(c.Runs, p)
	}
	return c
}

func drawn(t *testing.T, c Chart) image.Image {
	t.Helper()
	var b bytes.Buffer
	if err := c.PNG(&b); err != nil {
		t.Fatal(err)
	}
	if b.Len() > 150_000 {
		t.Errorf("the picture has %d bytes", b.Len())
	}
	img, err := png.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func TestAForecastMeetsItsLimitWhenItSays(t *testing.T) {
	f := rising().Forecast
	for _, c := range []struct {
		after             time.Duration
		low, middle, high float64
	}{{-time.Hour, 1, 1, 1}, {0, 1, 1, 1}, {30 * time.Minute, 1.25, 1.5, 2}, {time.Hour, 1.5, 2, 3}, {2 * time.Hour, 2, 3, 3}} {
		low, middle, high := f.At(noon().Add(c.after))
		if low != c.low || middle != c.middle || high != c.high {
			t.Errorf("after %s: %v, %v, %v; want %v, %v, %v", c.after, low, middle, high, c.low, c.middle, c.high)
		}
	}
	falls := Forecast{From: Point{noon(), 20}, Limit: 14, Earliest: noon().Add(time.Hour), Expected: noon().Add(2 * time.Hour), Latest: noon().Add(4 * time.Hour)}
	if low, middle, high := falls.At(noon().Add(time.Hour)); low != 18.5 || middle != 17 || high != 14 {
		t.Errorf("what falls is at %v, %v, %v", low, middle, high)
	}
}

func TestThePictureShowsWhatIsWhere(t *testing.T) {
	c := rising()
	p, img := dark(), drawn(t, c)
	v := view{Chart: c, from: c.Course[0].At, until: c.end(), most: c.most()}
	for what, at := range map[string]struct {
		point Point
		ink   any
	}{
		"the course":   {Point{noon().Add(-time.Hour), 1}, p.course},
		"the crossing": {Point{noon().Add(time.Hour), 2}, p.forecast},
		"the ground":   {Point{noon().Add(-time.Hour), 1.6}, p.ground},
	} {
		spot := v.spot(at.point)
		if got := img.At(int(spot.x), int(spot.y)); got != at.ink {
			t.Errorf("%s is %v, want %v", what, got, at.ink)
		}
	}
	cone, ground := v.spot(Point{noon().Add(time.Hour), 2.4}), p.ground
	if got := img.At(int(cone.x), int(cone.y)); got == ground {
		t.Error("nothing is drawn within the cone")
	}
}

// Contrast by WCAG 2.1, 1.4.3 and 1.4.11: 4.5 for text, 3 for what is drawn.
func TestWhatMattersStandsOutFromItsGround(t *testing.T) {
	p := dark()
	for what, c := range map[string]struct {
		ink   [3]uint8
		least float64
	}{
		"text": {[3]uint8{p.ink.R, p.ink.G, p.ink.B}, 4.5}, "the name of the limit": {[3]uint8{p.limit.R, p.limit.G, p.limit.B}, 4.5},
		"the course": {[3]uint8{p.course.R, p.course.G, p.course.B}, 3}, "the forecast": {[3]uint8{p.forecast.R, p.forecast.G, p.forecast.B}, 3},
	} {
		if got := contrast(c.ink, [3]uint8{p.ground.R, p.ground.G, p.ground.B}); got < c.least {
			t.Errorf("%s: contrast %.1f, want %.1f", what, got, c.least)
		}
	}
}

func contrast(a, b [3]uint8) float64 {
	x, y := luminance(a), luminance(b)
	return (math.Max(x, y) + 0.05) / (math.Min(x, y) + 0.05)
}

func luminance(c [3]uint8) float64 {
	sum := 0.0
	for i, share := range []float64{0.2126, 0.7152, 0.0722} {
		v := float64(c[i]) / 255
		if v <= 0.04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+0.055)/1.055, 2.4)
		}
		sum += share * v
	}
	return sum
}

func TestTheRoundTimesAreFewAndRound(t *testing.T) {
	for span, want := range map[time.Duration]int{
		20 * time.Second: 4, 3 * time.Minute: 6, time.Hour: 6, 3 * time.Hour: 6, 26 * time.Hour: 4, 9 * 24 * time.Hour: 4, 30 * 24 * time.Hour: 5,
	} {
		from := time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)
		got := timesBetween(from, from.Add(span))
		if len(got) < 2 || len(got) > 8 {
			t.Errorf("%s: %d times, about %d are wanted: %v", span, len(got), want, got)
		}
	}
}

func TestAPictureWithoutACourseIsRefused(t *testing.T) {
	c := rising()
	c.Course = nil
	if err := c.PNG(io.Discard); err == nil {
		t.Error("nothing was drawn, and nothing was said")
	}
}

func TestAnyCourseCanBeDrawn(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Kyiv")
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range []func(*Chart){
		func(c *Chart) { c.Title = strings.Repeat("Ein sehr langer Titel 🔥 שלום ", 300) },
		func(c *Chart) { c.Forecast = nil },
		func(c *Chart) { c.Course = c.Course[:1] },
		func(c *Chart) { c.Course[60].Value, c.Runs[60].Value = 1e9, 1e12 },
		func(c *Chart) { c.Limit, c.Scale, c.Unit = 1e-6, 100, "%" },
		func(c *Chart) {
			c.Forecast.Earliest, c.Forecast.Expected = noon().Add(-time.Hour), noon().Add(-time.Hour)
		},
		func(c *Chart) { c.Forecast.Latest = noon().Add(90 * 24 * time.Hour) },
		func(c *Chart) { c.Crossed, c.Zone = noon().Add(-time.Minute), zone },
	} {
		c := rising()
		change(&c)
		drawn(t, c)
	}
}

func BenchmarkPNG(b *testing.B) {
	c := rising()
	for b.Loop() {
		if err := c.PNG(io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}

func ExampleForecast_At() {
	from := time.Date(2026, 11, 18, 12, 0, 0, 0, time.UTC)
	f := Forecast{From: Point{from, 1}, Limit: 2, Earliest: from.Add(30 * time.Minute), Expected: from.Add(time.Hour), Latest: from.Add(2 * time.Hour)}
	low, middle, high := f.At(from.Add(30 * time.Minute))
	fmt.Println(low, middle, high)
	// Output: 1.25 1.5 2
}

func TestAPictureNamesTheDayOfWhatIsNotToday(t *testing.T) {
	night := time.FixedZone("", 12*60*60-10*60) // ten minutes before midnight at noon
	for _, c := range []struct {
		zone  *time.Location
		after time.Duration
		want  string
	}{{nil, time.Hour, "13:00"}, {night, 0, "23:50"}, {night, time.Hour, "Thu 00:50"}, {nil, -13 * time.Hour, "Tue 23:00"}} {
		v := view{Chart: Chart{Now: noon(), Zone: c.zone}, from: noon().Add(-2 * time.Hour), until: noon().Add(2 * time.Hour)}
		if got := v.clock(noon().Add(c.after)); got != c.want {
			t.Errorf("%v from now is %q, want %q", c.after, got, c.want)
		}
	}
}
