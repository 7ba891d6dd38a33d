package agent

import (
	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/probes"
)

// planned reports whether r was run, or was due, in a maintenance window: what
// it found may be what was planned.
func (w *Watch) planned(r *probes.Result) bool {
	from := r.Start
	if !r.Due.IsZero() && r.Due.Before(from) {
		from = r.Due
	}
	_, found := alert.Covering(w.Maintenance, from, r.Start.Add(r.Duration))
	return found
}
