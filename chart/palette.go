package chart

import "image/color"

// palette is the colours of a picture. No meaning is in a colour alone: lines
// differ in stroke, and have their names beside them.
type palette struct {
	ground, ink, faint color.RGBA
	course, run        color.RGBA
	limit              color.RGBA
	forecast, cone     color.RGBA
}

// dark is the palette of all pictures: light on dark stands out on a white page
// as well.
func dark() palette {
	return palette{
		ground: color.RGBA{26, 29, 33, 255}, ink: color.RGBA{232, 232, 234, 255}, faint: color.RGBA{58, 62, 68, 255},
		course: color.RGBA{94, 178, 240, 255}, run: color.RGBA{45, 75, 99, 110},
		limit:    color.RGBA{255, 110, 116, 255},
		forecast: color.RGBA{240, 170, 60, 255}, cone: color.RGBA{88, 62, 22, 100},
	}
}
