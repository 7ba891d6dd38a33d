package chart

import "image/color"

// Palette is the colours of a picture. No meaning is in a colour alone: lines
// differ in stroke, and have their names beside them.
type Palette struct {
	Ground, Ink, Faint color.RGBA
	Course, Run        color.RGBA
	Limit              color.RGBA
	Forecast, Cone     color.RGBA
}

// Light is for a white page.
func Light() Palette {
	return Palette{
		Ground: color.RGBA{255, 255, 255, 255}, Ink: color.RGBA{29, 28, 29, 255}, Faint: color.RGBA{221, 221, 223, 255},
		Course: color.RGBA{18, 100, 163, 255}, Run: color.RGBA{50, 90, 130, 150},
		Limit:    color.RGBA{192, 32, 47, 255},
		Forecast: color.RGBA{181, 98, 0, 255}, Cone: color.RGBA{87, 58, 10, 90},
	}
}

// Dark is for a page in the dark.
func Dark() Palette {
	return Palette{
		Ground: color.RGBA{26, 29, 33, 255}, Ink: color.RGBA{232, 232, 234, 255}, Faint: color.RGBA{58, 62, 68, 255},
		Course: color.RGBA{94, 178, 240, 255}, Run: color.RGBA{45, 75, 99, 110},
		Limit:    color.RGBA{255, 110, 116, 255},
		Forecast: color.RGBA{240, 170, 60, 255}, Cone: color.RGBA{88, 62, 22, 100},
	}
}
