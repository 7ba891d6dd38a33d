package explain

import "time"

// Carrier is what carries a change: one step, one phase, or one phase of one
// step.
type Carrier struct {
	Step  string        // "" : the phase, in several steps
	Phase string        // "" : the step, in several phases
	By    time.Duration // by how much it grew
}

const (
	carries = 0.6  // share of the growth by which a part is said to carry it
	grew    = 0.05 // of the whole before: less is no growth worth a word
)

// Grew reports whether the whole grew by more than a twentieth.
func (c Change) Grew() bool { return float64(c.By()) > grew*float64(c.Before) }

// Carrier is the one part that carries the growth; false if none does, or
// nothing grew.
func (c Change) Carrier() (Carrier, bool) {
	if !c.Grew() {
		return Carrier{}, false
	}
	step, ofStep := c.most(func(p Part) string { return p.Step }, func(Part) bool { return true })
	if !c.carriesOf(ofStep, c.By()) {
		name, by := c.most(func(p Part) string { return p.Phase }, func(Part) bool { return true })
		return Carrier{Phase: name, By: by}, c.carriesOf(by, c.By())
	}
	found := Carrier{Step: step, By: ofStep}
	name, by := c.most(func(p Part) string { return p.Phase }, func(p Part) bool { return p.Step == step })
	if c.carriesOf(by, ofStep) {
		found.Phase = name
	}
	return found, true
}

// carriesOf reports whether part is most of whole.
func (c Change) carriesOf(part, whole time.Duration) bool {
	return float64(part) >= carries*float64(whole)
}

// most is the group of parts, of those wanted, that grew most together.
func (c Change) most(group func(Part) string, wanted func(Part) bool) (name string, by time.Duration) {
	sums := map[string]time.Duration{}
	for _, p := range c.Parts {
		if wanted(p) {
			sums[group(p)] += p.By()
		}
	}
	for g, sum := range sums {
		if name == "" || sum > by || sum == by && g < name {
			name, by = g, sum
		}
	}
	return name, by
}
