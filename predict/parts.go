package predict

// parts are pieces of the method. A tracker leaves out those in its off field,
// which only the ablation test sets.
type parts uint16

const (
	clipping parts = 1 << iota
	profiles
	correlated // noise: autocorrelation
	inherited  // noise: of the longest lookback
	stepTest
	manyShapes
	firstPassage
	pastNovelty
	hourNovelty
	fewErrors // likelihood of counts
	usualPeak
	lasting   // the figure that is held, not the last one
	usualTime // when crossings come, before we look
	firstDay  // new rises in it
)

// has reports whether a part takes part.
func (t *Tracker) has(p parts) bool { return t.off&p == 0 }
