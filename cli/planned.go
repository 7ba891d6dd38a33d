package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/config"
	"github.com/forewarn/forewarn/notify"
)

// plannedStatus is the maintenance window of a journey that is under way, or
// the next one.
type plannedStatus struct {
	Name  string `json:"name"`
	From  int64  `json:"from_ms"` // unix time
	Until int64  `json:"until_ms"`

	from, until time.Time
}

// newPlannedStatus is nil if no window comes any more.
func newPlannedStatus(windows []alert.Window, now time.Time) *plannedStatus {
	w, from, until, found := alert.Coming(windows, now)
	if !found {
		return nil
	}
	if w.Zone != nil {
		from, until = from.In(w.Zone), until.In(w.Zone)
	}
	return &plannedStatus{w.Name, from.UnixMilli(), until.UnixMilli(), from, until}
}

// text says when it is, by a clock in its zone.
func (p *plannedStatus) text(now time.Time) string {
	const day = "Mon 2 Jan 15:04"
	if !p.from.After(now) {
		return fmt.Sprintf("%s, until %s: measures, opens no incident", p.Name, p.until.Format(day+" MST"))
	}
	return fmt.Sprintf("%s, in %s: %s to %s", p.Name, notify.Span(p.from.Sub(now)), p.from.Format(day), p.until.Format(day+" MST"))
}

// printPlanned writes which window comes next, and for which journeys.
func printPlanned(w io.Writer, c config.Config, now time.Time) {
	journeys := map[string][]string{}
	var order []string
	for _, j := range c.Journeys {
		if next := newPlannedStatus(j.Maintenance, now); next != nil {
			text := next.text(now)
			if !slices.Contains(order, text) {
				order = append(order, text)
			}
			journeys[text] = append(journeys[text], j.Name)
		}
	}
	for _, text := range order {
		fmt.Fprintf(w, "\nmaintenance of %s:\n  %s\n", strings.Join(journeys[text], ", "), text)
	}
}
