package agent

import (
	"context"
	"time"

	"github.com/forewarn/forewarn/probes"
	"github.com/forewarn/forewarn/store"
)

// Vital is how a heartbeat is, for whoever looks beside a running agent.
type Vital struct {
	State VitalState
	store.Pulse
	Due time.Time // of the next ping; of a job under way, its end at the latest
}

// VitalState is where a heartbeat stands.
type VitalState string

// The states of a heartbeat.
const (
	vitalNew     VitalState = "new"     // no ping has ever come
	vitalUp      VitalState = "up"      // the last one came in time and said that all is well
	vitalLate    VitalState = "late"    // the next one is due, within its grace
	vitalDown    VitalState = "down"    // it is missed, or said that the job failed
	vitalUnknown VitalState = "unknown" // it may have come while we could not hear
)

// Vitals is how the heartbeat j is at now, by what is stored.
func Vitals(ctx context.Context, db *store.DB, j probes.Journey, now time.Time) (Vital, error) {
	p, err := recall(ctx, db, j, now)
	if err != nil {
		return Vital{}, err
	}
	last, ran, err := db.Last(ctx, j.Name)
	if err != nil {
		return Vital{}, err
	}
	v := Vital{vitalUp, p.Pulse, p.due()}
	if !p.Began.IsZero() {
		v.Due = p.Began.Add(p.longest)
	}
	switch {
	case p.Heard.IsZero():
		v.State = vitalNew
	case ran && last.Verdict == probes.Failed:
		v.State = vitalDown
	case ran && last.Verdict == probes.Unknown:
		v.State = vitalUnknown
	case now.After(v.Due):
		v.State = vitalLate
	}
	return v, nil
}
