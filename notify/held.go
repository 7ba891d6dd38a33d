package notify

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/forewarn/forewarn/alert"
)

// heldBack are the titles of the journeys that in holds back.
func (w *worker) heldBack(ctx context.Context, in alert.Incident) ([]string, error) {
	if in.Limit.Signal != alert.Availability || in.Burned.IsZero() || in.Number == 0 {
		return nil, nil
	}
	limits, err := w.DB.HeldBack(ctx, in.Number)
	var titles []string
	for _, l := range limits {
		title := cmp.Or(w.Describe(l.Limit.Key).Title, l.Limit.Journey)
		if !slices.Contains(titles, title) {
			titles = append(titles, title)
		}
	}
	return titles, err
}

// keeping names the journeys that the incident keeps quiet.
func (d draft) keeping() Text {
	switch {
	case len(d.s.Held) == 0:
		return nil
	case d.in.Open():
		return Text{strong("Also failing, kept quiet: "), words(listed(d.s.Held) + ".")}
	}
	return Text{strong("Kept quiet until now: "), words(listed(d.s.Held) + ". Each is told with its next run that fails.")}
}

// listed is names in one line, at most 10 of them.
func listed(names []string) string {
	const most = 10
	var shown []string
	for _, name := range names[:min(most, len(names))] {
		shown = append(shown, clip(name, nameText))
	}
	text := strings.Join(shown, ", ")
	if more := len(names) - len(shown); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
