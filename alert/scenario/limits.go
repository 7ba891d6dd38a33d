package scenario

import (
	"errors"
	"fmt"
	"slices"

	"github.com/forewarn/forewarn/alert"
)

// limitsOf are the limits of s: those of the configuration, and what the
// scenario adds to or changes of them, availability first.
func limitsOf(s Scenario, configured []alert.Limit) ([]alert.Limit, error) {
	var all []alert.Limit
	for _, l := range configured {
		if l.Journey == s.Journey {
			all = append(all, l)
		}
	}
	if len(all) == 0 && s.Journey != "" {
		return nil, fmt.Errorf("the configuration has no journey %q; write one of its names", s.Journey)
	}
	for _, line := range s.limits {
		i := line.of(all)
		if i < 0 && line.signal == "" {
			return nil, fmt.Errorf("line %d: there is no limit %q; begin with its signal: limit latency above 1s", line.line, line.name)
		}
		if i < 0 {
			i = len(all)
			all = append(all, line.fresh(s))
		}
		if err := line.apply(&all[i]); err != nil {
			return nil, fmt.Errorf("line %d: %w", line.line, err)
		}
	}
	if len(all) == 0 {
		return nil, errors.New("there is no limit to test; write limit latency above 1s, or journey NAME")
	}
	slices.SortStableFunc(all, func(a, b alert.Limit) int { return rank(a) - rank(b) })
	return all, nil
}

// of is the index of the limit that the line is about, or -1.
func (l limitLine) of(all []alert.Limit) int {
	return slices.IndexFunc(all, func(a alert.Limit) bool {
		return a.Limit == l.fullName() || l.name == "" && a.Signal != alert.Availability
	})
}

// fullName is how the limit is called: by its name or signal, and its step.
func (l limitLine) fullName() string {
	if l.signal != "" && l.step != "" {
		return l.step + " " + l.name
	}
	return l.name
}

func (l limitLine) fresh(s Scenario) alert.Limit {
	a := alert.Limit{Key: alert.Key{Journey: s.Journey, Limit: l.fullName()}, Signal: l.signal, Stat: "p50",
		Window: 10 * s.Every, Confirm: alert.Confirm{Over: 3, Of: 5}, Every: s.Every}
	if l.signal == alert.Errors {
		a.Stat, a.Window = "ratio", 100*s.Every
	}
	return a
}

func (l limitLine) apply(a *alert.Limit) error {
	for _, set := range l.set {
		if err := set(a); err != nil {
			return err
		}
	}
	return nil
}

func rank(l alert.Limit) int {
	if l.Signal == alert.Availability {
		return 0
	}
	return 1
}
